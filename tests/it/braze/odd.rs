//! Answers and objects that are out of the ordinary.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use super::*;
use crate::program::{code, meniscus, put, run, stderr, stdout, workspace};

#[test]
fn an_answer_that_lacks_its_texts_changes_nothing() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let before = files(place.path());
    for body in ["{}", "[]", "null", r#"{"content": null}"#, r#"{"messages": null, "steps": {}}"#] {
        for (list, id, details) in [
            (BLOCKS, "b-1", "/content_blocks/info"),
            (EMAILS, "e-1", "/templates/email/info"),
            (CAMPAIGNS, "c-1", "/campaigns/details"),
            (CANVASES, "v-1", "/canvas/details"),
        ] {
            braze.put(list, id, "tea_footer", &format!("2027-{body}"), json!({}));
            braze.fault(details, 200, &[], body);
        }
        let output = pull(place.path(), &braze, &[]);
        assert_eq!(code(&output), 2, "{body}: {}", stdout(&output));
        assert_eq!(files(place.path()), before, "{body}");
        assert_eq!(stdout(&output).matches("1 failed").count(), 4, "{}", stdout(&output));
    }
}

#[test]
fn one_object_that_fails_holds_up_no_other() {
    let braze = tea_club();
    for name in ["a", "z"] {
        braze.put(BLOCKS, name, name, "2026-01-01T00:00:00Z", json!({"content": name}));
    }
    braze.fault("/content_blocks/info?content_block_id=a", 400, &[], "{}");
    let place = workspace(&[("meniscus.toml", "")]);
    let output = pull(place.path(), &braze, &[]);
    let said = stdout(&output);
    assert_eq!(code(&output), 2, "{said}");
    assert!(
        said.contains("3 content blocks in Braze: 2 new, 1 failed")
            && said.contains("1 Canvas in Braze: 1 new"),
        "{said}"
    );
    assert!(said.contains("not pulled\n  a: Braze rejects the request"), "{said}");
    // A later kind that fails as a whole doesn't hide what was pulled.
    braze.fault(CANVASES, 403, &[], "{}");
    braze.put(BLOCKS, "n", "new", "2026-01-01T00:00:00Z", json!({"content": "n"}));
    let output = pull(place.path(), &braze, &[]);
    assert!(
        code(&output) == 2 && stdout(&output).contains("content_blocks/new.liquid"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_lock_that_was_edited_leads_nowhere() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", ""), ("outside.txt", "mine")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let lock = fs::read_to_string(place.path().join("braze.lock.json")).unwrap();
    for path in ["../victim.txt", "/tmp/victim.txt", "a/../../victim.txt"] {
        let edited = lock.replacen("content_blocks/tea_footer.liquid", path, 1);
        put(place.path(), "braze.lock.json", &edited);
        let output = pull(place.path(), &braze, &[]);
        assert!(
            code(&output) == 2 && stderr(&output).contains("isn't in the workspace"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn what_no_file_has_is_named() {
    let braze = BrazeServer::start();
    let message = json!({"messages": {
        "m1": {"channel": "ios_push", "name": "push", "title": "t", "alert": "a", "body": "b", "large_image_url": "https://a.example/x.png"},
        "m2": {"channel": "webhook", "name": "hook", "url": "https://a.example", "headers": {"X\nY": "a\"b", "Z": null}, "body": ""},
        "m3": {"channel": "email", "name": "mail", "subject": "s", "body": "<p>", "email_headers": [{"name": "X", "value": "{{${user_id}}}"}], "from": null},
        "m4": {"channel": "line", "name": "odd", "a b": "{{ 1 }}", "a-b": "{{ 2 }}"},
        "m5": {"channel": "whats_app", "name": "wa", "template_name": "t1", "header_variables": ["x"]},
    }});
    braze.put(CAMPAIGNS, "c", "all", "2026-01-01T00:00:00Z", message);
    let place = workspace(&[("meniscus.toml", "")]);
    let output = pull(place.path(), &braze, &[]);
    let said = stdout(&output);
    assert_eq!(code(&output), 0, "{said}{}", stderr(&output));
    for gap in [
        "`templates/campaigns/all/push`: no file has `body`, `large_image_url`",
        "`templates/campaigns/all/wa`: no file has `template_name`, `header_variables`",
        "`templates/campaigns/all/wa`: Braze doesn't return the text of the template",
    ] {
        assert!(said.contains(gap), "{gap}: {said}");
    }
    let found = files(place.path());
    assert!(
        found.contains_key("templates/campaigns/all/mail/email_headers.json"),
        "{:?}",
        found.keys()
    );
    assert_eq!(
        found["templates/campaigns/all/odd/a-b.liquid"].len()
            + found["templates/campaigns/all/odd/a-b-2.liquid"].len(),
        14
    );
    let settings =
        found["templates/campaigns/all/hook/message.toml"].parse::<toml::Table>().unwrap();
    assert_eq!(settings["headers"]["X\nY"].as_str(), Some("a\"b"));
    assert_eq!(code(&drift(place.path(), &braze, &[])), 0);
}

#[test]
fn folders_stay_with_their_variations() {
    let braze = BrazeServer::start();
    let put_all = |ids: &[&str], edited: &str| {
        let messages = ids.iter().map(|id| {
            (
                (*id).to_owned(),
                json!({"channel": "sms", "name": "V", "body": format!("text of {id}")}),
            )
        });
        braze.put(
            CAMPAIGNS,
            "c",
            "camp",
            edited,
            json!({"messages": messages.collect::<serde_json::Map<_, _>>()}),
        );
    };
    let place = workspace(&[("meniscus.toml", "")]);
    put_all(&["b", "c"], "2026-01-01T00:00:00Z");
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    put(place.path(), "templates/campaigns/camp/V-c/body.liquid", "mine");
    put_all(&["a", "b", "c"], "2026-01-02T00:00:00Z");
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let read = |name: &str| {
        fs::read_to_string(
            place.path().join(format!("templates/campaigns/camp/{name}/body.liquid")),
        )
        .unwrap()
    };
    assert_eq!([read("V-a"), read("V-b"), read("V-c")], ["text of a", "text of b", "mine"]);
}

#[test]
fn a_block_keeps_the_name_that_templates_include() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    braze.put(BLOCKS, "b-1", "tea_end", "2026-03-01T00:00:00Z", json!({"content": "renamed"}));
    for (id, name) in [("b-2", "Footer"), ("b-3", "footer"), ("b-4", "tea club")] {
        braze.put(BLOCKS, id, name, "2026-03-01T00:00:00Z", json!({"content": name}));
    }
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let found = files(place.path());
    assert!(!found.contains_key("content_blocks/tea_footer.liquid"));
    assert_eq!(found["content_blocks/tea_end.liquid"], "renamed");
    // Files of other names than their blocks aren't new blocks.
    assert_eq!(code(&drift(place.path(), &braze, &["--only", "content_blocks"])), 0);
    braze.remove(BLOCKS, "b-1");
    let output = push(place.path(), &braze, &["--allow-findings"]);
    assert!(stdout(&output).starts_with("nothing to push"), "{}", stdout(&output));
}

#[test]
fn two_pulls_at_once_forget_nothing() {
    let braze = BrazeServer::start();
    for number in 0..40 {
        let id = format!("{number:02}");
        braze.put(BLOCKS, &id, &format!("b{id}"), "2026-01-01T00:00:00Z", json!({"content": "x"}));
        braze.put(
            EMAILS,
            &id,
            &format!("e{id}"),
            "2026-01-01T00:00:00Z",
            json!({"subject": "x", "body": "y"}),
        );
    }
    let place = workspace(&[("meniscus.toml", "")]);
    let url = braze.url();
    let children = ["content_blocks", "email_templates"].map(|kind| {
        let mut command = meniscus(place.path(), &["pull", "--mock", &url, "--only", kind]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    });
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let lock = fs::read_to_string(place.path().join("braze.lock.json")).unwrap();
    let lock = serde_json::from_str::<Value>(&lock).unwrap();
    assert_eq!(lock["objects"].as_object().unwrap().len(), 80);
}

#[test]
fn custom_attributes_become_a_schema() {
    let braze = tea_club();
    for number in 0..120 {
        let id = format!("{number:03}");
        braze.put(
            "/custom_attributes",
            &id,
            &format!("filler_{id}"),
            "",
            json!({"data_type": "String", "status": "Active"}),
        );
    }
    for (name, kind, status) in [
        ("points", "Number (Automatically Detected)", "Active"),
        ("tags", "Object Array", "Blocklisted"),
        ("odd", "Something New", "Active"),
    ] {
        braze.put(
            "/custom_attributes",
            name,
            name,
            "",
            json!({"data_type": kind, "status": status, "description": null}),
        );
    }
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let schema = "schemas/custom_attributes.schema.json";
    assert!(!place.path().join(schema).exists(), "not every key may read them");
    assert_eq!(code(&pull(place.path(), &braze, &["--only", "custom_attributes"])), 0);
    let text = fs::read_to_string(place.path().join(schema)).unwrap();
    let read = serde_json::from_str::<Value>(&text).unwrap();
    assert_eq!(read["properties"].as_object().unwrap().len(), 123);
    assert_eq!(read["properties"]["points"], json!({"type": "number"}));
    assert_eq!(read["properties"]["tags"]["description"], "Status in Braze: Blocklisted.");
    // It is a schema that the workspace takes.
    let output = run(place.path(), &["lint"]);
    assert!(!stdout(&output).contains("schema"), "{}", stdout(&output));
    // From then on they are pulled with the rest, and never fail a check.
    braze.put(
        "/custom_attributes",
        "new",
        "new",
        "",
        json!({"data_type": "Boolean", "status": "Active"}),
    );
    let output = drift(place.path(), &braze, &["--name", "custom attributes"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    assert!(fs::read_to_string(place.path().join(schema)).unwrap().contains("\"new\""));
}

#[test]
fn catalogs_become_data_of_every_recipient() {
    let braze = tea_club();
    let items = (1..=120).map(
        |number| json!({"id": number.to_string(), "title": format!("Tea {number}"), "price": 4.5}),
    );
    let fields = json!([
        {"name": "id", "type": "string"}, {"name": "title", "type": "string"},
        {"name": "price", "type": "number"},
    ]);
    let catalog = json!({
        "description": "What we brew: all of it", "fields": fields,
        "items": items.collect::<Vec<_>>(),
    });
    braze.put("/catalogs", "teas", "teas", "", catalog);
    let template = "{% catalog_items teas 3 110 %}{% for item in items %}{{ item.title }}, {{ item.prise }};{% endfor %}";
    let place = workspace(&[("meniscus.toml", ""), ("templates/tea.liquid", template)]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    assert!(!place.path().join("catalogs").exists(), "not every key may read them");
    let pulled = pull(place.path(), &braze, &["--only", "catalogs"]);
    assert_eq!(code(&pulled), 0, "{}", stdout(&pulled));
    let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
    assert_eq!(
        read("catalogs/teas/schema.yaml"),
        "# Generated by braze-sync. Edit and run `braze-sync apply` to sync to Braze.\n\
         name: teas\ndescription: 'What we brew: all of it'\nfields:\n\
         - name: id\n  type: string\n- name: price\n  type: number\n\
         - name: title\n  type: string\n"
    );
    // A recipient has the items without saying so, and a wrong field is found.
    let rendered = run(place.path(), &["render", "templates/tea.liquid"]);
    assert_eq!(stdout(&rendered), "Tea 3, ;Tea 110, ;");
    let linted = run(place.path(), &["lint", "templates/tea.liquid", "--format", "compact"]);
    let said = stdout(&linted);
    assert!(said.contains("has no field `prise` (not a field of the catalog)"), "{said}");
    assert!(said.contains("did you mean `price`?"), "{said}");
    // What data pipelines change never fails a check.
    let more =
        json!({"description": null, "fields": fields, "items": [{"id": "3", "title": "Mint"}]});
    braze.put("/catalogs", "teas", "teas", "", more);
    assert_eq!(code(&drift(place.path(), &braze, &["--only", "catalogs"])), 0);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    assert!(read("catalogs/teas/items.json").contains("Mint"));
}

#[test]
fn a_large_catalog_is_pulled_in_part_and_said_to_be() {
    let braze = tea_club();
    let items = (0..5_060).map(|number| json!({"id": number.to_string()})).collect::<Vec<_>>();
    let catalog = json!({"description": null, "fields": [], "items": items});
    braze.put("/catalogs", "all", "all", "", catalog);
    let place = workspace(&[("meniscus.toml", "")]);
    let pulled = pull(place.path(), &braze, &["--only", "catalogs"]);
    assert_eq!(code(&pulled), 0);
    let said = stdout(&pulled);
    assert!(said.contains("has 5060 items; only its first 5000 were pulled"), "{said}");
    let text = fs::read_to_string(place.path().join("catalogs/all/items.json")).unwrap();
    let read = serde_json::from_str::<Value>(&text).unwrap();
    assert_eq!(read.as_array().unwrap().len(), 5_000);
}

#[test]
fn shared_catalogs_are_checked_and_can_be_replaced() {
    let template = "{% catalog_items teas 3 %}{{ items[0].title }}";
    let place = workspace(&[
        ("meniscus.toml", ""),
        ("templates/tea.liquid", template),
        ("catalogs/teas.json", r#"[{"id": "3", "title": "Mint"}]"#),
        ("scenarios/own.toml", "[[catalogs.teas.items]]\nid = \"3\"\ntitle = \"Oolong\"\n"),
        ("scenarios/plain.toml", ""),
    ]);
    let render = |name: &str| {
        stdout(&run(place.path(), &["render", "templates/tea.liquid", "--scenario", name]))
    };
    assert_eq!((render("plain"), render("own")), ("Mint".to_owned(), "Oolong".to_owned()));
    for (text, wrong) in [
        (r#"[{"id": "3"}, {"title": "Mint"}]"#, "catalogs/teas.json:1:15"),
        (r#"{"rows": []}"#, "a catalog needs a list of items"),
        ("[{]", "it isn't valid JSON"),
    ] {
        fs::write(place.path().join("catalogs/teas.json"), text).unwrap();
        for command in [["lint", "."], ["render", "templates/tea.liquid"]] {
            let ran = run(place.path(), &command);
            assert_eq!(code(&ran), 2, "{text}");
            assert!(stderr(&ran).contains(wrong), "{}", stderr(&ran));
        }
    }
}

#[test]
fn custom_events_and_preference_centers_come_when_asked_for() {
    const EVENTS: &str = "/events";
    const CENTERS: &str = "/preference_center/v1/list";
    let braze = tea_club();
    for number in 0..60 {
        let name = format!("event_{number:02}");
        braze.put(EVENTS, &name, &name, "", json!({"status": "Active", "description": null}));
    }
    let about = json!({"status": "Blocklisted", "description": "A cup.", "tag_names": []});
    braze.put(EVENTS, "tea", "drank tea", "", about);
    let center = |page: &str| {
        json!({
            "preference_center_title": "Your tea", "state": "active",
            "preference_center_page_html": page, "confirmation_page_html": "<p>Saved</p>",
            "redirect_page_html": null, "preference_center_options": {"meta-viewport-content": "x"},
        })
    };
    let page = "{% form_field_name :email_global_state %}<script>let a = 1;</script>";
    braze.put(CENTERS, "c-1", "tea_club", "2026-01-01T00:00:00Z", center(page));
    braze.put(CENTERS, "../x", "odd", "2026-01-01T00:00:00Z", center(page));
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let (schema, folder) = ("schemas/custom_events.schema.json", "preference_centers/tea_club");
    assert!(!place.path().join(schema).exists() && !place.path().join(folder).exists());
    let only = ["--only", "custom_events,preference_centers"];
    // An id that would lead to another address is refused by itself.
    let output = pull(place.path(), &braze, &only);
    assert_eq!(code(&output), 2, "{}{}", stdout(&output), stderr(&output));
    braze.remove(CENTERS, "../x");
    assert_eq!(code(&pull(place.path(), &braze, &only)), 0);
    let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
    let events = serde_json::from_str::<Value>(&read(schema)).unwrap();
    assert_eq!(events["anyOf"].as_array().unwrap().len(), 61);
    let tea = json!({"const": "drank tea", "description": "A cup. Status in Braze: Blocklisted."});
    assert_eq!(events["anyOf"][0], tea);
    assert_eq!(read("preference_centers/tea_club/page.html"), page);
    assert_eq!(read("preference_centers/tea_club/confirmation.html"), "<p>Saved</p>");
    assert!(!place.path().join(folder).join("redirect.html").exists());
    let settings =
        serde_json::from_str::<Value>(&read("preference_centers/tea_club/settings.json"));
    assert_eq!(settings.unwrap()["title"], "Your tea");
    // Their pages are no messages, and the schema is one that the workspace takes.
    let output = run(place.path(), &["lint"]);
    assert!(!stdout(&output).contains("preference_centers"), "{}", stdout(&output));
    assert!(!stdout(&output).contains("custom_events"), "{}", stdout(&output));
    // A page that changed in Braze is drift, and the next pull brings it.
    braze.put(CENTERS, "c-1", "tea_club", "2026-02-01T00:00:00Z", center("<p>New</p>"));
    let drifted = drift(place.path(), &braze, &[]);
    assert!(code(&drifted) == 1 && stdout(&drifted).contains("page.html"), "{}", stdout(&drifted));
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    assert_eq!(read("preference_centers/tea_club/page.html"), "<p>New</p>");
}
