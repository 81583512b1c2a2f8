//! What holds for the lint of every text: it never panics, says the same twice, speaks of characters
//! that are there, and its fixes neither break a template nor go round in circles; safe ones change
//! nothing that is sent.

use std::path::Path;

use proptest::prelude::*;

use crate::lint_check::check;
use crate::lint_text::{deep, meaningful};
use crate::template_text::template;

/// So many cases, or as many as `PROPTEST_CASES` says.
fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn meaningful_templates_hold(text in meaningful(4)) {
        check(&text);
    }

    #[test]
    fn broken_templates_hold(text in template()) {
        check(&text);
    }
}

proptest! {
    #![proptest_config(cases(15))]

    #[test]
    fn deep_templates_hold(text in deep()) {
        check(&text);
    }
}

#[test]
fn comments_that_trim_blanks_hold() {
    for start in ["{% #", "{%- #"] {
        for end in ["%}", "-%}"] {
            check(&format!("a \n{start} meniscus: allow array-equals — why {end}\n\nHi"));
        }
    }
}

/// Every template of the corpus, whole and cut off at every some character.
#[test]
fn templates_as_people_write_them_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_corpus");
    let files = ignore::WalkBuilder::new(folder).build().flatten();
    let files = files.filter(|entry| {
        entry.path().extension().is_some_and(|ending| ending == "liquid" || ending == "html")
    });
    let mut count = 0;
    for (number, entry) in files.enumerate() {
        let text = std::fs::read_to_string(entry.path()).expect("a text");
        check(&text);
        count += 1;
        // Each file is cut at other places, so that all kinds of places come up.
        for at in (number % 400..text.len()).step_by(400) {
            if let Some(start) = text.get(..at) {
                check(start);
            }
        }
    }
    assert!(count > 300, "the corpus is not there");
}

/// What was found, made small.
#[test]
fn what_was_found_holds() {
    for text in [
        "éand{{ s | upcase }}",
        "{% liquid or  %}",
        // Two errors for which nothing is sent, each with a fix.
        "{% if n %}{{ n }{{ n }{% else %}Hello{% endif %}",
    ] {
        check(text);
    }
}
