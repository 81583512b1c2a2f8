//! Any text has a tree whose spans fit together, whatever the options.
#![no_main]

#[path = "../../tests/support/spans.rs"]
mod spans;

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use meniscus::dialect::BRAZE;
use meniscus::syntax::{HtmlComments, ParseOptions, parse};
use meniscus::text::Source;

fuzz_target!(|text: &str| {
    let source = Arc::new(Source::new("fuzz", text));
    for (html_comments, bare_attributes) in [
        (HtmlComments::Strip, false),
        (HtmlComments::KeepConditional, true),
        (HtmlComments::Keep, false),
    ] {
        let options = ParseOptions { html_comments, bare_attributes, ..ParseOptions::default() };
        spans::check(&parse(&source, &BRAZE, options));
    }
});
