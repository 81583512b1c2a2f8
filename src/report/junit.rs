//! JUnit XML, the same for findings, test results and blanks.
//!
//! Our own, as the crate quick-junit (0.8) loses what we print: it drops tabs and carriage returns,
//! writes line breaks in attributes so that a parser reads spaces, and lets U+FFFE through, at which
//! a parser stops.

/// Tests reported together; each names its suite as its class.
pub(super) struct Suite {
    pub name: String,
    pub tests: Vec<Test>,
}

pub(super) struct Test {
    pub name: String,
    pub outcome: Outcome,
}

pub(super) enum Outcome {
    Passed,
    /// It passed, and this is its output.
    Noted(String),
    Failed(Problem),
    /// It couldn't be run.
    Broken(Problem),
}

pub(super) struct Problem {
    pub message: String,
    /// What readers group problems by: `changed`.
    pub kind: &'static str,
    /// More about it, if the message isn't all.
    pub text: Option<String>,
}

impl Suite {
    pub fn new(name: impl Into<String>) -> Suite {
        Suite { name: name.into(), tests: Vec::new() }
    }

    pub fn add(&mut self, name: impl Into<String>, outcome: Outcome) {
        self.tests.push(Test { name: name.into(), outcome });
    }

    /// Writes the attributes that count its tests.
    fn counts<'s>(suites: impl IntoIterator<Item = &'s Suite>) -> String {
        let (mut tests, mut failures, mut errors) = (0, 0, 0);
        for test in suites.into_iter().flat_map(|suite| &suite.tests) {
            tests += 1;
            failures += usize::from(matches!(test.outcome, Outcome::Failed(_)));
            errors += usize::from(matches!(test.outcome, Outcome::Broken(_)));
        }
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"")
    }

    fn write(&self, out: &mut String) {
        let (name, counts) = (escaped(&self.name), Suite::counts([self]));
        out.push_str(&format!("  <testsuite name=\"{name}\" {counts} skipped=\"0\">\n"));
        for test in &self.tests {
            let title = escaped(&test.name);
            out.push_str(&format!("    <testcase classname=\"{name}\" name=\"{title}\""));
            match &test.outcome {
                Outcome::Passed => {
                    out.push_str("/>\n");
                    continue;
                }
                Outcome::Noted(text) => {
                    let text = escaped(text);
                    out.push_str(&format!(">\n      <system-out>{text}</system-out>\n"));
                }
                Outcome::Failed(problem) => problem.write("failure", out),
                Outcome::Broken(problem) => problem.write("error", out),
            }
            out.push_str("    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
}

impl Problem {
    fn write(&self, element: &str, out: &mut String) {
        let (message, kind) = (escaped(&self.message), self.kind);
        out.push_str(&format!(">\n      <{element} message=\"{message}\" type=\"{kind}\""));
        match &self.text {
            Some(text) => out.push_str(&format!(">{}</{element}>\n", escaped(text))),
            None => out.push_str("/>\n"),
        }
    }
}

/// Writes a whole report.
pub(super) fn document(suites: &[Suite]) -> String {
    let counts = Suite::counts(suites);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"meniscus\" {counts}>\n"
    );
    suites.iter().for_each(|suite| suite.write(&mut out));
    out.push_str("</testsuites>\n");
    out
}

/// Escapes text for XML content and attributes; characters that XML can't represent are dropped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would normalize these to a space in attributes, and `\r` to a line break.
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", c as u32)),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_parser_would_change_is_escaped_and_what_it_refuses_is_dropped() {
        let mut suite = Suite::new("a · b");
        suite.add("Cléo & <co>", Outcome::Passed);
        let text = Some("\u{1b}[31m-\tone\r\n+\u{fffe}\u{85}\u{0}two".to_owned());
        let problem = Problem { message: "\"one\"\ntwo".to_owned(), kind: "changed", text };
        suite.add("ben", Outcome::Failed(problem));
        assert_eq!(
            document(&[suite]),
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="meniscus" tests="2" failures="1" errors="0">
  <testsuite name="a · b" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="a · b" name="Cléo &amp; &lt;co&gt;"/>
    <testcase classname="a · b" name="ben">
      <failure message="&quot;one&quot;&#10;two" type="changed">[31m-&#9;one&#13;&#10;+two</failure>
    </testcase>
  </testsuite>
</testsuites>
"#
        );
    }
}
