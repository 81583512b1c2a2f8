//! What an editor offers to do at a place, beside fixes.

use serde_json::{Value, json};

use super::client::{BODY, Client, FILES, at};

const OTHER: &str = "templates/other/body.liquid";

/// A client whose editor can create files, if asked to, and a message with a call that nobody answers.
fn client(creates: bool) -> Client {
    let more = [
        ("templates/other/message.toml", "channel = \"webhook\"\n"),
        (
            OTHER,
            "{% connected_content https://shop.example/orders?of={{${user_id}}} :save orders %}\n\
             {{orders.total | plus: 1}} {{orders.gifts[0].name}} {{custom_attribute.${tier}}}\n\
             {% for item in orders.items %}{{item.name | default: 'x'}}{% endfor %}\n\
             {% if custom_attribute.${city} != blank %}{{custom_attribute.${city}}}{% endif %} {{ 'a' }}",
        ),
        (
            "scenarios/cora.toml",
            "# Cora\nnow = \"2026-03-01T09:00:00Z\"\ntemplates = [\"other\"]\nrecordings = [\"wallet\"]\n\
             [user]\nuser_id = \"u-1\"\n\n[custom_attribute]\ncity = \"Lisbon\"\n",
        ),
    ];
    let files = FILES.iter().copied().chain(more).collect::<Vec<_>>();
    let operations = if creates { json!(["create"]) } else { json!([]) };
    let edits = json!({ "documentChanges": true, "resourceOperations": operations });
    let capabilities = json!({ "workspace": { "workspaceEdit": edits } });
    Client::with(&capabilities, &json!({ "recipient": "cora" }), &files)
}

/// The actions at a place of a text, without the comments that allow findings.
fn actions(client: &mut Client, name: &str, text: &str, place: &str) -> Vec<Value> {
    let start = at(text, place, 0);
    let more = json!({
        "range": { "start": start, "end": start }, "context": { "diagnostics": [] },
    });
    let all = client.about("codeAction", name, more);
    let all = all.as_array().unwrap().iter();
    let is_offer = |one: &&Value| !one["title"].as_str().unwrap().starts_with("Allow ");
    all.filter(is_offer).cloned().collect()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|one| one["title"].as_str().unwrap()).collect()
}

/// The text after an action's edits of the file.
fn applied(client: &Client, name: &str, text: &str, action: &Value) -> String {
    let edits = action["edit"]["changes"][client.uri(name)].as_array().unwrap();
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
        start + position["character"].as_u64().unwrap() as usize
    };
    let mut edited = text.to_owned();
    for edit in edits.iter().rev() {
        let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
        edited.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    edited
}

#[test]
fn an_output_gets_a_default_or_a_condition() {
    let mut client = client(true);
    let text = client.open(OTHER);
    let found = actions(&mut client, OTHER, &text, "orders.total");
    assert_eq!(
        titles(&found),
        ["Add a `default` to `orders.total`", "Show this only if `orders.total` isn't blank"]
    );
    let with = applied(&client, OTHER, &text, &found[0]);
    assert!(with.contains("{{orders.total | default: '…' | plus: 1}}"), "{with}");
    let with = applied(&client, OTHER, &text, &found[1]);
    let guarded = "{% if orders.total != blank %}{{orders.total | plus: 1}}{% endif %}";
    assert!(with.contains(guarded), "{with}");
    assert_eq!(found[0]["kind"], "refactor.rewrite");
    // An item asks for its list; the finding about it is settled.
    let found = actions(&mut client, OTHER, &text, "orders.gifts[0]");
    assert_eq!(titles(&found)[1], "Show this only if `orders.gifts` has items");
    let with = applied(&client, OTHER, &text, &found[1]);
    let guarded = "{% if orders.gifts.size > 0 %}{{orders.gifts[0].name}}{% endif %}";
    assert!(with.contains(guarded), "{with}");
    assert_eq!(found[1]["kind"], "quickfix");
    assert_eq!(found[1]["diagnostics"][0]["code"], "unguarded-list");
    // Around a whole loop.
    let found = actions(&mut client, OTHER, &text, "for item");
    assert_eq!(titles(&found), ["Show this loop only if `orders.items` has items"]);
    let with = applied(&client, OTHER, &text, &found[0]);
    assert!(with.contains("{% if orders.items.size > 0 %}{% for item in"), "{with}");
    assert!(with.contains("{% endfor %}{% endif %}"), "{with}");
    client.stop();
}

#[test]
fn what_is_safe_already_is_left_alone() {
    let mut client = client(true);
    let text = client.open(OTHER);
    for place in ["item.name | default", "{{custom_attribute.${city}}}", "'a'", "\n{{orders"] {
        let found = actions(&mut client, OTHER, &text, place);
        let titles = titles(&found);
        assert!(!titles.iter().any(|title| title.starts_with("Show this")), "{place}: {titles:?}");
    }
    assert_eq!(titles(&actions(&mut client, OTHER, &text, "item.name | default")), [""; 0]);
    // A number's default is a number, a name's is what greetings use.
    let body = client.open(BODY);
    let found = actions(&mut client, BODY, &body, "wallet.points");
    let edit = &found[0]["edit"]["changes"][client.uri(BODY)][0];
    assert_eq!(edit["newText"], " | default: 0");
    let subject = "templates/hello/subject.liquid";
    let text = client.open(subject);
    let found = actions(&mut client, subject, &text, "first_name");
    assert_eq!(found[0]["kind"], "quickfix");
    assert_eq!(
        applied(&client, subject, &text, &found[0]),
        "Hi {{${first_name} | default: 'there'}}"
    );
    client.stop();
}

#[test]
fn a_call_gets_a_recording_that_the_recipient_uses() {
    let mut client = client(true);
    let text = client.open(OTHER);
    let found = actions(&mut client, OTHER, &text, "connected_content");
    let title = titles(&found)[0];
    assert!(title.starts_with("Make a recording with an empty answer for this call: recordings/"));
    let changes = found[0]["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes[0]["kind"], "create");
    let path = changes[0]["uri"].as_str().unwrap();
    assert!(title.ends_with(path.rsplit_once("/recordings/").unwrap().1), "{title} {path}");
    assert_eq!(changes[1]["textDocument"]["uri"], changes[0]["uri"]);
    let recording = changes[1]["edits"][0]["newText"].as_str().unwrap();
    let recording = serde_json::from_str::<Value>(recording).unwrap();
    let answer = &recording["response"]["jsonBody"];
    assert!(answer.get("total").is_some() && answer["items"].is_array(), "{recording}");
    let listed = changes[2]["edits"][0]["newText"].as_str().unwrap();
    assert!(listed.starts_with("# Cora\nnow") && listed.contains("recordings = [\"wallet\", \""));
    // The files as the client writes them: then the call has its answer.
    let root = client.folder.path().canonicalize().unwrap();
    let file = root.join(
        path.split_once("/recordings/").map(|(_, name)| format!("recordings/{name}")).unwrap(),
    );
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, recording.to_string()).unwrap();
    std::fs::write(root.join("scenarios/cora.toml"), listed).unwrap();
    let changed = json!([
        { "uri": path, "type": 1 }, { "uri": client.uri("scenarios/cora.toml"), "type": 2 },
    ]);
    client.note("workspace/didChangeWatchedFiles", json!({ "changes": changed }));
    let found = actions(&mut client, OTHER, &text, "connected_content");
    assert_eq!(titles(&found), [""; 0]);
    client.stop();
}

#[test]
fn without_files_to_create_no_recording_is_offered() {
    let mut client = client(false);
    let text = client.open(OTHER);
    let found = actions(&mut client, OTHER, &text, "connected_content");
    assert_eq!(titles(&found), [""; 0]);
    client.stop();
}

#[test]
fn the_recipient_gets_a_value() {
    let mut client = client(false);
    let text = client.open(OTHER);
    let found = actions(&mut client, OTHER, &text, "tier");
    let title = titles(&found).last().copied().unwrap().to_owned();
    assert!(title.starts_with("Give cora a value for `custom_attribute.${tier}`: "), "{title}");
    let value = title.rsplit_once(": ").unwrap().1;
    let uri = client.uri("scenarios/cora.toml");
    let edits = found.last().unwrap()["edit"]["changes"][&uri].as_array().unwrap();
    let with = edits[0]["newText"].as_str().unwrap();
    assert!(with.starts_with("# Cora\n"), "{with}");
    assert!(with.ends_with(&format!("city = \"Lisbon\"\ntier = {value}\n")), "{with}");
    // What the recipient has isn't given again.
    let found = actions(&mut client, OTHER, &text, "city} !=");
    assert_eq!(titles(&found), [""; 0]);
    client.stop();
}
