//! The program itself, run as people run it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A run of the program in a folder, with nothing of this machine's settings.
fn meniscus(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder).args(arguments);
    command.env_remove("COLUMNS").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    meniscus(folder, arguments).output().expect("the program runs")
}

fn run_with(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut command = meniscus(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(stdin.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

/// A workspace of these files.
fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}

#[test]
fn the_first_command_of_the_readme_prints_what_the_readme_shows() {
    let output = run(&root(), &["render", "templates/offer_wallet", "--scenario", "anna"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let readme = fs::read_to_string(root().join("README.md")).expect("the readme");
    let shown = readme.split("── offer_wallet · subject · anna ──\n").nth(1).expect("the example");
    let shown = shown.split("```").next().expect("its end");
    let shown = shown.replace("── offer_wallet · body · anna ──\n", "");
    assert_eq!(stdout(&output), shown);
    assert_eq!(
        stderr(&output),
        "── offer_wallet · subject · anna ──\n── offer_wallet · body · anna ──\n"
    );
}

#[test]
fn every_recipient_of_the_example_is_sent_or_not_as_meant() {
    let output = run(&root(), &["render", "templates/offer_wallet", "--all", "--part", "subject"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!(stdout(&output), @r"
    Anna, 2 offers are waiting
    Hello, 1 offer is waiting
    Ben, you have 0 points
    Hello, you have 0 points
    Chloé, 1000 offers are waiting
    Dai, you have 35 points
    Dai, 1 offer is waiting
    ");
    let said = stderr(&output);
    for recipient in ["elif", "femi", "gita", "hugo", "ines"] {
        let after = said.split(&format!("· {recipient} ──\n")).nth(1).expect("the recipient");
        assert!(
            after.starts_with("not sent: liquid_abort_message: no wallet from SessionM at "),
            "{recipient}: {after}"
        );
    }
}

#[test]
fn one_text_goes_out_byte_for_byte() {
    let output = run(&root(), &["render", "templates/tag_export", "--part", "url", "-s", "anna"]);
    assert_eq!(
        stdout(&output),
        "https://api-larkspur.ent-sessionm.com/priv/v1/apps/EXAMPLE-APP-KEY/users/5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11/tags\n"
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn standard_input_is_a_template() {
    let output =
        run_with(&root(), &["render", "-", "--set", "user.first_name=Bo"], "Hi {{${first_name}}}");
    assert_eq!((code(&output), &*stdout(&output)), (0, "Hi Bo"));
}

#[test]
fn plain_liquid_takes_its_variables_from_json() {
    let folder = workspace(&[("data.json", r#"{"name": "Ana", "n": 99999999999999999999}"#)]);
    let template = "{{ name }} {{ n }} <!-- kept --> {{ 1 | divided_by: 0 }}";
    let output = run_with(folder.path(), &["render", "-", "--data", "data.json"], template);
    assert_eq!(
        stdout(&output),
        "Ana 99999999999999999999 <!-- kept --> Liquid error: divided by 0"
    );
    assert_eq!(code(&output), 1);
}

#[test]
fn an_abort_is_told_and_prints_nothing() {
    let template = "{% abort_message('no stock') %}";
    let output = run_with(&root(), &["render", "-"], template);
    assert_eq!((code(&output), &*stdout(&output)), (0, ""));
    assert_eq!(stderr(&output), "not sent: liquid_abort_message: no stock at <stdin>:1:1\n");
    let output = run_with(&root(), &["render", "-", "--fail-on-abort"], template);
    assert_eq!(code(&output), 1);
}

#[test]
fn every_syntax_error_of_a_file_is_drawn_at_its_characters() {
    let template = "{{ wallet.points }\n{% if a %}{% foo %}\n";
    let output = run_with(&root(), &["render", "-"], template);
    assert_eq!((code(&output), &*stdout(&output)), (1, ""));
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn an_error_shows_the_values_at_its_place() {
    let template = "{% assign limit = 'ten' %}{% if limit > 5 %}many{% endif %}";
    let output = run_with(&root(), &["render", "-"], template);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn an_unanswered_call_shows_request_nearest_recordings_and_the_file_to_create() {
    let recording = r#"{"name": "points", "request": {"method": "POST", "urlPath": "/points",
        "bodyPatterns": [{"equalToJson": {"id": "7"}, "ignoreExtraElements": true}]},
        "response": {"jsonBody": {"points": 3}}}"#;
    let folder = workspace(&[("recordings/points.json", recording), ("meniscus.toml", "")]);
    let template = "{% connected_content https://loyalty.example/points :method post \
        :headers {\"Authorization\": \"Bearer very-secret\"} :body {\"id\":\"8\"} :save p %}[{{p.points}}]";
    let output = run_with(folder.path(), &["render", "-"], template);
    assert_eq!((code(&output), &*stdout(&output)), (1, "[]"));
    let said = stderr(&output);
    assert!(!said.contains("very-secret"), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn json_carries_output_abort_calls_and_diagnostics() {
    let arguments = [
        "render",
        "templates/offer_wallet",
        "--part",
        "subject",
        "-s",
        "anna",
        "-s",
        "gita",
        "--format",
        "json",
    ];
    let output = run(&root(), &arguments);
    assert_eq!(code(&output), 0);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["version"], 1);
    let sent = &json["renders"][0];
    assert_eq!(sent["output"], "Anna, 2 offers are waiting");
    assert_eq!(sent["aborted"], serde_json::Value::Null);
    assert_eq!(sent["calls"][0]["result"]["recording"], "wallet/two-offers");
    assert_eq!(sent["calls"][0]["saved_as"], "wallet");
    let kept = &json["renders"][1];
    assert_eq!(kept["output"], serde_json::Value::Null);
    assert_eq!(kept["aborted"]["type"], "liquid_abort_message");
    assert_eq!(kept["calls"][0]["result"]["note"], "status 500");
}

#[test]
fn json_diagnostics_count_lines_columns_and_bytes() {
    let output = run_with(&root(), &["render", "-", "--format", "json"], "é\n{{ 'x' | upcas }}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let diagnostic = &json["renders"][0]["diagnostics"][0];
    assert_eq!(diagnostic["rule"], "unknown-filter");
    assert_eq!(diagnostic["level"], "warn");
    assert_eq!(diagnostic["help"], "did you mean `upcase`?");
    assert_eq!(
        diagnostic["span"]["start"],
        serde_json::json!({"line": 2, "column": 10, "offset": 12, "utf16": 11})
    );
    assert_eq!(code(&output), 0);
}

/// A header is a value in `message.toml`: what is called and what ends there is at its place in that file.
#[test]
fn json_places_of_headers_are_in_their_file() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/hook/url.liquid", "https://l.example"),
        (
            "templates/hook/message.toml",
            "channel = \"webhook\"\n[headers]\nX-A = \"a {% connected_content https://l.example/x :save r %}{% abort_message('no') %}\"\n",
        ),
    ]);
    let output = run(folder.path(), &["render", "templates/hook", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let header = &json["renders"][1];
    for at in [&header["calls"][0]["at"], &header["aborted"]["at"]] {
        assert_eq!(at["path"], "templates/hook/message.toml", "{header}");
        assert_eq!(at["span"]["start"]["line"], 3, "{header}");
    }
}

#[test]
fn why_tells_names_values_and_places() {
    let recording = "{\n  \"request\": {\"method\": \"GET\", \"urlPath\": \"/wallet\"},\n  \"response\": {\n    \"jsonBody\": {\n      \"payload\": {\n        \"available_points\": 5\n      }\n    }\n  }\n}\n";
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("recordings/wallet.json", recording),
        (
            "scenarios/bo.toml",
            "[user]\nfirst_name = \"Bo\"\n\n[custom_attribute]\ntier = \"silver\"\n",
        ),
        (
            "templates/t.liquid",
            "{% connected_content https://l.example/wallet :save wallet %}\n{{ wallet.payload.availble_points }}\n{% if custom_attribute.${tier} == 'gold' %}gold{% endif %}\n{{${last_name}}}\n",
        ),
    ]);
    let output = run(folder.path(), &["render", "templates/t.liquid", "--why"]);
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn trace_lists_calls_and_missing_names() {
    let output = run(
        &root(),
        &["render", "templates/offer_wallet", "-p", "subject", "-s", "ben", "--trace"],
    );
    assert_eq!(code(&output), 0);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn message_extras_are_told() {
    let template = "{% message_extras :key tier :value {{custom_attribute.${tier}}} %}Hi";
    let set = ["render", "-", "--set", "custom_attribute.tier=gold"];
    let output = run_with(&root(), &[&set[..], &["--trace"]].concat(), template);
    assert_eq!((&*stdout(&output), &*stderr(&output)), ("Hi", "message extra: tier = gold\n"));
    let output = run_with(&root(), &[&set[..], &["--format", "json"]].concat(), template);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["renders"][0]["message_extras"]["tier"], "gold");
}

#[test]
fn texts_are_written_to_files_and_never_over_others_unasked() {
    let folder =
        workspace(&[("meniscus.toml", ""), ("templates/hi.liquid", "Hi {{${first_name}}}")]);
    let arguments =
        ["render", "templates/hi.liquid", "--out", "build", "--set", "user.first_name=Bo"];
    let output = run(folder.path(), &arguments);
    assert_eq!((code(&output), &*stdout(&output)), (0, ""));
    let path = folder.path().join("build/hi/body/none.txt");
    assert_eq!(fs::read_to_string(&path).expect("written"), "Hi Bo");
    fs::write(&path, "mine").expect("changed");
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("pass `--overwrite` to replace existing files"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_to_string(&path).expect("there"), "mine");
    let output = run(folder.path(), &[&arguments[..], &["--overwrite"]].concat());
    assert_eq!(code(&output), 0);
    assert_eq!(fs::read_to_string(&path).expect("there"), "Hi Bo");
    let output = run(folder.path(), &arguments);
    assert_eq!(stderr(&output).lines().last(), Some("unchanged build/hi/body/none.txt"));
    // A message that is not sent any more leaves no text behind.
    fs::write(folder.path().join("templates/hi.liquid"), "{% abort_message %}").expect("changed");
    assert_eq!(code(&run(folder.path(), &arguments)), 2);
    assert!(path.exists());
    let output = run(folder.path(), &[&arguments[..], &["--overwrite"]].concat());
    assert_eq!(code(&output), 0);
    assert!(!path.exists());
}

#[test]
fn what_cannot_run_says_why_and_exits_with_two() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("scenarios/anna.toml", "[user]\nfirst_name = \"Anna\"\n"),
        ("templates/welcome/message.toml", "channel = \"email\"\n"),
        ("templates/welcome/subject.liquid", "Hi"),
        ("templates/welcome/body.html", "Hi"),
    ]);
    let cases: [(&[&str], &str); 8] = [
        (
            &["render", "templates/welcom"],
            "error: there is no template or message at `templates/welcom`\nhelp: did you mean `templates/welcome`?\n",
        ),
        (
            &["render", "templates/welcome/subjct.liquid"],
            "error: there is no template or message at `templates/welcome/subjct.liquid`\nhelp: did you mean `templates/welcome/subject.liquid`?\n",
        ),
        (
            &["render", "templates/welcome/subject.liquid", "-p", "body"],
            "error: `templates/welcome/subject.liquid` is only the part `subject`, not `body`\nhelp: use the message: `templates/welcome --part body`\n",
        ),
        (
            &["render", "templates/welcome", "-s", "ana"],
            "error: there is no scenario `ana`\nhelp: did you mean `anna`?\n",
        ),
        (
            &["render", "templates/welcome", "-p", "subjct"],
            "error: the message `welcome` has no part `subjct`\nhelp: did you mean `subject`?\n",
        ),
        (
            &["render", "templates/welcome", "--set", "x"],
            "error: `--set x` has no `=`\nhelp: write `--set custom_attribute.tier='\"gold\"'`\n",
        ),
        (
            &["render", "-", "--data", "no.json"],
            "error: can't read `no.json`: no such file\nhelp: check the path; paths are relative to this folder\n",
        ),
        (
            &["render", "templates/welcome", "--now", "soon"],
            "error: `--now soon` isn't a time\nhelp: write `--now 2026-03-01T09:00:00Z`, or `--now system`\n",
        ),
    ];
    for (arguments, said) in cases {
        let output = run(folder.path(), arguments);
        assert_eq!((code(&output), &*stderr(&output)), (2, said), "{arguments:?}");
    }
}

#[test]
fn values_that_cannot_be_set_are_told() {
    for (set, said) in [
        ("first_name=Bo", "help: write `--set user.first_name=Bo`"),
        ("usr.first_name=Bo", "help: did you mean `user`?"),
        ("without=[]", "error: `without` can't be set to `[]`"),
        (
            "custom_attribute['a']=1",
            "error: the path of `--set custom_attribute['a']=1` can't have brackets",
        ),
        ("user.frist_name=Bo", "help: did you mean `user.first_name`?"),
        ("user=Bo", "error: the table `user` can't be set to a string"),
        ("seed=-1", "error: `seed` can't be set to `-1`"),
        ("recordings=[\"nope\"]", "error: there is no recording `nope`"),
    ] {
        let output = run(&root(), &["render", "templates/tag_export", "-p", "url", "--set", set]);
        assert_eq!(code(&output), 2, "{set}");
        assert!(stderr(&output).contains(said), "{set}: {}", stderr(&output));
    }
    let set = ["render", "templates/offer_wallet", "-s", "anna", "-p", "subject", "--set"];
    let output = run(&root(), &[&set[..], &["user.first_name=Zoe"]].concat());
    assert_eq!(stdout(&output), "Zoe, 2 offers are waiting");
}

#[test]
fn why_tells_of_a_failed_call_what_came_of_it() {
    let output =
        run(&root(), &["render", "templates/offer_wallet", "-s", "hugo", "-p", "body", "--why"]);
    assert_eq!((code(&output), &*stdout(&output)), (0, ""));
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn a_hundred_diagnostics_are_drawn_and_the_rest_counted() {
    let template = "{{ 1 | nosuch }}\n".repeat(250);
    let output = run_with(&root(), &["render", "-"], &template);
    let said = stderr(&output);
    assert_eq!(said.matches("unknown filter `nosuch`").count(), 100);
    assert!(said.ends_with("note: 150 more; see all with `--format json`\n"));
}

/// `echo` is an output, too, and an item that is `null` is there.
#[test]
fn why_tells_of_echo_and_of_items_that_are_null() {
    let template = "{% echo nope %}|{% liquid echo nope %}|{{ custom_attribute.${l}[1] }}|{{ custom_attribute.${l}[3] }}";
    let set = "custom_attribute.l=[1,null,2]";
    let output = run_with(&root(), &["render", "-", "--why", "--set", set], template);
    let said = stderr(&output);
    assert_eq!(said.matches("renders as blank").count(), 4, "{said}");
    assert!(said.contains("`{% echo nope %}` renders as blank"), "{said}");
    let (null, beyond) = said.split_once("l}[3] }}").expect("the fourth");
    assert!(!null.contains("doesn't exist in"), "{null}");
    assert!(beyond.contains("`3` doesn't exist in a list"), "{beyond}");
}

#[test]
fn json_carries_what_why_says() {
    let output = run_with(&root(), &["render", "-", "--why", "--format", "json"], "{{ nope }}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let why = &json["renders"][0]["why"];
    assert_eq!(why[0], "why: <stdin>:1:1: `{{ nope }}` renders as blank");
    let output = run_with(&root(), &["render", "-", "--format", "json"], "{{ nope }}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["renders"][0]["why"], serde_json::Value::Null);
}

#[test]
fn a_scenario_that_is_not_for_a_message_leaves_it_out() {
    let output = run(&root(), &["render", "templates", "-s", "triggered_canvas", "-p", "title"]);
    assert_eq!(stdout(&output), "Two rye loaves for one\n");
    let said =
        "note: `offer_wallet_push` is skipped: the scenario `triggered_canvas` isn't for it\n";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
}

#[test]
fn mistakes_in_files_of_the_workspace_point_at_their_characters() {
    let folder = workspace(&[
        ("meniscus.toml", "[paths]\ntemplate = [\"x\"]\n"),
        ("templates/hi.liquid", "Hi"),
    ]);
    let output = run(folder.path(), &["render", "templates/hi.liquid"]);
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output));
    fs::write(folder.path().join("meniscus.toml"), "").expect("corrected");
    let scenario = "[usr]\nfirst_name = \"Bo\"\n";
    fs::create_dir_all(folder.path().join("scenarios")).expect("made");
    fs::write(folder.path().join("scenarios/bo.toml"), scenario).expect("written");
    let output = run(folder.path(), &["render", "templates/hi.liquid"]);
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output));
    fs::remove_file(folder.path().join("scenarios/bo.toml")).expect("removed");
    fs::create_dir_all(folder.path().join("recordings")).expect("made");
    fs::write(folder.path().join("recordings/r.json"), "{\n  \"request\": {,\n").expect("written");
    let output = run(folder.path(), &["render", "templates/hi.liquid"]);
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!(stderr(&output));
}

#[test]
fn init_starts_a_workspace_that_renders_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["init", "new"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let last = stderr(&output).lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("next: run `meniscus preview new` to see it"), "{last}");
    let output =
        run(&folder.path().join("new"), &["render", "templates/offer_wallet", "-p", "subject"]);
    assert_eq!((code(&output), &*stdout(&output)), (0, "Anna, 2 offers are waiting"));
}

#[test]
fn every_workspace_that_init_writes_is_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = ["wallet", "push", "tags", "triggered"];
    for chosen in 1..(1 << all.len()) {
        let with = (0..all.len()).filter(|at| chosen & (1 << at) != 0).map(|at| all[at]);
        let with = with.collect::<Vec<_>>().join(",");
        let output = run(folder.path(), &["init", &with, "--with", &with]);
        assert_eq!(code(&output), 0, "{with}: {}", stderr(&output));
        let root = folder.path().join(&with);
        for command in [&["lint"][..], &["test", "--accept"], &["test", "--check"]] {
            let output = run(&root, command);
            let said = format!("{}{}", stdout(&output), stderr(&output));
            assert_eq!(code(&output), 0, "{with}: {command:?}: {said}");
            assert!(!said.contains("warning"), "{with}: {command:?}: {said}");
        }
        let output = run(&root, &["preview", "--export", "page"]);
        assert_eq!(code(&output), 0, "{with}: {}", stderr(&output));
        assert!(!stderr(&output).contains("warning"), "{with}: {}", stderr(&output));
    }
}

#[test]
fn init_leaves_a_folder_in_use_alone_unless_told() {
    let folder = workspace(&[("notes.txt", "mine"), (".gitignore", "*.log\n")]);
    let output = run(folder.path(), &["init"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("isn't empty"), "{}", stderr(&output));
    assert!(stderr(&output).contains("`--non-empty`"), "{}", stderr(&output));
    assert!(!folder.path().join("meniscus.toml").exists());
    let output = run(folder.path(), &["init", "--non-empty"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let kept = fs::read_to_string(folder.path().join(".gitignore")).expect("kept");
    assert_eq!(kept, "*.log\n");
    assert!(
        stderr(&output).contains("kept ./.gitignore; add these lines to it: *.snap.new"),
        "{}",
        stderr(&output)
    );
    // What an interrupted run has left out is written by the next one.
    fs::remove_file(folder.path().join("scenarios/anna.toml")).expect("removed");
    let output = run(folder.path(), &["init", "--non-empty"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with("wrote ./scenarios/anna.toml\nkept"),
        "{}",
        stderr(&output)
    );
    fs::write(folder.path().join("meniscus.toml"), "# mine\n").expect("written");
    let output = run(folder.path(), &["init", "--non-empty"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("already has meniscus.toml"), "{}", stderr(&output));
    let output = run(folder.path(), &["init", "elsewhere", "--with", "walet"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("'wallet'"), "{}", stderr(&output));
}

#[test]
fn completions_name_the_options() {
    for shell in ["bash", "zsh", "fish"] {
        let output = run(&root(), &["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("fail-on-abort"), "{shell}");
    }
}

#[test]
fn the_clock_is_the_scenarios_or_a_fixed_one() {
    let template = "{{ 'now' | date: '%F %T' }}";
    let output = run_with(&root(), &["render", "-"], template);
    assert_eq!(stdout(&output), "2026-01-01 00:00:00");
    assert!(stderr(&output).contains("set it with `--now TIME`"), "{}", stderr(&output));
    let output =
        run_with(&root(), &["render", "-", "--now", "2027-05-06T07:08:09+02:00"], template);
    assert_eq!((&*stdout(&output), &*stderr(&output)), ("2027-05-06 05:08:09", ""));
}

#[test]
fn watching_renders_again_after_a_change() {
    let folder = workspace(&[("meniscus.toml", ""), ("templates/hi.liquid", "one ")]);
    let log = folder.path().join("log.txt");
    let file = fs::File::create(&log).expect("a log");
    let mut command = meniscus(folder.path(), &["render", "templates/hi.liquid", "--watch"]);
    let mut child = command.stdout(file).stderr(Stdio::null()).spawn().expect("it runs");
    let wait_for = |text: &str| {
        let started = Instant::now();
        while !fs::read_to_string(&log).expect("the log").contains(text) {
            assert!(started.elapsed() < Duration::from_secs(20), "`{text}` never came");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_for("one ");
    fs::write(folder.path().join("templates/hi.liquid"), "two ").expect("changed");
    wait_for("two ");
    child.kill().expect("stopped");
    child.wait().expect("ended");
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let mut command = meniscus(&root(), &["render", "templates/offer_wallet", "--all"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 141, "{}", stderr(&output));
}

/// A file that is a part is rendered as that part, as `test` and `lint` take it.
#[test]
fn a_part_that_is_named_by_its_file_is_a_part_of_its_message() {
    let named = ["render", "templates/tag_export", "--part", "url", "-s", "anna", "--format=json"];
    let by_file = ["render", "templates/tag_export/url.liquid", "-s", "anna", "--format=json"];
    let output = run(&root(), &by_file);
    assert!(stdout(&output).contains(r#""message": "tag_export""#), "{}", stdout(&output));
    assert_eq!(stdout(&output), stdout(&run(&root(), &named)));
}
