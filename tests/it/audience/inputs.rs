//! Exports, responses and reports that aren't as they should be: nothing is lost without a word.

use std::fs;
use std::io::Write;
use std::process::Command;

use serde_json::{Value, json};

use super::{NOW, Shop, user, users, wallets};

/// Files from which rows would be lost without a word.
#[test]
fn a_file_is_read_to_its_end_or_refused() {
    let shop = Shop::new();
    let hello = "templates/hello";
    shop.put(
        "lists.json",
        b"[{\"external_id\": \"a\"}]\n[{\"external_id\": \"b\"}, {\"external_id\": \"c\"}]\n",
    );
    assert_eq!(shop.json(&["--users", "lists.json"])["rows"], 3);
    let mut open = String::from("user_id,first_name\nu0,\"Anna\n");
    (1..5_000).for_each(|row| open.push_str(&format!("u{row},Ren\n")));
    for (name, bytes, says) in [
        (
            "list-then-lines.ndjson",
            &b"[1, 2]\n{\"external_id\": \"b\"}\n"[..],
            "after the end of the list",
        ),
        ("open-quote.csv", open.as_bytes(), "the row at line 2 has an unclosed quote"),
        ("semicolons.csv", b"user_id;first_name\nu1;Anna\n", "semicolons instead of commas"),
        ("tabs.csv", b"user_id\tfirst_name\nu1\tAnna\n", "tabs instead of commas"),
        (
            "no-header.csv",
            b"u1,Anna\nu2,Bo\n",
            "it isn't JSON, and its first line isn't a CSV header with an ID",
        ),
        (
            "null.ndjson",
            b"null\n{\"external_id\": \"b\"}\n",
            "it isn't JSON, and its first line isn't a CSV header with an ID",
        ),
        (
            "data.json",
            b"{\"data\": [{\"external_id\": \"a\"}]}\n",
            "it has neither an ID nor a field",
        ),
        (
            "utf16.ndjson",
            b"{\x00\"\x00a\x00\"\x00:\x001\x00}\x00",
            "none of the audience's rows can be used",
        ),
    ] {
        shop.put(name, bytes);
        let refused = shop.refused(&[hello, "--users", name]);
        assert!(refused.contains(says), "{name}: {refused}");
        assert!(!refused.contains("Anna"), "{name}: {refused}");
    }
    // What is left out must not be lost either.
    shop.put("users.ndjson", users().as_bytes());
    shop.put("none.csv", b"user_id\n");
    for group in ["list-then-lines.ndjson", "none.csv"] {
        shop.refused(&[hello, "--users", "users.ndjson", "--exclude", group]);
    }
    // The first line may be too long, as any other; what systems keep in an archive isn't a row.
    let long = format!("{{\"external_id\": \"{}\"}}\n{}\n", "x".repeat(65 << 20), user(2));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [("users.txt", &*long), ("__MACOSX/._users.txt", "\0"), (".DS_Store", "x")]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes.as_bytes()).unwrap();
    }
    shop.put("users.zip", &zip.finish().unwrap().into_inner());
    let tally = shop.json(&["--users", "users.zip"]);
    assert_eq!(
        (&tally["rows"], &tally["row_errors"]["the row is larger than 64 MB"]["rows"]),
        (&json!(2), &json!(1))
    );
    // A file by two names is one file.
    shop.put("one.ndjson", format!("{}\n", user(2)).as_bytes());
    assert_eq!(shop.json(&["--users", "one.ndjson", "./one.ndjson", "./one.n*"])["rows"], 1);
    #[cfg(unix)]
    {
        shop.put("folder/one.ndjson", format!("{}\n", user(2)).as_bytes());
        std::os::unix::fs::symlink("nowhere", shop.0.path().join("folder/two.ndjson")).unwrap();
        let refused = shop.refused(&[hello, "--users", "folder"]);
        assert!(refused.contains("can't read the folder `folder`"), "{refused}");
    }
}

/// Whoever must get nothing is found by the same id, wherever it is in a row.
#[test]
fn an_id_is_the_same_wherever_it_is() {
    let shop = Shop::new();
    let rows = [
        json!({ "braze_id": "b1", "external_id": "u1" }),
        json!({ "external_id": "u1", "braze_id": "b1" }),
        json!({ "user": { "user_id": "u1" } }),
        json!({ "user_id": "u1", "external_id": "other" }),
        json!({ "braze_id": "u1" }),
        json!({ "external_id": "u2" }),
    ];
    shop.put("users.ndjson", rows.map(|row| format!("{row}\n")).concat().as_bytes());
    shop.put("group.csv", b"user_id\nu1\n");
    let tally = shop.json(&["--users", "users.ndjson", "--exclude", "group.csv"]);
    assert_eq!((&tally["rows"], &tally["excluded"]), (&json!(1), &json!(5)));
}

#[test]
fn a_row_without_an_id_is_an_error_where_ids_decide() {
    let shop = Shop::new();
    let rows = format!("{}\n{}\n", user(2), json!({ "first_name": "Anna" }));
    shop.put("users.ndjson", rows.as_bytes());
    shop.put("group.csv", b"user_id\nu1\n");
    for (more, why) in [
        (["--exclude", "group.csv"], "it has no ID"),
        (["--key", "external_id"], "it has no `external_id`"),
    ] {
        let tally = shop.json(&[&["--users", "users.ndjson"], &more[..]].concat());
        assert_eq!(tally["row_errors"][why]["rows"], 1, "{more:?}");
    }
    // Ids of a column that the question names stay as they are.
    shop.put("cards.csv", b"Card No,first_name,tier\n1.50,Anna,gold\n1e3,Bo,gold\nTRUE,Ida,gold\n");
    let wallets = ["1.50", "1e3", "TRUE"]
        .map(|id| format!("{}\n", json!({ "id": id, "response": { "points": 1, "link": "/" } })));
    shop.put("wallets.ndjson", wallets.concat().as_bytes());
    let asked = ["--users", "cards.csv", "--key", "Card No", "--answers", "wallets.ndjson"];
    assert_eq!(shop.json(&asked)["unanswered"], 0);
    // A card's number isn't the id in Braze, which prints nothing then.
    shop.put("templates/id/body.liquid", b"{{${user_id}}}");
    let asked = [
        "templates/id/body.liquid",
        "--users",
        "cards.csv",
        "--key",
        "Card No",
        "--report",
        "json",
    ];
    let tally = serde_json::from_str::<Value>(&shop.text(&asked)).unwrap();
    assert_eq!(tally["with_blanks"], 3);
}

#[test]
fn a_gate_fails_where_it_read_nothing() {
    let shop = Shop::new();
    shop.put("users.ndjson", format!("{}\n{{\n", user(2)).as_bytes());
    let asked = ["templates/hello", "--users", "users.ndjson", "--now", NOW, "--fail-on"];
    let code = |condition: &str| shop.run(&[&asked[..], &[condition]].concat()).status.code();
    assert_eq!(code("aborted > 0"), Some(1));
    assert_eq!(code("errors > 1"), Some(0));
    // A call that nothing answers, with no table at all.
    shop.put("users.ndjson", format!("{}\n", user(2)).as_bytes());
    assert_eq!(code("unanswered > 0"), Some(0));
    fs::remove_file(shop.0.path().join("recordings/wallet.json")).unwrap();
    assert_eq!(code("unanswered > 0"), Some(1));
    // A template that fails isn't what its author wished.
    shop.put("templates/wrong.liquid", b"{% if custom_attribute.${tier} > 1 %}many{% endif %}");
    let asked = ["templates/wrong.liquid", "--users", "users.ndjson", "--fail-on", "errors > 0"];
    let output = shop.run(&asked);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("because of an error"));
}

#[test]
fn the_base_gives_nothing_of_a_person() {
    let shop = Shop::new();
    shop.put(
        "scenarios/anna.toml",
        b"[custom_attribute]\ntier = \"gold\"\n[user]\nfirst_name = \"Anna\"\n",
    );
    shop.put("users.ndjson", b"{\"external_id\": \"u1\"}\n");
    let tally = shop.json(&["--users", "users.ndjson", "--base", "anna"]);
    assert_eq!((&tally["sent"], &tally["rows"]), (&json!(0), &json!(1)));
}

#[test]
fn tables_answer_one_after_the_other() {
    let shop = Shop::new();
    shop.put("users.ndjson", format!("{}\n{}\n", user(2), user(3)).as_bytes());
    let answer = |id: &str| {
        format!(
            "\u{feff}{}\n",
            json!({ "user_id": id, "external_id": "x", "response": { "points": 1, "link": "/" } })
        )
    };
    shop.put("a.ndjson", answer("u2").as_bytes());
    shop.put("b.ndjson", answer("u3").as_bytes());
    let asked = ["--users", "users.ndjson", "--answers", "a.ndjson", "--answers", "b.ndjson"];
    assert_eq!(shop.json(&asked)["unanswered"], 0);
    // What is wrong with a row isn't quoted: it may be a person's.
    shop.put("a.ndjson", b"\"anna@secret.example\"\n");
    let refused =
        shop.refused(&["templates/hello", "--users", "users.ndjson", "--answers", "a.ndjson"]);
    assert!(refused.contains("`a.ndjson:1`") && !refused.contains("secret"), "{refused}");
}

#[test]
fn reports_that_nobody_wrote_are_not_added() {
    let shop = Shop::new();
    shop.put(
        "templates/my offer.liquid",
        b"{{${first_name}}} {% if ${language} %}a{% else %}b{% endif %}",
    );
    shop.put("users.ndjson", users().as_bytes());
    let asked = [
        "templates/my offer.liquid",
        "--users",
        "users.ndjson",
        "--limit",
        "10",
        "--report",
        "json",
    ];
    let whole = serde_json::from_str::<Value>(&shop.text(&asked)).unwrap();
    assert_eq!(whole["partial"], true);
    shop.put("a.json", whole.to_string().as_bytes());
    let merged = shop.text(&["--merge", "a.json"]);
    assert!(merged.contains("this isn't the whole audience"), "{merged}");
    assert!(shop.refused(&["--merge", "a.json", "./a.json"]).contains("named twice"));
    for (field, value) in [
        ("sent", json!(11)),
        ("rows", json!(u64::MAX)),
        ("with_blanks", json!(99)),
        ("distinct_calls", json!("000")),
    ] {
        let mut wrong = whole.clone();
        wrong[field] = value;
        shop.put("b.json", wrong.to_string().as_bytes());
        assert!(shop.refused(&["--merge", "b.json"]).contains("can't be added"), "{field}");
    }
}

#[test]
fn a_report_is_compared_with_an_earlier_one() {
    let shop = Shop::new();
    let asked = ["templates/text", "--users", "users.ndjson", "--now", NOW];
    shop.put("users.ndjson", users().as_bytes());
    let whole = shop.text(&[&asked[..], &["--report", "json"]].concat());
    shop.put("before.json", whole.as_bytes());
    let compared = [&asked[..], &["--compare", "before.json"]].concat();
    let text = shop.text(&compared);
    assert!(text.contains("the same workspace and clock\n  the same numbers"), "{text}");
    // Nobody has a name now, and a line is added.
    shop.put("templates/text/body.liquid", b"\nHi {{${first_name}}}");
    shop.put("users.ndjson", users().replace("first_name", "name").as_bytes());
    let text = shop.text(&compared);
    assert!(text.contains("since the earlier report: the workspace has changed"), "{text}");
    assert!(text.contains("with a blank\n"), "{text}");
    assert!(
        text.contains("100 → 1,000             +900  {{${first_name}}}: not in the row"),
        "{text}"
    );
    let page = shop.text(&[&compared[..], &["--report", "html"]].concat());
    assert!(page.contains("<td class=\"number\">+900</td><td>with a blank</td>"), "{page}");
    let other = ["templates/hello", "--users", "users.ndjson", "--compare", "before.json"];
    assert!(shop.refused(&other).contains("the earlier report is about `text`"));
    shop.put("before.json", b"{}");
    assert!(shop.refused(&compared).contains("`before.json` isn't a report"));
}

/// A text is looked at for blanks only where something may be missing: each way of missing something counts.
#[test]
fn every_kind_of_blank_is_counted() {
    let shop = Shop::new();
    shop.put("users.ndjson", b"{\"external_id\": \"u1\", \"context\": {\"none\": []}}\n");
    shop.put("content_blocks/greeting.liquid", b"Hi {{${first_name}}}");
    for (template, blanks) in [
        ("{{${first_name}}}", 1),
        ("{{content_blocks.${greeting}}}", 1),
        ("{% capture name %}{{${first_name}}}{% endcapture %}{{name}}", 1),
        ("{% for offer in context.${none} %}{{offer}}{% endfor %}", 1),
        ("{% connected_content https://nowhere.example %}", 1),
        ("{{${first_name} | default: ''}}", 0),
        ("{% if context.${none} == blank %}{% else %}x{% endif %}", 0),
        ("Hi", 0),
    ] {
        shop.put("templates/one.liquid", template.as_bytes());
        let asked = ["templates/one.liquid", "--users", "users.ndjson", "--report", "json"];
        let tally = serde_json::from_str::<Value>(&shop.text(&asked)).unwrap();
        assert_eq!(
            (&tally["sent"], &tally["with_blanks"]),
            (&json!(1), &json!(blanks)),
            "{template}"
        );
    }
}

#[test]
fn sizes_and_links_are_those_of_braze() {
    let shop = Shop::new();
    let name = "A".repeat(1_600);
    let rows = [
        json!({ "external_id": "a", "first_name": name }),
        json!({ "external_id": "b", "first_name": "Bo" }),
    ];
    shop.put("users.ndjson", rows.map(|row| format!("{row}\n")).concat().as_bytes());
    let asked = ["templates/text", "--users", "users.ndjson", "--report", "json"];
    let tally = serde_json::from_str::<Value>(&shop.text(&asked)).unwrap();
    assert_eq!(tally["oversize"], 1);
    for (link, is_empty) in [
        ("<a href=\"\">x</a>", true),
        ("<a href=' '>x</a>", true),
        ("<a href=\"https://\">x</a>", true),
        ("<a title=\"a > b\" href=\"\">x</a>", true),
        ("<a href=>x</a>", true),
        ("<a title=\"a > b\" href=\"/x\">x</a>", false),
        ("<a data-x=\"href=''\" href=\"/x\">x</a>", false),
        ("<abbr href=\"\">x</abbr>", false),
    ] {
        shop.put("templates/text/message.toml", b"channel = \"email\"\n");
        shop.put("templates/text/body.liquid", link.as_bytes());
        let tally = serde_json::from_str::<Value>(&shop.text(&asked)).unwrap();
        assert_eq!(tally["empty_links"], json!(if is_empty { 2 } else { 0 }), "{link}");
    }
}

/// Rows that change while they are read end the run, rather than leaving it waiting.
#[test]
fn responses_that_change_end_the_run() {
    let shop = Shop::new();
    shop.put("templates/many.liquid", b"{% connected_content https://a.example :save w %}{% for i in (1..2000) %}{{w.points}}{% endfor %}");
    shop.put("users.ndjson", users().repeat(20).as_bytes());
    shop.put("wallets.ndjson", wallets().as_bytes());
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    let asked = [
        "audience",
        "templates/many.liquid",
        "--users",
        "users.ndjson",
        "--answers",
        "wallets.ndjson",
    ];
    command.args(asked).current_dir(shop.0.path()).stdout(std::process::Stdio::null());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    // It is said when the index is built.
    while !line.contains("750 responses in wallets.ndjson") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0);
    }
    shop.put("wallets.ndjson", "x".repeat(200_000).as_bytes());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{rest}");
    assert!(rest.contains("`wallets.ndjson` has changed since it was read"), "{rest}");
}

#[test]
fn addresses_that_braze_fills_in_are_no_blanks() {
    let shop = Shop::new();
    shop.put("templates/leave/message.toml", b"channel = \"email\"\n");
    shop.put(
        "templates/leave/body.html",
        b"<a href=\"{{${set_user_to_unsubscribed_url}}}\">Leave</a> <a href=\"{{${city}}}\">x</a>",
    );
    shop.put(
        "rows.ndjson",
        b"{\"external_id\": \"1\", \"home_city\": \"Oslo\"}\n{\"external_id\": \"2\"}\n{\"trigger_properties\": {}}\n",
    );
    let run = ["templates/leave", "--now", NOW, "--users", "rows.ndjson", "--report", "json"];
    let tally: Value = serde_json::from_str(&shop.text(&run)).unwrap();
    assert_eq!((&tally["sent"], &tally["empty_links"]), (&json!(3), &json!(2)));
    assert_eq!(tally["blanks"].as_object().unwrap().len(), 1, "{}", tally["blanks"]);
}
