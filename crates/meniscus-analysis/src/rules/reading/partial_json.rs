//! Partly known JSON: what is certainly wrong with it, and its members.

use std::ops::Range;

use super::flat::INTERPOLATION;

/// The result of parsing partly known JSON.
#[derive(Debug, Default)]
pub(in crate::rules) struct PartialJson {
    /// Members of objects, in order.
    pub members: Vec<Member>,
    /// Offsets of marks for interpolations outside strings.
    pub bare_interpolations: Vec<usize>,
    /// Where parsing stopped early because an interpolation may be anything.
    pub unknown_from: Option<usize>,
    /// A syntax error, whatever the values are.
    pub fault: Option<Fault>,
    pub is_object: bool,
}

/// A member of an object.
#[derive(Debug)]
pub(in crate::rules) struct Member {
    /// Nesting depth in objects and lists.
    pub depth: usize,
    pub key: Range<usize>,
    /// Its value without quotes, if it isn't an object or list.
    pub value: Range<usize>,
}

/// Why a string isn't JSON.
#[derive(Debug)]
pub(in crate::rules) struct Fault {
    /// The first unexpected characters.
    pub at: Range<usize>,
    /// What was found and expected.
    pub message: String,
    /// A trailing comma, if that is all.
    pub comma: Option<Range<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// Parses JSON in which [`INTERPOLATION`] marks an interpolation.
///
/// A lone interpolation is any JSON value; where it may be more (a comma, several members), parsing
/// stops without an error.
pub(in crate::rules) fn read(text: &str) -> PartialJson {
    Reader { text, at: 0, open: Vec::new(), soft: false, comma: None, json: PartialJson::default() }
        .read()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The open brackets.
    open: Vec<u8>,
    /// Whether the last token was an interpolation, which may contain what is missing.
    soft: bool,
    /// The last token, if it was a comma.
    comma: Option<usize>,
    json: PartialJson,
}

impl Reader<'_> {
    fn read(mut self) -> PartialJson {
        let mut expect = Expect::Value;
        loop {
            self.skip_space();
            let Some(next) = self.text[self.at..].chars().next() else {
                if expect != Expect::Nothing {
                    self.fail(0, "the end", self.wanted(expect));
                }
                return self.json;
            };
            match self.step(expect, next) {
                Some(then) => expect = then,
                None => return self.json,
            }
        }
    }

    /// Consumes a token and returns what may follow; `None` to stop.
    fn step(&mut self, expect: Expect, next: char) -> Option<Expect> {
        let takes_value = matches!(expect, Expect::Value | Expect::ValueOrEnd);
        let takes_key = matches!(expect, Expect::Key | Expect::KeyOrEnd);
        let closes = matches!(expect, Expect::ValueOrEnd | Expect::KeyOrEnd | Expect::CommaOrEnd);
        match next {
            '{' | '[' if takes_value => {
                self.json.is_object |= self.open.is_empty() && next == '{';
                self.set_value(self.at..self.at);
                self.open.push(next as u8);
                self.take(1);
                Some(if next == '{' { Expect::KeyOrEnd } else { Expect::ValueOrEnd })
            }
            '}' | ']' if closes && self.open.last() == Some(&opening(next)) => {
                self.open.pop();
                self.take(1);
                Some(self.after_value())
            }
            '"' if takes_value || takes_key => {
                let inner = self.string()?;
                if takes_key {
                    let depth = self.open.len();
                    let value = inner.end..inner.end;
                    self.json.members.push(Member { depth, key: inner, value });
                    return Some(Expect::Colon);
                }
                self.set_value(inner);
                Some(self.after_value())
            }
            ':' if expect == Expect::Colon => {
                self.take(1);
                Some(Expect::Value)
            }
            // An interpolation for a member's name, or for whole members.
            ':' if expect == Expect::CommaOrEnd && self.soft && self.open.last() == Some(&b'{') => {
                self.take(1);
                Some(Expect::Value)
            }
            ',' if expect == Expect::CommaOrEnd => {
                let comma = self.at;
                self.take(1);
                self.comma = Some(comma);
                let in_object = self.open.last() == Some(&b'{');
                Some(if in_object { Expect::Key } else { Expect::Value })
            }
            INTERPOLATION if takes_key => {
                self.json.bare_interpolations.push(self.at);
                let key = self.at..self.at + INTERPOLATION.len_utf8();
                let value = key.end..key.end;
                self.json.members.push(Member { depth: self.open.len(), key, value });
                self.take(INTERPOLATION.len_utf8());
                self.soft = true;
                Some(Expect::CommaOrEnd)
            }
            INTERPOLATION if !takes_value => {
                self.json.unknown_from = Some(self.at);
                None
            }
            _ if takes_value && is_bare(next) => self.bare(expect),
            _ => {
                self.fail(next.len_utf8(), &format!("`{}`", shown(next)), self.wanted(expect));
                None
            }
        }
    }

    /// Parses a number, word, or interpolation, or a mix of them.
    fn bare(&mut self, expect: Expect) -> Option<Expect> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
        let (start, word) = (self.at, &rest[..length]);
        let interpolations =
            word.match_indices(INTERPOLATION).map(|(at, _)| start + at).collect::<Vec<_>>();
        let range = start..start + length;
        if interpolations.is_empty() && serde_json::from_str::<serde_json::Value>(word).is_err() {
            let first = word.chars().next().map_or('?', shown);
            let found = format!("a word that starts with `{first}`");
            self.fail(length, &found, self.wanted(expect));
            return None;
        }
        self.take(length);
        self.soft = !interpolations.is_empty();
        self.json.bare_interpolations.extend(interpolations);
        self.set_value(range);
        Some(self.after_value())
    }

    /// Parses a string; returns the range between the quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    self.take(at + 1 - self.at);
                    return Some(start..at);
                }
                b'\\' => {
                    let known = bytes
                        .get(at + 1)
                        .is_none_or(|next| b"\"\\/bfnrtu".contains(next) || !next.is_ascii());
                    if !known {
                        self.at = at;
                        self.fail_with(
                            2,
                            "JSON has no such escape (use one such as `\\\"`, `\\\\`, or `\\n`)",
                        );
                        return None;
                    }
                    at += 2;
                }
                0..0x20 => {
                    self.at = at;
                    self.fail_with(1, "a string contains a line break or tab (use `\\n` or `\\t`)");
                    return None;
                }
                _ => at += 1,
            }
        }
        let has_hole = self.text[start..].contains(INTERPOLATION);
        if has_hole {
            self.json.unknown_from = Some(start);
        } else {
            self.fail_with(1, "a string has no closing `\"`");
        }
        None
    }

    fn set_value(&mut self, range: Range<usize>) {
        if self.open.last() == Some(&b'{')
            && let Some(member) = self.json.members.last_mut()
        {
            member.value = range;
        }
    }

    fn after_value(&self) -> Expect {
        if self.open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd }
    }

    fn take(&mut self, length: usize) {
        self.at += length;
        self.soft = false;
        self.comma = None;
    }

    fn skip_space(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
    }

    /// Returns what may come next, as shown in a message.
    fn wanted(&self, expect: Expect) -> &'static str {
        match expect {
            Expect::Value => "a string in double quotes, a number, `true`, `false`, or `null`",
            Expect::ValueOrEnd => "a value or `]`",
            Expect::Key => "a key in double quotes",
            Expect::KeyOrEnd => "a key in double quotes or `}`",
            Expect::Colon => "`:`",
            Expect::CommaOrEnd if self.open.last() == Some(&b'[') => "`,` or `]`",
            Expect::CommaOrEnd => "`,` or `}`",
            Expect::Nothing => "the end",
        }
    }

    fn fail(&mut self, length: usize, found: &str, expected: &str) {
        // Punctuation is missing before what was found; a value or key is needed in its place.
        let message = if expected.starts_with('`') {
            format!("expected {expected} before {found}")
        } else {
            format!("expected {expected}, found {found}")
        };
        self.fail_with(length, &message);
    }

    fn fail_with(&mut self, length: usize, message: &str) {
        if self.soft {
            self.json.unknown_from = Some(self.at);
            return;
        }
        let closes = self.text[self.at..].starts_with(['}', ']']);
        let comma = self.comma.filter(|_| closes).map(|at| at..at + 1);
        let message = match comma {
            Some(_) => "nothing follows the last comma".to_owned(),
            None => message.to_owned(),
        };
        let at = comma.clone().unwrap_or(self.at..self.at + length);
        self.json.fault = Some(Fault { at, message, comma });
    }
}

fn opening(closing: char) -> u8 {
    if closing == '}' { b'{' } else { b'[' }
}

/// Whether a character is part of a number, word, or interpolation.
fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | '_' | INTERPOLATION)
}

/// Returns a character as shown in a message.
fn shown(c: char) -> char {
    if c.is_control() { '?' } else { c }
}

#[cfg(test)]
mod tests {
    use super::read;

    /// Summarizes the result for a string with `@` for interpolations: `ok`, `?`, or the error's
    /// offset.
    fn told(text: &str) -> String {
        let text = text.replace('@', "\u{fdd0}");
        let json = read(&text);
        match (json.fault, json.unknown_from) {
            (Some(fault), _) => format!("{} {}", fault.at.start, fault.message),
            (None, Some(_)) => "?".to_owned(),
            (None, None) => "ok".to_owned(),
        }
    }

    #[test]
    fn what_may_be_json_is_left_alone() {
        for text in [
            r#"{"a":"@","b":@,"c":[1,-2.5e3,true,null],"d":{}}"#,
            r#"[@]"#,
            r#"{"a":@@,"b":1@}"#,
            r#"{@:1,"b":2}"#,
            r#"{@}"#,
            r#""x \" \u00e9""#,
            "12",
        ] {
            assert_eq!(told(text), "ok", "{text}");
        }
        for text in [r#"{"a":1@"b":2}"#, r#"[@ "x"]"#, r#"{"a":"@}"#, r#"{@ @}"#] {
            assert_eq!(told(text), "?", "{text}");
        }
    }

    #[test]
    fn what_cannot_be_json_is_found_at_its_place() {
        for (text, wanted) in [
            (r#"{"a":1 "b":2}"#, "7 expected `,` or `}` before `\""),
            (r#"{"a":1,}"#, "6 nothing follows the last comma"),
            (r#"{'a':1}"#, "1 expected a key in double quotes or `}`, found `'`"),
            (r#"{"a":secret}"#, "5 expected a string in double quotes"),
            (r#"{"a":"@",b:1}"#, "11 expected a key in double quotes, found `b`"),
            (r#"{"a":1"#, "6 expected `,` or `}` before the end"),
            ("[@,]", "4 nothing follows the last comma"),
            ("{\"a\":\"x\ny\"}", "7 a string contains a line break"),
            (r#"{"a":1}}"#, "7 expected the end, found `}`"),
            ("{\"a\":1,\u{a0}\"b\":2}", "7 expected a key in double quotes, found `\u{a0}`"),
        ] {
            assert!(told(text).starts_with(wanted), "{text}: {}", told(text));
        }
    }
}
