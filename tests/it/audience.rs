//! `meniscus audience`: what all recipients get, counted.

mod inputs;
mod keep;
mod out;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

const NOW: &str = "2026-03-01T09:00:00Z";

/// A message that greets by name, shows points from a call, and is aborted without a tier.
const FILES: &[(&str, &str)] = &[
    ("meniscus.toml", ""),
    ("templates/hello/message.toml", "channel = \"email\"\n"),
    ("templates/hello/subject.liquid", "Hi {{${first_name}}}"),
    (
        "templates/hello/body.html",
        "{% if custom_attribute.${tier} == blank %}{% abort_message('no tier') %}{% endif %}\
         {% connected_content https://shop.example/wallet?id={{${user_id}}} :save wallet %}\n\
         <a href=\"{{wallet.link}}\">{% if wallet.points > 100 %}many{% else %}{{wallet.points}}{% endif %}</a>",
    ),
    ("templates/text/message.toml", "channel = \"sms\"\n"),
    ("templates/text/body.liquid", "Hi {{${first_name}}}"),
    (
        "templates/offer.liquid",
        "{{api_trigger_properties.${title}}} {{api_trigger_properties.${nope}}}",
    ),
    (
        "recordings/wallet.json",
        r#"{"request": {"urlPath": "/wallet"}, "response": {"jsonBody": {"points": 1, "link": "https://a.example"}}}"#,
    ),
];

struct Shop(TempDir);

impl Shop {
    fn new() -> Shop {
        let shop = Shop(TempDir::new().unwrap());
        FILES.iter().for_each(|(name, text)| shop.put(name, text.as_bytes()));
        shop
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
        command.arg("audience").args(arguments).current_dir(self.0.path()).env("NO_COLOR", "1");
        command.output().unwrap()
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let all = [&["templates/hello", "--now", NOW, "--report", "json"], arguments].concat();
        serde_json::from_str(&self.text(&all)).unwrap()
    }

    /// Why a run isn't possible.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

/// Users 0 to 999: each tenth has no name, each fifth no tier.
fn user(row: usize) -> Value {
    let mut user = json!({ "external_id": format!("u{row}"), "custom_attributes": {} });
    if !row.is_multiple_of(10) {
        user["first_name"] = json!("Anna");
    }
    if row % 5 != 1 {
        user["custom_attributes"]["tier"] = json!("gold");
    }
    user
}

fn users() -> String {
    (0..1_000).map(|row| format!("{}\n", user(row))).collect()
}

/// Wallets of all but each fourth: each tenth without a link.
fn wallets() -> String {
    let rows = (0..1_000).filter(|row| row % 4 != 3).map(|row| {
        let link = if row % 10 == 2 { Value::Null } else { json!("https://a.example") };
        json!({ "user_id": format!("u{row}"), "response": { "points": row, "link": link } })
    });
    rows.map(|row| format!("{row}\n")).collect()
}

/// Counts rows for which something is so, among those that aren't aborted.
fn count(is_so: impl Fn(usize) -> bool) -> u64 {
    (0..1_000).filter(|row| row % 5 != 1 && is_so(*row)).count() as u64
}

fn rows_of(tally: &Value, what: &str) -> BTreeMap<String, u64> {
    let all = tally[what].as_object().unwrap().iter();
    all.map(|(place, counted)| (place.clone(), counted["rows"].as_u64().unwrap())).collect()
}

#[test]
fn every_recipient_is_counted() {
    let shop = Shop::new();
    shop.put("users.ndjson", users().as_bytes());
    shop.put("wallets.ndjson", wallets().as_bytes());
    let tally = shop.json(&["--users", "users.ndjson", "--answers", "wallets.ndjson"]);
    assert_eq!((&tally["rows"], &tally["sent"]), (&json!(1_000), &json!(800)));
    let aborts = rows_of(&tally, "aborts");
    let abort =
        "templates/hello/body.html:1:43 liquid_abort_message: {% abort_message('no tier') %}";
    assert_eq!(aborts, BTreeMap::from([(abort.to_owned(), 200)]));
    // Who isn't sent anything doesn't see a blank, and makes no call.
    let no_wallet = |row: usize| row % 4 == 3;
    let no_link = |row: usize| row % 10 == 2;
    assert_eq!(tally["unanswered"], count(no_wallet));
    let blanks = rows_of(&tally, "blanks");
    let blank = |line: &str| {
        let found = blanks.iter().filter(|(place, _)| place.contains(line));
        found.map(|(_, rows)| *rows).sum::<u64>()
    };
    assert_eq!(blank("{{${first_name}}}: not in the row"), count(|row| row % 10 == 0));
    assert_eq!(blank("{{wallet.link}}: "), count(|row| no_wallet(row) || no_link(row)));
    assert_eq!(blank("{{wallet.points}}: "), count(no_wallet));
    let any = count(|row| row % 10 == 0 || no_wallet(row) || no_link(row));
    assert_eq!(tally["with_blanks"], any);
    assert_eq!(tally["empty_links"], count(|row| no_wallet(row) || no_link(row)));
    assert_eq!(tally["calls"], 800);
    let branches = rows_of(&tally, "branches");
    let many =
        branches.iter().find(|(place, _)| place.contains("the body of `if wallet.points > 100`"));
    assert_eq!(*many.unwrap().1, count(|row| row > 100 && !no_wallet(row)));
    // A row of each kind is named.
    let samples = tally["aborts"][abort]["samples"].as_array().unwrap();
    assert_eq!(samples.len(), 3);
    for sample in samples {
        let line = sample["at"].as_str().unwrap().strip_prefix("users.ndjson:").unwrap();
        assert_eq!((line.parse::<usize>().unwrap() - 1) % 5, 1);
    }
    // Nothing of a recipient is in a report.
    assert!(!tally.to_string().contains("Anna") && !tally.to_string().contains("\"u7"));
}

#[test]
fn forms_threads_and_parts_make_no_difference() {
    let shop = Shop::new();
    let all = users();
    shop.put("one/users.txt", all.as_bytes());
    let (first, second) = all.split_at(all.len() / 2);
    let at = first.rfind('\n').unwrap() + 1;
    let (first, second) = (&all[..at], format!("{}{second}", &all[at..all.len() / 2]));
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(first.as_bytes()).unwrap();
    shop.put("two/segment-export/id/2026-03-01/a.gz", &gzip.finish().unwrap());
    shop.put("two/segment-export/id/2026-03-01/b.txt", second.as_bytes());
    let list = (0..1_000).map(user).collect::<Vec<_>>();
    shop.put("three/users.json", json!(list).to_string().as_bytes());
    shop.put(
        "four/users.json",
        json!({ "users": list, "message": "success" }).to_string().as_bytes(),
    );
    let mut csv = String::from("user_id,First Name,tier\n");
    for user in &list {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (id, name) = (text(&user["external_id"]), text(&user["first_name"]));
        csv.push_str(&format!("{id},{name},{}\n", text(&user["custom_attributes"]["tier"])));
    }
    shop.put("five/users.csv", csv.as_bytes());
    shop.put("wallets.ndjson", wallets().as_bytes());
    let of = |users: &str, more: &[&str]| {
        shop.json(&[&["--users", users, "--answers", "wallets.ndjson"], more].concat())
    };
    let known = of("one", &["--threads", "1"]);
    assert_eq!(of("one", &["--threads", "4"]), known);
    // The same numbers, wherever the rows are.
    let numbers = |tally: &Value| {
        let mut tally = tally.clone();
        for what in ["aborts", "blanks", "row_errors"] {
            tally[what] = json!(rows_of(&tally, what));
        }
        tally["samples"] = json!(null);
        tally["sizes"] = json!(null);
        tally
    };
    for other in ["two", "three", "four", "five", "two/**/*.*"] {
        assert_eq!(numbers(&of(other, &[])), numbers(&known), "{other}");
    }
    // Parts that are counted by themselves add up.
    let parts = ["two/**/a.gz", "two/**/b.txt"].map(|part| of(part, &[]));
    for (index, part) in parts.iter().enumerate() {
        shop.put(&format!("part{index}.json"), part.to_string().as_bytes());
    }
    let merged = shop.text(&["--merge", "part1.json", "part0.json", "--report", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&merged).unwrap(), of("two", &[]));
    shop.put("templates/hello/subject.liquid", b"other");
    shop.put("part0.json", of("one", &[]).to_string().as_bytes());
    let refused = shop.refused(&["--merge", "part0.json", "part1.json"]);
    assert!(refused.contains("it has a different workspace state"), "{refused}");
}

#[test]
fn rows_that_cannot_be_used_are_counted_and_stop_nothing() {
    let shop = Shop::new();
    let deep = "[".repeat(100_000);
    let rows =
        format!("{}{{\"external_id\": \"cut\n\n[1]\nnull\n\u{0}\n{deep}\n{}\n", users(), user(7));
    shop.put("users.ndjson", rows.as_bytes());
    let tally = shop.json(&["--users", "users.ndjson", "--samples", "1"]);
    assert_eq!(tally["rows"], 1_006);
    let errors = rows_of(&tally, "row_errors");
    assert_eq!(errors.values().sum::<u64>(), 5, "{errors:?}");
    assert_eq!(tally["row_errors"]["it isn't JSON"]["rows"], 3);
    assert_eq!(tally["row_errors"]["it isn't JSON"]["samples"].as_array().unwrap().len(), 1);
    // Recordings answer where there is no table.
    assert_eq!(tally["unanswered"], 0);
    let output =
        shop.run(&["templates/hello", "--users", "users.ndjson", "--fail-on", "errors > 4"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("failed: errors > 4 (5 of 1,006)"));
    let fine = ["templates/hello", "--users", "users.ndjson", "--fail-on", "errors > 0.5%"];
    assert_eq!(shop.run(&fine).status.code(), Some(0));
    let limited = shop.json(&["--users", "users.ndjson", "--limit", "10"]);
    assert_eq!(limited["rows"], 10);
}

#[test]
fn the_control_group_gets_nothing() {
    let shop = Shop::new();
    shop.put("users.ndjson", users().as_bytes());
    let group = (0..100).map(|row| format!("{}\n", json!({ "external_id": format!("u{row}") })));
    shop.put("control/group.txt", group.collect::<String>().as_bytes());
    let tally = shop.json(&["--users", "users.ndjson", "--exclude", "control"]);
    assert_eq!((&tally["rows"], &tally["excluded"]), (&json!(900), &json!(100)));
    // Whom it doesn't name would get the message.
    shop.put("control/group.txt", b"{\"first_name\": \"Anna\"}\n");
    let asked = ["templates/hello", "--users", "users.ndjson", "--exclude", "control"];
    let refused = shop.refused(&asked);
    assert!(refused.contains("`control/group.txt:1` has no ID"), "{refused}");
}

#[test]
fn triggers_and_text_messages_are_audiences_too() {
    let shop = Shop::new();
    let row = |row: usize| {
        let title = if row == 3 { json!(null) } else { json!(format!("Offer {row}")) };
        json!({ "external_user_id": format!("u{row}"), "trigger_properties": { "title": title } })
    };
    shop.put("t.ndjson", (0..10).map(|n| format!("{}\n", row(n))).collect::<String>().as_bytes());
    let asked = ["templates/offer.liquid", "--users", "t.ndjson", "--now", NOW];
    let tally = shop.text(&[&asked[..], &["--report", "json"]].concat());
    let tally = serde_json::from_str::<Value>(&tally).unwrap();
    let blanks = rows_of(&tally, "blanks");
    assert_eq!(blanks.values().copied().collect::<Vec<_>>(), [1, 10], "{blanks:?}");
    let people = ["A".repeat(170), "Ω".to_owned(), "ł".repeat(70), "x".to_owned()];
    let people =
        people.map(|name| format!("{}\n", json!({ "external_id": name, "first_name": name })));
    shop.put("people.ndjson", people.concat().as_bytes());
    let asked = ["templates/text", "--users", "people.ndjson", "--now", NOW, "--sms-price", "0.5"];
    let text = shop.text(&asked);
    assert!(text.contains("2  of 1 segment\n") && text.contains("2  of 2 segments\n"), "{text}");
    assert!(
        text.contains("6 segments in total, 1 message with characters outside GSM-7"),
        "{text}"
    );
    assert!(text.contains("3.00 in total at 0.5 per segment"), "{text}");
}

#[test]
fn a_report_is_a_screen_or_a_page() {
    let shop = Shop::new();
    shop.put("users.ndjson", users().as_bytes());
    shop.put("wallets.ndjson", wallets().as_bytes());
    let asked = ["templates/hello", "--users", "users.ndjson", "--now", NOW, "--answers"];
    let asked = [&asked[..], &["wallets.ndjson", "--send-rate", "1000/s"]].concat();
    let text = shop.text(&asked);
    assert!(text.lines().count() < 50, "{text}");
    for line in ["hello for 1,000 recipients", "sent                           800     80.0 %"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.contains("800 calls per second") && text.contains("bulk data"), "{text}");
    let page = shop.text(&[&asked[..], &["--report", "html"]].concat());
    assert!(page.contains("<h1>hello for 1,000 recipients</h1>"));
    assert!(page.contains("<pre>Hi {{${first_name}}}</pre>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("<a "));
    let explained = shop.text(&["templates/hello", "--users", "users.ndjson", "--explain-input"]);
    assert!(explained.contains("custom_attributes → custom_attribute.${…}"), "{explained}");
    assert!(explained.contains("external_id → ${user_id}"), "{explained}");
    assert!(!explained.contains("Anna"));
    assert!(!explained.contains("none of"), "{explained}");
    shop.put("users.ndjson", b"{\"external_id\": \"u1\"}\n{\"first_name\": \"Anna\"}\n");
    let explained = shop.text(&["templates/hello", "--users", "users.ndjson", "--explain-input"]);
    let lacking =
        "the message reads these, and none of 2 first rows has them:\n  custom_attribute.${tier}\n";
    assert!(explained.ends_with(lacking), "{explained}");
    assert!(explained.contains("no ID: `--answers`"), "{explained}");
}

#[test]
fn what_is_wrong_with_the_question_is_said() {
    let shop = Shop::new();
    shop.put("users.ndjson", users().as_bytes());
    shop.put("empty.ndjson", b"\n\n");
    shop.put("a.ndjson", b"{\"user_id\": \"u1\", \"response\": {}}\n{\"user_id\": \"u2\"}\n");
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(wallets().as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    shop.put("a.gz", &packed);
    shop.put("cut.gz", &packed[..packed.len() / 2]);
    let hello = "templates/hello";
    for (asked, says) in [
        (&[hello, "--users", "nowhere"][..], "there is no `nowhere`"),
        (&[hello, "--users", "empty.ndjson"], "the audience has no rows"),
        (&[hello, "--users", "cut.gz"], "can't read `cut.gz`"),
        (&[hello, "--users", "users.ndjson", "--answers", "a.gz"], "is a gzip or zip file"),
        (
            &[hello, "--users", "users.ndjson", "--answers", "a.ndjson"],
            "`a.ndjson:2` isn't a customer's response",
        ),
        (&[hello, "--users", "users.ndjson", "--answers", "x=a.ndjson"], "unknown endpoint `x`"),
        (&[hello, "--users", "users.ndjson", "--base", "nobody"], "no recipient `nobody`"),
        (&[hello, "--users", "users.ndjson", "--now", "soon"], "`--now soon` isn't a time"),
        (&[hello, "--users", "users.ndjson", "--fail-on", "blank > 1"], "with one of blanks"),
        (
            &["templates", "--users", "users.ndjson"],
            "`templates` contains 3 messages, but `audience` takes one",
        ),
        (&["templates/nope", "--users", "users.ndjson"], "templates/nope"),
        (&["--merge", "users.ndjson"], "can't be added"),
    ] {
        let refused = shop.refused(asked);
        assert!(refused.contains(says), "{asked:?}: {refused}");
    }
    // A recording that can't be read would be missed in silence.
    shop.put("recordings/broken.json", b"{");
    let refused = shop.refused(&[hello, "--users", "users.ndjson"]);
    assert!(refused.contains("recordings/broken.json"), "{refused}");
    assert!(Path::new(shop.0.path()).join("templates/hello").exists());
}
