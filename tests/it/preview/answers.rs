//! Answers of calls that nothing answers, and what is kept of changed values and answers.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::shop::{Shop, part, put, write};
use crate::fault_server::FaultServer;

const CALL: &str = "GET https://shop.example/wallet?api_key=[redacted]";

/// The shop without its recording.
fn unanswered() -> Shop {
    let shop = Shop::open();
    let recording = "recordings/wallet.json";
    let other = shop.read(recording).replace("\"/wallet\"", "\"/wallets\"");
    put(shop.folder.path(), recording, &other);
    until_unanswered(&shop);
    shop
}

fn until_unanswered(shop: &Shop) {
    for _ in 0..500 {
        if shop.render("welcome", "anna")["calls"][0]["result"]["kind"] == "unanswered" {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the recording still answers");
}

fn asked(answer: Value) -> Value {
    let ask = json!({"message": "welcome", "scenario": "anna"});
    json!({"ask": ask, "call": CALL, "answer": answer})
}

fn message_of(shop: &Shop, target: &str, body: &Value) -> (u16, String, String) {
    let reply = shop.send("POST", target, &[], &body.to_string());
    let answer: Value = serde_json::from_str(&reply.body).unwrap();
    let text = |key: &str| answer["error"][key].as_str().unwrap_or_default().to_owned();
    (reply.status, text("message"), text("help"))
}

#[test]
fn a_call_without_an_answer_says_which_recording_is_nearest() {
    let shop = unanswered();
    let call = shop.render("welcome", "anna")["calls"][0].clone();
    assert_eq!(call["result"]["name"], CALL);
    let near = &call["result"]["nearest"];
    assert_eq!(
        (&near["recording"], &near["path"]),
        (&json!("wallet"), &json!("recordings/wallet.json"))
    );
    assert_eq!((&near["held"], &near["conditions"]), (&json!(1), &json!(2)));
    assert_eq!(near["difference"], "url path is `/wallet`, the recording expects `/wallets`");
}

#[test]
fn a_pasted_answer_becomes_a_recording_without_secrets() {
    let shop = unanswered();
    let body = json!({"points": 7, "email": "ada.byron@web.shop", "api_key": "s3cretkey2",
        "offers": [{"name": "bun", "link": "https://shop.example/bun"}]});
    let made = shop.post("/api/answer", &asked(json!({"status": 200, "json": body})));
    let path = made["path"].as_str().unwrap();
    let text = shop.read(path);
    assert!(text.contains("\"points\": 7") && text.contains("\"/wallet\""), "{text}");
    for hidden in ["ada.byron", "s3cretkey"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(!text.contains("recorded_at"), "nobody has recorded it: {text}");
    assert!(made["said"].as_str().unwrap().contains("Replaced: "), "{made}");
    let rendered = shop.render("welcome", "anna");
    assert!(part(&rendered, "body")["output"].as_str().unwrap().contains("Zoë has 7 points"));
    // Undone, the call has no answer again.
    shop.post("/api/undo", &json!({"id": made["undo"]}));
    assert!(!shop.folder.path().join(path).exists());
    assert_eq!(shop.render("welcome", "anna")["calls"][0]["result"]["kind"], "unanswered");
}

#[test]
fn an_answer_is_chosen_where_a_recipient_names_its_recordings() {
    let shop = unanswered();
    let anna = shop.read("scenarios/anna.toml");
    let named = format!("recordings = [\"wallet\"]  # the one of Anna\n{anna}");
    put(shop.folder.path(), "scenarios/anna.toml", &named);
    for _ in 0..500 {
        if shop.get("/api/file?path=scenarios/anna.toml")["text"] == json!(named)
            && shop.render("welcome", "anna")["data"]["now"] == "2026-03-01T09:00:00Z"
        {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let made = shop.post("/api/answer", &asked(json!({"json": {"points": 9}})));
    assert!(made["said"].as_str().unwrap().ends_with("anna now uses it"), "{made}");
    let anna = shop.read("scenarios/anna.toml");
    assert!(
        anna.contains("\"wallet\", \"shop.example/wallet/") && anna.contains("# the one of Anna"),
        "{anna}"
    );
    let rendered = shop.render("welcome", "anna");
    assert!(part(&rendered, "body")["output"].as_str().unwrap().contains("Zoë has 9 points"));
}

#[test]
fn an_empty_answer_has_what_the_message_reads() {
    let shop = unanswered();
    let empty = shop.post("/api/answer/empty", &asked(json!({})));
    assert_eq!(empty["json"], json!({"points": "", "offers": [{"name": "", "link": ""}]}));
    assert_eq!(empty["endpoint"], Value::Null);
    let other = json!({"ask": {"message": "welcome"}, "call": "GET https://shop.example/other"});
    assert_eq!(message_of(&shop, "/api/answer/empty", &other).0, 404);
    assert_eq!(message_of(&shop, "/api/answer", &asked(json!({"status": 99}))).0, 400);
}

#[test]
fn a_live_answer_needs_a_host_that_is_allowed() {
    let shop = unanswered();
    let (status, message, help) = message_of(&shop, "/api/answer/live", &asked(json!({})));
    assert_eq!(
        (status, &*message),
        (400, "the host `shop.example` isn't allowed: meniscus.toml allows no hosts")
    );
    assert_eq!(help, "add `allow_hosts = [\"shop.example\"]` under `[live]` in meniscus.toml");

    let server = FaultServer::answering(Arc::new(|_| {
        let body = r#"{"points": 31, "email": "ada.byron@web.shop"}"#.to_owned();
        (200, "application/json".to_owned(), body)
    }));
    let folder = TempDir::new().unwrap();
    write(folder.path());
    fs::remove_file(folder.path().join("recordings/wallet.json")).unwrap();
    let port = server.port;
    let config = format!(
        "[variables]\nendpoint = \"http://127.0.0.1:{port}\"\n[live]\nallow_hosts = [\"127.0.0.1\"]\n\
         allow_ports = [{port}]\nallow_addresses = [\"127.0.0.1\"]\n"
    );
    put(folder.path(), "meniscus.toml", &config);
    let shop = Shop::of(folder);
    let name = shop.render("welcome", "anna")["calls"][0]["result"]["name"].clone();
    let ask = json!({"ask": {"message": "welcome", "scenario": "anna"}, "call": name});
    let made = shop.post("/api/answer/live", &ask);
    let text = shop.read(made["path"].as_str().unwrap());
    assert!(text.contains("\"points\": 31") && text.contains("recorded_at"), "{text}");
    assert!(!text.contains("ada.byron"), "{text}");
    assert_eq!(server.seen().len(), 1, "one call is made");
    let rendered = shop.render("welcome", "anna");
    assert!(part(&rendered, "body")["output"].as_str().unwrap().contains("Zoë has 31 points"));
}

#[test]
fn a_changed_answer_is_kept_with_the_recipient_it_is_for() {
    let shop = Shop::open();
    let answer = json!({"json": {"points": 0, "offers": []}});
    let wanted = json!({"name": "anna-empty", "from": "anna", "message": "welcome",
        "values": {"user": {"first_name": "Ann"}}, "answers": {"wallet": answer}});
    let made = shop.post("/api/scenario", &wanted);
    let scenario = shop.read("scenarios/anna-empty.toml");
    for line in [
        "extends = \"anna\"",
        "now = ",
        "recordings = [\"anna-empty/wallet\"]",
        "templates = [\"welcome\"]",
    ] {
        assert!(scenario.contains(line), "{line} in {scenario}");
    }
    let recording: Value =
        serde_json::from_str(&shop.read("recordings/anna-empty/wallet.json")).unwrap();
    assert_eq!(recording["request"], json!({"method": "GET", "urlPath": "/wallet"}));
    assert_eq!(recording["priority"], 10);
    let body = |scenario: &str| {
        part(&shop.render("welcome", scenario), "body")["output"].as_str().unwrap().to_owned()
    };
    assert!(body("anna-empty").contains("Zoë has 0 points"));
    assert!(body("anna").contains("Zoë has 12 points"), "others keep their answer");
    // One undo takes both files away.
    shop.post("/api/undo", &json!({"id": made["undo"]}));
    assert!(!shop.folder.path().join("recordings/anna-empty").exists());
    assert!(!shop.folder.path().join("scenarios/anna-empty.toml").exists());
    // A failure is kept as one.
    let late = json!({"name": "late", "from": "anna", "message": "welcome",
        "answers": {"wallet": {"fault": "timeout"}}});
    shop.post("/api/scenario", &late);
    let kept: Value = serde_json::from_str(&shop.read("recordings/late/wallet.json")).unwrap();
    assert_eq!(kept["response"]["fixedDelayMilliseconds"], 60_000);
    assert_eq!(shop.render("welcome", "late")["sent"], false);
}

#[test]
fn values_are_kept_in_the_recipients_own_file() {
    let shop = Shop::open();
    let values = json!({"user": {"first_name": "Ann", "city": "Köln"},
        "custom_attribute": {"zip code": null}, "now": "2026-04-01T09:00:00Z"});
    shop.post("/api/scenario/values", &json!({"scenario": "anna", "values": values}));
    assert_eq!(
        shop.read("scenarios/anna.toml"),
        "# Anna, who has points.\nnow = \"2026-04-01T09:00:00Z\"\n[user]\nfirst_name = \"Ann\"\ncity = \"Köln\"\n[custom_attribute]\n"
    );
    assert_eq!(part(&shop.render("welcome", "anna"), "subject")["output"], "Hi Ann");
    // What the base has is taken away by name, and comes back.
    let young = json!({"name": "young", "from": "anna", "message": "welcome", "values": {"user": {"city": "Ulm"}}});
    shop.post("/api/scenario", &young);
    let without = json!({"scenario": "young", "values": {"user": {"first_name": null}}});
    shop.post("/api/scenario/values", &without);
    assert!(shop.read("scenarios/young.toml").contains("without = [\"user.first_name\"]"));
    assert_eq!(part(&shop.render("welcome", "young"), "subject")["output"], "Hi friend");
    let with = json!({"scenario": "young", "values": {"user": {"first_name": "Di"}}});
    shop.post("/api/scenario/values", &with);
    assert!(!shop.read("scenarios/young.toml").contains("without"));
    assert_eq!(part(&shop.render("welcome", "young"), "subject")["output"], "Hi Di");
    let (status, message, help) =
        message_of(&shop, "/api/scenario/values", &json!({"scenario": "ana", "values": {}}));
    assert_eq!(
        (status, &*message, &*help),
        (404, "there is no recipient `ana`", "did you mean `anna`?")
    );
}

#[test]
fn the_form_has_each_field_with_its_kind_and_an_example() {
    let shop = Shop::open();
    let fields = shop.post("/api/fields/recipient", &json!({"message": "welcome"}));
    let field = |name: &str| {
        let all = fields.as_array().unwrap().iter();
        all.clone()
            .find(|field| field["name"] == name)
            .unwrap_or_else(|| panic!("{fields}"))
            .clone()
    };
    assert_eq!(field("first_name")["table"], "user");
    assert_eq!(field("first_name")["kind"], "text");
    assert_eq!(field("first_name")["need"], "optional");
    assert!(field("city")["example"].is_string());
}

/// A shop whose only message is this text, for a recipient of this file.
fn shop_of(text: &str, anna: &str) -> Shop {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "templates/hi/message.toml", "channel = \"sms\"\n");
    put(folder.path(), "templates/hi/body.liquid", text);
    put(folder.path(), "scenarios/anna.toml", anna);
    Shop::of(folder)
}

fn text_of(shop: &Shop, scenario: &str) -> String {
    shop.render("hi", scenario)["parts"][0]["output"].as_str().unwrap().to_owned()
}

#[test]
fn two_calls_of_one_url_have_answers_of_their_own() {
    let call = |name: &str| {
        format!(
            "{{% connected_content https://x.example/q :method post :body {{\"q\": \"{name}\"}} :save {name} %}}{{{{{name}.v}}}} "
        )
    };
    let shop = shop_of(&format!("{}{}", call("one"), call("two")), "");
    let calls = shop.render("hi", "anna")["calls"].clone();
    let name = |index: usize| calls[index]["result"]["name"].clone();
    assert_ne!(name(0), name(1));
    for (index, value) in [(1, 2), (0, 1)] {
        let ask = json!({"message": "hi", "scenario": "anna"});
        let wanted = json!({"ask": ask, "call": name(index), "answer": {"json": {"v": value}}});
        shop.post("/api/answer", &wanted);
    }
    assert_eq!(text_of(&shop, "anna").trim(), "1 2");
    // Neither can be answered again: both have a recording.
    let again = json!({"ask": {"message": "hi", "scenario": "anna"}, "call": name(0), "answer": {"json": {}}});
    assert_eq!(message_of(&shop, "/api/answer", &again).0, 404);
}

#[test]
fn a_recording_that_others_use_is_not_replaced() {
    let call = "{% connected_content https://x.example/w :save w %}{{w.points}}";
    let shop = shop_of(call, "recordings = []\n");
    put(shop.folder.path(), "scenarios/ben.toml", "");
    shop.post("/api/scenario", &json!({"name": "cara", "message": "hi"}));
    let wanted = |scenario: &str, points: u8| {
        let ask = json!({"message": "hi", "scenario": scenario});
        json!({"ask": ask, "call": "GET https://x.example/w", "answer": {"json": {"points": points}}})
    };
    let made = shop.post("/api/answer", &wanted("cara", 1));
    let first = shop.read(made["path"].as_str().unwrap());
    let own = shop.post("/api/answer", &wanted("anna", 2));
    assert_ne!(own["path"], made["path"]);
    assert_eq!(shop.read(made["path"].as_str().unwrap()), first);
    assert_eq!((text_of(&shop, "anna"), text_of(&shop, "cara")), ("2".to_owned(), "1".to_owned()));
}

#[test]
fn values_are_replaced_as_a_whole_and_keep_their_digits() {
    let anna = "[custom_attribute]\npet = { name = \"Rex\", age = 3, weight = 5.0 } # a dog\r\nid = 9007199254740993\nday = 2026-03-01\n";
    let shop = shop_of("{{custom_attribute.${pet} | json}}", anna);
    let values = json!({"custom_attribute": {"pet": {"name": "Rex", "weight": 5, "toy": null}}});
    let ask = json!({"message": "hi", "scenario": "anna", "values": values});
    let shown = shop.post("/api/render", &ask)["data"]["recipient"]["custom_attribute"].clone();
    assert_eq!(shown["pet"].to_string(), r#"{"name":"Rex","weight":5.0,"toy":null}"#);
    // TOML has no null.
    let kept = json!({"scenario": "anna", "values": values});
    let (status, message, _) = message_of(&shop, "/api/scenario/values", &kept);
    assert_eq!(status, 400);
    assert_eq!(message, "`custom_attribute.pet.toy` is `null`, which TOML can't express");
    let values = json!({"custom_attribute": {"pet": {"name": "Rex", "weight": 5}}});
    shop.post("/api/scenario/values", &json!({"scenario": "anna", "values": values}));
    let text = shop.read("scenarios/anna.toml");
    assert_eq!(text, anna.replace(", age = 3", "").replace("\r\n", "\n").replace('\n', "\r\n"));
}

#[test]
fn a_save_that_would_not_last_is_refused() {
    let shop =
        shop_of("{{custom_attribute.${a}}}", "[custom_attribute]\na = 1\nb = { c = 1, d = 2 }\n");
    put(
        shop.folder.path(),
        "scenarios/ben.toml",
        "extends = \"anna\"\nwithout = [\"custom_attribute.b.c\"]\n",
    );
    shop.post("/api/scenario", &json!({"name": "cara", "from": "anna"}));
    let keep = |scenario: &str, values: Value| {
        let wanted = json!({"scenario": scenario, "values": values});
        shop.send("POST", "/api/scenario/values", &[], &wanted.to_string())
    };
    assert_eq!(keep("ben", json!({"custom_attribute": {"b": {"d": 5}}})).status, 200);
    assert!(
        !shop.read("scenarios/ben.toml").contains("without"),
        "a whole value takes nothing away"
    );
    assert_eq!(keep("ben", json!({"custom_attribute": {"a": null}})).status, 200);
    assert!(shop.read("scenarios/ben.toml").contains("without = [\"custom_attribute.a\"]"));
    // Ben takes away what only Anna has.
    let refused = keep("anna", json!({"custom_attribute": {"a": null}}));
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("`ben` extends this one"), "{}", refused.body);
    assert!(shop.read("scenarios/anna.toml").contains("a = 1"));
    let clock = keep("anna", json!({"now": "tomorrow"}));
    assert!(clock.status == 400 && clock.body.contains("isn't a time"), "{}", clock.body);
}

#[test]
fn an_answer_of_an_unsaved_template_is_kept_and_an_unused_one_refused() {
    let shop = shop_of("Hi", "");
    let text = "{% connected_content https://x.example/w :save w %}{{w.points}}";
    let texts = json!({"templates/hi/body.liquid": text});
    let mut wanted = json!({"name": "ben", "from": "anna", "message": "hi", "texts": texts,
        "answers": {"GET https://x.example/w": {"json": {"points": 3}}}});
    shop.post("/api/scenario", &wanted);
    let scenario = shop.read("scenarios/ben.toml");
    assert!(scenario.contains("recordings = [\"ben/x.example/w/"), "{scenario}");
    wanted["texts"] = json!({});
    wanted["name"] = json!("cara");
    let (status, message, _) = message_of(&shop, "/api/scenario", &wanted);
    assert_eq!(status, 400);
    assert_eq!(message, "the message doesn't make the call for `GET https://x.example/w`");
    assert!(!shop.folder.path().join("scenarios/cara.toml").exists());
}
