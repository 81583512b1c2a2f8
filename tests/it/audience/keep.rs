//! A row of an audience, kept as a recipient.

use crate::program::{code, run, stderr, stdout, workspace};

const TEMPLATE: &str = "{% connected_content https://api.tea.example/w/{{${user_id}}} :save w %}{% if w == blank %}{% abort_message('no wallet') %}{% endif %}{{${first_name}}}: {{w.points}} {{w.tier}}";

#[test]
fn a_row_becomes_a_recipient_that_is_nobody() {
    let users = "{\"external_id\": \"c-1\", \"first_name\": \"Wilhelmina\", \"email\": \"w.kowalska@mailbox.tea\"}\n\
        {\"external_id\": \"c-2\", \"first_name\": \"Ottokar\"}\n{broken\n";
    let wallets = "{\"user_id\": \"c-1\", \"response\": {\"points\": 480, \"holder\": \"w.kowalska@mailbox.tea\"}}\n";
    let place = workspace(&[
        ("meniscus.toml", ""),
        ("templates/hi/message.toml", "channel = \"sms\"\n"),
        ("templates/hi/body.liquid", TEMPLATE),
        ("users.ndjson", users),
        ("wallets.ndjson", wallets),
    ]);
    let keep = |row: &str, name: &str| {
        let arguments =
            ["audience", "templates/hi", "--users", "users.ndjson", "--answers", "wallets.ndjson"];
        let more = ["--now", "2026-03-01T09:00:00Z", "--keep", row, "--as", name];
        run(place.path(), &[&arguments[..], &more].concat())
    };
    let output = keep("users.ndjson:1", "blank_tier");
    let said = stdout(&output);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        said.starts_with(
            "saved as the scenario blank_tier; 2 values are replaced with invented ones"
        ),
        "{said}"
    );
    assert!(
        said.contains("it gets the same as the row: a blank at templates/hi/body.liquid:1:"),
        "{said}"
    );
    let output = keep("users.ndjson:2", "no_wallet");
    assert!(
        stdout(&output).contains("it gets the same as the row: no message, aborted at"),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    // Both render alone, without the audience; nothing tells who they are.
    let rendered = run(place.path(), &["render", "templates/hi", "--scenario", "blank_tier"]);
    assert_eq!(stdout(&rendered).trim_end_matches('\n'), "Alex: 480 ", "{}", stderr(&rendered));
    let rendered = run(place.path(), &["render", "templates/hi", "--scenario", "no_wallet"]);
    assert!(stdout(&rendered).contains("no wallet") || stderr(&rendered).contains("no wallet"));
    for folder in ["scenarios", "recordings"] {
        let mut folders = vec![place.path().join(folder)];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for told in ["Wilhelmina", "Ottokar", "c-1", "c-2", "w.kowalska@mailbox.tea"] {
                    assert!(!text.contains(told), "{told} in {}: {text}", path.display());
                }
            }
        }
    }
    for (row, name, why) in [
        ("users.ndjson:9", "x", "the row `users.ndjson:9` doesn't exist"),
        ("users.ndjson:3", "x", "it isn't JSON"),
        ("users.ndjson:2", "blank_tier", "`scenarios/blank_tier.toml` would change"),
        ("users.ndjson:2", "a/b", "`a/b` can't be the name of a scenario"),
    ] {
        let output = keep(row, name);
        assert!(code(&output) == 2 && stderr(&output).contains(why), "{why}: {}", stderr(&output));
    }
}
