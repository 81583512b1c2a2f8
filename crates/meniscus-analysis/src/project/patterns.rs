use globset::{Glob, GlobSet, GlobSetBuilder};

/// Compiled patterns of message paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    /// `None` without patterns, which selects all messages.
    set: Option<GlobSet>,
}

impl Patterns {
    /// Compiles patterns, each also as a folder; invalid ones match nothing.
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

    /// Whether a message is selected, by its path.
    pub fn has(&self, message: &str) -> bool {
        self.set.as_ref().is_none_or(|set| set.is_match(message))
    }
}
