use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::program::{code, meniscus, put, run, stderr, stdout, workspace};

#[test]
fn what_was_changed_here_goes_to_braze_by_a_plan() {
    let braze = tea_club();
    braze.put(
        BLOCKS,
        "b-2",
        "draft",
        "2026-01-01T00:00:00Z",
        json!({"content": "draft", "is_draft": true}),
    );
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let output = push(place.path(), &braze, &[]);
    assert_eq!(
        (code(&output), &*stdout(&output)),
        (0, "nothing to push: the pulled files match Braze\n"),
        "{}",
        stderr(&output)
    );
    put(place.path(), "content_blocks/tea_footer.liquid", "<p>{{content_blocks.${logo}}}</p>\n");
    put(
        place.path(),
        "content_blocks/logo.liquid",
        "<img src=\"https://a.example/logo.png\" alt=\"Tea Club\">\n",
    );
    put(place.path(), "content_blocks/draft.liquid", "draft 2");
    put(
        place.path(),
        "templates/email_templates/Welcome/subject.liquid",
        "Hello {{${first_name} | default: 'you'}}",
    );
    put(place.path(), "templates/email_templates/Welcome/preheader.liquid", "Tea");
    put(
        place.path(),
        "templates/canvases/Welcome-journey/greet/body.liquid",
        "Canvases can't be pushed",
    );
    // Without a plan, nothing is sent.
    let output = push(place.path(), &braze, &["--plan", "push.json"]);
    let said = stdout(&output);
    assert_eq!(code(&output), 0, "{said}{}", stderr(&output));
    assert!(said.contains("+Hello {{${first_name} | default: 'you'}}"), "{said}");
    let order = [
        "would update the content block draft\n",
        "would create the content block logo\n",
        "would update the content block tea_footer\n",
        "would update the email template Welcome\n",
    ];
    let places = order.map(|line| said.find(line).unwrap_or_else(|| panic!("{line}: {said}")));
    assert!(places.is_sorted(), "{said}");
    assert!(braze.sent().is_empty());
    let output = push(place.path(), &braze, &["--apply", "push.json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let sent = braze.sent();
    assert_eq!(
        sent,
        [
            (
                "/content_blocks/update".to_owned(),
                json!({"content": "draft 2", "content_block_id": "b-2", "state": "draft"})
            ),
            (
                "/content_blocks/create".to_owned(),
                json!({"content": "<img src=\"https://a.example/logo.png\" alt=\"Tea Club\">\n", "name": "logo"})
            ),
            (
                "/content_blocks/update".to_owned(),
                json!({"content": "<p>{{content_blocks.${logo}}}</p>\n", "content_block_id": "b-1", "state": "draft"})
            ),
            (
                "/content_blocks/update".to_owned(),
                json!({"content": "<p>{{content_blocks.${logo}}}</p>\n", "content_block_id": "b-1", "state": "active"})
            ),
            (
                "/templates/email/update".to_owned(),
                json!({
                    "preheader": "Tea", "subject": "Hello {{${first_name} | default: 'you'}}", "email_template_id": "e-1",
                })
            ),
        ]
    );
    let output = push(place.path(), &braze, &[]);
    assert!(stdout(&output).starts_with("nothing to push"), "{}", stdout(&output));
    // The same plan a second time doesn't fit any more.
    let output = push(place.path(), &braze, &["--apply", "push.json"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output)
            .contains("nothing was pushed: the content block draft has changed in Braze"),
        "{}",
        stderr(&output)
    );
    assert!(braze.sent().is_empty());
    let output = pull(place.path(), &braze, &["--only", "content_blocks,email_templates"]);
    assert!(!stdout(&output).contains("conflict") && code(&output) == 0, "{}", stdout(&output));
}

#[test]
fn a_push_that_should_not_be_is_not() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let block = "content_blocks/tea_footer.liquid";
    for (text, why) in [
        ("".to_owned(), "Braze rejects empty content blocks"),
        ("x".repeat(50_001), "it has 50001 bytes; Braze's limit is 50000"),
        ("{{content_blocks.${tea_footer}}}".to_owned(), "it includes itself"),
    ] {
        put(place.path(), block, &text);
        let output = push(place.path(), &braze, &["--allow-findings"]);
        assert_eq!(code(&output), 1);
        assert!(stdout(&output).contains(why), "{}", stdout(&output));
    }
    put(place.path(), "content_blocks/two words.liquid", "x");
    let output = push(place.path(), &braze, &["--allow-findings"]);
    assert!(
        stdout(&output)
            .contains("can't push the content block two words: Braze allows only letters"),
        "{}",
        stdout(&output)
    );
    fs::remove_file(place.path().join("content_blocks/two words.liquid")).unwrap();
    for name in ["ping", "pong"] {
        let other = if name == "ping" { "pong" } else { "ping" };
        put(
            place.path(),
            &format!("content_blocks/{name}.liquid"),
            &format!("{{{{content_blocks.${{{other}}}}}}}"),
        );
    }
    put(place.path(), block, "fine\n");
    let output = push(place.path(), &braze, &["--allow-findings"]);
    let said = stdout(&output);
    assert!(
        said.contains("would update the content block tea_footer")
            && said.matches("includes a content block that includes it").count() == 2,
        "{said}"
    );
    for name in ["ping", "pong"] {
        fs::remove_file(place.path().join(format!("content_blocks/{name}.liquid"))).unwrap();
    }
    // Errors of lint, and changed snapshots.
    put(place.path(), block, "{% if %}");
    let output = push(place.path(), &braze, &[]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("not pushed: `meniscus lint` reports"), "{}", stderr(&output));
    put(place.path(), block, "fine\n");
    put(
        place.path(),
        "scenarios/anna.toml",
        "now = \"2026-01-01T00:00:00Z\"\n[user]\nfirst_name = \"Anna\"\ncity = \"Ulm\"\n",
    );
    assert_eq!(code(&run(place.path(), &["test", "--accept"])), 0);
    put(place.path(), block, "finer\n");
    let output = push(place.path(), &braze, &[]);
    assert!(
        code(&output) == 1 && stderr(&output).contains("in `meniscus test`"),
        "{}",
        stderr(&output)
    );
    assert_eq!(code(&run(place.path(), &["test", "--accept"])), 0);
    // A plan that doesn't fit: other texts here, another instance, too old, no plan.
    assert_eq!(code(&push(place.path(), &braze, &["--plan", "p.json"])), 0);
    let plan = fs::read_to_string(place.path().join("p.json")).unwrap();
    let refused = |plan: &str, why: &str| {
        put(place.path(), "p.json", plan);
        let output = push(place.path(), &braze, &["--allow-findings", "--apply", "p.json"]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(why), "{why}: {}", stderr(&output));
        assert!(braze.sent().is_empty());
    };
    let made = serde_json::from_str::<Value>(&plan).unwrap()["made"].as_str().unwrap().to_owned();
    refused("{}", "isn't a plan");
    refused(&plan.replace("content_blocks\"", "campaigns\""), "an unknown operation");
    refused(&plan.replace("127.0.0.1", "127.0.0.3"), "the plan is for");
    refused(&plan.replace(&made, "2026-01-01T00:00:00Z"), "is no longer valid");
    refused(&plan.replace(&made, "soon"), "is no longer valid");
    put(place.path(), block, "finest\n");
    refused(&plan, "has a different `content_blocks/tea_footer.liquid` here");
    put(place.path(), block, "finer\n");
    braze.put(BLOCKS, "b-1", "tea_footer", "2026-09-01T00:00:00Z", json!({"content": "theirs"}));
    refused(&plan, "has changed in Braze since the plan was made");
    let output = push(place.path(), &braze, &["--allow-findings"]);
    assert!(
        code(&output) == 1 && stdout(&output).contains("it has changed in Braze too; pull first"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_push_that_fails_says_what_is_done() {
    let braze = BrazeServer::start();
    for name in ["one", "three", "two"] {
        braze.put(
            BLOCKS,
            &format!("b-{name}"),
            name,
            "2026-01-01T00:00:00Z",
            json!({"content": name, "is_draft": true}),
        );
    }
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    for name in ["one", "two", "three"] {
        put(place.path(), &format!("content_blocks/{name}.liquid"), &format!("{name} 2"));
    }
    let output = push(place.path(), &braze, &["--plan", "p.json"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    // The second one is lost on its way: nobody knows whether Braze did it.
    braze.fault("/content_blocks/update", 429, &[("Retry-After", "0")], "{}");
    let ran = run(place.path(), &["push", "--mock", &braze.url(), "--apply", "p.json"]);
    assert_eq!(code(&ran), 0, "{}", stderr(&ran));
    assert_eq!(braze.sent().len(), 4, "one was made again after a limit");
    for name in ["one", "two", "three"] {
        put(place.path(), &format!("content_blocks/{name}.liquid"), &format!("{name} 3"));
    }
    assert_eq!(code(&push(place.path(), &braze, &["--plan", "p.json"])), 0);
    for (status, certainty) in [
        (500, "can't tell whether Braze did"),
        (0, "can't tell whether Braze did"),
        (403, "Braze didn't"),
    ] {
        // The check before reads, so only what is sent fails.
        braze.fault("/content_blocks/update", status, &[], "{}");
        let output = push(place.path(), &braze, &["--apply", "p.json"]);
        assert_eq!(code(&output), 2);
        let said = stderr(&output);
        assert!(
            said.contains(certainty) && said.contains("update the content block one"),
            "{said}"
        );
        assert!(
            said.contains("0 operations were done before it, 2 operations were not tried"),
            "{said}"
        );
        assert_eq!(braze.sent().len(), 1, "it is never sent twice");
    }
    // Killed at any time: Braze and the workspace have whole texts, and another plan goes on from there.
    for round in 0..50_u64 {
        for name in ["one", "two", "three"] {
            put(
                place.path(),
                &format!("content_blocks/{name}.liquid"),
                &format!("{name} of {round}"),
            );
        }
        assert_eq!(code(&push(place.path(), &braze, &["--plan", "p.json"])), 0);
        let arguments = ["push", "--mock", &braze.url(), "--apply", "p.json"];
        let mut command = meniscus(place.path(), &arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(10 + round * 13 % 70));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it sent may arrive after its end; with another text meanwhile, that is a conflict.
        braze.settle();
    }
    assert_eq!(code(&push(place.path(), &braze, &["--plan", "q.json"])), 0);
    assert_eq!(code(&push(place.path(), &braze, &["--apply", "q.json"])), 0);
    let output = drift(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    assert_eq!(
        fs::read_to_string(place.path().join("content_blocks/two.liquid")).unwrap(),
        "two of 49"
    );
}

#[test]
fn what_arrived_of_an_earlier_push_is_no_conflict() {
    let braze = BrazeServer::start();
    let arrives = |text: &str| {
        let details = json!({"content": text, "is_draft": true});
        braze.put(BLOCKS, "b-one", "one", "2026-01-01T00:00:00Z", details);
    };
    arrives("one");
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    // The first push arrives although nobody saw it, the second one doesn't.
    for (text, arrived) in [("one 2", true), ("one 3", false)] {
        put(place.path(), "content_blocks/one.liquid", text);
        assert_eq!(code(&push(place.path(), &braze, &["--plan", "p.json"])), 0, "{text}");
        braze.fault("/content_blocks/update", 0, &[], "{}");
        assert_eq!(code(&push(place.path(), &braze, &["--apply", "p.json"])), 2);
        if arrived {
            arrives(text);
        }
    }
    put(place.path(), "content_blocks/one.liquid", "one 4");
    let planned = push(place.path(), &braze, &["--plan", "p.json"]);
    assert_eq!(code(&planned), 0, "{}", stdout(&planned));
    assert_eq!(code(&push(place.path(), &braze, &["--apply", "p.json"])), 0);
    assert_eq!(code(&drift(place.path(), &braze, &[])), 0);
}

#[test]
fn nothing_is_sent_that_is_not_in_the_plan() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let part = |name: &str| format!("templates/email_templates/Welcome/{name}");
    put(place.path(), &part("subject.liquid"), "Hello");
    assert_eq!(code(&push(place.path(), &braze, &["--plan", "p.json"])), 0);
    // A part that came after the plan was looked through.
    put(place.path(), &part("preheader.liquid"), "not looked through");
    let output = push(place.path(), &braze, &["--apply", "p.json"]);
    assert!(
        code(&output) == 2 && stderr(&output).contains("different files here than in the plan"),
        "{}",
        stderr(&output)
    );
    assert!(braze.sent().is_empty());
    // A part that Braze's API doesn't have is named.
    put(place.path(), &part("amp.html"), "x");
    let output = push(place.path(), &braze, &["--allow-findings"]);
    assert!(
        code(&output) == 1 && stdout(&output).contains("Braze's API doesn't accept"),
        "{}",
        stdout(&output)
    );
    // A part that Braze needs is empty, or isn't there at all.
    fs::remove_file(place.path().join(part("amp.html"))).unwrap();
    put(place.path(), &part("body.html"), "");
    let output = push(place.path(), &braze, &["--allow-findings"]);
    assert!(stdout(&output).contains("body.html` is empty, but Braze requires it"), "{output:?}");
    fs::remove_file(place.path().join(part("body.html"))).unwrap();
    let output = push(place.path(), &braze, &["--allow-findings"]);
    assert!(stdout(&output).contains("body.html` is missing, but Braze requires it"), "{output:?}");
}

#[test]
fn what_was_never_pulled_is_no_silence() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", ""), ("content_blocks/tea_footer.liquid", "mine")]);
    let output = push(place.path(), &braze, &["--allow-findings"]);
    let said = stdout(&output);
    assert!(code(&output) == 1 && said.contains("tea_footer: it was never pulled"), "{said}");
}

#[test]
fn what_braze_says_to_a_push_is_taken_as_it_is_meant() {
    let braze = tea_club();
    braze.put(
        BLOCKS,
        "b-2",
        "draft",
        "2026-01-01T00:00:00Z",
        json!({"content": "draft", "is_draft": true}),
    );
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let applied = |file: &str, text: &str, path: &str, status: u16, body: &str| {
        // The answers before were made up: Braze has the old texts.
        assert_eq!(code(&pull(place.path(), &braze, &["--on-conflict", "braze"])), 0);
        put(place.path(), file, text);
        assert_eq!(code(&push(place.path(), &braze, &["--plan", "p.json"])), 0);
        braze.sent();
        braze.fault(path, status, &[], body);
        push(place.path(), &braze, &["--apply", "p.json"])
    };
    let block = "content_blocks/draft.liquid";
    // Another refusal than that of an active block publishes no draft.
    let output =
        applied(block, "2", "/content_blocks/update", 400, r#"{"message": "temporarily invalid"}"#);
    assert!(
        code(&output) == 2 && stderr(&output).contains("temporarily invalid"),
        "{}",
        stderr(&output)
    );
    assert_eq!(braze.sent().len(), 1);
    // Some pages document no answer.
    for body in ["", "<html>", "[]"] {
        let email = "templates/email_templates/Welcome/subject.liquid";
        put(place.path(), block, "draft");
        let output =
            applied(email, &format!("Hi {}", body.len()), "/templates/email/update", 200, body);
        assert_eq!(code(&output), 0, "{body}: {}", stderr(&output));
    }
    let said = r#"{"message": "success", "errors": ["a tag doesn't exist"]}"#;
    let output = applied(
        "templates/email_templates/Welcome/subject.liquid",
        "Hi you",
        "/templates/email/update",
        201,
        said,
    );
    assert!(
        code(&output) == 1 && stderr(&output).contains("a tag doesn't exist"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_new_folder_becomes_an_email_template() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let part = |name: &str| format!("templates/email_templates/spring_tea/{name}");
    put(place.path(), &part("message.toml"), "channel = \"email\"\n");
    put(place.path(), &part("body.html"), "<p>{{content_blocks.${leaf}}}</p>");
    put(place.path(), "content_blocks/leaf.liquid", "<b>leaf</b>");
    let output = push(place.path(), &braze, &[]);
    assert!(
        code(&output) == 1 && stdout(&output).contains("subject.liquid` is missing, but Braze"),
        "{}",
        stdout(&output)
    );
    put(place.path(), &part("subject.liquid"), "Spring tea");
    put(place.path(), &part("preheader.liquid"), "");
    let drifted = drift(place.path(), &braze, &[]);
    let only = "only here, not in Braze\n  leaf\n  spring_tea\n";
    assert!(stdout(&drifted).contains(only), "{}", stdout(&drifted));
    let output = push(place.path(), &braze, &["--plan", "p.json"]);
    let said = stdout(&output);
    let order =
        ["would create the content block leaf", "would create the email template spring_tea"];
    let places = order.map(|line| said.find(line).unwrap_or_else(|| panic!("{line}: {said}")));
    assert!(places.is_sorted(), "{said}");
    assert_eq!(code(&push(place.path(), &braze, &["--apply", "p.json"])), 0);
    let sent = braze.sent();
    assert_eq!(
        sent.last().unwrap(),
        &(
            "/templates/email/create".to_owned(),
            json!({
                "template_name": "spring_tea", "subject": "Spring tea",
                "body": "<p>{{content_blocks.${leaf}}}</p>",
            })
        )
    );
    // It's known from then on: nothing to do, and an edit is an update.
    let output = push(place.path(), &braze, &[]);
    assert!(stdout(&output).starts_with("nothing to push"), "{}", stdout(&output));
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    put(place.path(), &part("subject.liquid"), "Spring teas");
    let output = push(place.path(), &braze, &[]);
    assert!(stdout(&output).contains("would update the email template spring_tea"), "{output:?}");
    // A plan to create what somebody else created meanwhile isn't applied.
    put(place.path(), "templates/email_templates/later/body.html", "later");
    put(place.path(), "templates/email_templates/later/subject.liquid", "later");
    let only = ["--name", "later"];
    let output = push(place.path(), &braze, &[&only[..], &["--plan", "q.json"]].concat());
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    braze.put(EMAILS, "e-9", "later", "2026-01-01T00:00:00Z", json!({"subject": "x", "body": "y"}));
    let output = push(place.path(), &braze, &["--apply", "q.json"]);
    assert!(
        code(&output) == 2 && stderr(&output).contains("has been created in Braze since"),
        "{}",
        stderr(&output)
    );
}
