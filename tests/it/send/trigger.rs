//! `trigger`: the body that is put together, and what is wrong with it.

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::program::{code, put, run, stderr, stdout, workspace};

const CAMPAIGN: &str = "9b1f0c6e-3a52-4d87-b0e4-5f7c2a6d8e13";
const CANVAS: &str = "4c7a9e20-1f68-4b3d-8a05-d2e96b71c3f4";

/// A workspace with a message of a campaign, one of a Canvas, one of an old Canvas.
pub fn place() -> TempDir {
    workspace(&[
        ("meniscus.toml", ""),
        (
            "templates/offer/message.toml",
            &format!("channel = \"push\"\n[trigger]\ncampaign_id = \"{CAMPAIGN}\"\n"),
        ),
        (
            "templates/offer/message.liquid",
            "{{api_trigger_properties.${title}}}: {{api_trigger_properties.${points}}}",
        ),
        (
            "templates/journey/message.toml",
            &format!("channel = \"push\"\n[trigger]\ncanvas_id = \"{CANVAS}\"\n"),
        ),
        ("templates/journey/message.liquid", "{{context.${title}}}"),
        ("templates/old.liquid", "{{canvas_entry_properties.${title}}}"),
        ("templates/both.liquid", "{{context.${title}}} {{api_trigger_properties.${title}}}"),
        (
            "scenarios/ada.toml",
            "[user]\nuser_id = \"ada-1\"\nfirst_name = \"Ada\"\nemail_address = \"ada@a.example\"\n[custom_attribute]\ntier = \"gold\"\n[api_trigger_properties]\ntitle = \"Rye\"\npoints = 50\n",
        ),
        ("scenarios/bo.toml", "extends = \"ada\"\n[user]\nuser_id = \"bo-2\"\n"),
        (
            "scenarios/cy.toml",
            "extends = \"ada\"\n[user]\nuser_id = \"cy-3\"\n[api_trigger_properties]\npoints = 7\n",
        ),
        (
            "scenarios/dee.toml",
            "[user.user_alias]\nalias_name = \"dee\"\nalias_label = \"shop\"\n[context]\ntitle = \"Rye\"\n[canvas_entry_properties]\ntitle = \"Old rye\"\n",
        ),
        (
            "scenarios/eve.toml",
            "[user]\nemail_address = \"eve@a.example\"\n[canvas]\napi_id = \"canvas-of-eve\"\n[canvas_entry_properties]\ntitle = \"Rye\"\n",
        ),
        (
            "scenarios/nobody.toml",
            "[user]\nfirst_name = \"Nobody\"\n[api_trigger_properties]\ntitle = \"Rye\"\npoints = 1\n",
        ),
    ])
}

/// The body that is printed.
fn body(folder: &TempDir, arguments: &[&str]) -> Json {
    let output = trigger(folder, arguments);
    assert_eq!(output.0, 0, "{}", output.2);
    serde_json::from_str(&output.1).unwrap()
}

/// Exit code, standard output, standard error.
fn trigger(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut all = vec!["trigger"];
    all.extend(arguments);
    let output = run(folder.path(), &all);
    (code(&output), stdout(&output), stderr(&output))
}

#[test]
fn scenarios_become_recipients() {
    let place = place();
    let rye = json!({"title": "Rye", "points": 50});
    assert_eq!(
        body(&place, &["templates/offer", "-s", "ada"]),
        json!({"campaign_id": CAMPAIGN, "recipients": [{"external_user_id": "ada-1", "trigger_properties": rye}]})
    );
    // What is the same for all stands once, for all.
    assert_eq!(
        body(&place, &["templates/offer", "-s", "ada", "-s", "bo"]),
        json!({"campaign_id": CAMPAIGN, "trigger_properties": rye, "recipients": [{"external_user_id": "ada-1"}, {"external_user_id": "bo-2"}]})
    );
    assert_eq!(
        body(&place, &["templates/offer", "-s", "ada", "-s", "cy", "--campaign", "other"]),
        json!({"campaign_id": "other", "recipients": [
            {"external_user_id": "ada-1", "trigger_properties": rye},
            {"external_user_id": "cy-3", "trigger_properties": {"title": "Rye", "points": 7}},
        ]})
    );
    assert_eq!(
        body(&place, &["templates/offer", "-s", "ada", "--broadcast"]),
        json!({"campaign_id": CAMPAIGN, "broadcast": true, "trigger_properties": rye})
    );
    assert_eq!(
        body(
            &place,
            &[
                "templates/offer",
                "-s",
                "ada",
                "--by",
                "email",
                "--set",
                "api_trigger_properties.points=[1.50]"
            ]
        )["recipients"][0],
        json!({"email": "ada@a.example", "prioritization": ["identified", "most_recently_updated"],
            "trigger_properties": {"title": "Rye", "points": [1.5]}})
    );
    assert_eq!(
        body(&place, &["templates/offer", "-s", "ada", "--attributes", "--to-new"])["recipients"]
            [0],
        json!({"external_user_id": "ada-1", "trigger_properties": rye, "send_to_existing_only": false,
            "attributes": {"first_name": "Ada", "email": "ada@a.example", "tier": "gold"}})
    );
}

#[test]
fn a_canvas_gets_context_and_an_old_one_what_it_reads() {
    let place = place();
    let alias = json!({"alias_name": "dee", "alias_label": "shop"});
    assert_eq!(
        body(&place, &["templates/journey", "-s", "dee"]),
        json!({"canvas_id": CANVAS, "recipients": [{"user_alias": alias, "context": {"title": "Rye"}}]})
    );
    assert_eq!(
        body(&place, &["templates/old.liquid", "-s", "dee", "--canvas", "c"]),
        json!({"canvas_id": "c", "recipients": [{"user_alias": alias, "canvas_entry_properties": {"title": "Old rye"}}]})
    );
    // The id comes from the scenario, the properties from the older table.
    assert_eq!(
        body(
            &place,
            &[
                "templates/both.liquid",
                "-s",
                "eve",
                "--set",
                "canvas.api_id=x",
                "--set",
                "campaign.name=y",
                "--canvas",
                "c1"
            ]
            .map(|a| if a == "templates/both.liquid" {
                "templates/old.liquid"
            } else {
                a
            })
        ),
        json!({"canvas_id": "c1", "recipients": [{"email": "eve@a.example",
            "prioritization": ["identified", "most_recently_updated"],
            "canvas_entry_properties": {"title": "Rye"}}]})
    );
    assert_eq!(body(&place, &["templates/old.liquid", "-s", "eve"])["canvas_id"], "canvas-of-eve");
}

#[test]
fn what_a_payload_check_says_is_the_same() {
    let place = place();
    for arguments in
        [vec!["templates/offer", "-s", "ada", "-s", "cy"], vec!["templates/journey", "-s", "dee"]]
    {
        let message = arguments[0].to_owned();
        let text = trigger(&place, &arguments).1;
        put(place.path(), "payload.json", &text);
        let checked = run(place.path(), &["contract", &message, "--check", "payload.json"]);
        assert_eq!(code(&checked), 0, "{}", stdout(&checked));
    }
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let place = place();
    let said = |arguments: &[&str]| {
        let (code, out, said) = trigger(&place, arguments);
        assert!(code == 1 && !out.is_empty(), "{code} {out} {said}");
        said
    };
    insta::assert_snapshot!("trigger_family", said(&["templates/journey", "-s", "ada"]));
    insta::assert_snapshot!(
        "trigger_other_family",
        said(&["templates/both.liquid", "-s", "dee", "--canvas", "c"])
    );
    insta::assert_snapshot!("trigger_nobody", said(&["templates/offer", "-s", "nobody"]));
    insta::assert_snapshot!(
        "trigger_alias",
        said(&["templates/journey", "-s", "dee", "--attributes", "--to-new"])
    );
    put(
        place.path(),
        "scenarios/typo.toml",
        "[user]\nuser_id = \"t\"\n[api_trigger_properties]\ntitel = \"Rye\"\nextra = 1\n",
    );
    insta::assert_snapshot!("trigger_lacks", said(&["templates/offer", "-s", "typo", "-s", "ada"]));
    let large = format!(
        "extends = \"ada\"\n[api_trigger_properties]\npoints = \"{}\"\n",
        "x".repeat(51_200)
    );
    put(place.path(), "scenarios/large.toml", &large);
    let found = said(&["templates/offer", "-s", "large"]);
    assert!(found.contains("bytes as JSON; the limit is 51200"), "{found}");
    assert!(found.contains("scenarios/large.toml:2:1"), "{found}");
}

#[test]
fn a_request_has_fifty_recipients_and_four_megabytes() {
    let place = place();
    let mut arguments = vec!["templates/offer".to_owned()];
    for number in 0..51 {
        let text = format!("extends = \"ada\"\n[user]\nuser_id = \"u{number}\"\n");
        put(place.path(), &format!("scenarios/u{number}.toml"), &text);
        arguments.extend(["-s".to_owned(), format!("u{number}")]);
    }
    let of = |count: usize, more: &[&str]| {
        let arguments = arguments.iter().take(1 + 2 * count).map(String::as_str);
        trigger(&place, &arguments.chain(more.iter().copied()).collect::<Vec<_>>())
    };
    assert_eq!(of(50, &[]).0, 0);
    let (code, _, said) = of(51, &[]);
    assert_eq!(
        (code, said.matches("the request has 51 recipients; the limit is 50").count()),
        (1, 1),
        "{said}"
    );
    let attribute = format!("custom_attribute.story=\"{}\"", "x".repeat(90_000));
    let (code, _, said) = of(50, &["--attributes", "--set", &attribute]);
    assert_eq!(code, 1);
    assert!(said.contains("bytes; the limit is 4194304"), "{said}");
}

#[test]
fn the_same_customer_twice_is_worth_a_warning() {
    let place = place();
    let (code, _, said) = trigger(
        &place,
        &["templates/offer", "-s", "ada", "-s", "bo", "--set", "user.user_id=same"],
    );
    assert_eq!(code, 0);
    assert!(said.contains("the scenarios `ada` and `bo` have the same recipient"), "{said}");
}

#[test]
fn ids_are_found_or_asked_for() {
    let place = place();
    let refused = |arguments: &[&str]| {
        let (code, out, said) = trigger(&place, arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{said}");
        said
    };
    let said = refused(&["templates/old.liquid", "-s", "dee"]);
    assert_eq!(
        said,
        "error: the ID of the Canvas that sends `old` isn't set\nhelp: pass `--canvas ID`, or add `canvas_id = \"…\"` under `[trigger]` in its message.toml\n"
    );
    let said = refused(&["templates/offer", "-s", "ada", "--campaign", "{{CAMPAIGN ID}}"]);
    assert!(
        said.starts_with("error: the ID of the campaign in the command line is `{{CAMPAIGN ID}}`"),
        "{said}"
    );
    let said = refused(&[
        "templates/both.liquid",
        "-s",
        "dee",
        "--set",
        "canvas.api_id=a",
        "--set",
        "campaign.api_id=b",
    ]);
    assert!(
        said.contains(
            "the scenario has the IDs of a campaign and a Canvas, but `both` reads what both fill"
        ),
        "{said}"
    );
    let said = refused(&["templates/offer", "-s", "ada", "-s", "bo", "--broadcast"]);
    assert!(said.contains("a broadcast takes one scenario, found 2"), "{said}");
    let said = refused(&["templates", "-s", "ada"]);
    assert!(said.contains("`templates` contains 4 messages, but `trigger` takes one"), "{said}");
    put(
        place.path(),
        "templates/offer/message.toml",
        "channel = \"push\"\n[trigger]\ncampain_id = \"x\"\n",
    );
    let said = refused(&["templates/offer", "-s", "ada"]);
    assert!(said.contains("did you mean `campaign_id`?"), "{said}");
}

#[test]
fn advanced_settings_are_json_with_one_id() {
    let place = place();
    let settings = |arguments: &[&str]| {
        let (code, out, said) = trigger(&place, arguments);
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Json>(&out).unwrap()
    };
    assert_eq!(
        settings(&["templates/offer", "--advanced-settings"]),
        json!({"braze_campaign_id": CAMPAIGN})
    );
    assert_eq!(
        settings(&["templates/old.liquid", "--advanced-settings", "--canvas", "c"]),
        json!({"braze_canvas_id": "c"})
    );
    let check = |text: &str, more: &[&str]| {
        put(place.path(), "settings.json", text);
        let mut all = more.to_vec();
        all.extend(["--check-settings", "settings.json"]);
        let (code, out, said) = trigger(&place, &all);
        assert_eq!(said, "");
        (code, out)
    };
    let made = trigger(&place, &["templates/offer", "--advanced-settings"]).1;
    assert_eq!(
        check(&made, &["templates/offer"]),
        (0, "settings.json is valid for SessionM\n".to_owned())
    );
    // As SessionM's guide prints them.
    let published = "{\n  \"braze_campaign_id\": \"{{CAMPAIGN ID}}\",\n  \"braze_canvas_id\": \"{{CANVAS ID}}\",\n}\n";
    let (code, out) = check(published, &[]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("settings_published", out);
    let (code, out) = check(published, &["--format", "github"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("::error ") && out.contains("file=settings.json,line="), "{out}");
    let (code, out) = check(published, &["--format", "json"]);
    assert_eq!(code, 1);
    let found = serde_json::from_str::<Json>(&out).unwrap();
    assert_eq!(found["diagnostics"].as_array().map(Vec::len), Some(4), "{out}");
    let (code, out) = check(&made, &["--format", "compact"]);
    assert_eq!((code, &*out), (0, ""));
    for (text, wanted) in [
        ("[]", "the settings aren't a JSON object"),
        ("{\"braze_campain_id\": \"x\"}", "rename `braze_campain_id` to `braze_campaign_id`"),
        ("{\"braze_campaign_id\": 7}", "`braze_campaign_id` isn't a string"),
        ("{\"braze_campaign_id\": \"\"}", "the ID from Braze is empty"),
        ("{\"braze_campaign_id\": \"YOUR-ID\"}", "`YOUR-ID` isn't an ID from Braze"),
        ("{\"braze_campaign_id\" \"x\"}", "the settings aren't valid JSON: expected `:`"),
        ("", "the settings aren't valid JSON"),
        (
            "{\"braze_campaign_id\": \"a\", \"braze_canvas_id\": \"b\"}",
            "both `braze_canvas_id` and `braze_campaign_id` are set",
        ),
    ] {
        let (code, out) = check(text, &[]);
        assert!(code == 1 && out.contains(wanted), "{text}: {code} {out}");
    }
    let (code, out) = check("{\"braze_campaign_id\": \"other\"}", &["templates/offer"]);
    assert!(code == 1 && out.contains(&format!("this campaign isn't `{CAMPAIGN}`")), "{out}");
    let (code, out) = check("{\"braze_canvas_id\": \"other\"}", &["templates/offer"]);
    assert!(
        code == 1 && out.contains("this is the ID of a Canvas, but a campaign sends the message"),
        "{out}"
    );
}
