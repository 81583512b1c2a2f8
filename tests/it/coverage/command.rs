//! `meniscus test --coverage`, as people run it.

use std::fs;

use tempfile::TempDir;

use super::lcov;
use super::program::{code, put, run, stderr, stdout, workspace};

const BODY: &str = "{{content_blocks.${hello}}}\n{% if custom_attribute.${tier} == 'gold' %}\nA drink is on us.\n{% else %}\nCome by.\n{% endif %}\n";

/// A workspace whose one scenario takes one branch of two; a message that no scenario is for.
fn shop() -> TempDir {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/offer/message.toml", "channel = \"email\"\n"),
        ("templates/offer/body.liquid", BODY),
        ("templates/late.liquid", "{{${first_name} | default: 'you'}}\n"),
        ("content_blocks/hello.liquid", "Hi {{${first_name} | default: 'you'}}"),
        ("content_blocks/idle.liquid", "Nobody includes this."),
        (
            "scenarios/anna.toml",
            "now = \"2026-03-01T09:00:00Z\"\ntemplates = [\"offer\"]\n[user]\nfirst_name = \"Anna\"\n",
        ),
    ]);
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
    folder
}

#[test]
fn the_ways_that_no_scenario_takes_follow_the_results() {
    let folder = shop();
    let output = run(folder.path(), &["test", "--check", "--coverage"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    let (_, report) = text.split_once("\n\n").expect("the results, then the report");
    insta::assert_snapshot!(report);
    assert_eq!(stdout(&run(folder.path(), &["test", "--check", "--coverage=text"])), text);
    // Without it nothing is said and nothing is written.
    let plain = stdout(&run(folder.path(), &["test", "--check"]));
    assert!(!plain.contains("coverage"), "{plain}");
    assert!(!folder.path().join("coverage").exists());
}

#[test]
fn too_little_is_found_wrong() {
    let folder = shop();
    let all = ["test", "--check", "--coverage-min"];
    let with = |least: &str| {
        let arguments = [&all[..], &[least]].concat();
        run(folder.path(), &arguments)
    };
    assert_eq!(code(&with("0")), 0);
    assert_eq!(code(&with("40")), 0);
    let output = with("50%");
    assert_eq!(code(&output), 1);
    assert_eq!(
        stderr(&output),
        "error: scenarios reach 40 % of the coverage points (4 of 10), below the minimum of 50 %\n\
         help: run `meniscus test --coverage` to list the others with the scenarios they need\n"
    );
    for wrong in ["101", "-1", "most", "NaN"] {
        let output = with(wrong);
        assert_eq!(code(&output), 2, "{wrong}");
        assert!(stderr(&output).contains("write a number from 0 to 100"), "{}", stderr(&output));
    }
    // What could not be tested is worse than what is not covered.
    put(folder.path(), "scenarios/broken.toml", "nonsense = [");
    assert_eq!(code(&with("100")), 2);
}

#[test]
fn a_message_alone_counts_what_it_includes() {
    let folder = shop();
    let arguments = ["test", "templates/offer", "--check", "--coverage"];
    let text = stdout(&run(folder.path(), &arguments));
    assert!(
        text.contains("templates/offer/body.liquid") && text.contains("hello.liquid"),
        "{text}"
    );
    assert!(!text.contains("idle.liquid") && !text.contains("late.liquid"), "{text}");
}

#[test]
fn programs_read_their_results_alone() {
    let folder = shop();
    let output = run(folder.path(), &["test", "--check", "--format", "json", "--coverage"]);
    serde_json::from_str::<serde_json::Value>(&stdout(&output)).expect("JSON and nothing else");
    assert!(stderr(&output).contains("all templates"), "{}", stderr(&output));
}

#[test]
fn files_go_below_the_workspace_and_replace_reports_alone() {
    let folder = shop();
    let arguments = ["test", "--check", "--coverage=lcov,html"];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0);
    assert_eq!(stderr(&output), "wrote coverage/lcov.info\nwrote coverage/index.html\n");
    assert!(!stdout(&output).contains("all templates"));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    let first = (read("coverage/lcov.info"), read("coverage/index.html"));
    let files = lcov::read(&first.0);
    let body = files.iter().find(|file| file.name == "templates/offer/body.liquid").expect("it");
    assert_eq!(body.lines, [(1, 1), (2, 1), (3, 0), (4, 1), (5, 1)]);
    // The same again gives the same bytes.
    assert_eq!(code(&run(&folder.path().join("templates"), &arguments)), 0);
    assert_eq!((read("coverage/lcov.info"), read("coverage/index.html")), first);
    // What is no report is left alone.
    put(folder.path(), "coverage/index.html", "<h1>Ours</h1>");
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 2);
    assert_eq!(
        stderr(&output).lines().skip(1).collect::<Vec<_>>(),
        [
            "error: `coverage/index.html` isn't a coverage report, so it is kept",
            "help: move it, or choose another folder with `--coverage-dir FOLDER`"
        ]
    );
    assert_eq!(read("coverage/index.html"), "<h1>Ours</h1>");
    let elsewhere = [&arguments[..], &["--coverage-dir", "build/coverage"]].concat();
    assert_eq!(code(&run(folder.path(), &elsewhere)), 0);
    assert_eq!(read("build/coverage/lcov.info"), first.0);
}

#[test]
fn leaving_out_without_a_reason_is_found_by_lint() {
    let with = |comment: &str| {
        let template = format!(
            "{{% # meniscus: {comment} %}}\n{{% if ${{language}} == 'de' %}}Hallo{{% endif %}}\n"
        );
        let folder = workspace(&[("meniscus.toml", ""), ("templates/t.liquid", &template)]);
        let output = run(folder.path(), &["lint", "--format", "compact"]);
        (code(&output), stdout(&output))
    };
    for comment in
        ["uncovered — nobody reads German", "uncovered-file - not yet", "uncovered-block why"]
    {
        assert_eq!(with(comment).0, 0, "{comment}: {}", with(comment).1);
    }
    for comment in ["uncovered", "uncovered —", "covered — yes"] {
        let (code, text) = with(comment);
        assert!(code == 1 && text.contains("unknown-rule"), "{comment}: {code} {text}");
    }
    assert!(with("uncovered").1.contains("without a reason"));
}
