use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::report::explain::lines_of;
use crate::report::masked::masked_part;

/// Bytes of the highlighted text that distinguish diagnostics.
const MAX_EXCERPT: usize = 400;

/// Returns a unique fingerprint for each diagnostic that is stable when lines move.
///
/// It is made from the rule, the file, and the highlighted text; equal ones in a file are numbered.
/// The message is left out, because it counts recordings, which come and go.
pub(super) fn fingerprints(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut seen = HashMap::new();
    let mut all = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics {
        let source = &diagnostic.primary.source;
        let span = diagnostic.primary.span.range();
        let mut end = span.end.min(span.start + MAX_EXCERPT).min(source.text().len());
        while !source.text().is_char_boundary(end) {
            end -= 1;
        }
        let excerpt = masked_part(source.text(), span.start.min(end)..end);
        let key = (diagnostic.code, source.name(), lines_of(&excerpt));
        let count = seen.entry(key.clone()).or_insert(0usize);
        *count += 1;
        let (rule, path, excerpt) = key;
        // Zero bytes separate the fields: only an unusual excerpt may contain one, and it comes
        // last.
        let digest = Sha256::digest(format!("{rule}\0{path}\0{count}\0{excerpt}"));
        all.push(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect());
    }
    all
}
