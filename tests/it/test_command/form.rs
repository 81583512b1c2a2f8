//! The form of the files: byte-true, insta's, without secrets, on every file system.

use std::fs;

use meniscus::render::Outcome;
use meniscus::snapshot::{END, Header, Secrets, Snapshot, decode, encode};
use proptest::prelude::*;

use super::program::{code, put, run, stdout};
use super::{accepted, read, shop, snapshots};

fn outcome(output: &str) -> Outcome {
    Outcome {
        steps: 0,
        output: output.to_owned(),
        abort: None,
        diagnostics: Vec::new(),
        calls: Vec::new(),
        extras: indexmap::IndexMap::new(),
        saved: meniscus::render::Saved::default(),
        silent: false,
        trace: None,
        hits: None,
        map: None,
    }
}

/// What insta does to a text between reading a file and writing it again.
fn through_insta(file: &str) -> String {
    let end_of_head = file[4..].find("---\n").expect("a head") + 8;
    let (head, text) = file.split_at(end_of_head);
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    format!("{head}{}\n", text.trim_end().replace("\r\n", "\n"))
}

proptest! {
    #[test]
    fn every_text_survives_files_and_insta(text in any::<String>(), tail in "[ \t\r\n␃␛␍\u{1b}\0]{0,8}") {
        let text = format!("{text}{tail}");
        prop_assert_eq!(decode(&encode(&text)), text.as_str());
        let kept = Snapshot::text_of("body", &outcome(&text), &Secrets::default());
        let snapshot = Snapshot { header: Some(Header::default()), text: kept };
        let file = snapshot.to_file();
        prop_assert_eq!(&Snapshot::of_file(&file), &snapshot);
        prop_assert_eq!(&Snapshot::of_file(&through_insta(&file)), &snapshot);
        prop_assert_eq!(&Snapshot::of_file(&file.replace('\n', "\r\n")), &snapshot);
    }

    #[test]
    fn texts_that_differ_are_kept_differently(one in "[ab␃␛e\\x1b\r\n ]{0,6}", other in "[ab␃␛e\\x1b\r\n ]{0,6}") {
        let kept = |text: &str| Snapshot::text_of("body", &outcome(text), &Secrets::default());
        prop_assert_eq!(one == other, kept(&one) == kept(&other));
        let whole = format!("{}{END}", encode(&one));
        prop_assert_eq!(kept(&one), whole);
    }

    #[test]
    fn heads_are_read_as_written(texts in proptest::collection::vec(any::<String>(), 8)) {
        let text = |at: usize| texts[at].clone();
        let header = Header {
            message: text(0),
            part: text(1),
            scenario: text(2),
            source: text(3),
            template: text(4),
            values: [(text(5), text(6)), (text(7), text(0))].into_iter().collect(),
            ..Header::default()
        };
        let snapshot = Snapshot { header: Some(header), text: format!("---\n{END}") };
        prop_assert_eq!(Snapshot::of_file(&snapshot.to_file()), snapshot);
    }
}

#[test]
fn a_file_is_readable() {
    let folder = accepted();
    insta::assert_snapshot!(read(folder.path(), "snapshots/offer/body/anna.snap"));
}

#[test]
fn what_is_not_sent_says_why() {
    let folder = shop();
    put(
        folder.path(),
        "templates/odd.liquid",
        "before{% connected_content https://api.example/none :save x %}{% abort_message('no\nwallet') %}",
    );
    run(folder.path(), &["test", "--scenario", "anna", "--accept"]);
    let text = read(folder.path(), "snapshots/odd/body/anna.snap");
    let expected = "---\n␃\n── not sent: liquid_abort_message ──\n  no\n  wallet␃\n── call 1: nobody answered ──\n  GET https://api.example/none\n  Content-Type: application/json\n  Accept: */*␃\n";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn long_texts_are_kept_by_their_ends_and_a_digest() {
    let text = format!("first\n{}last", "0123456789abcde\n".repeat(100_000));
    let kept = Snapshot::text_of("body", &outcome(&text), &Secrets::default());
    assert!(kept.len() < 140_000, "{}", kept.len());
    assert!(kept.starts_with("first\n") && kept.ends_with("last␃"));
    assert!(kept.contains("\n␄ 1"), "says what it leaves out");
    let other = text.replacen("abcde\n0123456789abcde\n0", "abcde\n0123456789abcdX\n0", 1);
    let middle = format!("{}X{}", &text[..800_000], &text[800_001..]);
    assert_ne!(kept, Snapshot::text_of("body", &outcome(&other), &Secrets::default()));
    assert_ne!(kept, Snapshot::text_of("body", &outcome(&middle), &Secrets::default()));
    let line = "é".repeat(2 << 20);
    assert!(Snapshot::text_of("body", &outcome(&line), &Secrets::default()).len() < 140_000);
}

#[test]
fn no_secret_is_kept() {
    let folder = shop();
    let secret = "s3cr3tKEYs3cr3tKEY";
    put(
        folder.path(),
        "meniscus.toml",
        &format!("[variables]\nshop = \"x\"\napi_key = \"{secret}\"\n"),
    );
    put(
        folder.path(),
        "templates/hook/message.toml",
        "channel = \"webhook\"\n[headers]\nAuthorization = \"Bearer {{api_key}}\"\nX-Api-Key = \"{{api_key}}\"\n",
    );
    put(
        folder.path(),
        "templates/hook/url.liquid",
        "https://api.example/x?api_key={{api_key}}&a=1",
    );
    put(
        folder.path(),
        "templates/hook/body.liquid",
        "key {{api_key}}, {\"password\": \"{{api_key}}\"}{% connected_content https://u:{{api_key}}@api.example/points?token={{api_key}} :headers {\"Authorization\": \"Bearer {{api_key}}\"} :save x %}",
    );
    put(
        folder.path(),
        "scenarios/anna.toml",
        &format!("now = \"2026-03-01T09:00:00Z\"\n[variables]\nclient_secret = \"{secret}\"\n"),
    );
    fs::remove_file(folder.path().join("scenarios/ben.toml")).expect("removed");
    for format in ["human", "json", "junit", "github"] {
        let output = run(folder.path(), &["test", "--format", format]);
        assert_eq!(code(&output), 1);
        assert!(!stdout(&output).contains(secret), "{}", stdout(&output));
    }
    let files = snapshots(folder.path());
    assert_eq!(files.len(), 6, "{files:?}");
    for file in &files {
        let text = read(folder.path(), &format!("snapshots/{file}"));
        assert!(!text.contains(secret), "{file}: {text}");
    }
    let header = read(folder.path(), "snapshots/hook/header.Authorization/anna.snap.new");
    assert!(header.ends_with("---\nBearer [redacted]␃\n"), "{header}");
    let url = read(folder.path(), "snapshots/hook/url/anna.snap.new");
    assert!(url.ends_with("?api_key=******************&a=1␃\n"), "{url}");
}

#[test]
fn names_that_share_a_file_on_some_systems_have_files_of_their_own() {
    let folder = shop();
    if !cfg!(target_os = "linux") {
        return;
    }
    put(
        folder.path(),
        "scenarios/Anna.toml",
        "extends = \"anna\"\n[user]\nfirst_name = \"ANNA\"\n",
    );
    put(folder.path(), "templates/spring/offer/message.toml", "channel = \"sms\"\n");
    put(folder.path(), "templates/spring/offer/message.liquid", "x");
    run(folder.path(), &["test", "--accept"]);
    let files = snapshots(folder.path());
    let lower = files.iter().map(|file| file.to_lowercase()).collect::<Vec<_>>();
    assert_eq!(files.len(), 9);
    for (index, file) in lower.iter().enumerate() {
        assert!(!lower[..index].contains(file), "{files:?}");
    }
    assert!(files.contains(&"spring/offer/message/anna.snap".to_owned()), "{files:?}");
    assert_eq!(code(&run(folder.path(), &["test"])), 0);
}
