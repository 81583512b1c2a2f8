use serde_json::{Value, json};

use super::shop::Shop;

/// What may be written at `¦` in the body of the message.
fn complete(shop: &Shop, text: &str) -> Value {
    shop.post("/api/complete", &asked(text))
}

fn asked(text: &str) -> Value {
    let before = text.split('¦').next().unwrap();
    json!({
        "message": "welcome", "path": "templates/welcome/body.html",
        "text": text.replace('¦', ""), "offset": before.encode_utf16().count(),
    })
}

fn labels(found: &Value) -> Vec<&str> {
    found["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

const CALL: &str = "Zoë 🥐 {% connected_content {{endpoint}}/wallet :save wallet %}";

#[test]
fn paths_are_completed_from_what_answers_have() {
    let shop = Shop::open();
    let text = format!("{CALL}{{{{ wallet.po¦ }}}}");
    let found = complete(&shop, &text);
    let points =
        &found["items"].as_array().unwrap().iter().find(|item| item["label"] == "points").unwrap();
    assert_eq!(
        (&points["detail"], &points["sample"]),
        (&json!("integer, in 1 of 1 recording"), &json!("12"))
    );
    assert_eq!(points["kind"], "field");
    // What is taken the place of is counted as the page counts.
    let units = text.replace('¦', "").encode_utf16().collect::<Vec<_>>();
    let at = |key: &str| usize::try_from(found[key].as_u64().unwrap()).unwrap();
    assert_eq!(String::from_utf16(&units[at("from")..at("to")]).unwrap(), "po");
    let secret = found["items"].as_array().unwrap().iter().find(|item| item["label"] == "api_key");
    assert_eq!(secret.unwrap()["sample"], Value::Null);
    let in_loop = format!(
        "{CALL}{{% for offer in wallet.offers %}}{{% if offer.¦ %}}{{% endif %}}{{% endfor %}}"
    );
    assert_eq!(labels(&complete(&shop, &in_loop)), ["name", "link"]);
    let unfinished = format!("{CALL}{{{{ wallet.offers[0].¦");
    assert_eq!(labels(&complete(&shop, &unfinished)), ["name", "link"]);
    let list = format!("{CALL}{{{{ wallet.offers.¦ }}}}");
    assert_eq!(labels(&complete(&shop, &list)), ["first", "last", "size"]);
}

#[test]
fn names_tags_filters_and_attributes_are_completed() {
    let shop = Shop::open();
    let root = format!("{CALL}{{% assign best = 1 %}}{{{{ ¦ }}}}{{% assign later = 1 %}}");
    let found = complete(&shop, &root);
    let names = labels(&found);
    for name in ["wallet", "best", "endpoint", "custom_attribute.${"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    assert!(!names.contains(&"later") && !names.contains(&"and"), "{names:?}");
    assert!(labels(&complete(&shop, "{% if ¦ %}")).contains(&"contains"));
    assert!(labels(&complete(&shop, "{% con¦")).contains(&"connected_content"));
    assert!(labels(&complete(&shop, "{{ x | de¦ }}")).contains(&"default"));
    assert!(labels(&complete(&shop, "{{content_blocks.${¦}}}")).contains(&"footer"));
    let attributes = complete(&shop, "{{custom_attribute.${zi¦}}}");
    assert_eq!(labels(&attributes), ["zip code"]);
    assert_eq!(attributes["items"][0]["sample"], "\"04109\"");
    assert!(labels(&complete(&shop, "{{${first¦}}}")).contains(&"first_name"));
    assert!(
        labels(&complete(&shop, "{% connected_content https://x.example :¦ %}")).contains(&"save")
    );
    for nothing in ["plain ¦ text", "{{ 'a¦' }}", "{{ nowhere.¦ }}", "{{ a }}¦"] {
        assert_eq!(complete(&shop, nothing)["items"], json!([]), "{nothing}");
    }
    let far = json!({"message": "none", "path": "x", "text": "{{ ", "offset": 999});
    assert!(shop.post("/api/complete", &far)["items"].is_array());
}

#[test]
fn what_stands_at_a_place_is_told() {
    let shop = Shop::open();
    let hover = |text: &str| shop.post("/api/hover", &asked(text));
    let points = hover(&format!("{CALL}{{{{ wallet.poi¦nts }}}}"));
    assert_eq!(points["title"], "wallet.points");
    assert_eq!(
        (&points["lines"][0], &points["sample"]),
        (&json!("integer, in 1 of 1 recording"), &json!("12"))
    );
    let span = &points["span"];
    let length = span["end"]["utf16"].as_u64().unwrap() - span["start"]["utf16"].as_u64().unwrap();
    assert_eq!(length, "wallet.points".len() as u64);
    let wallet = hover(&format!("{CALL}{{{{ wal¦let.points }}}}"));
    assert_eq!(wallet["title"], "wallet");
    let lines = wallet["lines"].to_string();
    assert!(lines.contains("points, api_key, offers"), "{lines}");
    let default = hover("{{ x | def¦ault: 'y' }}");
    assert!(default["title"].as_str().unwrap().starts_with("default: "), "{default}");
    assert!(default["docs"].is_string());
    assert!(hover("{%- conn¦ected_content x %}")["docs"].is_string());
    assert_eq!(hover("{% endi¦f %}")["title"], "endif");
    assert_eq!(hover("te¦xt"), Value::Null);
    assert_eq!(hover("{{ nowh¦ere }}"), Value::Null);
    let attribute = hover("{{custom_attribute.${zip c¦ode}}}");
    assert_eq!(attribute["title"], "custom_attribute.${zip code}");
    assert_eq!(attribute["sample"], "\"04109\"");
}

#[test]
fn names_lead_to_places_of_the_workspace() {
    let shop = Shop::open();
    let ask = |what: &str, text: &str, name: Option<&str>| {
        let mut asked = asked(text);
        asked["scenario"] = json!("anna");
        asked["name"] = json!(name);
        shop.post(&format!("/api/{what}"), &asked)
    };
    let points = ask("definition", &format!("{CALL}{{{{ wallet.poi¦nts }}}}"), None);
    let place = &points["places"][0];
    assert_eq!(place["path"], "recordings/wallet.json");
    assert_eq!(place["field"], json!({"recording": "wallet", "keys": ["points"]}));
    assert_eq!(ask("definition", "te¦xt", None), Value::Null);
    let used = ask("uses", "{{ best¦ }}{% assign best = 1 %}", None);
    let lines = used["places"].as_array().unwrap().iter().map(|place| &place["line"]);
    assert_eq!(lines.count(), 2);
    let renamed = ask("rename", "{% assign best = 1 %}Zoë 🥐 {{ best¦ }}", Some("top"));
    assert_eq!(renamed["from"], "best");
    assert_eq!(renamed["spans"][1]["start"]["utf16"], 31);
    let refused = ask("rename", "{{ best¦ }}", Some("top"));
    assert!(refused["refused"].as_str().unwrap().contains("isn't set"), "{refused}");
    // What the recipient on the page has comes with its value.
    let fields = ask("complete", &format!("{CALL}{{{{ wallet.¦ }}}}"), None);
    let points = &fields["items"][0];
    assert_eq!((&points["label"], &points["own"]), (&json!("points"), &json!(true)));
}
