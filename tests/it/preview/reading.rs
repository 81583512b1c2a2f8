//! What of a workspace is read again, and what stays where a file cannot be read.

use std::fs;

use meniscus::project::Workspace;
use meniscus::serve::preview::{Options, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::http::send;
use super::live::Stream;
use super::shop::{Shop, part, put, write};

/// Waits until the shop says `expected`.
fn until(shop: &Shop, stream: &mut Stream, expected: &Value, look: impl Fn(&Shop) -> Value) {
    while look(shop) != *expected {
        stream.next("changed").expect("a change");
    }
}

fn body(shop: &Shop) -> Value {
    let body = part(&shop.render("welcome", "anna"), "body")["output"].to_string();
    json!(body.contains("crumbs"))
}

fn messages(shop: &Shop) -> Value {
    let listed = shop.get("/api/workspace");
    listed["messages"].as_array().unwrap().iter().map(|message| message["name"].clone()).collect()
}

#[test]
fn a_folder_that_is_replaced_at_once_is_watched_on() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let folder = shop.folder.path();
    put(folder, "other/welcome/message.toml", "channel = \"email\"\n");
    put(folder, "other/welcome/body.html", "crumbs");
    fs::rename(folder.join("templates"), folder.join("old")).unwrap();
    fs::rename(folder.join("other"), folder.join("templates")).unwrap();
    until(&shop, &mut stream, &json!(true), body);
    put(folder, "templates/welcome/body.html", "bread");
    until(&shop, &mut stream, &json!(false), body);
    put(folder, "templates/welcome/body.html", "crumbs");
    until(&shop, &mut stream, &json!(true), body);
}

#[test]
fn folders_of_any_name_come_and_go() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let (folder, elsewhere) = (shop.folder.path(), TempDir::new().unwrap());
    let away = elsewhere.path().join("offer.v2");
    put(&away, "message.toml", "channel = \"sms\"\n");
    put(&away, "message.liquid", "Hi");
    let here = folder.join("templates/offer.v2");
    fs::rename(&away, &here).unwrap();
    until(&shop, &mut stream, &json!(["hook", "offer.v2", "text", "welcome"]), messages);
    fs::rename(&here, &away).unwrap();
    until(&shop, &mut stream, &json!(["hook", "text", "welcome"]), messages);
}

#[test]
fn the_settings_of_a_message_are_read_again() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let method = |shop: &Shop| shop.render("hook", "anna")["request"]["method"].clone();
    assert_eq!(method(&shop), "POST");
    let path = "templates/hook/message.toml";
    put(shop.folder.path(), path, &format!("method = \"PUT\"\n{}", shop.read(path)));
    until(&shop, &mut stream, &json!("PUT"), method);
}

#[test]
fn a_path_with_dots_is_watched() {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    let workspace = Workspace::around(folder.path()).unwrap();
    let path = folder.path().join("scenarios/../templates/welcome");
    let server = start(
        workspace,
        &Options { path, port: 0, longest_render: meniscus::serve::preview::LONGEST_RENDER },
    )
    .unwrap();
    let page = send(server.address(), "GET", "/", &[], "").body;
    let token = page.split("meniscus-token\" content=\"").nth(1).unwrap()[..32].to_owned();
    let shop = Shop { folder, server, token };
    let mut stream = Stream::open(&shop);
    put(shop.folder.path(), "templates/welcome/body.html", "crumbs");
    until(&shop, &mut stream, &json!(true), body);
}

#[cfg(unix)]
#[test]
fn a_part_that_is_a_link_changes_with_its_file() {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    let linked = folder.path().join("templates/text/message.liquid");
    fs::remove_file(&linked).unwrap();
    std::os::unix::fs::symlink("../welcome/subject.liquid", &linked).unwrap();
    let shop = Shop::of(folder);
    let mut stream = Stream::open(&shop);
    let texts = |shop: &Shop| {
        let text = part(&shop.render("text", "anna"), "message")["output"].clone();
        json!([part(&shop.render("welcome", "anna"), "subject")["output"], text])
    };
    put(shop.folder.path(), "templates/welcome/subject.liquid", "Ciao");
    until(&shop, &mut stream, &json!(["Ciao", "Ciao"]), texts);
    let target = "/api/file?path=templates/text/message.liquid";
    let tag = shop.send("GET", target, &[], "").header("etag").unwrap().to_owned();
    assert_eq!(shop.send("PUT", target, &[("If-Match", &tag)], "Hej").status, 200);
    until(&shop, &mut stream, &json!(["Hej", "Hej"]), texts);
}

#[test]
fn what_cannot_be_read_holds_up_no_other_and_is_told_once() {
    let shop = Shop::open();
    let mut stream = Stream::open(&shop);
    let folder = shop.folder.path();
    let errors = |shop: &Shop| {
        let errors = shop.get("/api/workspace")["errors"].clone();
        let errors = errors.as_array().unwrap().iter().map(|error| error["path"].clone());
        errors.collect::<Value>()
    };
    put(folder, "recordings/broken.json", "{");
    until(&shop, &mut stream, &json!(["recordings/broken.json"]), errors);
    let recording = shop.read("recordings/wallet.json").replace("\"rye\"", "\"crumbs\"");
    put(folder, "recordings/wallet.json", &recording.replace("upcase", ""));
    let name = |shop: &Shop| {
        let body = part(&shop.render("welcome", "anna"), "body")["output"].to_string();
        json!(body.contains("CRUMBS"))
    };
    until(&shop, &mut stream, &json!(true), name);
    fs::write(folder.join("content_blocks/zebra.liquid"), b"\xff").unwrap();
    let both = json!(["recordings/broken.json", "content_blocks/zebra.liquid"]);
    until(&shop, &mut stream, &both, errors);
    put(folder, "content_blocks/footer.liquid", "crumbs");
    until(&shop, &mut stream, &json!(true), body);
    for number in 0..3 {
        put(
            folder,
            "meniscus.toml",
            &format!("[variables]\nendpoint = \"https://{number}.example\"\n"),
        );
        stream.change("config");
    }
    assert_eq!(errors(&shop).as_array().unwrap().len(), 2);
    // Where a recording was sound before, that answers.
    put(folder, "recordings/wallet.json", "{");
    stream.change("recording");
    assert_eq!(name(&shop), true);
    assert_eq!(errors(&shop).as_array().unwrap().len(), 3);
}

#[test]
fn of_two_saves_over_one_text_the_second_is_told() {
    let shop = Shop::open();
    let target = "/api/file?path=templates/welcome/subject.liquid";
    for round in 0..10 {
        let tag = shop.send("GET", target, &[], "").header("etag").unwrap().to_owned();
        let (shop, tag) = (&shop, tag.as_str());
        let save = move |who: &str| {
            let text = format!("{who} {round}");
            shop.send("PUT", target, &[("If-Match", tag)], &text).status
        };
        let (one, two) = std::thread::scope(|threads| {
            let one = threads.spawn(move || save("one"));
            let two = threads.spawn(move || save("two"));
            (one.join().unwrap(), two.join().unwrap())
        });
        assert_eq!([one.min(two), one.max(two)], [200, 412]);
    }
}

#[test]
fn secrets_of_answers_are_hidden_by_whatever_name() {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    put(
        folder.path(),
        "recordings/wallet.json",
        r#"{"request": {"method": "GET", "urlPath": "/wallet"},
            "response": {"status": 200, "jsonBody": {"points": 12, "access_token": "s3cret-pass",
              "token": ["s3cret-list"], "offers": [{"name": "rye", "link": "/rye"}]}}}"#,
    );
    let template = "{% connected_content {{endpoint}}/wallet :save wallet %}\
        {% assign pass = wallet.access_token %}{% assign auth_token = wallet.points %}\
        {% assign said = pass | prepend: 'Bearer ' %}{% assign first = wallet.token | first %}Hi";
    put(folder.path(), "templates/text/message.liquid", template);
    let shop = Shop::of(folder);
    let data = shop.render("text", "anna")["data"].to_string();
    assert!(data.contains("\"pass\"") && !data.contains("s3cret-pass"), "{data}");
    let variables = shop.render("text", "anna")["data"]["variables"].clone();
    let token = variables.as_array().unwrap().iter().find(|one| one["name"] == "auth_token");
    assert_eq!(token.unwrap()["value"], "[redacted]");
    let recording = shop.get("/api/recording?name=wallet").to_string();
    assert!(!recording.contains("s3cret-list"), "{recording}");
    assert!(!data.contains("s3cret-list"), "{data}");
}

#[test]
fn a_scenario_takes_no_name_of_a_broken_one() {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    put(folder.path(), "scenarios/eve.json", "{");
    let shop = Shop::of(folder);
    let wanted = json!({ "name": "eve", "from": "anna", "values": {} }).to_string();
    assert_eq!(shop.send("POST", "/api/scenario", &[], &wanted).status, 409);
    assert!(!shop.folder.path().join("scenarios/eve.toml").exists());
}

#[test]
fn a_text_that_is_too_long_is_refused_in_words() {
    let shop = Shop::open();
    let long = "x".repeat((4 << 20) + 1);
    let reply = shop.send("POST", "/api/render", &[], &long);
    assert_eq!(reply.status, 413);
    let error: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(error["error"]["help"], "use another program to edit text of this size");
}
