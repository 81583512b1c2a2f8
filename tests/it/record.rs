//! `render --live`, `record` and `check-live`, run as people run them, against hosts on 127.0.0.1.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::fault_server::{FaultServer, Seen};
use crate::live_workspace::{Place, SECRETS, code, stderr, stdout};

const WALLET: &str = r#"{"status": "ok", "user": {"email": "ada.byron@mail.example", "first_name": "Ada", "id": "6b7e42b8-8fc3-406f-a3a4-20628f513077", "phone": "+44 7700 900123", "born": "1990-05-17"},
    "text": "Welcome, Ada <ada.byron@mail.example>", "points": 480, "offers": [{"name": "Tee", "owner": "6b7e42b8-8fc3-406f-a3a4-20628f513077"}]}"#;

const PERSONAL: [&str; 5] =
    ["ada.byron", "Ada", "6b7e42b8-8fc3-406f-a3a4-20628f513077", "7700 900123", "1990-05-17"];

fn wallet_host() -> FaultServer {
    FaultServer::answering(Arc::new(|seen: &Seen| {
        let body = if seen.path.starts_with("/profile") {
            // A host that repeats what it was sent.
            serde_json::json!({"you": {"head": seen.head, "mail": "ada.byron@mail.example"}})
                .to_string()
        } else {
            WALLET.to_owned()
        };
        (200, "application/json; charset=utf-8".to_owned(), body)
    }))
}

#[test]
fn a_message_is_rendered_from_its_hosts() {
    let server = wallet_host();
    let place = Place::new(&server);
    let output =
        place.run(&["render", "templates/wallet.liquid", "--scenario", "ada", "--live", "--trace"]);
    assert_eq!(
        (code(&output), &*stdout(&output)),
        (0, "Ada has 480 points and Tee.\n"),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("response from the host, status 200"));
    // A GET of one URL is made once.
    assert_eq!(server.seen().iter().filter(|seen| seen.path.starts_with("/profile")).count(), 1);
    assert!(place.recordings().is_empty());
}

#[test]
fn without_an_allowed_host_it_says_what_to_add() {
    let server = wallet_host();
    let place = Place::new(&server);
    place.write("meniscus.toml", "");
    let output = place.run(&["render", "templates/plain.liquid", "--scenario", "ada", "--live"]);
    assert_eq!(code(&output), 1);
    let said = stderr(&output);
    assert!(said.contains("allows no hosts") || said.contains("only 80 and 443"), "{said}");
    let output = place.run(&["record", "templates/plain.liquid", "--scenario", "ada"]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("the templates call `127.0.0.1`, but meniscus.toml allows no hosts"),
        "{said}"
    );
    assert!(said.contains("add `allow_hosts = [\"127.0.0.1\"]` under `[live]`"), "{said}");
    // A port that is refused is a call all the same.
    place.write("meniscus.toml", "[live]\nallow_hosts = [\"127.0.0.1\"]\n");
    let output = place.run(&["record", "templates/plain.liquid", "--scenario", "ada"]);
    let said = stderr(&output);
    assert!(said.contains("only 80 and 443") && !said.contains("make no calls"), "{said}");
    let output = place.run(&["record", "templates/plain.liquid", "--scenario", "ada", "--dry-run"]);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("can't call GET http://127.0.0.1") && !said.contains("make no calls"),
        "{said}"
    );
    place.write("meniscus.toml", "[live]\nallow_host = []\n");
    let output = place.run(&["render", "templates/plain.liquid", "--live"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("did you mean `allow_hosts`?"), "{}", stderr(&output));
}

#[test]
fn what_is_recorded_renders_again_and_shows_nobody() {
    let server = wallet_host();
    let place = Place::new(&server);
    let output =
        place.run(&["record", "templates", "--scenario", "ada", "--now", "2026-03-01T09:00:00Z"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let recordings = place.recordings();
    assert_eq!(recordings.len(), 3, "{recordings:?}");
    let mut guids = Vec::new();
    for (path, text) in &recordings {
        assert!(path.starts_with("recordings/127.0.0.1/"), "{path}");
        for personal in PERSONAL {
            assert!(!text.contains(personal), "{path} has {personal}:\n{text}");
        }
        let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(json["metadata"]["meniscus"]["recorded_at"], "2026-03-01T09:00:00Z");
        // A scenario that is named after its customer is told under the invented name.
        assert_ne!(json["metadata"]["meniscus"]["scenario"], "ada");
        if let Some(id) = json["response"]["jsonBody"]["user"]["id"].as_str() {
            let body = &json["response"]["jsonBody"];
            assert_eq!(body["offers"][0]["owner"], id, "the join holds");
            assert!(body["user"]["email"].as_str().unwrap_or_default().ends_with("@example.com"));
            guids.push((id.to_owned(), json["request"].to_string()));
        }
    }
    // The id stands in a request too, and is the same invented one there.
    let (id, _) =
        guids.iter().find(|(id, request)| request.contains(&**id)).expect("a request with it");
    assert!(stderr(&output).contains("it now matches only the invented values"));
    // The recipient as the recordings know her.
    let scenario = fs::read_to_string(place.path("scenarios/ada.toml")).expect("a text");
    place.write(
        "scenarios/invented.toml",
        &scenario.replace("6b7e42b8-8fc3-406f-a3a4-20628f513077", id),
    );
    let output = place.run(&["render", "templates/wallet.liquid", "--scenario", "invented"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).ends_with("has 480 points and Tee.\n"), "{}", stdout(&output));
    // Without `--now`, the moment is the real one.
    let year = jiff::Timestamp::now().strftime("%Y-").to_string();
    let fresh = Place::new(&server);
    fresh.run(&["record", "templates", "--scenario", "ada"]);
    for (path, text) in fresh.recordings() {
        assert!(text.contains(&format!("\"recorded_at\": \"{year}")), "{path}: {text}");
    }
    // A second time nothing changes, whatever the clock says.
    let before = place.recordings();
    let output =
        place.run(&["record", "templates", "--scenario", "ada", "--now", "2026-04-01T09:00:00Z"]);
    assert!(
        stdout(&output).lines().all(|line| line.starts_with("unchanged ")),
        "{}",
        stdout(&output)
    );
    assert_eq!(place.recordings(), before);
}

#[test]
fn recordings_without_the_customer_are_checked_as_the_customer() {
    let server = wallet_host();
    let place = Place::new(&server);
    place.run(&["record", "templates", "--scenario", "ada"]);
    let output = place.run(&["check-live"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert!(
        stderr(&output).contains("compared 3 recordings with their hosts"),
        "{}",
        stderr(&output)
    );
    assert!(!stdout(&output).contains("not-called"), "{}", stdout(&output));
    let (path, _) = place.recordings().remove(0);
    let output = place.run(&["check-live", &path]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert!(stderr(&output).contains("compared 1 recording"), "{}", stderr(&output));
    let output = place.run(&["check-live", "walet"]);
    assert_eq!(code(&output), 2);
}

#[test]
fn what_was_personal_once_stays_so() {
    let quiet = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&quiet);
    let server = FaultServer::answering(Arc::new(move |_: &Seen| {
        // The second time no answer shows whose id it is.
        let body = if switch.load(Ordering::SeqCst) { r#"{"user": {}}"# } else { WALLET };
        (200, "application/json".to_owned(), body.to_owned())
    }));
    let place = Place::new(&server);
    place.run(&["record", "templates/wallet.liquid", "--scenario", "ada"]);
    let paths =
        |place: &Place| place.recordings().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let before = paths(&place);
    let output =
        place.run(&["record", "templates/wallet.liquid", "--scenario", "ada", "--dry-run"]);
    assert!(before.iter().all(|path| stdout(&output).contains(path)), "{}", stdout(&output));
    quiet.store(true, Ordering::SeqCst);
    let output = place.run(&["record", "templates/wallet.liquid", "--scenario", "ada"]);
    assert!(
        stdout(&output).contains("field-gone: the response has no `user.id`"),
        "{}",
        stdout(&output)
    );
    // And a third time, when no recording shows it either.
    place.run(&["record", "templates/wallet.liquid", "--scenario", "ada"]);
    assert_eq!(paths(&place), before);
    assert!(place.recordings().iter().all(|(_, text)| !text.contains(PERSONAL[2])));
}

#[test]
fn no_secret_is_written_or_printed() {
    let server = wallet_host();
    let place = Place::new(&server);
    let mut all = Vec::new();
    for arguments in [
        &["record", "templates", "--scenario", "ada", "--dry-run"][..],
        &["record", "templates", "--scenario", "ada"],
        &["record", "templates", "--scenario", "ada"],
        &["render", "templates", "--scenario", "ada", "--live", "--trace", "--why"],
        &[
            "render",
            "templates",
            "--scenario",
            "ada",
            "--live",
            "--trace",
            "--why",
            "--format",
            "json",
        ],
        &["render", "templates", "--scenario", "ada", "--trace"],
        &["render", "templates", "--scenario", "ada", "--live", "--out", "build"],
        &["check-live"],
        &["check-live", "--format", "json"],
    ] {
        let output = place.run(arguments);
        all.extend_from_slice(format!("\n=== {arguments:?}\n").as_bytes());
        all.extend(output.stdout);
        all.extend(output.stderr);
    }
    // The host got them all, so that there was something to hide.
    let heads = server.seen().iter().map(|seen| seen.head.clone()).collect::<String>();
    assert!(heads.contains("Basic ") && heads.contains("s3cr3t-connect-token"));
    for path in place.files() {
        let name = path.display().to_string();
        if name.contains("/templates/") {
            continue;
        }
        all.extend_from_slice(format!("\n=== {name}\n").as_bytes());
        all.extend(fs::read(&path).expect("readable"));
    }
    for secret in SECRETS {
        let found = all.windows(secret.len()).position(|window| window == secret.as_bytes());
        if let Some(at) = found {
            let around = &all[at.saturating_sub(400)..(at + 100).min(all.len())];
            panic!("{secret} is shown:\n{}", String::from_utf8_lossy(around));
        }
    }
}

#[test]
fn a_dry_run_calls_and_writes_nothing() {
    let server = wallet_host();
    let place = Place::new(&server);
    let output = place.run(&["record", "templates", "--scenario", "ada", "--dry-run"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let said = stdout(&output);
    assert!(
        said.contains("would call POST http://127.0.0.1")
            && said.contains("into recordings/127.0.0.1/wallet/"),
        "{said}"
    );
    assert_eq!((server.seen().len(), place.recordings().len()), (0, 0));
    let mut command = place.command(&["record", "templates", "--scenario", "ada", "--dry-run"]);
    let output = command.env_remove("CORE_PASSWORD").output().expect("it runs");
    assert_eq!(code(&output), 1);
    assert!(
        stdout(&output).contains("the environment variable `CORE_PASSWORD` isn't set"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn edited_matchers_stay_and_changes_of_shape_are_told() {
    let changed = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&changed);
    let server = FaultServer::answering(Arc::new(move |_: &Seen| {
        let body = if switch.load(Ordering::SeqCst) {
            r#"{"ok": true, "points": "480", "offers": [{"name": "Tee", "new": 1}, {"name": null}]}"#
        } else {
            r#"{"ok": true, "points": 480, "gone": 1, "offers": [{"name": "Tee"}]}"#
        };
        (200, "application/json".to_owned(), body.to_owned())
    }));
    let place = Place::new(&server);
    let record = ["record", "templates/plain.liquid", "--scenario", "ada"];
    assert_eq!(code(&place.run(&record)), 0);
    let (path, text) = place.recordings().remove(0);
    let edited = text.replace("\"urlPath\": \"/plain\"", "\"urlPathPattern\": \"/pl.*\"").replacen(
        '{',
        "{\n  \"priority\": 3,",
        1,
    );
    assert_ne!(edited, text);
    place.write(&path, &edited);
    let output = place.run(&["check-live"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    changed.store(true, Ordering::SeqCst);
    let output = place.run(&["check-live", "--format", "compact"]);
    assert_eq!(code(&output), 1, "{}{}", stdout(&output), stderr(&output));
    let said = stdout(&output);
    for words in [
        "drift-field-gone",
        "the response has no `gone`",
        "`points` is now a string, but a number in the recording",
        "drift-null",
        "drift-new-field",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let line = 1 + edited.lines().position(|line| line.contains("\"points\"")).expect("a line");
    assert!(said.contains(&format!("{path}:{line}:")), "{said}");
    let output = place.run(&["check-live", "--format", "github"]);
    assert!(
        stdout(&output).contains("::error file=recordings/127.0.0.1/plain/"),
        "{}",
        stdout(&output)
    );
    let output = place.run(&record);
    assert!(
        stdout(&output).contains("updated ")
            && stdout(&output).contains("field-gone: the response has no `gone`"),
        "{}",
        stdout(&output)
    );
    let kept = fs::read_to_string(place.path(&path)).expect("a text");
    assert!(
        kept.contains("urlPathPattern")
            && kept.contains("\"priority\": 3")
            && kept.contains("\"480\""),
        "{kept}"
    );
    place.run(&["record", "templates/plain.liquid", "--scenario", "ada", "--overwrite-matchers"]);
    let anew = fs::read_to_string(place.path(&path)).expect("a text");
    assert!(anew.contains("\"urlPath\": \"/plain\"") && anew.contains("\"priority\": 3"), "{anew}");
}

#[test]
fn a_recording_that_nobody_will_see_is_told() {
    let server = wallet_host();
    let place = Place::new(&server);
    let record = ["record", "templates/plain.liquid", "--scenario", "ada"];
    let output = place.run(&record);
    assert!(!stderr(&output).contains("note:"), "{}", stderr(&output));
    let (path, _) = place.recordings().remove(0);
    let old = r#"{"priority": 1, "request": {"urlPath": "/plain"}, "response": {"jsonBody": {"points": 1}}}"#;
    place.write("recordings/by-hand.json", old);
    let said = stderr(&place.run(&record));
    let words = format!("recordings/by-hand.json matches this request before {path}");
    assert!(said.contains(&words), "{said}");
    let scenario = fs::read_to_string(place.path("scenarios/ada.toml")).expect("a text");
    place.write("scenarios/ada.toml", &format!("recordings = [\"by-hand\"]\n{scenario}"));
    let said = stderr(&place.run(&record));
    assert!(
        said.contains(&format!(
            "the scenario `ada` lists its recordings without {path}; add `127.0.0.1/plain/"
        )),
        "{said}"
    );
}

#[test]
fn a_host_in_trouble_takes_nothing_away() {
    let server = wallet_host();
    let place = Place::new(&server);
    place.run(&["record", "templates/wallet.liquid", "--scenario", "ada"]);
    let before = place.recordings();
    for fault in [
        "/storm",
        "/busy",
        "/unauthorized",
        "/reset",
        "/too-short",
        "/too-much",
        "/redirect",
        "/broken-gzip",
        "/garbage",
    ] {
        let template =
            format!("{{% connected_content http://127.0.0.1:{}{fault} %}}x", server.port);
        place.write("templates/fault.liquid", &template);
        let output = place.run(&["record", "templates/fault.liquid", "--scenario", "ada"]);
        assert_eq!(code(&output), 1, "{fault}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("not recorded: GET http://127.0.0.1"),
            "{fault}: {}",
            stderr(&output)
        );
        assert_eq!(place.recordings(), before, "{fault}");
        let output =
            place.run(&["render", "templates/fault.liquid", "--scenario", "ada", "--live"]);
        assert_eq!((code(&output), &*stdout(&output)), (0, "x"), "{fault}: {}", stderr(&output));
    }
    for (fault, key) in [("/not-utf8", "base64Body"), ("/not-json", "\"body\"")] {
        let template =
            format!("{{% connected_content http://127.0.0.1:{}{fault} %}}x", server.port);
        place.write("templates/fault.liquid", &template);
        let output = place.run(&["record", "templates/fault.liquid", "--scenario", "ada"]);
        assert_eq!(code(&output), 0, "{fault}: {}", stderr(&output));
        assert!(stderr(&output).contains("isn't JSON, so `[redact] json` doesn't apply"));
        assert!(
            place
                .recordings()
                .iter()
                .any(|(path, text)| path.contains(&fault[1..]) && text.contains(key)),
            "{fault}"
        );
    }
    place.write("templates/fault.liquid", "{% connected_content http://localhost.invalid/ %}{% connected_content http://127.0.0.1:1/ %}x");
    let output = place.run(&["record", "templates/fault.liquid", "--scenario", "ada"]);
    assert_eq!(code(&output), 1);
}

#[test]
fn a_proxy_of_the_environment_is_not_used_by_itself() {
    let server = wallet_host();
    let place = Place::new(&server);
    let mut command =
        place.command(&["render", "templates/plain.liquid", "--scenario", "ada", "--live"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    let output = command.output().expect("it runs");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(server.seen().len(), 1);
}

/// All recordings, as the program reads them: none of them half.
fn whole(place: &Place) -> usize {
    let replay = meniscus::files::recordings::load(&place.path("recordings"));
    replay.unwrap_or_else(|errors| panic!("{errors:?}")).len()
}

#[test]
fn two_recorders_at_once_write_whole_files() {
    let server = wallet_host();
    let place = Place::many(&server, 30);
    let spawn = || {
        place
            .command(&["record", "templates/many.liquid", "--scenario", "ada"])
            .spawn()
            .expect("it runs")
    };
    let (mut one, mut other) = (spawn(), spawn());
    assert!(one.wait().expect("it ends").success());
    assert!(other.wait().expect("it ends").success());
    assert_eq!(whole(&place), 30);
    assert!(place.files().iter().all(|path| !path.display().to_string().ends_with(".tmp")));
}

#[test]
fn a_recorder_that_is_killed_leaves_whole_files() {
    let server = wallet_host();
    let place = Place::many(&server, 60);
    assert!(place.run(&["record", "templates/many.liquid", "--scenario", "ada"]).status.success());
    let before = place.recordings();
    // Every run has something to write.
    let template = fs::read_to_string(place.path("templates/many.liquid")).expect("a text");
    for (round, delay) in [0, 20, 60, 100, 140, 180, 220, 260, 300, 400].into_iter().enumerate() {
        place.write("templates/many.liquid", &template.replace("/n/", &format!("/n{round}/")));
        let mut child = place
            .command(&["record", "templates/many.liquid", "--scenario", "ada"])
            .spawn()
            .expect("it runs");
        std::thread::sleep(Duration::from_millis(delay));
        // On Unix that is `kill -9`.
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        assert!(whole(&place) >= 60);
    }
    let after = place.recordings();
    assert!(before.iter().all(|known| after.contains(known)), "what was there is there as it was");
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let server = wallet_host();
    let place = Place::new(&server);
    place.write("recordings/127.0.0.1", "a file where a folder is to be");
    let output = place.run(&["record", "templates/plain.liquid", "--scenario", "ada"]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("can't write")
            && said.contains("0 of 1 recordings were written, the others are unchanged")
            && said.contains("help: move the file that has the folder's name"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_told_and_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = wallet_host();
    let place = Place::new(&server);
    fs::create_dir(place.path("recordings")).expect("made");
    let folder = place.path("recordings");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).expect("set");
    // Whoever may do anything is stopped by no permission.
    let stopped = fs::write(folder.join("probe"), "").is_err();
    let output = place.run(&["record", "templates/plain.liquid", "--scenario", "ada"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("set");
    if stopped {
        assert_eq!(code(&output), 2);
        assert!(
            stderr(&output).contains("check the permissions of the folder"),
            "{}",
            stderr(&output)
        );
        assert!(place.recordings().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_write_that_fails_in_the_middle_leaves_the_old_file() {
    let server = FaultServer::answering(Arc::new(|_: &Seen| {
        (
            200,
            "application/json".to_owned(),
            serde_json::json!({"text": "x".repeat(200_000)}).to_string(),
        )
    }));
    let place = Place::new(&server);
    assert_eq!(code(&place.run(&["record", "templates/plain.liquid", "--scenario", "ada"])), 0);
    let (path, text) = place.recordings().remove(0);
    let old = text.replace("xxx", "y");
    place.write(&path, &old);
    // No file may grow beyond a few blocks: the same to a program as a disk that is full.
    let program = env!("CARGO_BIN_EXE_meniscus");
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec {program} record templates/plain.liquid --scenario ada"
    );
    let output = place.shell(&script).output().expect("it runs");
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(
        stderr(&output).contains("0 of 1 recordings were written, the others are unchanged"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_to_string(place.path(&path)).expect("a text"), old);
    assert_eq!(place.recordings().len(), 1);
    let left = place
        .files()
        .iter()
        .any(|path| Path::new(path).extension().is_some_and(|ending| ending == "tmp"));
    assert!(!left, "nothing half-written is left behind");
}

/// Without a word in `[redact]`: what belongs to a person is replaced, what may is reported, and what
/// the scenario says itself stays, so that the recording answers it.
#[test]
fn personal_data_is_replaced_unasked() {
    let answer = r#"{"user": {"first_name": "Will", "last_name": "Rose", "email": "will.rose@mail.shop",
        "nickname": "Billy", "phone": "+44 7700 900123", "tier": "gold"},
        "stores": [{"phone": "0161 496 0123", "address": "4 Mill Race"}],
        "text": "Will, you will see a rose. Write to will.rose@mail.shop", "asked_for": "4711"}"#;
    let server = FaultServer::answering(Arc::new(move |_: &Seen| {
        (200, "application/json".to_owned(), answer.to_owned())
    }));
    let place = Place::new(&server);
    let port = server.port;
    place.write(
        "meniscus.toml",
        &format!(
            "[live]\nallow_hosts = [\"127.0.0.1\"]\nallow_ports = [{port}]\nallow_addresses = [\"127.0.0.1/32\"]\n"
        ),
    );
    place.write(
        "templates/who.liquid",
        &format!(
            "{{% connected_content http://127.0.0.1:{port}/who?email={{{{custom_attribute.${{mail}}}}}} :save who %}}{{{{who.user.first_name}}}} {{{{who.user.email}}}}"
        ),
    );
    place.write("scenarios/ada.toml", "[custom_attribute]\nmail = \"ada@mail.shop\"\n");
    let record = ["record", "templates/who.liquid", "--scenario", "ada"];
    let output = place.run(&record);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let (_, text) = place.recordings().remove(0);
    for gone in ["\"Will\"", "\"Rose\"", "will.rose@", "7700 900123"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    // A word is no name, a shop's number is meant to be called, and the request is the scenario's.
    for kept in ["you will see a rose", "0161 496 0123", "4 Mill Race", "ada@mail.shop", "gold"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    let shown = stdout(&output);
    assert!(shown.contains("removed `email`, an email address; `first_name`, a name"), "{shown}");
    let said = stderr(&output);
    assert!(said.contains("`$.user.nickname`, personal"), "{said}");
    assert!(said.contains("add it to `[redact] json`"), "{said}");
    assert!(!format!("{shown}{said}").contains("Billy"), "{said}");
    let replayed = place.run(&["render", "templates/who.liquid", "--scenario", "ada"]);
    assert!(stdout(&replayed).contains("@example.com"), "{}", stderr(&replayed));

    let output = place.run(&[&record[..], &["--keep-personal-data"]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let (_, text) = place.recordings().remove(0);
    assert!(text.contains("\"Will\"") && text.contains("will.rose@mail.shop"), "{text}");
    assert!(!stderr(&output).contains("personal"), "{}", stderr(&output));
}
