use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::program::{code, meniscus, put, run, stderr, stdout, workspace};

#[test]
fn what_is_in_braze_becomes_a_workspace() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let found = files(place.path());
    insta::assert_snapshot!(
        "pulled",
        found.iter().map(|(name, text)| format!("== {name}\n{text}\n")).collect::<String>()
    );
    insta::assert_snapshot!("pull_says", stdout(&output));
    let drafts = braze.asked().into_iter().filter(|path| path.contains("draft"));
    assert_eq!(
        drafts.collect::<Vec<_>>(),
        ["/campaigns/details?campaign_id=c-1&post_launch_draft_version=true"]
    );
    // All of it renders.
    put(
        place.path(),
        "scenarios/anna.toml",
        "[user]\nfirst_name = \"Anna\"\ncity = \"Ulm\"\nuser_id = \"1\"\n[custom_attribute]\npoints = 7\n",
    );
    for (message, part, text) in [
        ("templates/campaigns/tea-club-points-lapse/A", "subject", "7 points left"),
        ("templates/canvases/Welcome-journey/greet", "body", "Hi Anna"),
        ("templates/email_templates/Welcome", "body", "<p><p>Tea Club, Ulm</p>\n</p>"),
    ] {
        let output = run(place.path(), &["render", message, "--part", part, "--scenario", "anna"]);
        assert_eq!(stdout(&output).trim_end_matches('\n'), text, "{}", stderr(&output));
    }
    // The second time, only lists are read, and nothing changes.
    braze.asked();
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0);
    assert!(braze.asked().iter().all(|path| path.contains("/list")));
    let mut again = files(place.path());
    again.remove("scenarios/anna.toml");
    assert_eq!(again, found);
}

#[test]
fn work_here_is_never_lost() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    assert_eq!(code(&pull(place.path(), &braze, &["--only", "content_blocks"])), 0);
    let block = "content_blocks/tea_footer.liquid";
    let read = || fs::read_to_string(place.path().join(block)).unwrap();
    let change = |text: &str, edited: &str| {
        braze.put(BLOCKS, "b-1", "tea_footer", edited, json!({"content": text}));
    };
    // Changed in Braze alone.
    change("in Braze\n", "2026-02-01T00:00:00Z");
    assert_eq!(code(&pull(place.path(), &braze, &["--only", "content_blocks"])), 0);
    assert_eq!(read(), "in Braze\n");
    // Changed here alone; how lines end doesn't count.
    put(place.path(), block, "in Braze\r\n");
    change("in Braze\n", "2026-02-02T00:00:00Z");
    let output = pull(place.path(), &braze, &["--only", "content_blocks"]);
    assert!(!stdout(&output).contains("kept"), "{}", stdout(&output));
    put(place.path(), block, "mine\n");
    change("in Braze\n", "2026-02-03T00:00:00Z");
    let output = pull(place.path(), &braze, &["--only", "content_blocks"]);
    assert_eq!((code(&output), read()), (0, "mine\n".to_owned()));
    assert!(
        stdout(&output).contains("changed only here, and kept\n  content_blocks/tea_footer.liquid")
    );
    // Changed in both places: both are shown, nothing is written, and it stays so.
    change("theirs\n", "2026-02-04T00:00:00Z");
    for _ in 0..2 {
        let output = pull(place.path(), &braze, &["--only", "content_blocks"]);
        assert_eq!((code(&output), read()), (1, "mine\n".to_owned()));
        let said = stdout(&output);
        assert!(said.contains("-mine\n+theirs\n"), "{said}");
        assert!(stderr(&output).contains("--on-conflict mine"));
    }
    let dry = pull(place.path(), &braze, &["--dry-run", "--on-conflict", "braze"]);
    assert!(stdout(&dry).contains("would be updated\n  content_blocks/tea_footer.liquid"));
    assert_eq!(read(), "mine\n");
    assert_eq!(
        code(&pull(place.path(), &braze, &["--only", "content_blocks", "--on-conflict", "mine"])),
        0
    );
    assert_eq!(read(), "mine\n");
    assert_eq!(
        code(&pull(place.path(), &braze, &["--only", "content_blocks"])),
        0,
        "it is settled"
    );
    change("again\n", "2026-02-05T00:00:00Z");
    assert_eq!(
        code(&pull(place.path(), &braze, &["--only", "content_blocks", "--on-conflict", "braze"])),
        0
    );
    assert_eq!(read(), "again\n");
    // Deleted here and changed there.
    fs::remove_file(place.path().join(block)).unwrap();
    change("more\n", "2026-02-06T00:00:00Z");
    let output = pull(place.path(), &braze, &["--only", "content_blocks"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("deleted here, changed in Braze"));
    // A file that was there before the first pull.
    let other = workspace(&[("meniscus.toml", ""), (block, "older\n")]);
    assert_eq!(code(&pull(other.path(), &braze, &["--only", "content_blocks"])), 1);
    assert_eq!(fs::read_to_string(other.path().join(block)).unwrap(), "older\n");
}

#[test]
fn names_parts_and_objects_that_go_are_told() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    let email =
        |body: Value, name: &str, edited: &str| braze.put(EMAILS, "e-1", name, edited, body);
    assert_eq!(code(&pull(place.path(), &braze, &[])), 0);
    let preheader = place.path().join("templates/email_templates/Welcome/plain_text.liquid");
    assert!(preheader.is_file());
    email(json!({"subject": "Hi", "body": "<p>x</p>"}), "Welcome 2", "2026-03-01T00:00:00Z");
    braze.remove(BLOCKS, "b-1");
    let output = pull(place.path(), &braze, &[]);
    let said = stdout(&output);
    assert_eq!(code(&output), 0, "{said}");
    assert!(
        said.contains("Welcome → Welcome 2")
            && said.contains("no longer in Braze; files are kept\n  tea_footer"),
        "{said}"
    );
    assert!(!preheader.exists() && said.contains("removed, as in Braze"), "{said}");
    assert!(place.path().join("content_blocks/tea_footer.liquid").is_file());
    // A text that an author copied from the composer stays, whatever changes in Braze.
    let card = "templates/campaigns/tea-club-points-lapse/D/message.liquid";
    put(place.path(), card, "Copied {{${first_name}}}");
    braze.put(CAMPAIGNS, "c-1", "tea club: points/lapse", "2026-03-02T00:00:00Z", json!({
        "messages": {"var-5": {"channel": "content_cards", "name": "D"}, "var-1": {"channel": "email", "name": "A", "body": "new"}},
    }));
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(fs::read_to_string(place.path().join(card)).unwrap(), "Copied {{${first_name}}}");
    // Two of one name are two folders.
    for id in ["c-7", "c-8"] {
        braze.put(
            CAMPAIGNS,
            id,
            "Same",
            "2026-03-03T00:00:00Z",
            json!({"messages": {"m": {"channel": "sms", "body": id}}}),
        );
    }
    assert_eq!(code(&pull(place.path(), &braze, &["--name", "Same"])), 0);
    for (folder, body) in [("Same", "c-7"), ("Same-2", "c-8")] {
        let path = place.path().join(format!("templates/campaigns/{folder}/body.liquid"));
        assert_eq!(fs::read_to_string(path).unwrap(), body);
    }
}

#[test]
fn the_layout_of_braze_sync_is_written_where_it_is_used() {
    let braze = tea_club();
    braze.put(BLOCKS, "b-2", "links", "2026-01-01T00:00:00Z", json!({
        "content": "<a href=\"https://a.example\">{{ ${cblid} | lid: 'ab12' }}</a>{{content_blocks.${tea_footer} | id: 'cb3'}}",
        "description": null, "tags": [],
    }));
    let place = workspace(&[("meniscus.toml", ""), ("braze-sync.config.yaml", "version: 1\n")]);
    assert_eq!(code(&pull(place.path(), &braze, &["--only", "content_blocks,email_templates"])), 0);
    let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
    assert_eq!(
        read("content_blocks/tea_footer.liquid"),
        "---\nname: tea_footer\ndescription: 'the end: of a mail'\ntags:\n- tea\n---\n<p>Tea Club, {{${city}}}</p>\n"
    );
    assert_eq!(
        read("content_blocks/links.liquid"),
        "---\nname: links\n---\n<a href=\"https://a.example\">{{ ${cblid} | lid: '__BRAZESYNC__' }}</a>{{content_blocks.${tea_footer} | id: '__BRAZESYNC__'}}"
    );
    assert_eq!(
        read("email_templates/Welcome/template.yaml"),
        "# Generated by braze-sync.\nname: Welcome\nsubject: Welcome {{${first_name}}}\nshould_inline_css: true\ntags:\n- tea\n"
    );
    assert_eq!(read("email_templates/Welcome/body.txt"), "Hello");
    // Ids that Braze gives anew are no change.
    braze.put(BLOCKS, "b-2", "links", "2026-02-01T00:00:00Z", json!({
        "content": "<a href=\"https://a.example\">{{ ${cblid} | lid: 'zz99' }}</a>{{content_blocks.${tea_footer} | id: 'cb7'}}",
    }));
    let output = pull(place.path(), &braze, &["--only", "content_blocks"]);
    assert!(
        stdout(&output).starts_with("2 content blocks in Braze: 2 unchanged\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn lists_have_many_pages_and_filters() {
    let braze = BrazeServer::start();
    for number in 0..1_205 {
        let (id, name) = (format!("b-{number:04}"), format!("block_{number:04}"));
        let edited = if number < 3 { "2026-05-01T00:00:00" } else { "2026-01-01T00:00:00" };
        braze.put(BLOCKS, &id, &name, edited, json!({"content": name.clone()}));
    }
    for number in 0..230 {
        let id = format!("c-{number:03}");
        let tags = if number == 7 { json!(["tea"]) } else { json!([]) };
        braze.put(
            CAMPAIGNS,
            &id,
            &id,
            "2026-01-01T00:00:00",
            json!({
                "tags": tags, "messages": {"m": {"channel": "sms", "body": "x"}},
            }),
        );
    }
    let place = workspace(&[("meniscus.toml", "")]);
    let output = pull(
        place.path(),
        &braze,
        &["--dry-run", "--only", "content_blocks", "--since", "2026-04-01T00:00:00Z"],
    );
    assert!(
        stdout(&output).starts_with("3 content blocks in Braze: 3 new\n"),
        "{}",
        stdout(&output)
    );
    assert!(files(place.path()).keys().eq(["meniscus.toml"]));
    let output = pull(place.path(), &braze, &["--only", "campaigns", "--tag", "tea"]);
    assert!(stdout(&output).starts_with("1 campaign in Braze: 1 new\n"), "{}", stdout(&output));
    braze.asked();
    let output = pull(place.path(), &braze, &["--dry-run", "--only", "content_blocks,campaigns"]);
    let said = stdout(&output);
    assert!(said.starts_with("1,205 content blocks in Braze: 1,205 new\n230 campaigns in Braze: 229 new, 1 unchanged\n"), "{said}");
    let lists = braze.asked().into_iter().filter(|path| path.contains("/list")).collect::<Vec<_>>();
    assert_eq!(
        lists,
        [
            "/content_blocks/list?limit=1000",
            "/content_blocks/list?limit=1000&offset=1000",
            "/campaigns/list?page=0",
            "/campaigns/list?page=1",
            "/campaigns/list?page=2",
        ]
    );
    for (arguments, wrong) in [
        (["--since", "yesterday"], "write a time such as"),
        (["--name", "[a"], "isn't a pattern"),
        (["--only", "segments"], "invalid value"),
    ] {
        let output = pull(place.path(), &braze, &arguments);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(wrong), "{}", stderr(&output));
    }
}

#[test]
fn braze_is_waited_for_and_its_refusals_are_explained() {
    let braze = tea_club();
    let place = workspace(&[("meniscus.toml", "")]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    braze.fault(BLOCKS, 429, &[("x-ratelimit-reset", &now.to_string())], "{}");
    braze.fault("/content_blocks/info", 503, &[], "busy");
    braze.fault(EMAILS, 429, &[("Retry-After", "0")], "{}");
    let output = pull(place.path(), &braze, &[]);
    let said = stderr(&output);
    assert_eq!(code(&output), 0, "{said}");
    assert_eq!(said.matches("waiting").count(), 3, "{said}");
    for (status, body, problem, help) in [
        (
            401,
            r#"{"message":"Invalid API Key"}"#,
            "Braze rejects the API key (status 401 for `/content_blocks/list`): Invalid API Key",
            "matches your instance",
        ),
        (403, "{}", "the API key lacks a permission", "content_blocks.list"),
        (
            400,
            r#"{"message":"Bad","errors":[{"message":"limit"}]}"#,
            "Braze rejects the request (status 400 for `/content_blocks/list`): Bad; limit",
            "documentation",
        ),
        (404, "<html>", "Braze has nothing at this address", "REST endpoint"),
        (302, "", "Braze redirects to another address", "redirects"),
        (200, "<html>", "isn't JSON", "REST endpoint"),
        (
            200,
            r#"{"message":"Nope"}"#,
            "Braze rejects `/content_blocks/list`: Nope",
            "run the command again",
        ),
        (200, r#"{"message":"success"}"#, "has no list `content_blocks`", "REST endpoint"),
    ] {
        braze.fault(BLOCKS, status, &[], body);
        let output = pull(place.path(), &braze, &[]);
        let said = stderr(&output);
        assert_eq!(code(&output), 2, "{said}");
        assert!(said.contains(problem) && said.contains(help), "{said}");
    }
    // An hour or more isn't waited for.
    braze.fault(BLOCKS, 429, &[("Retry-After", "90000")], "{}");
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("send it again in 90000 s"), "{}", stderr(&output));
    // What was deleted between the list and the question.
    braze.put(BLOCKS, "b-1", "tea_footer", "2026-09-01T00:00:00Z", json!({"content": "x"}));
    braze.fault("/content_blocks/info", 200, &[], r#"{"message":"Content Block deleted"}"#);
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 2);
    let said = stdout(&output);
    assert!(
        said.contains(
            "not pulled\n  tea_footer: Braze rejects `/content_blocks/info`: Content Block deleted"
        ),
        "{said}"
    );
}

#[test]
fn the_key_goes_to_the_allowed_host_alone_and_is_never_shown() {
    let braze = tea_club();
    let key = "k3y-0f-the-tea-club-0123456789";
    let settings = |hosts: &str| {
        format!(
            "[braze]\nendpoint = \"{}\"\ncredential = \"reader\"\n[live]\nallow_hosts = [{hosts}]\nallow_ports = [{}]\nallow_addresses = [\"127.0.0.0/8\"]\n[live.credentials]\nreader = {{ env = \"TEA_KEY\" }}\n",
            braze.url(),
            braze.port
        )
    };
    let place = workspace(&[("meniscus.toml", &settings(""))]);
    let pulled = |with_key: bool| {
        let mut command = meniscus(place.path(), &["pull"]);
        if with_key {
            command.env("TEA_KEY", key);
        } else {
            command.env_remove("TEA_KEY");
        }
        command.output().unwrap()
    };
    let output = pulled(true);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("no request was sent to Braze"), "{}", stderr(&output));
    assert!(braze.keys().is_empty());
    put(place.path(), "meniscus.toml", &settings("\"127.0.0.1\""));
    let output = pulled(false);
    assert!(code(&output) == 2 && stderr(&output).contains("TEA_KEY"), "{}", stderr(&output));
    // Braze may repeat the key where it refuses it.
    braze.fault(
        BLOCKS,
        401,
        &[],
        &format!("{{\"message\":\"The API key \\\"{key}\\\" is invalid.\"}}"),
    );
    let output = pulled(true);
    assert_eq!(code(&output), 2);
    assert!(!format!("{}{}", stdout(&output), stderr(&output)).contains(key));
    let output = pulled(true);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(braze.keys().iter().all(|sent| *sent == format!("Bearer {key}")));
    let lock = fs::read_to_string(place.path().join("braze.lock.json")).unwrap();
    assert!(!lock.contains(key) && files(place.path()).values().all(|text| !text.contains(key)));
    // Another instance of Braze has other ids.
    put(place.path(), "braze.lock.json", &lock.replace("127.0.0.1", "127.0.0.2"));
    let output = pulled(true);
    assert!(
        stderr(&output).contains("use a separate workspace for each Braze instance"),
        "{}",
        stderr(&output)
    );
    put(place.path(), "braze.lock.json", "{");
    assert!(stderr(&pulled(true)).contains("isn't what a pull wrote"));
    put(place.path(), "meniscus.toml", "");
    assert!(stderr(&pulled(true)).contains("`endpoint` isn't set under `[braze]`"));
}

#[test]
fn a_pull_that_is_killed_leaves_whole_files_and_goes_on() {
    let braze = BrazeServer::start();
    let body = "A long text. ".repeat(2_000);
    for number in 0..60 {
        let (id, name) = (format!("b-{number:02}"), format!("block_{number:02}"));
        braze.put(BLOCKS, &id, &name, "2026-01-01T00:00:00", json!({"content": body}));
    }
    let place = workspace(&[("meniscus.toml", "")]);
    let url = braze.url();
    for round in 0..50_u64 {
        let mut command: Command = meniscus(place.path(), &["pull", "--mock", &url]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(5 + round * 37 % 90));
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, text) in files(place.path()) {
            let is_whole =
                ["meniscus.toml", ".braze.lock.journal"].contains(&&*name) || text == body;
            assert!(is_whole || name.contains(".meniscus-"), "{name} has {} bytes", text.len());
        }
        let lock = fs::read_to_string(place.path().join("braze.lock.json"));
        assert!(lock.is_err() || serde_json::from_str::<Value>(&lock.unwrap()).is_ok());
        // Some of the rounds begin anew.
        if round % 7 == 6 {
            fs::remove_dir_all(place.path().join("content_blocks")).ok();
            fs::remove_file(place.path().join("braze.lock.json")).ok();
        }
    }
    let output = pull(place.path(), &braze, &[]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let found = files(place.path());
    assert_eq!(
        found
            .keys()
            .filter(|name| name.ends_with(".liquid") && !name.contains(".meniscus-"))
            .count(),
        60
    );
}

#[test]
fn a_profile_becomes_a_recipient_that_is_nobody() {
    let braze = tea_club();
    braze.put("/users", "12345", "", "", json!({
        "external_id": "12345", "first_name": "Wilhelmina", "last_name": "Kowalska-Ng", "email": "wilhelmina@example.com",
        "phone": "+49301234567", "language": "de", "country": "DE",
        "custom_attributes": {"points": 480, "tier": "gold", "secret note": "hates Mondays", "card": "4111111111111111"},
    }));
    let template = "{{${first_name}}} {{custom_attribute.${tier}}} {{custom_attribute.${points}}} {{custom_attribute.${card}}} {{${language}}}";
    let place = workspace(&[
        ("meniscus.toml", ""),
        ("templates/hi/message.toml", "channel = \"sms\"\n"),
        ("templates/hi/body.liquid", template),
        ("templates/plain/message.toml", "channel = \"sms\"\n"),
        ("templates/plain/body.liquid", "Hi"),
    ]);
    let user = |id: &str, message: &str, more: &[&str]| {
        let mut arguments = vec!["--user", id, "--message", message, "--as", "regular"];
        arguments.extend(more);
        pull(place.path(), &braze, &arguments)
    };
    let dry = user("12345", "templates/hi", &["--dry-run"]);
    assert_eq!(code(&dry), 0, "{}", stderr(&dry));
    let output = user("12345", "templates/hi", &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "wrote scenarios/regular.toml; 2 values are replaced with invented ones\n"
    );
    let text = fs::read_to_string(place.path().join("scenarios/regular.toml")).unwrap();
    for told in ["Wilhelmina", "Kowalska", "12345", "4111", "Mondays", "example.com"] {
        assert!(
            !format!("{text}{}{}", stdout(&dry), stderr(&dry)).contains(told),
            "{told}: {text}"
        );
    }
    let rendered = run(place.path(), &["render", "templates/hi", "--scenario", "regular"]);
    assert!(
        stdout(&rendered).contains("Alex gold 480 5550100 de"),
        "{}{}",
        stdout(&rendered),
        stderr(&rendered)
    );
    // No more is asked for than the message reads.
    assert_eq!(
        braze.sent().pop().unwrap().1,
        json!({
            "external_ids": ["12345"], "fields_to_export": ["first_name", "language", "custom_attributes"],
        })
    );
    for (id, message, why) in [
        ("12345", "templates/hi", "the scenario `regular` already exists"),
        ("999", "templates/hi", "Braze has no user with this ID"),
        ("12345", "templates/plain", "doesn't read the profile"),
        ("12345", "templates/none", "no template or message at"),
    ] {
        let output = user(id, message, &[]);
        assert!(code(&output) == 2 && stderr(&output).contains(why), "{why}: {}", stderr(&output));
    }
    assert_eq!(code(&pull(place.path(), &braze, &["--user", "1"])), 2);
}
