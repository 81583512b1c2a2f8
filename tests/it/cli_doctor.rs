//! `meniscus doctor` lists all that is missing at once, with the lines to add; with these, nothing is.

use crate::program::{code, meniscus, put, run, stderr, stdout, workspace};

const TEMPLATE: &str = "{% connected_content {{endpoint}}/v1/wallet :basic_auth loyalty :save w %}\
    {% connected_content https://api.partner.example:8443/x :auth_credentials partner.key :save x %}\
    {{ w.points | default: 0 }}{{ x.y | default: 0 }}";

#[test]
fn all_that_is_missing_is_listed_with_the_line_to_add() {
    let folder = workspace(&[
        ("meniscus.toml", "[variables]\nendpoint = \"https://loyalty.example\"\n"),
        ("templates/wallet.liquid", TEMPLATE),
        ("templates/news.liquid", "Hello {{ greeting }}"),
        ("templates/offer/message.toml", "channel = \"email\"\n[trigger]\ncampaign_id = \"c-1\"\n"),
        ("templates/offer/body.liquid", "An offer"),
        (
            "scenarios/bo.toml",
            "now = \"2026-03-01T09:00:00Z\"\ntemplates = [\"wallet\", \"offer\"]\n[user]\nfirst_name = \"Bo\"\n",
        ),
    ]);
    let output = run(folder.path(), &["doctor"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let list = stdout(&output);
    for line in [
        "greeting = \"…\"",
        "allow_hosts = [\"api.partner.example\", \"loyalty.example\", \"rest.iad-01.braze.com\"]",
        "allow_ports = [8443]",
        "loyalty = { header = \"Authorization\", env = \"LOYALTY_AUTHORIZATION\" }",
        "\"partner.key\" = { header = \"Authorization\", env = \"PARTNER_KEY_AUTHORIZATION\" }",
        "export LOYALTY_AUTHORIZATION=…",
        "export PARTNER_KEY_AUTHORIZATION=…",
        "export BRAZE_REST_KEY=…",
        "meniscus record templates/wallet.liquid --all",
        "meniscus scenarios stub templates/news.liquid --out news",
        "endpoint = \"https://rest.iad-01.braze.com\"",
        "braze = { env = \"BRAZE_REST_KEY\" }",
    ] {
        assert!(list.lines().any(|found| found.trim() == line), "{line}: {list}");
    }
    assert!(list.contains("with the permission `campaigns.trigger.send`"), "{list}");

    // The lines, added as they are.
    put(
        folder.path(),
        "meniscus.toml",
        "[variables]\nendpoint = \"https://loyalty.example\"\ngreeting = \"…\"\n\
         [live]\nallow_hosts = [\"api.partner.example\", \"loyalty.example\", \"rest.iad-01.braze.com\"]\nallow_ports = [8443]\n\
         [live.credentials]\nloyalty = { header = \"Authorization\", env = \"LOYALTY_AUTHORIZATION\" }\n\
         \"partner.key\" = { header = \"Authorization\", env = \"PARTNER_KEY_AUTHORIZATION\" }\n\
         braze = { env = \"BRAZE_REST_KEY\" }\n\
         [trigger]\nendpoint = \"https://rest.iad-01.braze.com\"\n",
    );
    for host in ["wallet", "x"] {
        put(
            folder.path(),
            &format!("recordings/{host}.json"),
            &format!(
                "{{\"request\": {{\"urlPathPattern\": \".*{host}\"}}, \"response\": {{\"status\": 200, \"jsonBody\": {{\"points\": 1, \"y\": 1}}}}}}"
            ),
        );
    }
    put(folder.path(), "scenarios/all.toml", "now = \"2026-03-01T09:00:00Z\"\n");
    let doctor = |set: bool| {
        let mut command = meniscus(folder.path(), &["doctor", "--format", "json"]);
        for name in ["LOYALTY_AUTHORIZATION", "PARTNER_KEY_AUTHORIZATION", "BRAZE_REST_KEY"] {
            command.env_remove(name);
            if set {
                command.env(name, "s3cret-value");
            }
        }
        command.output().expect("it runs")
    };
    let output = doctor(false);
    assert_eq!(code(&output), 1);
    let json = serde_json::from_str::<serde_json::Value>(&stdout(&output)).expect("JSON");
    let lines = json["missing"].as_array().expect("a list").iter();
    let lines = lines.map(|one| one["line"].as_str().expect("a line")).collect::<Vec<_>>();
    assert_eq!(
        lines,
        [
            "export LOYALTY_AUTHORIZATION=…",
            "export PARTNER_KEY_AUTHORIZATION=…",
            "export BRAZE_REST_KEY=…"
        ]
    );
    let output = doctor(true);
    let all = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(code(&output), 0, "{all}");
    assert!(!all.contains("s3cret-value"), "{all}");
}

#[test]
fn a_workspace_without_calls_needs_nothing() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/a.liquid", "Hello"),
        ("scenarios/a.toml", "now = \"2026-03-01T09:00:00Z\"\n"),
    ]);
    let output = run(folder.path(), &["doctor"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stdout(&output), "checked 1 message and 0 calls: nothing is missing\n");
}

/// A message without a scenario is what is missing: which calls a block makes for it isn't known.
#[test]
fn a_call_of_a_block_is_recorded_by_its_message() {
    let block =
        "{% connected_content https://a.example/{{${user_id}}} :save x %}{{ x.y | default: 0 }}";
    let folder = workspace(&[
        ("meniscus.toml", "[live]\nallow_hosts = [\"a.example\"]\n"),
        ("content_blocks/wallet.liquid", block),
        ("templates/news.liquid", "Hi {{content_blocks.${wallet}}}"),
    ]);
    let list = stdout(&run(folder.path(), &["doctor"]));
    assert!(list.contains("no scenario applies to `news`"), "{list}");
    assert!(!list.contains("has no recording"), "{list}");
    put(
        folder.path(),
        "scenarios/a.toml",
        "now = \"2026-03-01T09:00:00Z\"\n[user]\nuser_id = \"u\"\n",
    );
    put(folder.path(), "scenarios/b.toml", "[usr]\n");
    let list = stdout(&run(folder.path(), &["doctor"]));
    let wanted =
        "a call in content_blocks/wallet.liquid, made for templates/news.liquid, has no recording";
    assert!(list.contains(wanted), "{list}");
    assert!(list.contains("meniscus record templates/news.liquid --all"), "{list}");
    assert!(list.contains("scenarios/b.toml:1: unknown key `usr`"), "{list}");
}

#[test]
fn hosts_of_credentials_and_addresses_are_checked() {
    let call =
        "{% connected_content http://10.0.0.7/x :basic_auth k :save x %}{{ x.y | default: 0 }}";
    let folder = workspace(&[
        (
            "meniscus.toml",
            "[live]\nallow_hosts = [\"10.0.0.7\"]\n[live.credentials]\n\
             k = { user_env = \"HOME\", password_env = \"HOME\", hosts = [\"a.example\"] }\n",
        ),
        ("templates/t.liquid", call),
    ]);
    let list = stdout(&run(folder.path(), &["doctor"]));
    assert!(list.contains("hosts = [\"a.example\", \"10.0.0.7\"]"), "{list}");
    assert!(list.contains("allow_addresses = [\"10.0.0.7\"]"), "{list}");
}
