//! Parses the templates of Braze's and its partners' documentation that lie beside the repository,
//! in `../shared/corpus`. Skipped, with a count, where they are absent.

use crate::spans;
use std::path::Path;
use std::sync::Arc;

use meniscus::diagnostic::Severity;
use meniscus::dialect::BRAZE;
use meniscus::syntax::{ParseOptions, parse};
use meniscus::text::Source;

/// The errors that the files have, by file and code, with the fault that each is.
///
/// The other faults that the index of the corpus notes are none of the syntax: a body without
/// `:method post` (133), JSON with unquoted values (142), URLs without a host or with spaces (176,
/// 191, 247), `'\n'` taken for a line break (177), `:cache_max_age` without a value (190).
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "064-ul-filter-in-if-bad.liquid",
        "filter-in-condition",
        "Braze's own example of what not to write: `{% if my_array | size > 3 %}`",
    ),
    (
        "070-ul-operator-in-assign-bad.liquid",
        "operator-in-value",
        "Braze's own example of what not to write: `{% assign is_vip = total_spend > 100 %}`",
    ),
    (
        "114-cl-boolean-fragment.liquid",
        "unclosed-block",
        "a fragment: the page shows the `if` alone",
    ),
    (
        "171-p-sessionm-unbalanced-bad.liquid",
        "unclosed-output",
        "`{{wallet.payload.available_points}`; the page's newer version has both braces",
    ),
    (
        "251-uu-wishlist-suspect.liquid",
        "dollar-name",
        "`{{$isoTimestamp}}` is a variable of Postman, no Liquid",
    ),
];

/// The warnings, likewise.
const SLIPS: &[(&str, &str, &str)] = &[(
    "150-cc-rerender.liquid",
    "bare-attribute",
    "`Hi ${first_name},` stands outside of braces; Braze's other pages write `{{${first_name}}}`",
)];

#[test]
fn exactly_the_faulty_templates_have_diagnostics() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("0 files: {} is absent, skipped", folder.display());
        return;
    };
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path())).collect::<Vec<_>>();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "liquid"));
    paths.sort();
    let mut found = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).expect("the file is text");
        let source = Arc::new(Source::new(&*name, text));
        let template = parse(&source, &BRAZE, ParseOptions::default());
        spans::check(&template);
        for diagnostic in &template.diagnostics {
            let at = source.position(diagnostic.primary.span.start as usize);
            let severity = diagnostic.severity.word();
            println!(
                "{name}:{}:{}: {severity}[{}]: {}\n    {:?}\n    help: {}",
                at.line,
                at.column,
                diagnostic.code,
                diagnostic.message,
                source.slice(diagnostic.primary.span),
                diagnostic.help.as_deref().unwrap_or("none")
            );
            found.push((name.clone(), diagnostic.code, diagnostic.severity));
        }
    }
    println!("{} files, {} diagnostics", paths.len(), found.len());
    for (severity, listed) in [(Severity::Error, FAULTS), (Severity::Warning, SLIPS)] {
        let found = found.iter().filter(|(_, _, found)| *found == severity);
        let found = found.map(|(name, code, _)| (&**name, *code)).collect::<Vec<_>>();
        let listed = listed.iter().map(|(name, code, _)| (*name, *code)).collect::<Vec<_>>();
        assert_eq!(found, listed, "{}s", severity.word());
    }
}
