//! `meniscus calibrate`, with the engine under other settings in the place of Braze.

use std::fs;
use std::path::Path;
use std::process::Output;

use meniscus::calibrate::{CALL_PROBES, NOT_PROBED, PROBES, template};

use crate::program::{code, put, run, stderr, stdout, workspace};

const ANNA: &str = "now = \"2026-01-01T00:00:00Z\"\n[user]\nlanguage = \"fil\"\n";

/// What an engine with these settings makes of the probes.
fn braze(dialect: &str) -> String {
    let settings = format!("[dialect]\n{dialect}\n");
    let place = workspace(&[("meniscus.toml", &settings), ("scenarios/anna.toml", ANNA)]);
    let probes = stdout(&run(place.path(), &["calibrate", "--print"]));
    put(place.path(), "templates/probes.liquid", &probes);
    let output = run(place.path(), &["render", "templates/probes.liquid", "--scenario", "anna"]);
    // One probe is a slip on purpose, which rendering reports.
    assert!(code(&output) <= 1 && stdout(&output).contains("⟦/053⟧"), "{}", stderr(&output));
    stdout(&output)
}

fn read(folder: &Path, result: &str, more: &[&str]) -> Output {
    put(folder, "result.txt", result);
    let mut arguments = vec!["calibrate", "--read", "result.txt"];
    arguments.extend(more);
    run(folder, &arguments)
}

#[test]
fn our_own_choices_hold() {
    let place = workspace(&[("meniscus.toml", "")]);
    let output = read(place.path(), &braze(""), &[]);
    let all = PROBES.len();
    assert_eq!(
        (code(&output), stdout(&output)),
        (0, format!("{all} of {all} choices match Braze\n"))
    );
}

#[test]
fn other_settings_are_found_and_written() {
    for (dialect, found) in [
        ("html_comments = \"keep\"", vec!["html_comments = \"keep\""]),
        ("html_comments = \"keep-conditional\"", vec!["html_comments = \"keep-conditional\""]),
        ("bare_attributes = true", vec!["bare_attributes = true"]),
        (
            "bare_attributes = true\nhtml_comments = \"keep\"",
            vec!["html_comments = \"keep\"", "bare_attributes = true"],
        ),
    ] {
        let result = braze(dialect);
        let place = workspace(&[("meniscus.toml", "# Ours.\n[rules]\nuncached-post = \"off\"\n")]);
        let output = read(place.path(), &result, &["--write", "--report", "report.md"]);
        let said = stdout(&output);
        assert_eq!(code(&output), 1, "{said}");
        let told = said.lines().filter_map(|line| line.strip_prefix("[dialect] "));
        assert_eq!(told.collect::<Vec<_>>(), found, "{said}");
        assert!(!said.contains("differs"), "{said}");
        let settings = fs::read_to_string(place.path().join("meniscus.toml")).unwrap();
        assert!(settings.starts_with("# Ours.\n[rules]\nuncached-post = \"off\"\n"), "{settings}");
        assert!(found.iter().all(|line| settings.contains(line)), "{settings}");
        let report = fs::read_to_string(place.path().join("report.md")).unwrap();
        assert_eq!(report.matches("| a setting |").count(), said_set(dialect), "{report}");
        // With those settings the workspace renders as Braze does.
        put(place.path(), "templates/probes.liquid", &template(&[]));
        put(place.path(), "scenarios/anna.toml", ANNA);
        let again = run(place.path(), &["render", "templates/probes.liquid", "--scenario", "anna"]);
        assert_eq!(stdout(&again), result);
    }
}

#[test]
fn the_rest_of_the_settings_stays_as_it_is_written() {
    let before = "\u{feff}# Ours.\r\n[dialect]\r\nhtml_comments = \"strip\" # as Braze says\r\non_error = \"print\"\r\n";
    let place = workspace(&[("meniscus.toml", before)]);
    let result = braze("html_comments = \"keep\"");
    assert_eq!(code(&read(place.path(), &result, &["--write"])), 1);
    let after = fs::read_to_string(place.path().join("meniscus.toml")).unwrap();
    assert_eq!(after, before.replace("\"strip\"", "\"keep\""));
    // Text copied from a page has no comments: that says nothing about the setting.
    let copied = result.replace("<!-- ran -->", "").replace("<!--[if mso]>m<![endif]-->", "");
    assert_eq!(code(&read(place.path(), &copied, &["--write"])), 0);
    assert_eq!(fs::read_to_string(place.path().join("meniscus.toml")).unwrap(), after);
    let output = read(place.path(), "⟦ nothing", &[]);
    assert!(
        code(&output) == 2 && stderr(&output).contains("no complete probe"),
        "{}",
        stderr(&output)
    );
}

/// The probes that a setting changes: conditional comments alone are one of two.
fn said_set(dialect: &str) -> usize {
    let comments = match dialect {
        _ if dialect.contains("keep-conditional") => 1,
        _ if dialect.contains("keep") => 2,
        _ => 0,
    };
    comments + usize::from(dialect.contains("bare_attributes"))
}

#[test]
fn what_differs_is_told_with_both_texts() {
    let place = workspace(&[("meniscus.toml", "")]);
    let result =
        braze("").replace("⟦015⟧-5.00⟦/015⟧", "⟦015⟧($5.00)⟦/015⟧").replace("⟦030⟧a-b", "⟦030⟧a-a");
    let output = read(place.path(), &result, &["--report", "report.md"]);
    let said = stdout(&output);
    assert_eq!(code(&output), 1);
    assert!(
        said.starts_with(&format!(
            "{} of {} choices match Braze\n",
            PROBES.len() - 2,
            PROBES.len()
        )),
        "{said}"
    );
    let money = "  015 `money` of a negative number (tests/spec/filters/money.md)\n      expected \"-5.00\"\n      found    \"($5.00)\"\n";
    assert!(said.contains(money) && said.contains("030 `replace_last` exists"), "{said}");
    assert!(
        fs::read_to_string(place.path().join("report.md"))
            .unwrap()
            .contains("differs | `\"-5.00\"` | `\"($5.00)\"`")
    );
}

#[test]
fn results_that_mail_programs_changed_are_read() {
    let place = workspace(&[("meniscus.toml", "")]);
    let result = braze("html_comments = \"keep\"");
    let escaped = result
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let page = format!("<html><body><p>{}</p></body></html>", escaped.replace('\n', "<br>\n"));
    let smart = result.replace('\'', "’").replace("...", "…").replace(' ', "\u{a0}");
    let wrapped = result.replace(' ', "\r\n").replace("⟦0", "⟦\n0");
    let mut quoted = String::new();
    for (number, byte) in result.bytes().enumerate() {
        quoted.push_str(&format!("={byte:02X}"));
        if number % 20 == 19 {
            quoted.push_str("=\r\n");
        }
    }
    let sent = format!(
        "From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}"
    );
    for (how, text) in [
        ("plain", &result),
        ("page", &page),
        ("smart", &smart),
        ("wrapped", &wrapped),
        ("sent", &sent),
    ] {
        let output = read(place.path(), text, &[]);
        let said = stdout(&output);
        assert_eq!(code(&output), 1, "{how}: {said}");
        assert!(said.contains("[dialect] html_comments = \"keep\""), "{how}: {said}");
        assert!(
            !said.contains("Braze differs") && !said.contains("not in the result"),
            "{how}: {said}"
        );
    }
    // Marks that are lost take nothing else along.
    let lost = result.replace("⟦/010⟧", "").replace("⟦020⟧", "");
    let said = stdout(&read(place.path(), &lost, &[]));
    assert!(
        said.contains("not in the result: 010, 020\n") && !said.contains("Braze differs"),
        "{said}"
    );
    for (text, why) in [("nothing here", "it contains no marks"), ("", "it contains no marks")] {
        let output = read(place.path(), text, &[]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
    fs::write(place.path().join("bytes"), b"\xff\xfe\x00").unwrap();
    let output = run(place.path(), &["calibrate", "--read", "bytes"]);
    assert!(code(&output) == 2 && stderr(&output).contains("UTF-8"), "{}", stderr(&output));
}

/// What an engine with these answers makes of the probes that call.
fn braze_that_calls(change: impl Fn(&str) -> String) -> String {
    let place = workspace(&[("meniscus.toml", "")]);
    let file = "recordings/calibrate.json";
    fs::create_dir(place.path().join("recordings")).unwrap();
    let output = run(place.path(), &["calibrate", "--echo", file]);
    assert!(stderr(&output).contains("serve it with `meniscus mock recordings`"), "{output:?}");
    let again = run(place.path(), &["calibrate", "--echo", file]);
    assert!(code(&again) == 2 && stderr(&again).contains("choose another file"), "{again:?}");
    let arguments = ["calibrate", "--print", "--calls", "https://echo.larkspur.example/"];
    let probes = stdout(&run(place.path(), &arguments));
    assert!(probes.contains("connected_content https://echo.larkspur.example/missing :save"));
    let recordings = fs::read_to_string(place.path().join(file)).unwrap();
    put(place.path(), file, &change(&recordings));
    put(place.path(), "templates/calls.liquid", &probes);
    let output = run(place.path(), &["render", "templates/calls.liquid"]);
    assert!(stdout(&output).contains("⟦/060⟧"), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn choices_about_calls_are_asked_at_a_host() {
    let place = workspace(&[("meniscus.toml", "")]);
    let all = CALL_PROBES.len();
    let output = read(place.path(), &braze_that_calls(str::to_owned), &[]);
    let said = format!("{all} of {all} choices match Braze\n");
    assert_eq!((code(&output), stdout(&output)), (0, said), "the others weren't asked");
    // Both results in one file are read together.
    let both = format!("{}{}", braze(""), braze_that_calls(str::to_owned));
    let all = all + PROBES.len();
    let output = read(place.path(), &both, &[]);
    assert_eq!(stdout(&output), format!("{all} of {all} choices match Braze\n"));
    // A Braze that takes the header is told with both texts.
    let other = |text: &str| text.replace("\"body\": \"content_type\"", "\"body\": \"headers\"");
    let output = read(place.path(), &braze_that_calls(other), &[]);
    let said = stdout(&output);
    assert!(
        code(&output) == 1 && said.contains("057 `:content_type` wins over a header"),
        "{said}"
    );
    assert!(said.contains("expected \"content_type\"\n      found    \"headers\""), "{said}");
    for url in [
        "ftp://x",
        "echo",
        "https://u:s3cret@x",
        "https://:s3cret@x",
        "https://x/?a=1",
        "https://{{x}}",
    ] {
        let output = run(place.path(), &["calibrate", "--print", "--calls", url]);
        let said = stderr(&output);
        assert!(code(&output) == 2 && said.contains("can't be called"), "{url}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[test]
fn probes_can_be_left_out() {
    let place = workspace(&[("meniscus.toml", "")]);
    let some = stdout(&run(place.path(), &["calibrate", "--print", "--without", "6,51"]));
    assert_eq!(some, template(&[6, 51]));
    assert!(!some.contains("⟦006⟧") && some.contains("⟦007⟧"));
    let output = run(place.path(), &["calibrate", "--print", "--without", "999"]);
    assert!(code(&output) == 2 && stderr(&output).contains("unknown probe 999"));
    assert_eq!(code(&run(place.path(), &["calibrate"])), 2);
}

#[test]
fn probes_are_numbered_and_each_says_something() {
    let all = || PROBES.iter().chain(CALL_PROBES);
    assert!(all().zip(1..).all(|(probe, number)| probe.number == number));
    // Calls are asked with a text, since nothing would be as likely where none is made.
    assert!(CALL_PROBES.iter().all(|probe| !probe.expected().is_empty()));
    for probe in all() {
        assert!(!probe.expected().contains(['⟦', '⟧']), "{}", probe.number);
        assert!(!probe.about.ends_with('.') && !probe.text.is_empty());
    }
}

/// Pages of the spec with something unverified.
fn unverified() -> Vec<String> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut folders = vec![spec.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md")
                && fs::read_to_string(&path).unwrap().contains("unverified")
            {
                found.push(path.strip_prefix(&spec).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_unverified_statement_has_a_probe_or_a_reason() {
    let pages = unverified();
    for page in &pages {
        let probed = PROBES.iter().chain(CALL_PROBES).any(|probe| probe.spec == page);
        let excused = NOT_PROBED.iter().any(|(known, _)| known == page);
        assert!(
            probed != excused,
            "tests/spec/{page} has something unverified: add a probe, or why there is none"
        );
    }
    let all = || PROBES.iter().chain(CALL_PROBES);
    let probed = all().map(|probe| probe.spec).chain(NOT_PROBED.iter().map(|(page, _)| *page));
    for page in probed {
        assert!(
            pages.iter().any(|known| known == page),
            "tests/spec/{page} has nothing unverified"
        );
    }
    // docs/reference/unverified.md is made of the probes; what is stale is rewritten, and the test fails once.
    let mut text = "# What Braze's documentation leaves open\n\nWritten by `cargo test --test it calibrate` from the probes of `meniscus calibrate`.\n\n\
        Braze's documentation doesn't cover these. We do what Shopify's Liquid 5 does, or what fits best. `meniscus calibrate`\n\
        asks your Braze: see [braze.md](braze.md#calibrating).\n\n| probe | our choice | template | result | spec |\n|---|---|---|---|---|\n"
        .to_owned();
    let code = |text: &str| {
        let text = text.replace('\n', "↵").replace('|', "\\|");
        if text.is_empty() { String::new() } else { format!("`{text}`") }
    };
    for probe in all() {
        let spec = probe.spec;
        text.push_str(&format!(
            "| {:03} | {} | {} | {} | [{spec}](../../tests/spec/{spec}) |\n",
            probe.number,
            probe.about,
            code(probe.text),
            code(&probe.expected())
        ));
    }
    text.push_str("\n## What a pasted template can't settle\n\n| spec | why |\n|---|---|\n");
    for (spec, why) in NOT_PROBED.iter().filter(|(spec, _)| *spec != "README.md") {
        text.push_str(&format!("| [{spec}](../../tests/spec/{spec}) | {why} |\n"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/unverified.md");
    if fs::read_to_string(&path).unwrap_or_default() != text {
        fs::write(&path, text).unwrap();
        panic!("docs/reference/unverified.md was stale: it is written anew");
    }
}
