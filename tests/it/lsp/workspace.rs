//! What editors ask across files: other names, inclusions, and how a message stands.

use std::fs;

use serde_json::{Value, json};

use super::client::{BODY, Client, FILES, at};

const SUBJECT: &str = "templates/hello/subject.liquid";

/// A client whose editor can rename files.
fn renaming() -> Client {
    let edits = json!({ "documentChanges": true, "resourceOperations": ["rename"] });
    let more = [
        (
            "templates/other/message.toml",
            "channel = \"webhook\"\n[headers]\nX-Tier = \"{{custom_attribute.${tier}}}\"\n",
        ),
        (
            "templates/other/body.liquid",
            "{{custom_attribute.${tier} | upcase}} {{content_blocks.${footer}}}",
        ),
        (
            "content_blocks/wrapper.liquid",
            "{{content_blocks.${footer}}}{{content_blocks.${footer}}}",
        ),
        (
            "scenarios/cora.toml",
            "now = \"2026-03-01T09:00:00Z\"\n[custom_attribute]\ntier = \"gold\"\n",
        ),
        (
            "scenarios/dan.json",
            "{\"now\": \"2026-03-01T09:00:00Z\", \"custom_attribute\": {\"tier\": \"tin\"}}",
        ),
    ];
    let files = FILES.iter().copied().chain(more).collect::<Vec<_>>();
    Client::with(&json!({ "workspace": { "workspaceEdit": edits } }), &json!({}), &files)
}

/// The new texts of an edit, by the ends of the files' addresses.
fn edits(changes: &Value) -> Vec<(String, Vec<String>)> {
    let all = changes["changes"].as_object().unwrap().iter();
    let mut all = all
        .map(|(uri, edits)| {
            let texts = edits.as_array().unwrap().iter();
            let texts = texts.map(|edit| edit["newText"].as_str().unwrap().to_owned());
            (uri.rsplit('/').next().unwrap().to_owned(), texts.collect())
        })
        .collect::<Vec<_>>();
    all.sort();
    all
}

#[test]
fn an_attribute_is_renamed_in_templates_and_recipients() {
    let mut client = renaming();
    let text = client.open("templates/other/body.liquid");
    let at = json!({ "position": at(&text, "tier", 1) });
    let range = client.about("prepareRename", "templates/other/body.liquid", at.clone());
    assert_eq!(range["start"]["character"], 21);
    let mut asked = at.clone();
    asked["newName"] = json!("level");
    let found = client.about("rename", "templates/other/body.liquid", asked.clone());
    let one = |name: &str, text: &str| (name.to_owned(), vec![text.to_owned()]);
    assert_eq!(
        edits(&found),
        [
            one("body.liquid", "level"),
            one("cora.toml", "level"),
            one("dan.json", "\"level\""),
            one("message.toml", "level"),
        ]
    );
    // A key with a space needs quotes in TOML, too.
    asked["newName"] = json!("my level");
    let found = client.about("rename", "templates/other/body.liquid", asked.clone());
    assert_eq!(edits(&found)[1], one("cora.toml", "\"my level\""));
    for (name, why) in [("", "can't be the name"), ("a}b", "can't be the name")] {
        asked["newName"] = json!(name);
        let refused = client.refused("rename", "templates/other/body.liquid", asked.clone());
        assert!(refused.contains(why), "{refused}");
    }
    // Braze's own names stay.
    let text = client.open(SUBJECT);
    let own = json!({ "position": super::client::at(&text, "first_name", 1), "newName": "given" });
    let refused = client.refused("rename", SUBJECT, own);
    assert!(refused.contains("your own attributes"), "{refused}");
    client.stop();
}

#[test]
fn a_content_block_is_renamed_with_its_file() {
    let mut client = renaming();
    let text = client.open(BODY);
    let mut asked = json!({ "position": at(&text, "footer", 2), "newName": "closing" });
    let found = client.about("rename", BODY, asked.clone());
    let changes = found["documentChanges"].as_array().unwrap();
    let (rename, edited) = changes.split_last().unwrap();
    assert_eq!(rename["kind"], "rename");
    assert!(rename["oldUri"].as_str().unwrap().ends_with("content_blocks/footer.liquid"));
    assert!(rename["newUri"].as_str().unwrap().ends_with("content_blocks/closing.liquid"));
    let count = edited.iter().map(|one| one["edits"].as_array().unwrap().len()).sum::<usize>();
    assert_eq!((edited.len(), count), (3, 4), "{found}");
    asked["newName"] = json!("wrapper");
    assert_eq!(client.refused("rename", BODY, asked.clone()), "`wrapper` is already used");
    client.stop();
    // An editor that can't rename files would leave a block that nothing includes.
    let mut client = Client::new(&json!({}));
    client.open(BODY);
    asked["newName"] = json!("closing");
    let refused = client.refused("rename", BODY, asked);
    assert!(refused.contains("can't rename `content_blocks/footer.liquid`"), "{refused}");
    client.stop();
}

#[test]
fn inclusions_are_followed_both_ways() {
    let mut client = renaming();
    let text = client.open(BODY);
    let here = json!({ "position": at(&text, "footer", 2) });
    let items = client.about("prepareCallHierarchy", BODY, here);
    assert_eq!(items[0]["name"], "footer");
    let found = client.ask("callHierarchy/incomingCalls", json!({ "item": items[0] }));
    let from = found.as_array().unwrap().iter().map(|call| {
        (call["from"]["name"].as_str().unwrap(), call["fromRanges"].as_array().unwrap().len())
    });
    let from = from.collect::<Vec<_>>();
    assert_eq!(from, [("hello: body.html", 1), ("other: body.liquid", 1), ("wrapper", 2)]);
    let item = found[2]["from"].clone();
    let found = client.ask("callHierarchy/outgoingCalls", json!({ "item": item }));
    assert_eq!(found[0]["to"]["name"], "footer");
    assert_eq!(found[0]["fromRanges"].as_array().unwrap().len(), 2);
    // Anywhere else it is the part itself.
    let top = json!({ "position": { "line": 0, "character": 0 } });
    let items = client.about("prepareCallHierarchy", BODY, top);
    assert_eq!(items[0]["name"], "hello: body.html");
    let odd = json!({ "item": { "uri": "file:///nowhere", "data": 1 } });
    assert_eq!(client.ask("callHierarchy/incomingCalls", odd), json!([]));
    client.stop();
}

#[test]
fn lenses_say_how_a_message_stands() {
    let mut client = renaming();
    let titles = |client: &mut Client, name: &str| {
        client.open(name);
        let lenses = client.about("codeLens", name, json!({}));
        let lenses = lenses.as_array().unwrap().iter();
        let titles = lenses.map(|lens| lens["command"]["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>()
    };
    let of_subject = titles(&mut client, SUBJECT);
    assert_eq!(of_subject[0], "anna: Hi Anna");
    assert_eq!(of_subject[1], "4 of 4 not yet accepted");
    assert!(of_subject[2].ends_with("branches reached"), "{of_subject:?}");
    assert_eq!(titles(&mut client, "content_blocks/footer.liquid"), ["included in 2 messages"]);
    assert_eq!(titles(&mut client, "recordings/wallet.json"), Vec::<String>::new());
    for name in ["anna", "ben", "cora"] {
        let path = client.folder.path().join(format!("scenarios/{name}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("templates = [\"x\"]\n{text}")).unwrap();
    }
    let dan = client.folder.path().join("scenarios/dan.json");
    fs::remove_file(dan).unwrap();
    let changes = ["anna.toml", "ben.toml", "cora.toml", "dan.json"];
    let changes =
        changes.map(|name| json!({ "uri": client.uri(&format!("scenarios/{name}")), "type": 2 }));
    client.note("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    let none = titles(&mut client, SUBJECT);
    assert_eq!(none, ["no recipient, so nothing is rendered or tested"]);
    client.stop();
}

#[test]
fn words_are_told_apart_by_meaning() {
    let mut client = Client::new(&json!({}));
    let offered = &client.started["capabilities"]["semanticTokensProvider"];
    let kinds = offered["legend"]["tokenTypes"].as_array().unwrap().clone();
    let text = "Zoë 🥐 {% assign x = 'a' | upcase | nope %}{{x.y}}\n{% comment %}{{ z }}{% endcomment %}\
                {% if x == 1 %}{% else %}{% endif %}{{custom_attribute.${tier}}}";
    client.open(BODY);
    client.change(BODY, 2, json!([{ "text": text }]));
    let data = client.about("semanticTokens/full", BODY, json!({}))["data"].clone();
    let numbers = data.as_array().unwrap().iter().map(|one| one.as_u64().unwrap() as usize);
    let (mut line, mut column) = (0, 0);
    let lines = text.split('\n').map(|line| line.encode_utf16().collect::<Vec<_>>());
    let lines = lines.collect::<Vec<_>>();
    let numbers = numbers.collect::<Vec<_>>();
    let words = numbers.chunks(5).map(|token| {
        let &[lines_on, columns_on, length, kind, _] = token else { panic!("{token:?}") };
        column = if lines_on == 0 { column + columns_on } else { columns_on };
        line += lines_on;
        let word = String::from_utf16(&lines[line][column..column + length]).unwrap();
        format!("{word}:{}", kinds[kind].as_str().unwrap())
    });
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            "assign:keyword",
            "x:variable",
            "a:string",
            "upcase:function",
            "x:variable",
            "y:property",
            "{% comment %}{{ z }}{% endcomment %}:comment",
            "if:keyword",
            "x:variable",
            "1:number",
            "else:keyword",
            "endif:keyword",
            "custom_attribute:namespace",
            "tier:property",
        ]
    );
    client.stop();
}
