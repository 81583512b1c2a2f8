use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::rule::{Level, Rule};
use super::{RULES, rule_of};
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::{locate_toml, locate_toml_key};
use crate::project::{Config, ProjectError};
use crate::text::{Source, Span, Step, nearest};

/// The level of each rule, by file.
#[derive(Debug, Default)]
pub struct Levels {
    all: HashMap<&'static str, Level>,
    overrides: Vec<(GlobSet, HashMap<&'static str, Level>)>,
}

impl Levels {
    /// Reads levels from a configuration.
    ///
    /// # Errors
    /// If it names an unknown rule or level, or a pattern is invalid.
    pub fn of(config: &Config) -> Result<Levels, ProjectError> {
        let reader = Reader::of(config);
        let all = reader.levels(&config.rules, &[Step::Key("rules")])?;
        let mut overrides = Vec::new();
        for (index, one) in config.overrides.iter().enumerate() {
            let path = [Step::Key("overrides"), Step::Index(index)];
            let mut set = GlobSetBuilder::new();
            for pattern in &one.paths {
                set.add(reader.glob(pattern, &[path[0], path[1], Step::Key("paths")])?);
            }
            let set = set.build().map_err(|error| {
                let message = format!("can't read these patterns: {error}");
                reader.error(&path, message, "use fewer patterns".to_owned())
            })?;
            let steps = [path[0], path[1], Step::Key("rules")];
            overrides.push((set, reader.levels(&one.rules, &steps)?));
        }
        Ok(Levels { all, overrides })
    }

    /// Returns the level of a rule in a file.
    #[must_use]
    pub fn level(&self, rule: &Rule, path: &str) -> Level {
        let special = self.overrides.iter().rev().filter(|(set, _)| set.is_match(path));
        let special = special.filter_map(|(_, levels)| levels.get(rule.name)).next();
        *special.or_else(|| self.all.get(rule.name)).unwrap_or(&rule.level)
    }

    /// Returns the highest level of a rule in any file; rules that are off everywhere don't run.
    #[must_use]
    pub fn highest(&self, rule: &Rule) -> Level {
        let own = *self.all.get(rule.name).unwrap_or(&rule.level);
        let special = self.overrides.iter().filter_map(|(_, levels)| levels.get(rule.name));
        special.copied().fold(own, Level::max)
    }

    /// Returns the severity of a finding: the file's level, or lower if the rule reported it lower;
    /// `None` if the rule is off there.
    #[must_use]
    pub fn severity(&self, rule: &Rule, path: &str, reported: Severity) -> Option<Severity> {
        let level = self.level(rule, path);
        let most = self.highest(rule).severity()?;
        let severity = level.severity()?;
        // Rules report at their highest level, so a lower one is deliberate.
        Some(if reported < most { severity.min(reported) } else { severity })
    }
}

/// Returns patterns of `[[overrides]]` that match none of these files: a misspelled path would
/// otherwise leave a level unchanged unnoticed.
///
/// # Errors
/// If a pattern is invalid.
pub fn unused_overrides(config: &Config, files: &[&str]) -> Result<Vec<Diagnostic>, ProjectError> {
    let reader = Reader::of(config);
    let mut unused = Vec::new();
    for (index, one) in config.overrides.iter().enumerate() {
        for (at, pattern) in one.paths.iter().enumerate() {
            let steps =
                [Step::Key("overrides"), Step::Index(index), Step::Key("paths"), Step::Index(at)];
            let glob = reader.glob(pattern, &steps)?.compile_matcher();
            if !files.iter().any(|file| glob.is_match(file)) {
                let message = format!("no template matches `{pattern}`");
                let help = "fix the path, relative to meniscus.toml, or remove it";
                let place = locate_toml(reader.source.text(), &steps);
                let mut found = reader.diagnostic(place, message, help.to_owned());
                found.severity = Severity::Warning;
                unused.push(found);
            }
        }
    }
    Ok(unused)
}

struct Reader {
    source: Arc<Source>,
}

impl Reader {
    fn of(config: &Config) -> Reader {
        let source = config.source.clone();
        Reader { source: source.unwrap_or_else(|| Arc::new(Source::new("meniscus.toml", ""))) }
    }

    fn levels(
        &self,
        table: &std::collections::BTreeMap<String, String>,
        path: &[Step<&str>],
    ) -> Result<HashMap<&'static str, Level>, ProjectError> {
        let mut levels = HashMap::new();
        for (name, word) in table {
            let mut steps = path.to_vec();
            steps.push(Step::Key(name));
            let Some(rule) = rule_of(name) else {
                let near = nearest(name, RULES.iter().map(|rule| rule.name));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "run `meniscus rules` for a list".to_owned(),
                };
                let place = locate_toml_key(self.source.text(), &steps);
                return Err(self.error_at(place, format!("unknown rule `{name}`"), help));
            };
            let Some(level) = Level::from_word(word) else {
                let message = format!("unknown level `{word}` for `{name}`");
                let help = "use `off`, `info`, `warn`, or `error`".to_owned();
                return Err(self.error(&steps, message, help));
            };
            levels.insert(rule.name, level);
        }
        Ok(levels)
    }

    fn glob(&self, pattern: &str, steps: &[Step<&str>]) -> Result<Glob, ProjectError> {
        Glob::new(pattern).map_err(|error| {
            let message = format!("can't read this pattern: {error}");
            self.error(steps, message, "use a pattern such as `templates/old/**`".to_owned())
        })
    }

    fn error(&self, steps: &[Step<&str>], message: String, help: String) -> ProjectError {
        self.error_at(locate_toml(self.source.text(), steps), message, help)
    }

    fn error_at(&self, place: Option<Range<usize>>, message: String, help: String) -> ProjectError {
        ProjectError::Content(Box::new(self.diagnostic(place, message, help)))
    }

    fn diagnostic(&self, place: Option<Range<usize>>, message: String, help: String) -> Diagnostic {
        let span = place.map_or(Span::empty(0), |place| Span::new(place.start, place.end));
        Diagnostic::new("workspace-file", Severity::Error, &self.source, span, message).help(help)
    }
}
