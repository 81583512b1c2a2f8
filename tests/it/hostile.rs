//! Texts that no author writes, long enough that reading them ends only if it takes linear time.

use std::sync::Arc;

use meniscus::dialect::BRAZE;
use meniscus::syntax::{ParseOptions, parse};
use meniscus::text::Source;

const BYTES: usize = 40_000;

#[test]
fn long_runs_of_unfinished_markup_are_read_to_the_end() {
    for (before, unit, behind) in [
        ("", "{{ x {% y %}", ""),
        ("", "{{ ${", ""),
        ("", "{% if ", ""),
        ("{% connected_content ", "{{ ${", " %}"),
        ("{% connected_content u ", ":a { ", " %}"),
        ("{% catalog_items a ", "${a ", " %}"),
        ("{% liquid\n", "comment\n", "%}"),
    ] {
        let text = format!("{before}{}{behind}", unit.repeat(BYTES / unit.len()));
        let length = text.len();
        let template = parse(&Arc::new(Source::new("x", text)), &BRAZE, ParseOptions::default());
        let end = template.nodes.last().map(|node| node.span().end as usize);
        assert_eq!(end, Some(length), "{before}{unit}…");
    }
}
