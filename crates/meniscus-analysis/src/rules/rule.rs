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
    /// The doc comment as Markdown: a line about what it finds, why that matters, the source, a bad
    /// example, and a good one.
    pub docs: &'static str,
}

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

/// How much a rule matters.
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

    /// Returns the code fences of its documentation: info string and text.
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
