use super::probes::{CALL_PROBES, ECHO_URL, PROBES, Probe};

/// What opens and closes a mark: characters that no probe prints and no mail changes.
const OPEN: char = '⟦';
const CLOSE: char = '⟧';

/// Writes a text with all probes, except those with the numbers in `without`.
#[must_use]
pub fn template(without: &[u16]) -> String {
    marked(PROBES, without)
}

/// Writes a text with all probes that make calls, to a host that answers with [`super::ECHO`].
#[must_use]
pub fn call_template(url: &str, without: &[u16]) -> String {
    marked(CALL_PROBES, without).replace(ECHO_URL, url.trim_end_matches('/'))
}

fn marked(probes: &[Probe], without: &[u16]) -> String {
    let probes = probes.iter().filter(|probe| !without.contains(&probe.number));
    let lines = probes.map(|probe| {
        let number = format!("{:03}", probe.number);
        format!("{OPEN}{number}{CLOSE}{}{OPEN}/{number}{CLOSE}\n", probe.text)
    });
    lines.collect()
}

/// The most bytes in a mark, with the blanks that wrapping puts there.
const MOST_BYTES: usize = 40;

/// The marks of a text, in order: what is in each, and where it starts and ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks(Vec<(String, usize, usize)>);

impl Marks {
    /// Finds all marks.
    pub fn of(text: &str) -> Marks {
        let mut found = Vec::new();
        let mut opened = None;
        for (place, c) in text.char_indices().filter(|(_, c)| matches!(*c, OPEN | CLOSE)) {
            match (c, opened) {
                (OPEN, _) => opened = Some(place),
                (_, Some(start)) if place - start <= MOST_BYTES => {
                    let inner = &text[start + OPEN.len_utf8()..place];
                    let name = inner.split_whitespace().collect::<String>();
                    found.push((name, start, place + CLOSE.len_utf8()));
                    opened = None;
                }
                _ => opened = None,
            }
        }
        Marks(found)
    }

    /// Whether there is a mark of a probe.
    pub fn has(&self, number: u16) -> bool {
        let number = format!("{number:03}");
        self.0.iter().any(|(name, ..)| name.trim_start_matches('/') == number)
    }

    /// Returns what stands between the marks of a probe; nothing if one of them is lost, since a lost
    /// end would take the next probe along.
    pub fn between<'t>(&self, text: &'t str, number: u16) -> Option<&'t str> {
        let (start, end) = (format!("{number:03}"), format!("/{number:03}"));
        let place = self.0.iter().position(|(name, ..)| *name == start)?;
        let (_, _, from) = self.0.get(place)?;
        let (name, to, _) = self.0.get(place + 1)?;
        (*name == end).then(|| &text[*from..*to])
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    fn between(text: &str, number: u16) -> Option<&str> {
        Marks::of(text).between(text, number)
    }

    #[test]
    fn marks_are_found_where_lines_were_wrapped() {
        assert_eq!(between("x⟦001⟧a\nb⟦/001⟧⟦002⟧c⟦ /0\n02 ⟧", 1), Some("a\nb"));
        assert_eq!(between("⟦001⟧a⟦/001⟧⟦002⟧c⟦ /0\n02 ⟧", 2), Some("c"));
        assert_eq!(between("⟦001⟧a ⟦002⟧c⟦/002⟧", 1), None);
        assert_eq!(between("⟦001⟧a ⟦002⟧c⟦/002⟧⟦/001⟧", 1), None);
        assert_eq!(between("nothing", 1), None);
        // However many there are.
        let many = "⟦".repeat(300_000) + &"⟦a⟧".repeat(300_000) + "⟦001⟧a⟦/001⟧";
        assert_eq!(between(&many, 1), Some("a"));
    }
}
