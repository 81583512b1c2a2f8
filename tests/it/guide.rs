//! The Liquid that SessionM's own guide for Braze prints, in `../shared/reference`: its faults are
//! real ones, and the linter names them. Skipped, with a count, where the guide is absent.

use std::path::Path;
use std::process::Command;

/// What the linter must find in the guide, as the guide is printed: the block's first words, and
/// the rules with the characters that they point at.
const FAULTS: &[(&str, &[(&str, &str)])] = &[
    (
        "{% capture postbody %}",
        &[
            ("undefined-variable", "endpoint_connect"),
            ("unfilled-placeholder", "YOUR-RETAIL-ID"),
            ("unfilled-placeholder", "YOUR-BASE64-ENCODED-KEY"),
        ],
    ),
    (
        "{\n\"braze_campaign_id\"",
        &[("campaign-settings", ","), ("unfilled-placeholder", "{{CAMPAIGN ID}}")],
    ),
];

/// Faults of Liquid that stands in a line of the guide's prose.
const IN_PROSE: &[(&str, &[(&str, &str)])] = &[
    ("{{wallet.payload.available_points}", &[("unclosed-output", "{{")]),
    (
        "{{endpoint_core}}/priv/v1/apps/{{appkey_core}}/users/{{${user_id}}}/tags",
        &[("undefined-variable", "endpoint_core"), ("undefined-variable", "appkey_core")],
    ),
];

fn guide() -> Option<String> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/sessionm-guide.ja.md");
    std::fs::read_to_string(path).ok()
}

/// What is found in a text by itself, with nothing configured: rule and characters.
fn found(text: &str, ending: &str) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("guide.{ending}"));
    std::fs::write(&path, text).expect("the file can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_meniscus"))
        .args(["lint", "--format", "json"])
        .arg(&path)
        .output()
        .expect("the program runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let diagnostics = json["diagnostics"].as_array().expect("a list");
    let found = diagnostics.iter().map(|one| {
        let offset = |end: &str| one["span"][end]["offset"].as_u64().expect("an offset") as usize;
        let characters = text[offset("start")..offset("end")].to_owned();
        (one["rule"].as_str().expect("a rule").to_owned(), characters)
    });
    found.collect()
}

fn check(text: &str, ending: &str, wanted: &[(&str, &str)]) {
    let found = found(text, ending);
    for (rule, characters) in wanted {
        assert!(
            found.iter().any(|(name, at)| name == rule && at.contains(characters)),
            "`{rule}` at `{characters}` is not among {found:?} of\n{text}"
        );
    }
}

#[test]
fn the_guides_blocks_bring_up_their_faults() {
    let Some(guide) = guide() else {
        println!("0 blocks: the guide is absent, skipped");
        return;
    };
    let blocks = guide.split("```").skip(1).step_by(2);
    let blocks = blocks.map(|block| block.split_once('\n').map_or("", |(_, text)| text));
    let blocks = blocks.collect::<Vec<_>>();
    for (start, wanted) in FAULTS {
        let block = blocks.iter().find(|block| block.starts_with(start));
        let block = block.unwrap_or_else(|| panic!("the guide has no block `{start}`"));
        let ending = if block.starts_with("{\n") { "json" } else { "liquid" };
        check(block, ending, wanted);
    }
    println!("{} blocks", FAULTS.len());
}

#[test]
fn the_guides_prose_brings_up_its_faults() {
    let Some(guide) = guide() else {
        println!("0 lines: the guide is absent, skipped");
        return;
    };
    for (text, wanted) in IN_PROSE {
        assert!(guide.contains(text), "the guide has no `{text}`");
        check(text, "liquid", wanted);
    }
    println!("{} lines", IN_PROSE.len());
}

#[test]
fn what_the_workspace_declares_is_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let config =
        "[variables]\nendpoint_core = \"https://api-x.ent-sessionm.com\"\nappkey_core = \"k\"\n";
    std::fs::write(folder.path().join("meniscus.toml"), config).expect("written");
    let path = folder.path().join("url.liquid");
    std::fs::write(&path, IN_PROSE[1].0).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_meniscus"))
        .args(["lint", "--format", "compact"])
        .arg(&path)
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("undefined-variable"), "{text}");
}
