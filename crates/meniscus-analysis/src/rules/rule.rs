use super::findings::Findings;
use super::subject::Subject;
use crate::diagnostic::Severity;

/// A rule: one `static` in a file of its own, whose doc comment is its documentation.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab case: it names the problem, and reads well behind "allow".
    pub name: &'static str,
    /// How much it matters unless the workspace says otherwise.
    pub level: Level,
    /// How it looks.
    pub check: Check,
    /// The doc comment, as Markdown: a line that says what it finds, why that matters, the source,
    /// a bad example and a good one.
    pub docs: &'static str,
}

/// How a rule looks.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The parser reports it under the rule's name.
    Parser,
    /// It looks at each message, all parts of it.
    Message(fn(&Subject<'_>, &mut Findings<'_>)),
    /// It looks at suppressions once all others are done.
    Suppression,
}

/// How much a rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all: it is not looked for.
    Off,
    /// Worth knowing.
    Info,
    /// The message is sent, though perhaps not as meant.
    Warn,
    /// The message is not sent, or a customer sees what nobody meant.
    Error,
}

impl Level {
    /// The level of a word in `meniscus.toml` or on the command line.
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

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }

    /// What a diagnostic of this level is; none where it is off.
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
    /// The first line of its documentation, without its final stop.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        let line = self.docs.trim_start().lines().next().unwrap_or_default();
        line.trim_end().trim_end_matches('.')
    }

    /// The code fences of its documentation: what stands behind the backticks, and the text.
    #[must_use]
    pub fn examples(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut open: Option<(&'static str, String)> = None;
        for line in self.docs.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
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

/// Declares the rule of a file: its doc comment becomes documentation that can be printed.
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
