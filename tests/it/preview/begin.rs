//! What is created, renamed, duplicated, and deleted from the page, and undone again.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::http::send;
use super::shop::{Shop, part, put, write};

fn names(listed: &Value, key: &str) -> Vec<String> {
    let all = listed[key].as_array().unwrap().iter();
    all.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn refused(shop: &Shop, target: &str, body: &str) -> (u16, String) {
    let reply = shop.send("POST", target, &[], body);
    assert!(reply.status >= 400, "{target}: {} {}", reply.status, reply.body);
    let answer: Value = serde_json::from_str(&reply.body).unwrap();
    (reply.status, answer["error"]["message"].as_str().unwrap().to_owned())
}

#[test]
fn an_empty_folder_gets_the_example_and_loses_it_again() {
    let shop = Shop::of(TempDir::new().unwrap());
    let listed = shop.get("/api/workspace");
    assert_eq!((&listed["messages"], &listed["errors"]), (&json!([]), &json!([])));
    let made = shop.post("/api/example", &json!(null));
    assert_eq!(made["message"], "offer_wallet");
    let rendered = shop.render("offer_wallet", "anna");
    assert_eq!(part(&rendered, "subject")["output"], "Anna, 2 offers are waiting");
    shop.post("/api/undo", &json!({ "id": made["undo"] }));
    assert_eq!(shop.get("/api/workspace")["messages"], json!([]));
    let left = std::fs::read_dir(shop.folder.path()).unwrap().count();
    assert_eq!(left, 0, "something is left");
    let (status, message) = refused(&shop, "/api/undo", &json!({ "id": made["undo"] }).to_string());
    assert_eq!((status, &*message), (404, "this change can no longer be undone"));
}

#[test]
fn a_message_is_made_of_what_is_pasted() {
    let shop = Shop::open();
    let html = "<html><title>Rye</title><p>Hi {{${first_name}}}</p></html>";
    let found: Value =
        serde_json::from_str(&shop.send("POST", "/api/pasted", &[], html).body).unwrap();
    assert_eq!((&found["channel"], &found["name"]), (&json!("email"), &json!("rye")));
    let target = "/api/message?name=spring/rye&channel=email";
    let made: Value = serde_json::from_str(&shop.send("POST", target, &[], html).body).unwrap();
    assert_eq!(made["path"], "templates/spring/rye");
    assert_eq!(shop.read("templates/spring/rye/body.html"), html);
    assert_eq!(shop.read("templates/spring/rye/message.toml"), "channel = \"email\"\n");
    assert_eq!(part(&shop.render("spring/rye", ""), "subject")["output"], "Rye");
    // The same HTML as an SMS is its text.
    shop.send("POST", "/api/message?name=rye_sms&channel=sms", &[], "Hi {{${first_name}}}");
    assert_eq!(shop.read("templates/rye_sms/body.liquid"), "Hi {{${first_name}}}");
    shop.send("POST", "/api/message?name=started&channel=push", &[], "");
    assert_eq!(part(&shop.render("started", ""), "message")["output"], "Hi there!");
    let (status, _) = refused(&shop, target, html);
    assert_eq!(status, 409);
    for (name, channel) in
        [("..", "sms"), ("a/../b", "sms"), ("", "sms"), ("a b", "sms"), ("x", "fax")]
    {
        let target = format!("/api/message?name={}&channel={channel}", name.replace(' ', "%20"));
        assert_eq!(refused(&shop, &target, html).0, 400, "{name} {channel}");
    }
}

#[test]
fn a_recipient_is_made_of_the_message_an_export_or_nothing() {
    let shop = Shop::open();
    let make = |name: &str, from: Value| {
        shop.post("/api/recipient", &json!({ "name": name, "message": "welcome", "from": from }))
    };
    make("mara", json!("message"));
    assert_eq!(shop.render("welcome", "mara")["sent"], true);
    make("empty", json!("nothing"));
    assert!(shop.read("scenarios/empty.toml").contains("templates = [\"welcome\"]"));
    let export = json!({"users": [{"external_id": "u-1", "first_name": "Rosalind",
        "home_city": "Ghent", "email": "rosalind@example.com"}]});
    make("rosa", json!({ "export": export.to_string() }));
    let rosa = shop.read("scenarios/rosa.toml");
    assert!(rosa.contains("city = ") && rosa.contains("first_name = "), "{rosa}");
    for personal in ["Rosalind", "rosalind", "u-1"] {
        assert!(!rosa.contains(personal), "{personal} in {rosa}");
    }
    // Whatever the message reads, nothing that tells who it is comes along.
    let reads = "{{${user_id}}} {{custom_attribute.${tier}}} {{custom_attribute.${nickname}}}\
        {{custom_attribute.${tags}}} {{custom_attribute.${member}}} {{custom_attribute.${lat}}}\
        {{custom_attribute.${points}}} {{custom_attribute.${born}}} {{custom_attribute.${page}}}";
    shop.send("POST", "/api/message?name=all&channel=sms", &[], reads);
    let user = json!({"external_id": "C-1048812", "custom_attributes": {
        "tier": "gold", "nickname": "annie", "tags": ["Kowalski", "vip"], "member": 1048812,
        "lat": 48.39841, "points": 12.5, "born": "1980-02-03T00:00:00Z",
        "page": "https://x.example/u/annie.kowalski"}});
    let export = json!({ "name": "other", "message": "all", "from": {"export": user.to_string()} });
    let made = shop.post("/api/recipient", &export);
    assert_eq!(
        made["said"],
        "Created the recipient other; 7 values are replaced with invented ones"
    );
    let other = shop.read("scenarios/other.toml");
    for kept in ["tier = \"gold\"", "points = 12.5", "\"vip\"", "1990-01-01T00:00:00Z"] {
        assert!(other.contains(kept), "{kept} in {other}");
    }
    for personal in ["1048812", "annie", "Kowalski", "kowalski", "48.39", "1980"] {
        assert!(!other.contains(personal), "{personal} in {other}");
    }
    let body = |name: &str, from: Value| {
        json!({ "name": name, "message": "welcome", "from": from }).to_string()
    };
    assert_eq!(refused(&shop, "/api/recipient", &body("mara", json!("message"))).0, 409);
    assert_eq!(refused(&shop, "/api/recipient", &body("../x", json!("message"))).0, 400);
    for export in ["", "{", "[]", "{\"users\": []}", "{\"users\": [1]}"] {
        let (status, said) =
            refused(&shop, "/api/recipient", &body("x", json!({"export": export})));
        assert_eq!(status, 400, "{export}: {said}");
    }
}

#[test]
fn a_rename_reaches_all_that_refers_to_it() {
    let shop = Shop::open();
    let folder = shop.folder.path();
    put(
        folder,
        "scenarios/cleo.toml",
        "extends = \"ben\"\ntemplates = [\"wel*\",]\n\n[[expect]]\nmessage = \"welcome\"\ncontains = \"x\"\n",
    );
    put(folder, "scenarios/dora.json", "{\"extends\": \"ben\", \"templates\": [\"welcome\"]}");
    let listed = || shop.get("/api/workspace");
    while !names(&listed(), "scenarios").contains(&"dora".to_owned()) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let item = |kind: &str, name: &str| json!({ "kind": kind, "name": name });
    let rename =
        |item: Value, to: &str| shop.post("/api/item/rename", &json!({ "item": item, "to": to }));
    rename(item("recipient", "ben"), "bernard");
    assert!(shop.read("scenarios/cleo.toml").starts_with("extends = \"bernard\""));
    assert!(shop.read("scenarios/dora.json").starts_with("{\"extends\": \"bernard\""));
    let moved = rename(item("message", "welcome"), "shop/hello");
    assert!(shop.read("scenarios/cleo.toml").contains("templates = [\"shop/hello\", \"wel*\",]"));
    assert!(shop.read("scenarios/cleo.toml").contains("message = \"shop/hello\""));
    assert!(shop.read("scenarios/dora.json").contains("[\"shop/hello\"]"));
    assert!(shop.read("scenarios/bernard.toml").contains("templates = [\"shop/hello\"]"));
    rename(item("block", "footer"), "ending");
    assert!(shop.read("templates/shop/hello/body.html").contains("{{content_blocks.${ending}}}"));
    assert_eq!(
        shop.render("shop/hello", "cleo")["problems"],
        shop.render("shop/hello", "dora")["problems"]
    );
    // The block's name is in the message's body since: the message can still go back.
    shop.post("/api/undo", &json!({ "id": moved["undo"] }));
    assert_eq!(names(&listed(), "messages"), ["hook", "text", "welcome"]);
    assert!(shop.read("scenarios/cleo.toml").contains("templates = [\"wel*\",]"));
    let part = json!({ "kind": "part", "message": "welcome", "name": "subject" });
    rename(part, "preheader");
    assert!(shop.read("templates/welcome/preheader.liquid").starts_with("Hi"));
    let taken = json!({ "item": item("message", "welcome"), "to": "text" }).to_string();
    assert_eq!(refused(&shop, "/api/item/rename", &taken).0, 409);
    assert_eq!(names(&listed(), "messages"), ["hook", "text", "welcome"]);
}

#[test]
fn what_is_deleted_comes_back_as_it_was() {
    let shop = Shop::open();
    let item = json!({ "item": { "kind": "message", "name": "welcome" } });
    let asked = shop.post("/api/item/delete?ask=1", &item);
    assert_eq!(asked["used"], json!(["scenarios/ben.toml"]));
    let gone = shop.post("/api/item/delete", &item);
    assert_eq!(names(&shop.get("/api/workspace"), "messages"), ["hook", "text"]);
    shop.post("/api/undo", &json!({ "id": gone["undo"] }));
    assert_eq!(part(&shop.render("welcome", "anna"), "subject")["output"], "Hi Anna");
    let part_of = json!({ "item": { "kind": "part", "message": "text", "name": "message" } });
    let (status, said) = refused(&shop, "/api/item/delete", &part_of.to_string());
    assert_eq!((status, &*said), (400, "a message needs a part"));
    let copy = json!({ "item": { "kind": "message", "name": "text" }, "to": "text_2" });
    shop.post("/api/item/duplicate", &copy);
    assert_eq!(
        shop.read("templates/text_2/message.liquid"),
        shop.read("templates/text/message.liquid")
    );
    assert_eq!(refused(&shop, "/api/item/duplicate", &copy.to_string()).0, 409);
    // A header is a line of a file, which has no name of its own.
    let header =
        json!({ "item": { "kind": "part", "message": "hook", "name": "header.Authorization" } });
    assert_eq!(refused(&shop, "/api/item/delete", &header.to_string()).0, 404);
}

/// Deleted files are the owner's alone while the program runs, and gone when it has ended.
#[cfg(unix)]
#[test]
fn nothing_deleted_outlives_the_preview() {
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::{Command, Stdio};

    let (folder, trash) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(folder.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder.path()).args(["preview", "--port", "0", "--until-eof"]);
    command.env("TMPDIR", trash.path()).stdin(Stdio::piped()).stderr(Stdio::null());
    let mut preview = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(preview.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim_end().trim_end_matches('/').rsplit('/').next().unwrap();
    let address = address.parse().unwrap();
    let page = send(address, "GET", "/", &[], "").body;
    let token = page.split("meniscus-token\" content=\"").nth(1).unwrap();
    let token = [("X-Meniscus-Token", token.split('"').next().unwrap())];
    let wanted = json!({ "item": { "kind": "message", "name": "text" } }).to_string();
    let reply = send(address, "POST", "/api/item/delete", &token, &wanted);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let kept = std::fs::read_dir(trash.path()).unwrap().map(|entry| entry.unwrap());
    let modes = kept.map(|entry| entry.metadata().unwrap().permissions().mode() & 0o777);
    assert_eq!(modes.collect::<Vec<_>>(), [0o700]);
    drop(preview.stdin.take());
    assert!(preview.wait().unwrap().success());
    assert_eq!(std::fs::read_dir(trash.path()).unwrap().count(), 0);
}
