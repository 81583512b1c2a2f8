//! `meniscus contract` and `meniscus shape TEMPLATE`, run as people run them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn meniscus(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder).args(arguments);
    command.env_remove("COLUMNS").env("NO_COLOR", "1").output().expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn contract(arguments: &[&str]) -> Output {
    let arguments = [&["contract"], arguments].concat();
    meniscus(&root(), &arguments)
}

/// A workspace of one template, with a payload beside it.
fn workspace(template: &str, payload: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("made");
    std::fs::write(folder.path().join("meniscus.toml"), "").expect("written");
    std::fs::write(folder.path().join("templates/a.liquid"), template).expect("written");
    std::fs::write(folder.path().join("payload.json"), payload).expect("written");
    folder
}

fn of_template(template: &str) -> String {
    let folder = workspace(template, "");
    let output = meniscus(folder.path(), &["contract", "templates/a.liquid"]);
    text(&output.stdout).to_owned()
}

/// The findings of a check, a line each.
fn checked(template: &str, payload: &str) -> (String, Option<i32>) {
    let folder = workspace(template, payload);
    let arguments = ["contract", "templates/a.liquid", "--check", "payload.json", "-f", "json"];
    let output = meniscus(folder.path(), &arguments);
    let Ok(json) = serde_json::from_slice::<Json>(&output.stdout) else {
        return (text(&output.stderr).to_owned(), output.status.code());
    };
    let found = json["diagnostics"].as_array().expect("a list").iter().map(|found| {
        let start = &found["span"]["start"];
        let help = found["help"].as_str().map(|help| format!(" ({help})")).unwrap_or_default();
        let level = found["level"].as_str().unwrap_or_default();
        let message = found["message"].as_str().unwrap_or_default();
        format!("{}:{} {level} {message}{help}\n", start["line"], start["column"])
    });
    (found.collect(), output.status.code())
}

#[test]
fn what_a_triggered_message_reads() {
    let output = contract(&["templates/offer_triggered"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn calls_with_what_they_send_and_what_is_read_of_their_answers() {
    let output = contract(&["templates/offer_wallet", "templates/tag_export"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn a_schema_of_what_is_to_be_sent() {
    let output = contract(&["templates/offer_triggered", "--format", "schema"]);
    insta::assert_snapshot!(text(&output.stdout));
    let output = contract(&["templates/offer_wallet", "-f", "schema", "--of", "wallet"]);
    let by_target: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let output = contract(&["templates/offer_wallet", "-f", "schema", "--of", "get_user_offers"]);
    let by_name: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(by_target, by_name);
    let payload = &by_name["properties"]["payload"];
    assert_eq!(payload["properties"]["user_offers"]["type"], "array");
    let output = contract(&["templates/offer_wallet", "-f", "schema", "--of", "walet"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: the messages don't read `walet`
    help: did you mean `wallet`?
    ");
}

#[test]
fn programs_get_all_of_it() {
    let output = contract(&["templates/offer_wallet", "--format", "json"]);
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["version"], 1);
    let contract = &json["contracts"][0];
    assert_eq!(contract["messages"][0], "offer_wallet");
    let call = &contract["calls"][0];
    assert_eq!(call["endpoint"], "get_user_offers");
    assert_eq!(call["body"]["members"][0]["name"], "retailer_id");
    let status = call["reads"].as_array().expect("fields").iter();
    let status = status.filter(|field| field["name"] == "status").collect::<Vec<_>>();
    assert_eq!(status[0]["need"], "tested");
    assert_eq!(contract["content_blocks"][0]["path"], "content_blocks/sessionm_wallet.liquid");
}

#[test]
fn values_are_followed_through_variables_loops_and_filters() {
    insta::assert_snapshot!(of_template(
        "{% assign offer = {{api_trigger_properties.${offer}}} %}\n\
         {% if offer != blank %}{{ offer.name }}{% if offer.kind == 'gold' %}{{offer.extra}}{% endif %}{% endif %}\n\
         {% for i in api_trigger_properties.${items} %}{{ i.title }}{% if i.sale %}{{ i.sale.until | date: '%d' }}{% endif %}{% endfor %}\n\
         {% if api_trigger_properties.${rows}.size > 0 %}{% for r in api_trigger_properties.${rows} %}{{ r.a }}{% endfor %}{% endif %}\n\
         {% assign d = api_trigger_properties.${day} | date: '%s' %}{% if d != blank %}{{ d }}{% endif %}\n\
         {% assign n = api_trigger_properties.${nick} | default: 'you' %}{{ n }} {{ n | upcase }}\n\
         {% assign first = api_trigger_properties.${list} | map: 'id' | first %}{{ first }}\n\
         {% if api_trigger_properties.${points} > 100 %}x{% endif %}\n\
         {{ api_trigger_properties[\"loyalty.card\"].number }} {{ api_trigger_properties.${tags} | join: ', ' }}\n\
         {% assign parts = api_trigger_properties.${csv} | split: ',' %}{{ parts[0] }}\n"
    ));
}

#[test]
fn bodies_and_names_never_show_secrets() {
    let text = of_template(
        "{% connected_content https://a.example/u?token=abc123&x={{${user_id}}} :method post\n\
         :body id={{api_trigger_properties.${id}}}&password=hunter2 :save r %}{{ r.a.b }}{{ thing }}",
    );
    assert!(!text.contains("abc123") && !text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text);
}

const TEMPLATE: &str = "\
{% if api_trigger_properties.${id} == blank %}{% abort_message('none') %}{% endif %}
Hi {{ api_trigger_properties.${name} | default: 'you' }}, {{ api_trigger_properties.${offer}.title }}
{% for item in api_trigger_properties.${items} %}{{ item.label }}{% endfor %}
{% if api_trigger_properties.${points} > 100 %}{{ api_trigger_properties.${extra} }}{% endif %}
";

#[test]
fn a_payload_that_has_all_is_fine() {
    let (found, code) = checked(
        TEMPLATE,
        r#"{"id": "1", "name": "A", "offer": {"title": "T"}, "items": [{"label": "x"}], "points": 3, "extra": "e"}"#,
    );
    assert_eq!(found, "");
    assert_eq!(code, Some(0));
}

#[test]
fn fields_that_lack_are_told_with_what_comes_of_it() {
    let (found, code) = checked(TEMPLATE, r#"{"offer": {}, "items": [{"label": "x"}, {}, {}]}"#);
    insta::assert_snapshot!(found, @r"
    1:1 warn the payload has no `extra`; in some cases, the message uses it without a default (send `extra`)
    1:1 error the payload has no `id`; without it, the message isn't sent (send `id`)
    1:1 info the payload has no `name`; the message has a default or a check for it (send `name`)
    1:1 info the payload has no `points`; only conditions in the message read it (send `points`)
    1:2 error the payload has no `offer.title`; the message uses it without a default (send `title`)
    1:41 error the payload has no `items[].label`; the message uses it without a default (in 2 places) (send `label`)
    ");
    assert_eq!(code, Some(1));
}

#[test]
fn fields_of_the_wrong_kind_and_fields_that_nothing_reads() {
    let payload = "{\n  \"id\": null,\n  \"offer\": \"T\",\n  \"items\": \"x\",\n  \"points\": \"many\",\n  \"extra\": [1],\n  \"nam\": \"A\",\n  \"other\": 1\n}";
    let (found, code) = checked(TEMPLATE, payload);
    insta::assert_snapshot!(found, @r"
    1:1 warn the payload has no `name`; the message has a default or a check for it (rename `nam` to `name`)
    2:9 error `id` is null; without it, the message isn't sent (send `id`)
    3:12 error `offer` is a string, not an object: the message reads its `title`
    4:12 error `items` is a string, not a list: the message reads its items
    5:13 warn `points` is a string, not a number: the message compares it with `100`
    6:3 warn `extra` is a list, not a string or a number or a boolean
    8:3 info `other` is sent, but the message never reads it
    ");
    assert_eq!(code, Some(1));
}

#[test]
fn recipients_override_key_by_key() {
    let payload = r#"{
  "campaign_id": "c",
  "trigger_properties": {"id": "1", "name": "A", "offer": {"title": "T"}, "items": []},
  "recipients": [
    {"external_user_id": "a", "trigger_properties": {"points": 1, "extra": "x"}},
    {"external_user_id": "b", "trigger_properties": {"offer": {}, "points": 1}}
  ]
}"#;
    let (found, code) = checked(TEMPLATE, payload);
    insta::assert_snapshot!(found, @r"
    6:31 warn the payload has no `extra`; in some cases, the message uses it without a default (for 1 of 2 recipients) (send `extra`)
    6:54 error the payload has no `offer.title`; the message uses it without a default (for 1 of 2 recipients) (send `title`)
    ");
    assert_eq!(code, Some(1));
}

#[test]
fn a_recipient_is_named_in_one_way_that_braze_takes() {
    let payload = r#"{"campaign_id": "c", "recipients": [
  {"external_user_id": "a"},
  {"user_alias": {"alias_name": "a", "alias_label": "b"}, "send_to_existing_only": false, "attributes": {}},
  {"external_user_id": "a", "email": "a@b.example"},
  {"trigger_properties": {}},
  {"external_user_id": "a", "send_to_existing_only": false},
  {"email": "a@b.example", "prioritization": ["identified"], "send_to_existing_only": true}
]}"#;
    let (found, code) =
        checked("Hi {{ api_trigger_properties.${name} | default: 'you' }}", payload);
    let found =
        found.lines().filter(|line| !line.contains("the payload has no")).collect::<Vec<_>>();
    insta::assert_snapshot!(found.join("\n"), @r#"
    3:84 error `send_to_existing_only` can't be false with `user_alias` (identify the recipient with `external_user_id`)
    4:38 error `email` needs `prioritization` (add `"prioritization": ["identified", "most_recently_updated"]`)
    4:38 error `external_user_id` and `email` can't be used together (keep one of them)
    5:3 error this recipient has none of `external_user_id`, `user_alias`, `email`, `braze_id` (add one of them to identify the recipient)
    6:54 error `send_to_existing_only` can't be false without `attributes` (add `attributes` for the new profile)
    "#);
    assert_eq!(code, Some(1));
}

#[test]
fn what_is_wrong_with_a_body_by_itself() {
    let (found, _) =
        checked(TEMPLATE, r#"{"campaign_id": "c", "trigger_properties": "", "recipients": {}}"#);
    insta::assert_snapshot!(found, @r"
    1:1 warn the payload has no `extra`; in some cases, the message uses it without a default (send `extra`)
    1:1 error the payload has no `id`; without it, the message isn't sent (send `id`)
    1:1 error the payload has no `items`; the message loops over it (send `items`)
    1:1 info the payload has no `name`; the message has a default or a check for it (send `name`)
    1:1 error the payload has no `offer`; the message prints its fields without a default (send `offer`)
    1:1 info the payload has no `points`; only conditions in the message read it (send `points`)
    1:44 error `trigger_properties` must be an object, not a string (write `{}` if there are no properties)
    1:48 error `recipients` must be a list, not an object (write a list of objects)
    ");
    let many = vec![r#"{"external_user_id": "x"}"#; 51].join(",");
    let (found, _) = checked(
        "Hi {{ api_trigger_properties.${name} | default: 'you' }}",
        &format!(
            r#"{{"campaign_id": "c", "broadcast": true, "trigger_properties": {{"name": "{}"}}, "recipients": [{many}]}}"#,
            "x".repeat(51_300)
        ),
    );
    insta::assert_snapshot!(found, @r"
    1:51377 error `recipients` and `broadcast` can't be used together (remove one of them)
    1:51377 error the request has 51 recipients; the limit is 50 (send the rest in another request)
    1:52692 error the properties have 51311 bytes as JSON; the limit is 51200 (send less, or have the message fetch the data with a call)
    ");
    let (found, code) = checked(TEMPLATE, "{\"id\": 1,}");
    insta::assert_snapshot!(found, @r#"
    workspace-file

      × trailing comma
       ╭─[payload.json:1:10]
     1 │ {"id": 1,}
       ·          ▲
       ·          ╰── here
       ╰────
    "#);
    assert_eq!(code, Some(2));
    let (found, code) = checked(TEMPLATE, "[]");
    insta::assert_snapshot!(found, @r"
    workspace-file

      × the payload must be an object: the body of a request to Braze, or its properties
       ╭─[payload.json:1:1]
     1 │ []
       · ▲
       · ╰── here
       ╰────
    ");
    assert_eq!(code, Some(2));
}

#[test]
fn a_canvas_fills_its_context() {
    let template = "Hi {{ context.${name} }}";
    let (found, code) =
        checked(template, r#"{"canvas_id": "c", "broadcast": true, "context": {"name": "A"}}"#);
    assert_eq!((found.as_str(), code), ("", Some(0)));
    let (found, _) = checked(
        template,
        r#"{"canvas_id": "c", "broadcast": true, "canvas_entry_properties": {}}"#,
    );
    insta::assert_snapshot!(found, @r"
    1:39 warn the payload has no `name`; the message uses it without a default (send `name`, unless a Context step of the Canvas sets it)
    ");
    let (found, code) = checked(
        template,
        r#"{"campaign_id": "c", "broadcast": true, "trigger_properties": {"name": "A"}}"#,
    );
    insta::assert_snapshot!(found, @r"
    1:41 error this is a body for `/campaigns/trigger/send`, which fills `api_trigger_properties`, but the message reads `context` (send it with `/canvas/trigger/send`)
    ");
    assert_eq!(code, Some(1));
}

#[test]
fn findings_are_drawn_at_both_places() {
    let folder =
        workspace(TEMPLATE, "{\"id\": \"1\", \"offer\": {\"titel\": \"T\"}, \"items\": []}");
    let arguments = ["contract", "templates/a.liquid", "--check", "payload.json"];
    let output = meniscus(folder.path(), &arguments);
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn the_variables_of_a_template_at_its_end() {
    let output = meniscus(&root(), &["shape", "templates/offer_wallet_push"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
    let output =
        meniscus(&root(), &["shape", "templates/offer_wallet_push/message.liquid", "--schema"]);
    let schema: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let wallet = &schema["$defs"]["message.wallet"];
    assert_eq!(
        wallet["properties"]["payload"]["properties"]["user_offers"]["items"]["type"],
        "object"
    );
}
