//! What a lint run prints, in each of its formats, for findings that are made up here.
//!
//! `tests/tools/check_reports.sh` reads the snapshots of SARIF, JUnit and GitLab with programs that
//! are not ours.

use std::sync::Arc;

use meniscus::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use meniscus::report::lint::{
    Described, Findings, compact, github, gitlab, human, json, junit, sarif,
};
use meniscus::report::{Look, for_terminal, unified_diff};
use meniscus::text::{Source, Span};

const TEMPLATE: &str = "\
{% connected_content https://sessionm.example/users?apikey=s3cret-key :save wallet %}
<p>Grüße, {{wallet.avail_points}} Punkte</p>
<a href=\"https://shop.example/?name={{${first_name}}}\">
{% if wallet %}
  & more
{% endif %}
";

const RECORDING: &str =
    "{\n  \"response\": {\n    \"jsonBody\": {\"available_points\": 1200}\n  }\n}\n";

const PLAIN: Look = Look::plain(100);

const RULES: [Described<'static>; 3] = [
    Described {
        name: "unchecked-status",
        summary: "the response of a call is read with no check of its status",
        docs: "",
        level: None,
    },
    Described {
        name: "unescaped-url-value",
        summary: "a value stands in a URL with no `url_param_escape`",
        docs: "# unescaped-url-value\n\nA name with a space or `&` breaks the link.\n\nMore of it.\n",
        level: Some(Severity::Warning),
    },
    Described {
        name: "unknown-field",
        summary: "a field that no response has",
        docs: "No recording and no schema has the field, so it prints nothing.",
        level: Some(Severity::Error),
    },
];

fn span(source: &Source, characters: &str) -> Span {
    let start = source.text().find(characters).expect("it is there");
    Span::new(start, start + characters.len())
}

fn files() -> Vec<String> {
    ["templates/plain.liquid", "templates/sale, 50%/größe.liquid"].map(str::to_owned).to_vec()
}

fn diagnostics() -> Vec<Diagnostic> {
    let stdin = Arc::new(Source::new("<stdin>", "{{ a }}"));
    let template = Arc::new(Source::new("templates/sale, 50%/größe.liquid", TEMPLATE));
    let recording = Arc::new(Source::new("recordings/wallet.json", RECORDING));
    let field = span(&template, "avail_points");
    let behind_name = span(&template, "${first_name}").end as usize;
    let branch = span(&template, "{% if wallet %}\n  & more\n{% endif %}");
    vec![
        Diagnostic::new(
            "note-worthy",
            Severity::Info,
            &stdin,
            Span::empty(7),
            "the text ends here,\u{1b} at 100%: <nothing> is wrong",
        ),
        Diagnostic::new(
            "unknown-field",
            Severity::Error,
            &template,
            field,
            "`wallet` has no `avail_points`, in 0 of 3 recordings",
        )
        .label("no response has it")
        .related(&template, span(&template, "wallet"), "saved here")
        .related(&recording, span(&recording, "\"available_points\": 1200"), "the right one")
        .help("did you mean `available_points`?")
        .fix(Fix::replace(
            "replace `avail_points` by `available_points`",
            Safety::Unsafe,
            field,
            "available_points",
        )),
        Diagnostic::new(
            "unescaped-url-value",
            Severity::Warning,
            &template,
            span(&template, "{{${first_name}}}"),
            "a value in a URL is not escaped",
        )
        .help("add `url_param_escape`")
        .fix(Fix::replace(
            "add `url_param_escape`",
            Safety::Safe,
            Span::empty(behind_name),
            " | url_param_escape",
        )),
        Diagnostic::new(
            "always-true",
            Severity::Warning,
            &template,
            branch,
            "the condition \"wallet\" & its branch\nalways hold",
        ),
    ]
}

/// The same findings in any format.
fn with<T>(diagnostics: &[Diagnostic], print: impl Fn(&Findings<'_>) -> T) -> T {
    print(&Findings { diagnostics, files: &files(), rules: &RULES, hidden: 2, stale: 1 })
}

fn pretty(value: &serde_json::Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("JSON");
    // A release changes no snapshot.
    text.replace(env!("CARGO_PKG_VERSION"), "0.0.0")
}

fn drawn(findings: &Findings<'_>) -> String {
    let mut out = String::new();
    human(findings, PLAIN, &mut out);
    out
}

#[test]
fn each_format_prints_what_was_found() {
    let found = diagnostics();
    insta::assert_snapshot!("human", with(&found, drawn));
    insta::assert_snapshot!("compact", with(&found, compact));
    insta::assert_snapshot!("json", pretty(&with(&found, json)));
    insta::assert_snapshot!("sarif", pretty(&with(&found, sarif)));
    insta::assert_snapshot!("github", with(&found, github));
    insta::assert_snapshot!("gitlab", pretty(&with(&found, gitlab)));
    insta::assert_snapshot!("junit", with(&found, junit));
}

#[test]
fn each_format_prints_that_nothing_was_found() {
    insta::assert_snapshot!("nothing_human", with(&[], drawn));
    insta::assert_snapshot!("nothing_json", pretty(&with(&[], json)));
    insta::assert_snapshot!("nothing_sarif", pretty(&with(&[], sarif)));
    insta::assert_snapshot!("nothing_junit", with(&[], junit));
    assert_eq!(with(&[], compact), "");
    assert_eq!(with(&[], github), "");
    assert_eq!(with(&[], gitlab), serde_json::json!([]));
}

#[test]
fn no_format_shows_a_secret() {
    let mut found = diagnostics();
    let source = Arc::clone(&found[1].primary.source);
    let secret = span(&source, "s3cret-key");
    let fix = Fix::replace("shorten it", Safety::Safe, secret, "s3cret");
    let call = span(&source, "https://sessionm.example/users?apikey=s3cret-key");
    found
        .push(Diagnostic::new("secret", Severity::Error, &source, call, "a key in a URL").fix(fix));
    let all = [
        with(&found, drawn),
        with(&found, compact),
        pretty(&with(&found, json)),
        pretty(&with(&found, sarif)),
        with(&found, github),
        pretty(&with(&found, gitlab)),
        with(&found, junit),
    ];
    for text in all {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn fingerprints_stay_where_lines_move_and_are_all_different() {
    let prints = |findings: &Findings<'_>| {
        let report = gitlab(findings);
        let issues = report.as_array().expect("a list").iter();
        issues.map(|issue| issue["fingerprint"].to_string()).collect::<Vec<_>>()
    };
    let at = |text: &str, places: &[&str]| {
        let source = Arc::new(Source::new("a", text));
        let mut from = 0;
        let found = places.iter().map(|characters| {
            let start = from + source.text()[from..].find(characters).expect("it is there");
            from = start + 1;
            let span = Span::new(start, start + characters.len());
            Diagnostic::new("rule", Severity::Error, &source, span, "found it")
        });
        found.collect::<Vec<_>>()
    };
    let before = with(&at("{{a}} {{b}} {{a}}", &["a", "b", "a"]), prints);
    let after = with(&at("new\n{{a}}\n{{b}}\n\n{{a}}", &["a", "b", "a"]), prints);
    assert_eq!(before, after);
    assert!(before[0] != before[1] && before[0] != before[2] && before[1] != before[2]);
}

#[test]
fn a_hundred_diagnostics_of_a_file_are_drawn_and_the_rest_counted() {
    let source = Arc::new(Source::new("many.liquid", "{{ a }}\n".repeat(300)));
    let at = |line: usize| Span::new(8 * line, 8 * line + 7);
    let one = |line| Diagnostic::new("rule", Severity::Warning, &source, at(line), "found it");
    let text = with(&(0..250).map(one).collect::<Vec<_>>(), drawn);
    assert_eq!(text.matches("⚠ found it").count(), 100);
    assert!(text.contains("note: 150 more in many.liquid; see all with `--format compact`\n"));
    assert!(
        text.ends_with(
            "found 250 warnings in 1 of 3 files: rule 250 · 2 ignored by the baseline · 1 baseline finding is \
         gone: update it with `--write-baseline`\n"
        )
    );
}

#[test]
fn places_behind_the_last_character_are_drawn() {
    for text in ["{% if a %}", "{% if a %}\n", ""] {
        let source = Arc::new(Source::new("a", text));
        let end = Span::empty(text.len());
        let found = [Diagnostic::new("rule", Severity::Error, &source, end, "it ends")];
        let drawn = with(&found, drawn);
        assert!(drawn.contains("─ here"), "{drawn}");
    }
}

#[test]
fn a_fix_of_several_edits_is_printed_whole() {
    let source = Arc::new(Source::new("a", "if a = b"));
    let edits = vec![
        Edit { span: Span::new(3, 4), text: "x".to_owned() },
        Edit { span: Span::new(5, 6), text: "==".to_owned() },
    ];
    let fix = Fix { title: "compare".to_owned(), safety: Safety::Safe, edits };
    let found =
        [Diagnostic::new("rule", Severity::Error, &source, Span::new(3, 8), "found `=`").fix(fix)];
    let report = with(&found, sarif);
    let replacements = &report["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(replacements["replacements"][1]["insertedContent"]["text"], "==");
    assert_eq!(with(&found, json)["diagnostics"][0]["fixes"][0]["edits"][0]["text"], "x");
    assert!(with(&found, drawn).contains("help: compare (`--fix`)"));
}

#[test]
fn diffs_are_what_git_applies() {
    let texts = [
        ("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "a\nb\nC\nd\ne\nf\ng\nh\nI\nj\n"),
        ("no end", "no end, still"),
        ("", "new\n"),
        ("one\r\ntwo\rthree\r\n", "one\r\ntwo\rTHREE\r\n"),
        ("ends\n", "ends no more"),
    ];
    for (index, (before, after)) in texts.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = ["größe.liquid", "a name.liquid", "\"quoted\".liquid", "t.liquid", "u"][index];
        std::fs::write(folder.path().join(name), before).expect("written");
        let mut diff = String::new();
        unified_diff(name, before, after, false, &mut diff);
        std::fs::write(folder.path().join("diff"), &diff).expect("written");
        let git = std::process::Command::new("git")
            .args(["-c", "core.autocrlf=false", "apply", "diff"])
            .current_dir(folder.path())
            .env("GIT_DIR", folder.path().join("none"))
            .output()
            .expect("git runs");
        let said = String::from_utf8_lossy(&git.stderr);
        assert!(git.status.success(), "{said}\n{diff}");
        assert_eq!(std::fs::read_to_string(folder.path().join(name)).expect("read"), after);
    }
    let mut same = String::new();
    unified_diff("t", "a\n", "a\n", true, &mut same);
    assert_eq!(same, "");
}

#[test]
fn diffs_show_no_secret_and_are_in_colour_where_asked() {
    let before = "?apikey=s3cret&name={{n}}\n";
    let after = "?apikey=s3cret&name={{n | url_param_escape}}\n";
    let mut diff = String::new();
    unified_diff("t", before, after, true, &mut diff);
    insta::assert_snapshot!(for_terminal(&diff).replace('\u{1b}', "ESC"), @"
    ESC[1m--- a/tESC[0m
    ESC[1m+++ b/tESC[0m
    ESC[36m@@ -1 +1 @@ESC[0m
    ESC[31m-?apikey=******&name={{n}}ESC[0m
    ESC[32m+?apikey=******&name={{n | url_param_escape}}ESC[0m
    ");
}
