//! Recipients and recordings in the editor: what reads a field, and what is known of it.

use serde_json::{Value, json};

use super::client::{Client, at};

const RECORDING: &str = r#"{
  "mappings": [{
    "request": { "method": "POST", "urlPath": "/wallet",
      "bodyPatterns": [{ "equalToJson": { "id": "u-1" } }] },
    "response": { "status": 200, "jsonBody": { "points": 12, "offers": [{ "name": "rye", "st": "" }] } }
  }]
}"#;

fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("meniscus.toml", ""),
        (
            "templates/a/body.html",
            "{% connected_content https://shop.example/wallet :method post :body {\"id\":\"{{${user_id}}}\"} :content_type application/json :save w %}{{w.points}}\n\
             {% for offer in w.offers %}{{offer.name}}{% endfor %}{{custom_attribute.${tier}}}",
        ),
        ("templates/a/message.toml", "channel = \"email\"\n"),
        ("templates/a/subject.liquid", "{{custom_attribute.${tier}}} {{${first_name}}}"),
        ("templates/b.liquid", "{{custom_attribute.${tier}}}"),
        ("recordings/wallet.json", RECORDING),
        (
            "scenarios/anna.toml",
            "templates = [\"a\"]\n[user]\nfirst_name = \"Anna\"\n[custom_attribute]\ntier = \"gold\"\n",
        ),
        ("scenarios/ben.json", "{\"custom_attribute\": {\"tier\": \"silver\", \"\": 1}}"),
    ]
}

/// A request at the first `text`, and `after` more.
fn there(whole: &str, text: &str, after: usize) -> Value {
    json!({ "position": at(whole, text, after) })
}

/// The places of an answer: the end of each address, with line and column.
fn places(found: &Value) -> Vec<String> {
    let of = |place: &Value| {
        let uri = place["uri"].as_str().unwrap();
        let (_, name) = uri.split_once("/templates/").unwrap();
        let start = &place["range"]["start"];
        format!("{name} {}:{}", start["line"], start["character"])
    };
    found.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_field_of_a_recipient_leads_to_the_templates_that_read_it() {
    let mut client = Client::with(&json!({}), &json!({}), &files());
    for (name, reads) in [
        ("scenarios/anna.toml", &["a/body.html 1:55", "a/subject.liquid 0:2"][..]),
        ("scenarios/ben.json", &["a/body.html 1:55", "a/subject.liquid 0:2", "b.liquid 0:2"]),
    ] {
        let text = client.open(name);
        for offset in [1, 8] {
            let found = client.about("definition", name, there(&text, "tier", offset));
            assert_eq!(places(&found), reads, "{name} {offset}");
        }
        let mut asked = there(&text, "tier", 1);
        asked["context"] = json!({ "includeDeclaration": false });
        assert_eq!(places(&client.about("references", name, asked)), reads);
        let hover = client.about("hover", name, there(&text, "tier", 1))["contents"].to_string();
        let words = ["custom_attribute.${tier}", "string, in 2 of 2 scenarios", "reads in"];
        assert!(words.iter().all(|word| hover.contains(word)), "{hover}");
    }
    client.stop();
}

#[test]
fn a_field_of_a_recording_leads_to_the_templates_that_read_it() {
    let mut client = Client::with(&json!({}), &json!({}), &files());
    let name = "recordings/wallet.json";
    let text = client.open(name);
    for (field, read) in [("points", "a/body.html 0:135"), ("\"name\"", "a/body.html 1:29")] {
        let found = client.about("definition", name, there(&text, field, 2));
        assert_eq!(places(&found), [read], "{field}");
        let hover = client.about("hover", name, there(&text, field, 2))["contents"].to_string();
        assert!(hover.contains("1 read in templates/a/body.html"), "{hover}");
    }
    let hover = client.about("hover", name, there(&text, "rye", 1))["contents"].to_string();
    assert!(hover.contains("offers[0].name") && hover.contains("in 1 of 1"), "{hover}");
    // Its request and status are no data of templates.
    assert_eq!(client.about("definition", name, there(&text, "urlPath", 2)), json!([]));
    assert_eq!(client.about("hover", name, there(&text, "200", 1)), Value::Null);
    client.stop();
}

#[test]
fn keys_of_data_are_completed_and_renamed() {
    let mut client = Client::with(&json!({}), &json!({}), &files());
    let labels = |found: &Value| {
        let items = found["items"].as_array().or(found.as_array()).unwrap();
        items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (ben, wallet) = ("scenarios/ben.json", "recordings/wallet.json");
    let text = client.open(ben);
    let found = client.about("completion", ben, there(&text, "\"\":", 1));
    assert!(labels(&found).contains(&"tier".to_owned()), "{found}");
    let found = client.about("completion", ben, there(&text, "silver", 2));
    assert!(labels(&found).is_empty(), "a value isn't a key: {found}");
    let text_of_wallet = client.open(wallet);
    let found = client.about("completion", wallet, there(&text_of_wallet, "\"st\"", 2));
    assert!(labels(&found).contains(&"name".to_owned()), "{found}");
    let mut asked = there(&text, "tier", 1);
    asked["newName"] = json!("level");
    let edits = client.about("rename", ben, asked)["changes"].clone();
    let files = edits.as_object().unwrap();
    assert_eq!(files.len(), 5, "three templates and two recipients: {edits}");
    assert!(edits.to_string().contains("\\\"level\\\""), "quoted in JSON: {edits}");
    client.stop();
}

#[test]
fn settings_are_explained_and_completed() {
    let mut files = files();
    files[0].1 = "[paths]\nscenarios = \"scenarios\"\n[rules]\nmissing-default = \"off\"\n[dialect]\non_error = \n[live]\n";
    let mut client = Client::with(&json!({}), &json!({}), &files);
    let name = "meniscus.toml";
    let text = client.open(name);
    for (key, words) in [
        ("missing-default", &["by default: warn", "default"][..]),
        ("on_error", &["dialect.on_error", "`abort` or `print`"]),
    ] {
        let hover = client.about("hover", name, there(&text, key, 2))["contents"].to_string();
        assert!(words.iter().all(|word| hover.contains(word)), "{key}: {hover}");
    }
    let labels = |found: &Value| {
        let items = found["items"].as_array().or(found.as_array()).unwrap();
        items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (at, offset, wanted) in [
        ("missing-default", 4, "unused-variable"),
        ("\"off\"", 1, "info"),
        ("on_error = ", 11, "\"print\""),
        ("[live]\n", 7, "allow_hosts"),
        ("[paths]", 1, "overrides"),
        ("[paths]", 1, "dialect"),
    ] {
        let found = labels(&client.about("completion", name, there(&text, at, offset)));
        let is_list = wanted == "overrides";
        assert_eq!(found.contains(&wanted.to_owned()), !is_list, "{at}: {found:?}");
    }
    client.stop();
    let files = self::files();
    let plain = json!({ "textDocument": { "hover": { "contentFormat": ["plaintext"] } } });
    let mut client = Client::with(&plain, &json!({}), &files);
    let message = "templates/a/message.toml";
    let text = client.open(message);
    let hover = client.about("hover", message, there(&text, "channel", 2))["contents"].clone();
    assert_eq!(hover["kind"], "plaintext");
    assert_eq!(hover["value"], "channel\n\nWhere a message is shown.");
    client.stop();
}

#[test]
fn rules_are_completed_in_comments() {
    let mut files = files();
    files[4].1 = "{% # meniscus: allow mis — x %}{{${first_name}}}\n{% comment %} meniscus: all {% endcomment %}\nSay meniscus: al";
    let mut client = Client::with(&json!({}), &json!({}), &files);
    let text = client.open("templates/b.liquid");
    for (at, offset, wanted) in [
        ("allow mis", 9, Some("missing-default")),
        ("meniscus: all ", 13, Some("allow-block")),
        ("— x", 4, None),
        ("Say meniscus: al", 16, None),
    ] {
        let found = client.about("completion", "templates/b.liquid", there(&text, at, offset));
        let items = found["items"].as_array().or(found.as_array()).unwrap();
        match wanted {
            Some(wanted) => {
                assert!(items.iter().any(|item| item["label"] == wanted), "{at}: {found}")
            }
            None => assert!(!found.to_string().contains("allow"), "{at}: {found}"),
        }
    }
    client.stop();
}

#[test]
fn options_of_a_call_are_explained() {
    let mut client = Client::with(&json!({}), &json!({}), &files());
    let name = "templates/a/body.html";
    let text = client.open(name);
    let found = client.about("signatureHelp", name, there(&text, ":method ", 8));
    assert_eq!(found["signatures"][0]["label"], ":method get | post");
    assert_eq!(found["signatures"][0]["parameters"][0]["label"], json!([8, 18]));
    let hover = client.about("hover", name, there(&text, ":content_type", 4)).to_string();
    assert!(hover.contains("Content-Type and Accept"), "{hover}");
    client.stop();
}

/// What a client would put in place of what is there.
fn labels(found: &Value) -> Vec<String> {
    let items = found["items"].as_array().or(found.as_array()).unwrap();
    items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_goes_on_in_a_block_or_a_call_is_completed() {
    let mut files = files();
    files[4].1 = "{% if a %}{% for b in c %}{% e %}{% endfor %}{% e %}";
    let mut client = Client::with(&json!({}), &json!({}), &files);
    let name = "templates/b.liquid";
    client.open(name);
    let mut version = 1;
    let mut complete = |client: &mut Client, marked: &str| {
        version += 1;
        let offset = marked.find('¦').unwrap();
        let text = marked.replacen('¦', "", 1);
        client.change(name, version, json!([{ "text": text }]));
        labels(&client.about("completion", name, json!({ "position": at(&text, "", offset) })))
    };
    let found = complete(&mut client, "{% if a %}{% for b in c %}{% e¦");
    assert_eq!(found[..2], ["endfor", "else"], "{found:?}");
    let found = complete(&mut client, "{% if a %}{% for b in c %}{% endfor %}{% ¦ %}");
    assert_eq!(found[..3], ["endif", "elsif", "else"], "{found:?}");
    let found = complete(&mut client, "{% case a %}{% ¦ %}{% endcase %}");
    assert_eq!(found[..3], ["endcase", "when", "else"], "{found:?}");
    assert!(!complete(&mut client, "{% if a %}{% endif %}{% e¦").contains(&"endif".to_owned()));
    let call = "{% connected_content https://x.example";
    assert_eq!(complete(&mut client, &format!("{call} :method ¦")), ["get", "post"]);
    assert_eq!(complete(&mut client, &format!("{call} :save w¦")), [""; 0]);
    assert_eq!(complete(&mut client, "{% # a comment ¦ %}"), [""; 0]);
    assert_eq!(complete(&mut client, "{{ custom_attribute.¦ }}"), ["${"]);
    client.stop();
}

#[test]
fn a_rename_waits_for_files_with_mistakes() {
    let mut client = Client::with(&json!({}), &json!({}), &files());
    let (anna, block) = ("scenarios/anna.toml", "templates/b.liquid");
    let text = client.open(anna);
    let broken = text.replace("first_name = \"Anna\"", "# one\n# two\nfirst_name = ");
    client.change(anna, 2, json!([{ "text": broken }]));
    let text = client.open(block);
    let mut asked = there(&text, "tier", 1);
    asked["newName"] = json!("level");
    let said = client.refused("rename", block, asked.clone());
    assert!(said.contains("`scenarios/anna.toml` has a mistake"), "{said}");
    client.change(
        anna,
        3,
        json!([{ "text": broken.replace("first_name = ", "first_name = \"A\"") }]),
    );
    let edits = client.about("rename", block, asked)["changes"].clone();
    let of_anna = edits.as_object().unwrap().iter().find(|(uri, _)| uri.ends_with("anna.toml"));
    assert_eq!(of_anna.unwrap().1[0]["range"]["start"], json!({ "line": 6, "character": 0 }));
    client.stop();
}

#[test]
fn a_new_message_is_completed_before_it_has_parts() {
    let mut files = files();
    files.push(("templates/fresh/message.toml", "channel = \"\"\n"));
    let mut client = Client::with(&json!({}), &json!({}), &files);
    let name = "templates/fresh/message.toml";
    let text = client.open(name);
    let found = labels(&client.about("completion", name, there(&text, "\"", 1)));
    assert!(found.contains(&"email".to_owned()), "{found:?}");
    let scenario = "scenarios/anna.toml";
    let text = client.open(scenario);
    let hover = client.about("hover", scenario, there(&text, "templates", 2)).to_string();
    assert!(hover.contains("messages it is for"), "{hover}");
    client.stop();
}
