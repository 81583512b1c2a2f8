use std::collections::HashMap;

use super::Diagnostic;

/// Most diagnostics kept for each code. Nobody reads more, and a megabyte of braces would produce
/// gigabytes of them.
const MAX_OF_A_CODE: usize = 500;

/// Diagnostics, limited for each code; the rest are only counted.
#[derive(Debug, Default)]
pub struct Capped {
    kept: Vec<Diagnostic>,
    counts: HashMap<&'static str, usize>,
    /// Receives changes to a diagnostic that isn't kept.
    dropped: Option<Diagnostic>,
}

impl Capped {
    /// Keeps or counts a diagnostic, and returns it for further changes.
    pub fn push(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        let count = self.counts.entry(diagnostic.code).or_insert(0);
        *count += 1;
        if *count > MAX_OF_A_CODE {
            return self.dropped.insert(diagnostic);
        }
        self.kept.push(diagnostic);
        let last = self.kept.len() - 1;
        &mut self.kept[last]
    }

    /// Whether further diagnostics of a code are only counted.
    #[must_use]
    pub(crate) fn is_full(&self, code: &str) -> bool {
        self.counts.get(code).is_some_and(|count| *count >= MAX_OF_A_CODE)
    }

    /// Returns the kept diagnostics, sorted by place; the last of each code says how many more
    /// there are.
    #[must_use]
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.kept.sort_by_key(|diagnostic| diagnostic.primary.span);
        self.into_kept()
    }

    /// Returns the kept diagnostics in order of reporting; the last of each code says how many more
    /// there are.
    #[must_use]
    pub fn into_kept(self) -> Vec<Diagnostic> {
        let Capped { mut kept, counts, .. } = self;
        for (code, count) in counts {
            let Some(more) = count.checked_sub(MAX_OF_A_CODE).filter(|more| *more > 0) else {
                continue;
            };
            let last = kept.iter_mut().rev().find(|diagnostic| diagnostic.code == code);
            if let Some(last) = last {
                last.message.push_str(&format!(" (and {more} more like it)"));
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Severity;
    use crate::text::{Source, Span};

    #[test]
    fn what_is_too_much_is_counted() {
        let source = Arc::new(Source::new("t", "x"));
        let mut capped = Capped::default();
        for index in 0..MAX_OF_A_CODE + 7 {
            let found = Diagnostic::new("a", Severity::Error, &source, Span::empty(0), "one");
            capped.push(found).help = Some(index.to_string());
        }
        capped.push(Diagnostic::new("b", Severity::Error, &source, Span::empty(0), "other"));
        let kept = capped.into_sorted();
        assert_eq!(kept.len(), MAX_OF_A_CODE + 1);
        assert_eq!(kept[MAX_OF_A_CODE - 1].message, "one (and 7 more like it)");
        assert_eq!(kept[MAX_OF_A_CODE].message, "other");
    }
}
