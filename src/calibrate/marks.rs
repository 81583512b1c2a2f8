use super::probes::PROBES;

/// What opens and closes a mark: characters that no probe prints and no mail changes.
const OPEN: char = '⟦';
const CLOSE: char = '⟧';

/// Writes a text with all probes, except those with the numbers in `without`.
#[must_use]
pub fn template(without: &[u16]) -> String {
    let probes = PROBES.iter().filter(|probe| !without.contains(&probe.number));
    let lines = probes.map(|probe| {
        let number = format!("{:03}", probe.number);
        format!("{OPEN}{number}{CLOSE}{}{OPEN}/{number}{CLOSE}\n", probe.text)
    });
    lines.collect()
}

/// Returns what stands between the marks of a probe; nothing if one of them is lost.
pub(super) fn between(text: &str, number: u16) -> Option<&str> {
    let start = after(text, &format!("{number:03}"))?;
    let rest = text.get(start..)?;
    let (end, _) = mark(rest, &format!("/{number:03}"))?;
    let found = &rest[..end];
    // A lost end would take the next probe along.
    (!found.contains(OPEN)).then_some(found)
}

fn after(text: &str, name: &str) -> Option<usize> {
    mark(text, name).map(|(_, end)| end)
}

/// Returns where a mark starts and ends; blanks in it don't count.
fn mark(text: &str, name: &str) -> Option<(usize, usize)> {
    text.match_indices(OPEN).find_map(|(start, open)| {
        let inner = start + open.len();
        let end = inner + text[inner..].find(CLOSE)?;
        let is_it = text[inner..end].split_whitespace().collect::<String>() == name;
        is_it.then(|| (start, end + CLOSE.len_utf8()))
    })
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn marks_are_found_where_lines_were_wrapped() {
        assert_eq!(between("x⟦001⟧a\nb⟦/001⟧⟦002⟧c⟦ /0\n02 ⟧", 1), Some("a\nb"));
        assert_eq!(between("⟦001⟧a⟦/001⟧⟦002⟧c⟦ /0\n02 ⟧", 2), Some("c"));
        assert_eq!(between("⟦001⟧a ⟦002⟧c⟦/002⟧", 1), None);
        assert_eq!(between("⟦001⟧a ⟦002⟧c⟦/002⟧⟦/001⟧", 1), None);
        assert_eq!(between("nothing", 1), None);
    }
}
