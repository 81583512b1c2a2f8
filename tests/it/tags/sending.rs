//! Requests, where all goes well or SessionM says no.

use std::fs;

use super::live_workspace::{SECRETS, code, stderr, stdout};
use super::{APP_KEY, command, counts, place, send, sessionm};

#[test]
fn a_request_goes_out_for_each_customer_and_once() {
    let server = sessionm();
    let place = place(&server, ["a/1", "b2", "a/1"]);
    let output = send(&place, &["--ttl", "60"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "sent 2 of 2 customers\nskipped: 1 row with the customer of an earlier row\n"
    );
    let mut seen = server.seen();
    seen.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].path, format!("/priv/v1/apps/{APP_KEY}/users/a%2F1/tags"));
    assert_eq!((&*seen[0].method, &*seen[0].body), ("POST", r#"{"tags":["spring"],"ttl":60}"#));
    let head = seen[0].head.to_lowercase();
    assert!(head.contains("content-type: application/json"), "{head}");
    // `c0re-user-key:c0re-passw0rd`.
    assert!(seen[0].head.contains("Basic YzByZS11c2VyLWtleTpjMHJlLXBhc3N3MHJk"));
    let output = send(&place, &["--ttl", "60"]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).starts_with("sent 2 of 2 customers, 0 of them in this run\n"));
    assert!(stderr(&output).contains("note: that run was complete, so nothing was sent"));
    assert_eq!(server.seen().len(), 2);
    // Another run needs another journal.
    for (more, what) in [(&["--ttl", "61"][..], "ttl is"), (&["--external"], "ttl, ids are")] {
        let output = send(&place, more);
        assert_eq!(code(&output), 2);
        let said = stderr(&output);
        assert!(
            said.contains(&format!("journal `s.csv.journal` belongs to another run: the {what}")),
            "{said}"
        );
    }
    let output = send(&place, &["--external", "--journal", "other.journal"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(server.seen().iter().any(|seen| seen.path.ends_with("/external/users/b2/tags")));
}

#[test]
fn errors_in_an_answer_of_200_are_failures_and_can_be_repeated() {
    let server = sessionm();
    let place = place(&server, ["a", "lost1", "b", "lost2", "echo-1"]);
    let options = ["--ttl=60", "--failures=failed.csv"];
    let output = send(&place, &options);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.starts_with("sent 2 of 5 customers\nrefused: 3\n"), "{said}");
    assert!(
        said.contains("  user_not_found  2  at s.csv:3, s.csv:5\n    Customer was not found.\n"),
        "{said}"
    );
    let failed = fs::read_to_string(place.path("failed.csv")).expect("a text");
    assert_eq!(
        failed,
        "user_id,code,place\nlost1,user_not_found,s.csv:3\nlost2,user_not_found,s.csv:5\necho-1,unusual_code,s.csv:6\n"
    );
    // Again: nothing is sent, and the same is told; the file is our own, and replaced.
    let output = send(&place, &options);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert_eq!(fs::read_to_string(place.path("failed.csv")).expect("a text"), failed);
    assert_eq!(server.seen().len(), 5);
    // Somebody else's is not.
    place.write("failed.csv", "mine");
    let output = send(&place, &options);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("`failed.csv` already exists"));
    place.write("failed.csv", &failed.replace("lost", "found"));
    let mut command =
        place.command(&["tags", "--csv", "failed.csv", "--tag=spring", "--ttl=60", "--live"]);
    let output = command.env("APP_KEY", APP_KEY).output().expect("it runs");
    assert!(stdout(&output).starts_with("sent 2 of 3 customers\n"), "{}", stderr(&output));
    assert_eq!(counts(&server)["found1"], 1);
}

#[test]
fn a_dry_run_shows_the_first_requests_and_sends_none() {
    let server = sessionm();
    let place = place(&server, ["a", "b", "c", "d"]);
    let output = send(&place, &["--dry-run"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let said = stdout(&output);
    assert_eq!(said.matches("POST http://127.0.0.1:").count(), 3, "{said}");
    assert!(said.contains("/priv/v1/apps/[redacted]/users/a/tags\n"), "{said}");
    assert!(said.contains("4 requests would be sent to http://127.0.0.1:"), "{said}");
    assert!(stderr(&output).contains("note: without `--ttl`, the tags are counters"));
    assert!(stderr(&output).contains("note: 0 of 4 IDs look like SessionM's own"));
    assert!(server.seen().is_empty() && !place.path("s.csv.journal").exists());
}

#[test]
fn what_is_not_set_is_named_with_the_line_to_add() {
    let server = sessionm();
    let place = place(&server, ["a"]);
    let whole = fs::read_to_string(place.path("meniscus.toml")).expect("a text");
    for (gone, expected) in [
        ("endpoint", "add `endpoint = \"https://api-….ent-sessionm.com\"` under `[tags]`"),
        ("app_key_env", "add `app_key_env = \"SESSIONM_APP_KEY\"` under `[tags]`"),
        ("credential = ", "add `credential = \"sessionm_core\"` under `[tags]`"),
        ("core = ", "under `[live.credentials]`: core = {"),
        ("allow_hosts", "add `allow_hosts = ["),
        ("allow_ports", "add `allow_ports = ["),
        ("allow_addresses", "add `allow_addresses = [\"127.0.0.1/32\"]`"),
    ] {
        let lines = whole.lines().filter(|line| !line.starts_with(gone));
        place.write("meniscus.toml", &lines.map(|line| format!("{line}\n")).collect::<String>());
        let output = send(&place, &["--retries=0"]);
        assert_eq!(code(&output), 2, "{gone}");
        assert!(stderr(&output).contains(expected), "{gone}: {}", stderr(&output));
    }
    place.write("meniscus.toml", &whole.replace("endpoint", "endpont"));
    assert!(stderr(&send(&place, &[])).contains("did you mean `endpoint`?"));
    place.write("meniscus.toml", &whole);
    let output = command(&place, &[]).env_remove("APP_KEY").output().expect("it runs");
    assert!(
        stderr(&output).contains("the environment variable `APP_KEY` isn't set"),
        "{}",
        stderr(&output)
    );
    let output = send(&place, &["--endpoint", "http://api.example"]);
    assert!(stderr(&output).contains("must use `https`"), "{}", stderr(&output));
    let output = place.run(&["tags", "--csv", "s.csv", "--tag", "t", "--failures", "x.csv"]);
    assert_eq!(code(&output), 2, "an option of --live needs it");
    assert!(server.seen().is_empty());
    // The refused address was not called, and the row is sent once it may be.
    assert_eq!(code(&send(&place, &[])), 0);
    assert_eq!(counts(&server)["a"], 1);
}

#[test]
fn the_body_keeps_the_schema_of_the_workspace() {
    let server = sessionm();
    let place = place(&server, ["a"]);
    place.write(
        "schemas/pack.toml",
        "name = \"brand\"\ntitle = \"Brand\"\n[[endpoint]]\nname = \"tags\"\ntitle = \"tags\"\naccess = \"write\"\nmethod = \"POST\"\npath = \"/priv/v1/apps/{api_key}/users/{user_id}/tags\"\nrequest = \"tags.schema.json\"\n",
    );
    place.write(
        "schemas/tags.schema.json",
        r#"{"type": "object", "required": ["ttl"], "properties": {"ttl": {"type": "integer"}}}"#,
    );
    let output = send(&place, &[]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("`ttl`") && said.contains("according to the schema of the endpoint"),
        "{said}"
    );
    assert!(server.seen().is_empty());
    let output = send(&place, &["--ttl=60"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn no_secret_is_written_or_printed() {
    let server = sessionm();
    let ids = [
        "a",
        "lost1",
        "echo-1",
        "shut1",
        "fault-echo",
        "fault-reset",
        "fault-garbage",
        "fault-not-json",
    ];
    let place = place(&server, ids);
    let mut printed = Vec::new();
    let mut keep = |output: std::process::Output| {
        printed.extend(output.stdout);
        printed.extend(output.stderr);
    };
    let files = ["--failures=f.csv", "--unknown=u.csv"];
    keep(send(&place, &["--dry-run"]));
    keep(send(&place, &[&files[..], &["--retries=0"]].concat()));
    keep(send(&place, &[&files[..], &["--retries=0", "--in-flight=resend"]].concat()));
    keep(send(&place, &["--endpoint", &format!("http://u:{APP_KEY}@127.0.0.1")]));
    keep(send(&place, &["--ttl=5"]));
    keep(command(&place, &["--journal=j"]).env("APP_KEY", "..").output().expect("it runs"));
    for path in place.files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Templates that were there before hold secrets of their own.
        if !["meniscus.toml", "wallet.liquid"].contains(&&*name) {
            printed.extend(fs::read(&path).expect("bytes"));
        }
    }
    let all = String::from_utf8_lossy(&printed);
    assert!(
        server.seen().len() >= ids.len()
            && all.contains("unusual_code")
            && all.contains("[redacted]")
    );
    for secret in SECRETS.iter().chain([&APP_KEY]) {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    let journal = fs::read_to_string(place.path("s.csv.journal")).expect("a journal");
    for id in ids.iter().skip(1) {
        assert!(!journal.contains(id), "{id} in the journal");
    }
    assert!(!journal.contains("spring") && !journal.contains("127.0.0.1"));
}
