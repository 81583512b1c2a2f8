use super::findings::Findings;
use super::subject::Subject;
use crate::diagnostic::Severity;

/// A rule: a `static` in its own file, documented by its doc comment.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab case: it names the problem, and reads well after "allow".
    pub name: &'static str,
    /// Its default level.
    pub level: Level,
    pub check: Check,
    /// The doc comment as Markdown: a summary in one line, then the sections of [`SECTIONS`].
    pub docs: &'static str,
}

/// Where the documentation is.
pub const SITE: &str = "https://meniscus.github.io/meniscus/";

/// The headings of a rule's documentation, in their order. A rule without a fix has no
/// "Fix safety".
pub const SECTIONS: [&str; 6] =
    ["What it does", "Why it matters", "Example", "Use instead", "Fix safety", "Source"];

/// How a rule is run.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The parser reports it under the rule's name.
    Parser,
    /// It looks at each message, all parts of it.
    Message(fn(&Subject<'_>, &mut Findings<'_>)),
    /// It looks at suppressions once all others are done.
    Suppression,
}

/// How severe a rule's findings are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Disabled.
    Off,
    /// For information.
    Info,
    /// The message is sent, but likely with a mistake.
    Warn,
    /// The message isn't sent, or customers see a wrong or broken one.
    Error,
}

impl Level {
    /// Parses a level from `meniscus.toml` or the command line.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Level> {
        match word {
            "off" => Some(Level::Off),
            "info" => Some(Level::Info),
            "warn" => Some(Level::Warn),
            "error" => Some(Level::Error),
            _ => None,
        }
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }

    /// Returns the severity of this level; `None` if it is off.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warn => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

impl Rule {
    /// Returns the first line of its documentation, without the final period.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        let line = self.docs.trim_start().lines().next().unwrap_or_default();
        line.trim_end().trim_end_matches('.')
    }

    /// Returns the address of its documentation.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{SITE}reference/rules/#{}", self.name)
    }

    /// Returns the lines of its documentation as Markdown, without the doc comment's margin.
    pub fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.docs.trim_matches('\n').lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// Returns the code fences of its documentation: info string and text.
    #[must_use]
    pub fn examples(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut open: Option<(&'static str, String)> = None;
        for line in self.lines() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(info), None) => open = Some((info.trim(), String::new())),
                (Some(_), Some(_)) => found.extend(open.take()),
                (None, Some((_, text))) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) => {}
            }
        }
        found
    }
}

/// Returns the line before an example that says what it is, from the fence's info string after the
/// language; `None` if rules have no such fence.
#[must_use]
pub fn caption(what: &str) -> Option<String> {
    let (what, name) = what.split_once(' ').unwrap_or((what, ""));
    Some(match (what, name) {
        ("bad", "") => "Wrong:".to_owned(),
        ("bad", part) => format!("Wrong, in the {part}:"),
        ("good", "") => "Right:".to_owned(),
        ("good", part) => format!("Right, in the {part}:"),
        ("block", name) => format!("With the content block `{name}`:"),
        ("recording", "") => "With a recording:".to_owned(),
        ("recording", name) => format!("With the recording `{name}`:"),
        ("scenario", "") => "With a scenario:".to_owned(),
        ("scenario", name) => format!("With the scenario `{name}`:"),
        ("schema", name) => format!("With the schema `{name}`:"),
        ("message", _) => "With `message.toml`:".to_owned(),
        ("meniscus", _) => "With `meniscus.toml`:".to_owned(),
        _ => return None,
    })
}

/// Declares a file's rule, with its doc comment as documentation.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        name: $name:literal, level: $level:ident, check: $check:expr $(,)?
    ) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::rules::Rule = $crate::rules::Rule {
            name: $name,
            level: $crate::rules::Level::$level,
            check: $check,
            docs: concat!($($doc, "\n"),+),
        };
    };
}
pub(crate) use rule;
