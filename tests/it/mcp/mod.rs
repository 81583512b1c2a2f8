//! The MCP server as an agent sees it.

mod client;

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::fault_server::FaultServer;
use crate::live_workspace::{Place, SECRETS};
use client::{Client, FILES, workspace};

const BODY: &str = "templates/hello/body.html";

fn tools(client: &mut Client) -> Vec<Value> {
    let listed = client.ask("tools/list", json!({}));
    listed["result"]["tools"].as_array().unwrap().clone()
}

#[test]
fn a_message_is_rendered_with_its_blanks() {
    let mut client = Client::new(&[]);
    let said = client.call("render", json!({ "message": "hello", "recipient": "anna" }));
    assert_eq!(said["sent"], true);
    assert_eq!(said["parts"][0], json!({ "part": "subject", "text": "Hi Anna", "blanks": [] }));
    let body = &said["parts"][1];
    assert_eq!(body["text"], "\n<p>12 </p>\nrye bun \n");
    let blank = &body["blanks"][0];
    assert_eq!(blank["expression"], "wallet.poinst");
    assert_eq!(blank["at"], format!("{BODY}:2:22"));
    assert_eq!(blank["nearest"], "points");
    assert_eq!(said["calls"][0]["result"], "the recording `wallet` responded with 200");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_recipient_and_responses_can_be_changed_for_one_render() {
    let mut client = Client::new(&[]);
    let values = json!({ "user": { "first_name": "Zoë" } });
    let answers = json!({ "wallet": { "json": { "points": 7, "offers": [] } } });
    let asked = json!({ "message": "hello", "values": values, "answers": answers });
    let said = client.call("render", asked);
    assert_eq!(said["recipient"], "anna");
    assert_eq!(said["parts"][0]["text"], "Hi Zoë");
    assert_eq!(said["parts"][1]["text"], "\n<p>7 </p>\n\n");
    let answers = json!({ "wallet": { "fault": "timeout" } });
    let said =
        client.call("render", json!({ "message": BODY, "answers": answers, "part": "body" }));
    assert_eq!(said["parts"].as_array().unwrap().len(), 1);
    let call = said["calls"][0]["result"].as_str().unwrap();
    assert!(call.contains("it takes 60000 ms, Braze waits 2000 ms"), "{call}");
    let said = client.refused("render", json!({ "message": "hello", "recipient": "nobody" }));
    assert!(
        said.starts_with("there is no recipient `nobody`\nhelp: use a recipient of the workspace"),
        "{said}"
    );
    let said = client.refused("render", json!({ "message": "hello", "part": "boddy" }));
    assert_eq!(said, "the message has no part `boddy`\nhelp: use one of subject, body");
}

#[test]
fn texts_that_are_not_saved_count_and_nothing_is_written() {
    let mut client = Client::new(&[]);
    let files = json!({
        "templates/new/message.toml": "channel = \"push\"\n",
        "templates/new/message.liquid": "{{${frist_name}}} {{content_blocks.${fooder}}}",
        "content_blocks/fooder.liquid": "new",
    });
    let said = client.call("render", json!({ "message": "new", "files": files }));
    assert_eq!(said["parts"][0]["text"], " new");
    let said = client.call("lint", json!({ "of": "new", "files": files }));
    assert_eq!(said["errors"], 1);
    assert_eq!(said["findings"][0]["at"], "templates/new/message.liquid:1:5");
    assert_eq!(said["findings"][0]["fix"], "unsafe");
    let said = client.call("fix", json!({ "of": "new", "unsafe": true, "files": files }));
    assert_eq!(said["files"], json!(["templates/new/message.liquid"]));
    assert!(said["diff"].as_str().unwrap().contains("+{{${first_name}}}"), "{said}");
    assert_eq!(said["written"], false);
    assert!(!client.path().join("templates/new").exists());
    // The next call doesn't know them any more.
    let said = client.refused("render", json!({ "message": "new" }));
    assert!(said.starts_with("the message `new` doesn't exist"), "{said}");
    let outside = json!({ "of": "x", "files": { "../x.liquid": "" } });
    let said = client.refused("lint", outside);
    assert!(said.starts_with("`../x.liquid` isn't inside the workspace\nhelp: "), "{said}");
}

#[test]
fn nothing_outside_the_workspace_is_read() {
    let outside = workspace(&[
        ("o/note.liquid", "from outside"),
        ("o/any.json", "{\"note\": \"from outside\"}"),
        ("o/rec.json", "{\"request\": {}, \"response\": {\"body\": \"from outside\"}}"),
    ]);
    let folder = outside.path().join("o");
    let folder = folder.to_str().unwrap();
    let mut client = Client::new(&[]);
    std::os::unix::fs::symlink(folder, client.path().join("content_blocks/link")).unwrap();
    let config = |key: &str| format!("[paths]\n{key} = \"{folder}\"\n");
    let recipient = format!("user = \"{folder}/any.json\"\n");
    for (file, text) in [
        ("meniscus.toml", config("content_blocks")),
        ("meniscus.toml", config("recordings")),
        ("meniscus.toml", config("scenarios")),
        ("scenarios/zed.toml", recipient),
    ] {
        let body =
            "{{content_blocks.${note}}}{{${note}}}{% connected_content https://a.example/x %}";
        let files = json!({ file: text, BODY: body });
        for (tool, asked) in [
            ("render", json!({ "message": "hello", "recipient": "zed", "files": files })),
            ("render", json!({ "message": "hello", "files": files })),
            ("shape", json!({ "of": "rec", "files": files })),
        ] {
            let call = json!({ "name": tool, "arguments": asked });
            let said = client.ask("tools/call", call).to_string();
            assert!(!said.contains("from outside"), "{file}: {said}");
        }
    }
    for key in ["templates\\hello\\subject.liquid", "tempaltes/a.html", "C:/x", "notes.txt"] {
        let said = client.refused("lint", json!({ "files": { key: "{{ broken" } }));
        assert!(said.contains("isn't inside") || said.contains("doesn't read"), "{said}");
    }
}

#[test]
fn what_is_on_disk_counts_at_once() {
    let mut client = Client::new(&[]);
    assert_eq!(client.call("lint", json!({ "of": "hello" }))["errors"], 1);
    fs::write(client.path().join(BODY), "fine").unwrap();
    assert_eq!(client.call("lint", json!({ "of": "hello" }))["errors"], 0);
    fs::write(client.path().join("recordings/broken.json"), "{").unwrap();
    let said = client.call("lint", json!({}));
    let unread = said["findings"].as_array().unwrap();
    assert!(unread.iter().any(|one| one["at"] == "recordings/broken.json:1:1"), "{said}");
    fs::write(client.path().join("meniscus.toml"), "[nope]").unwrap();
    let said = client.refused("lint", json!({}));
    assert!(said.contains("nope"), "{said}");
}

#[test]
fn a_place_is_explained_and_completed() {
    let mut client = Client::new(&[]);
    let place = json!({ "path": BODY, "line": 2, "column": 15 });
    let said = client.call("explain", place.clone());
    assert_eq!(said["title"], "wallet.points");
    assert!(said["text"].as_str().unwrap().contains("12"), "{said}");
    assert_eq!(said["printed"], json!(["anna: 12", "ben: 12"]));
    let said = client.call("complete", json!({ "path": BODY, "line": 2, "column": 13 }));
    let items = said["items"].as_array().unwrap();
    let points = items.iter().find(|item| item["text"] == "points").unwrap();
    assert_eq!(points["sample"], "12");
    let said = client.call("explain", json!({ "name": "unknown-field" }));
    assert!(said["text"].as_str().unwrap().contains("no response has"), "{said}");
    let said = client.call("explain", json!({ "name": "connected_content" }));
    assert!(said["text"].as_str().unwrap().contains("auth_credentials"), "{said}");
    let said = client.refused("explain", json!({ "name": "upcas" }));
    assert_eq!(
        said,
        "there is no rule, tag, filter, or family `upcas`\nhelp: did you mean `upcase`?"
    );
}

#[test]
fn responses_and_needs_are_shown() {
    let mut client = Client::new(&[]);
    let said = client.call("shape", json!({}));
    assert_eq!(said["known"][0], "recording wallet");
    let said = client.call("shape", json!({ "of": "recording wallet" }));
    let fields = said["fields"].as_str().unwrap();
    assert!(fields.contains("points") && fields.contains("offers"), "{fields}");
    assert!(!fields.contains("t0ken-of-the-wallet"), "{fields}");
    let said = client.call("contract", json!({ "message": "hello" }));
    let reads = said["reads"].as_str().unwrap();
    assert!(reads.contains("first_name") && reads.contains("GET https://shop.example/wallet"));
    let said = client.call("scenarios", json!({ "message": "hello" }));
    assert_eq!(said["messages"][0]["recipients"], json!(["anna", "ben"]));
    assert!(said["stub"].as_str().unwrap().contains("first_name = "), "{said}");
}

#[test]
fn a_change_is_reviewed_before_it_is_saved() {
    let mut client = Client::new(&["--allow-write"]);
    let said = client.call("test", json!({}));
    assert_eq!((&said["fine"], said["cases"].as_array().unwrap().len()), (&json!(false), 4));
    assert_eq!(said["cases"][0]["status"], "new");
    let said = client.call("test", json!({ "accept": true }));
    assert_eq!(said["accepted"].as_array().unwrap().len(), 4);
    assert_eq!(said["fine"], true);
    assert_eq!(client.call("test", json!({}))["fine"], true);
    let text = "Hello {{${first_name} | default: 'you'}}";
    let files = json!({ "templates/hello/subject.liquid": text });
    let said = client.call("review", json!({ "files": files }));
    assert_eq!((&said["differing"], &said["same"]), (&json!(2), &json!(2)));
    let change = &said["changes"][0];
    assert_eq!(change["recipients"], json!(["anna", "ben"]));
    assert_eq!(change["causes"], json!(["templates/hello/subject.liquid changed: line 1"]));
    assert_eq!(change["words"][0]["removed"], "Hi");
    assert_eq!(change["words"][0]["added"], "Hello");
    // Nothing is different on disk.
    assert_eq!(client.call("review", json!({}))["differing"], 0);
    let syntax = json!({ "templates/hello/subject.liquid": "{% if %}" });
    let said = client.call("review", json!({ "files": syntax }));
    assert_eq!(said["changes"][0]["status"], "refused");
    assert_eq!(said["changes"][0]["recipients"], json!(["anna", "ben"]));
    // Nor is what can't be read.
    let broken = json!({ "recordings/broken.json": "{" });
    let said = client.call("review", json!({ "files": broken }));
    assert!(said["problems"][0].as_str().unwrap().starts_with("recordings/broken.json"), "{said}");
    let gone = json!({ "scenarios/ben.toml": "templates = [\"x\"]\n" });
    let said = client.call("review", json!({ "files": gone }));
    let gone = said["changes"].as_array().unwrap().iter().filter(|one| one["status"] == "gone");
    assert_eq!(
        gone.map(|one| one["recipients"].clone()).collect::<Vec<_>>(),
        [json!(["ben"]), json!(["ben"])]
    );
    // What was broken before and is broken now isn't a change.
    fs::write(client.path().join("templates/hello/subject.liquid"), "{% if %}").unwrap();
    let said = client.call("review", json!({ "files": { BODY: "other" } }));
    assert_eq!(said["differing"], 2, "{said}");
    fs::write(client.path().join("templates/hello/subject.liquid"), FILES[2].1).unwrap();
    for (file, asked) in [
        ("templates/hello/message.toml", json!({ "message": "hello" })),
        ("scenarios/anna.toml", json!({ "message": "hello", "recipient": "anna" })),
    ] {
        let mut asked = asked;
        asked["files"] = json!({ file: "= broken" });
        let said = client.refused("render", asked);
        assert!(said.contains("can't be read") && said.contains(file), "{said}");
    }
    // A message for nobody isn't silently fine.
    let new = json!({ "templates/other.liquid": "Hi", "scenarios/anna.toml": "templates = [\"x\"]\n",
        "scenarios/ben.toml": "templates = [\"x\"]\n" });
    let said = client.call("review", json!({ "message": "other", "files": new }));
    assert_eq!(said["problems"], json!(["the message other has no recipient"]));
}

#[test]
fn nothing_is_written_without_leave() {
    let mut client = Client::new(&[]);
    for (tool, arguments) in [
        ("fix", json!({ "write": true })),
        ("test", json!({ "accept": true })),
        ("scenarios", json!({ "message": "hello", "write": "zoe" })),
    ] {
        let said = client.refused(tool, arguments);
        assert!(said.starts_with("this server doesn't write files\nhelp: "), "{tool}: {said}");
    }
    let said = client.refused("render", json!({ "message": "hello", "live": true }));
    assert!(said.starts_with("this server doesn't make live calls\nhelp: "), "{said}");
    assert!(!client.path().join("snapshots").exists());
}

#[test]
fn what_may_be_written_is_written_once() {
    let mut client = Client::new(&["--allow-write"]);
    let said = client.call("fix", json!({ "of": "hello", "unsafe": true, "write": true }));
    assert_eq!(said["files"], json!([BODY]));
    let body = fs::read_to_string(client.path().join(BODY)).unwrap();
    assert!(body.contains("{{wallet.points}} {{wallet.points}}"), "{body}");
    let files = json!({ BODY: "x" });
    let said = client.refused("fix", json!({ "write": true, "files": files }));
    assert!(said.starts_with("unsaved text can't be fixed on disk"), "{said}");
    let said = client.call("scenarios", json!({ "message": "hello", "write": "zoe" }));
    assert_eq!(said["written"], "scenarios/zoe.toml");
    assert_eq!(said["messages"][0]["recipients"], json!(["anna", "ben", "zoe"]));
    let again = json!({ "message": "hello", "write": "zoe", "toml": "[user]\n" });
    let said = client.refused("scenarios", again);
    assert_eq!(said, "the recipient `zoe` already exists\nhelp: choose another name");
    let broken = json!({ "message": "hello", "write": "yan", "toml": "[usr]\n" });
    let said = client.refused("scenarios", broken);
    assert!(said.contains("usr"), "{said}");
    assert!(!client.path().join("scenarios/yan.toml").exists());
    for name in ["../x", ".x", "", "a:b", "a\nb"] {
        let said = client.refused("scenarios", json!({ "message": "hello", "write": name }));
        assert!(said.contains("can't be the name of a recipient"), "{said}");
    }
}

#[test]
fn secrets_are_masked_wherever_they_are() {
    let mut client = Client::new(&[]);
    let text = "{{shop_api_key}} {{wallet.password}} {% connected_content \
                https://shop.example/wallet :save wallet %}{{wallet.access_token}}{{wallet.password}} k3y-of-the-shop";
    let files = json!({ BODY: text });
    let place = json!({ "path": BODY, "line": 1, "column": 4, "files": files });
    let answers = [
        client.call("render", json!({ "message": "hello", "files": files })),
        // Half a secret isn't one any more.
        client.call("render", json!({ "message": "hello", "files": files, "from": 3 })),
        client.call("explain", place.clone()),
        client.call("complete", place),
        client.call("fix", json!({ "files": files })),
        client.call("lint", json!({ "files": files })),
        client.call("scenarios", json!({ "message": "hello", "files": files })),
        client.call("contract", json!({ "message": "hello", "files": files })),
        client.call("review", json!({ "files": files })),
        client.call("shape", json!({ "of": "wallet" })),
        client.call("test", json!({ "files": files })),
    ];
    let check = |said: &str| {
        for piece in ["k3y-of", "of-the-shop", "t0ken-of", "of-the-wallet", "p4ss"] {
            assert!(!said.contains(piece), "{piece}: {said}");
        }
    };
    answers.iter().for_each(|answer| check(&answer.to_string()));
    // A border of pages goes through it.
    let long = format!("{}{{{{shop_api_key}}}}", "x".repeat(3_995));
    let paged = json!({ BODY: long });
    for from in [0, 3_998, 4_000] {
        let asked = json!({ "message": "hello", "part": "body", "files": paged, "from": from });
        check(&client.call("render", asked).to_string());
    }
    // Only a piece of it changes.
    let recording = fs::read_to_string(client.path().join("recordings/wallet.json")).unwrap();
    let other = recording.replace("t0ken-of-the-wallet", "t0ken-of-our-wallet");
    let files = json!({ "recordings/wallet.json": other, BODY: text });
    check(&client.call("review", json!({ "files": files })).to_string());
    // One call's texts hide nothing in the next.
    let names = json!({ "scenarios/p.toml": "[user]\npassword = \"templates\"\n" });
    client.call("lint", json!({ "files": names }));
    let said = client.call("lint", json!({}));
    assert!(said["findings"][0]["at"].as_str().unwrap().starts_with("templates/"), "{said}");
    // What says that it is secret is taken away.
    let files = json!({ "meniscus.toml": "[variables]\nx = 1\n", BODY: "k3y-of-the-shop" });
    check(&client.call("render", json!({ "message": "hello", "files": files })).to_string());
    fs::write(client.path().join(BODY), "k3y-of-the-shop").unwrap();
    let read = client.ask("resources/read", json!({ "uri": "meniscus://messages/hello" }));
    let text = read["result"]["contents"][0]["text"].as_str().unwrap();
    assert!(text.contains("--- templates/hello"), "{text}");
    check(text);
    check(&client.refused("render", json!({ "message": "k3y-of-the-shop" })));
}

#[test]
fn real_hosts_are_called_where_that_is_allowed() {
    let server = FaultServer::start();
    let place = Place::new(&server);
    let begin = |options: &[&str]| {
        let mut command = place.command(&["mcp"]);
        command.args(options);
        let mut client = Client::of(command, workspace(&[]));
        let who = json!({ "name": "test", "version": "1" });
        let params =
            json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": who });
        client.ask("initialize", params);
        client
    };
    let asked = json!({ "message": "plain", "live": true });
    let mut client = begin(&[]);
    client.refused("render", asked.clone());
    assert_eq!(server.seen().len(), 0);
    let mut client = begin(&["--allow-live"]);
    let said = client.call("render", asked.clone());
    assert_eq!(server.seen().len(), 1, "{said}");
    // The hosts are chosen by the user, not by who asks.
    let mut other = asked.clone();
    other["files"] = json!({ "./meniscus.toml": "[live]\nallow_hosts = [\"*\"]\n" });
    let refused = client.refused("render", other);
    assert!(refused.contains("meniscus.toml on disk"), "{refused}");
    let mut both = asked;
    both["answers"] = json!({});
    client.refused("render", both);
    assert_eq!(server.seen().len(), 1);
    assert!(
        said["calls"][0]["result"].as_str().unwrap().starts_with("the host responded"),
        "{said}"
    );
    let said = client.call("render", json!({ "message": "wallet", "live": true })).to_string();
    assert!(server.seen().len() > 1);
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn a_client_of_the_newer_protocol_needs_no_beginning() {
    let folder = workspace(FILES);
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.arg("mcp").current_dir(folder.path());
    let mut client = Client::of(command, folder);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let found = client.ask("server/discover", json!({ "_meta": meta }));
    let versions = found["result"]["supportedVersions"].as_array().unwrap();
    assert!(versions.contains(&json!("2026-07-28")), "{found}");
    let listed = client.ask("tools/list", json!({ "_meta": meta }));
    assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 10);
    let call = json!({ "_meta": meta, "name": "lint", "arguments": { "of": "hello" } });
    let said = client.ask("tools/call", call);
    assert_eq!(said["result"]["structuredContent"]["errors"], 1, "{said}");
    assert_eq!(client.end(), Some(0));
}

/// A typing error in a client's configuration must not serve another workspace.
#[test]
fn a_folder_that_does_not_exist_is_not_served() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    let output = command.args(["mcp", "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the folder `nowhere` doesn't exist"), "{said}");
}

#[test]
fn whatever_is_sent_the_server_goes_on() {
    let mut client = Client::new(&[]);
    client.write("no json at all");
    let answer = client.ask("tools/call", json!({ "name": "rendr" }));
    assert_eq!(answer["error"]["message"], "the tool `rendr` doesn't exist");
    let said = client.refused("render", json!({}));
    assert!(said.contains("missing field `message`"), "{said}");
    let said = client.refused("render", json!({ "message": "hello", "recipent": "anna" }));
    assert!(said.contains("unknown field `recipent`"), "{said}");
    let said = client.refused("complete", json!({ "path": BODY, "line": -1, "column": 1 }));
    assert!(said.contains("invalid"), "{said}");
    let far = json!({ "path": BODY, "line": 9_999, "column": u64::MAX });
    client.call("complete", far);
    let said = client.call("lint", json!({ "from": u64::MAX }));
    assert_eq!(said["findings"], json!([]));
    let answer = client.ask("resources/read", json!({ "uri": "meniscus://message" }));
    let said = answer["error"]["message"].as_str().unwrap();
    assert_eq!(
        said,
        "the resource `meniscus://message` doesn't exist\nhelp: did you mean `messages`?"
    );
    let answer = client.ask("prompts/get", json!({ "name": "review_message", "arguments": {} }));
    assert!(answer["error"]["message"].as_str().unwrap().starts_with("`review_message` needs"));
    assert_eq!(client.call("lint", json!({ "of": "hello" }))["errors"], 1);
    assert_eq!(client.end(), Some(0));
}

/// Clients give a model all of this at once.
#[test]
fn lists_and_answers_are_short_and_schemas_are_read_by_every_client() {
    fn check(schema: &Value, at: &str) {
        match schema {
            Value::Object(members) => {
                assert!(!matches!(members.get("type"), Some(Value::Array(_))), "{at}: {schema}");
                assert!(!members.contains_key("$ref"), "{at}: {schema}");
                members.iter().for_each(|(name, member)| check(member, &format!("{at}.{name}")));
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, at)),
            _ => {}
        }
    }
    let mut client = Client::new(&[]);
    let tools = tools(&mut client);
    assert_eq!(tools.len(), 10);
    // A token is about four characters.
    let tokens = |value: &Value| value.to_string().chars().count() / 4;
    let all = tokens(&json!(tools));
    println!("tools/list: {all} tokens");
    assert!(all <= 4_000, "{all}");
    for tool in &tools {
        let name = tool["name"].as_str().unwrap();
        check(&tool["inputSchema"], name);
        check(&tool["outputSchema"], name);
        for hint in ["readOnlyHint", "destructiveHint", "openWorldHint"] {
            assert!(tool["annotations"][hint].is_boolean(), "{name}: {hint}");
        }
    }
    let schema = |name: &str| {
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        let schema = serde_json::from_str(&tool["outputSchema"].to_string()).unwrap();
        compiler.add_resource("answer.json", schema).unwrap();
        let index = compiler.compile("answer.json", &mut schemas).unwrap();
        (schemas, index)
    };
    for (name, arguments, most) in [
        ("render", json!({ "message": "hello" }), 400),
        ("lint", json!({}), 300),
        ("fix", json!({ "unsafe": true }), 300),
        ("explain", json!({ "name": "unknown-field" }), 400),
        ("complete", json!({ "path": BODY, "line": 2, "column": 6 }), 600),
        ("shape", json!({ "of": "get_user_offers" }), 1_200),
        ("contract", json!({ "message": "hello" }), 300),
        ("test", json!({}), 600),
        ("review", json!({ "files": { BODY: "changed" } }), 500),
        ("scenarios", json!({ "message": "hello" }), 1_000),
    ] {
        let said = client.call(name, arguments);
        let length = tokens(&said);
        println!("{name}: {length} tokens");
        assert!(length <= most, "{name}: {length} tokens: {said}");
        let (schemas, index) = schema(name);
        schemas.validate(&said, index).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    }
    let long = format!("{}end", "ä".repeat(9_000));
    let files = json!({ BODY: long });
    let said = client.call("render", json!({ "message": "hello", "part": "body", "files": files }));
    assert_eq!(said["parts"][0]["next"], 4_000);
    let rest = json!({ "message": "hello", "part": "body", "files": files, "from": 8_000 });
    let said = client.call("render", rest);
    assert!(said["parts"][0]["text"].as_str().unwrap().ends_with("end"));
    assert!(said["parts"][0].get("next").is_none());
}

#[test]
fn tasks_name_tools_that_exist() {
    let mut client = Client::new(&[]);
    let tools = tools(&mut client);
    let prompts = client.ask("prompts/list", json!({}));
    let prompts = prompts["result"]["prompts"].as_array().unwrap().clone();
    assert_eq!(prompts.len(), 3);
    for prompt in prompts {
        let given = prompt["arguments"].as_array().unwrap().iter();
        let given = given.map(|one| (one["name"].as_str().unwrap().to_owned(), json!("it")));
        let given = given.collect::<serde_json::Map<_, _>>();
        let asked = json!({ "name": prompt["name"], "arguments": given });
        let got = client.ask("prompts/get", asked);
        let text = got["result"]["messages"][0]["content"]["text"].as_str().unwrap();
        assert!(!text.contains('{'), "{text}");
        for code in text.split('`').skip(1).step_by(2) {
            let other = ["default", "files", "answers", "blanks", "calls", "problems"];
            let is_tool = tools.iter().any(|tool| tool["name"] == code);
            assert!(is_tool || other.contains(&code), "{code}");
        }
    }
    for name in ["dialect", "rules", "messages", "recipients", "endpoints", "rules/unknown-field"] {
        let read = client.ask("resources/read", json!({ "uri": format!("meniscus://{name}") }));
        let text = read["result"]["contents"][0]["text"].as_str();
        assert!(text.is_some_and(|text| text.len() > 10), "{name}: {read}");
    }
}

#[test]
fn a_new_workspace_tells_agents_how_to_work() {
    let folder = workspace(&[("AGENTS.md", "ours")]);
    let init = |place: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
        let output = command.args(["init", place]).args(more).current_dir(folder.path()).output();
        assert!(output.unwrap().status.success());
        fs::read_to_string(folder.path().join(place).join("AGENTS.md")).unwrap()
    };
    let text = init("shop", &[]);
    assert!(text.lines().count() <= 40, "{}", text.lines().count());
    // What it says to run exists.
    for command in
        text.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix("meniscus "))
    {
        let name = command.split(' ').next().unwrap();
        let help = Command::new(env!("CARGO_BIN_EXE_meniscus")).args([name, "--help"]).output();
        assert!(help.unwrap().status.success(), "{command}");
    }
    // One that is there is kept.
    assert_eq!(init(".", &["--non-empty"]), "ours");
}

#[test]
fn a_render_that_takes_too_long_is_given_up() {
    let mut client = Client::new(&[]);
    let loops = "{% for a in (1..9999) %}{% for b in (1..9999) %}{{ a | times: b | append: 'x' | size }}\
                 {% endfor %}{% endfor %}";
    let endless = "[limits]\nsteps = 4000000000\niterations = 4000000000\n";
    let files = json!({ BODY: loops, "meniscus.toml": endless });
    let asked = json!({ "message": "hello", "files": files });
    let call = json!({ "name": "render", "arguments": asked });
    client.send(&json!({ "jsonrpc": "2.0", "id": "slow", "method": "tools/call", "params": call }));
    let answer = client.read();
    assert_eq!(answer["id"], "slow");
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("rendering stopped"), "{text}");
    // One that the client doesn't want any more holds up nothing.
    client.send(&json!({ "jsonrpc": "2.0", "id": "left", "method": "tools/call", "params": call }));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let left = json!({ "requestId": "left" });
    client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": left }));
    let begun = std::time::Instant::now();
    assert_eq!(client.call("lint", json!({ "of": "hello" }))["errors"], 1);
    assert!(begun.elapsed().as_secs() < 9, "{:?}", begun.elapsed());
    assert_eq!(client.end(), Some(0));
}
