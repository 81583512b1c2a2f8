use globset::{Glob, GlobSet, GlobSetBuilder};

/// Patterns of messages, read once.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// None where there is no pattern: then all messages are meant.
    set: Option<GlobSet>,
}

impl Patterns {
    /// These patterns, each also as a folder; those that cannot be read match nothing.
    pub fn new(patterns: &[String]) -> Patterns {
        if patterns.is_empty() {
            return Patterns::default();
        }
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let folder = format!("{}/**", pattern.trim_end_matches('/'));
            for glob in [pattern.as_str(), &folder].into_iter().flat_map(Glob::new) {
                set.add(glob);
            }
        }
        Patterns { set: Some(set.build().unwrap_or_default()) }
    }

    /// Whether a message is meant, by its path.
    pub fn has(&self, message: &str) -> bool {
        self.set.as_ref().is_none_or(|set| set.is_match(message))
    }
}
