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
    error: found `walet`, expected a family or a call that is read
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
    1:1 warn the payload lacks `extra`, which the message uses in some cases without a default (send `extra`)
    1:1 error the payload lacks `id`, without which the message is not sent (send `id`)
    1:1 info the payload lacks `name`, for which the message has a default or a guard (send `name`)
    1:1 info the payload lacks `points`, which only conditions of the message read (send `points`)
    1:2 error the payload lacks `offer.title`, which the message uses without a default (send `title`)
    1:41 error the payload lacks `items[].label`, which the message uses without a default (in 2 places) (send `label`)
    ");
    assert_eq!(code, Some(1));
}

#[test]
fn fields_of_the_wrong_kind_and_fields_that_nothing_reads() {
    let payload = "{\n  \"id\": null,\n  \"offer\": \"T\",\n  \"items\": \"x\",\n  \"points\": \"many\",\n  \"extra\": [1],\n  \"nam\": \"A\",\n  \"other\": 1\n}";
    let (found, code) = checked(TEMPLATE, payload);
    insta::assert_snapshot!(found, @r"
    1:1 warn the payload lacks `name`, for which the message has a default or a guard (rename `nam` to `name`)
    2:9 error `id` is null, without which the message is not sent (send `id`)
    3:12 error found a text for `offer`, expected an object: the message reads `title` of it
    4:12 error found a text for `items`, expected a list: the message reads its items
    5:13 warn found a text for `points`, expected a number: the message compares it with `100`
    6:3 warn found a list for `extra`, expected a text or a number or true or false
    8:3 info `other` is sent, and the message never reads it
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
    6:31 warn the payload lacks `extra`, which the message uses in some cases without a default (for 1 of 2 recipients) (send `extra`)
    6:54 error the payload lacks `offer.title`, which the message uses without a default (for 1 of 2 recipients) (send `title`)
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
    let found = found.lines().filter(|line| !line.contains("payload lacks")).collect::<Vec<_>>();
    insta::assert_snapshot!(found.join("\n"), @r#"
    3:84 error found `send_to_existing_only` false beside `user_alias` (name the recipient by `external_user_id`)
    4:38 error found `email` beside `external_user_id`, expected one of them (keep one of them)
    4:38 error found `email` without `prioritization` (add `"prioritization": ["identified", "most_recently_updated"]`)
    5:3 error found no `external_user_id`, `user_alias`, `email`, `braze_id` for a recipient (say who it is by one of them)
    6:54 error found `send_to_existing_only` false without `attributes` (add `attributes`, of which the profile is made)
    "#);
    assert_eq!(code, Some(1));
}

#[test]
fn what_is_wrong_with_a_body_by_itself() {
    let (found, _) =
        checked(TEMPLATE, r#"{"campaign_id": "c", "trigger_properties": "", "recipients": {}}"#);
    insta::assert_snapshot!(found, @r"
    1:1 warn the payload lacks `extra`, which the message uses in some cases without a default (send `extra`)
    1:1 error the payload lacks `id`, without which the message is not sent (send `id`)
    1:1 error the payload lacks `items`, over which the message loops (send `items`)
    1:1 info the payload lacks `name`, for which the message has a default or a guard (send `name`)
    1:1 error the payload lacks `offer`, of which the message prints fields without a default (send `offer`)
    1:1 info the payload lacks `points`, which only conditions of the message read (send `points`)
    1:44 error found a text for `trigger_properties`, expected an object (write `{}` where there are none)
    1:48 error found an object for `recipients`, expected a list (write a list of objects)
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
    1:51377 error found 51 recipients, expected 50 at most (send the others in another request)
    1:51377 error found `recipients` beside `broadcast`, expected one of them (remove one of them)
    1:52692 error the properties have 51311 bytes as JSON, expected 51200 at most (send less, or let the message ask for it by a call)
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

      × found no object, expected the body of a request to Braze or its properties
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
    1:39 warn the payload lacks `name`, which the message uses without a default (send `name`, unless a Context step of the Canvas sets it)
    ");
    let (found, code) = checked(
        template,
        r#"{"campaign_id": "c", "broadcast": true, "trigger_properties": {"name": "A"}}"#,
    );
    insta::assert_snapshot!(found, @r"
    1:41 error found a body for `/campaigns/trigger/send`, which fills `api_trigger_properties`, and the message reads `context` (send it with `/canvas/trigger/send`)
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
