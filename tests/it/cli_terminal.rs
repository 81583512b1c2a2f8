//! What goes to a terminal: control characters in templates, values, names and responses are shown,
//! not obeyed, and output that nobody can read ends the run.

use std::io::Read;
use std::process::Stdio;

use crate::program::{code, meniscus, put, run, stderr, stdout, workspace};

/// Sets a title, clears the screen, colors, goes back in the line, reverses the text.
const HOSTILE: &str = "\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}[31mred\rback\u{9b}1m\u{202e}x";

/// Whether a terminal would obey any of it.
fn is_hostile(text: &str) -> bool {
    let unsafe_escape = text.split('\u{1b}').skip(1).any(|rest| {
        let style = rest.strip_prefix('[').and_then(|rest| rest.split_once('m'));
        !style.is_some_and(|(codes, _)| {
            codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';')
        })
    });
    unsafe_escape
        || text.contains("\u{1b}[31mred")
        || text.chars().any(|c| matches!(c, '\u{7}' | '\r' | '\u{9b}' | '\u{202e}'))
}

fn hostile_workspace() -> tempfile::TempDir {
    let quoted = serde_json::to_string(HOSTILE).expect("JSON");
    let recording = format!(
        "{{\"request\": {{\"method\": \"GET\", \"urlPath\": \"/x\"}}, \"response\": \
         {{\"status\": 200, \"headers\": {{\"X-A\": {quoted}}}, \"jsonBody\": {{\"name\": {quoted}}}}}}}"
    );
    let scenario =
        format!("{{\"now\": \"2026-03-01T09:00:00Z\", \"user\": {{\"first_name\": {quoted}}}}}");
    let template = format!(
        "{{% connected_content https://a.example/x :save w %}}Hi {{{{${{first_name}}}}}} {{{{ w.name }}}}\
         {{{{ w.nme }}}} {HOSTILE}\n{{% if {HOSTILE} %}}"
    );
    workspace(&[
        ("meniscus.toml", ""),
        ("recordings/a.json", &recording),
        ("scenarios/a.json", &scenario),
        ("templates/t.liquid", &template),
        (
            "templates/u.liquid",
            &format!("{{% if ${{first_name}} %}}{HOSTILE}{{% endif %}}{{{{${{first_name}}}}}}"),
        ),
    ])
}

#[test]
fn control_characters_of_data_are_shown() {
    let folder = hostile_workspace();
    put(folder.path(), &format!("templates/{}.liquid", HOSTILE.replace('/', "")), "{% if %}");
    for arguments in [
        &["lint"][..],
        &["lint", "--format", "compact"],
        &["lint", "--format", "github"],
        &["render", "templates/t.liquid", "--all", "--why", "--trace", "--out", "out"],
        &["test", "--check"],
        &["contract", "templates"],
        &["shape", "a"],
        &["scenarios", "list"],
        &["doctor"],
        &["lint", HOSTILE],
        &["render", HOSTILE],
        &["explain", HOSTILE],
    ] {
        let arguments = [arguments, &["--color", "always"]].concat();
        let output = run(folder.path(), &arguments);
        let text = format!("{}{}", stdout(&output), stderr(&output));
        assert!(!is_hostile(&text), "{arguments:?}: {text:?}");
    }
    assert!(is_hostile(HOSTILE));
}

/// In a file or a pipe, a message is what Braze sends, byte for byte.
#[test]
fn a_rendered_message_is_exact_where_no_terminal_shows_it() {
    let folder = hostile_workspace();
    let output = run(folder.path(), &["render", "templates/u.liquid", "--scenario", "a"]);
    assert_eq!(stdout(&output), format!("{HOSTILE}{HOSTILE}"));
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_control_characters_of_a_message() {
    let folder = hostile_workspace();
    let command =
        format!("{} render templates/u.liquid --scenario a", env!("CARGO_BIN_EXE_meniscus"));
    let output = std::process::Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else {
        println!("skipped 1 check: `script` is not installed");
        return;
    };
    let text = stdout(&output).replace("\r\n", "\n");
    assert!(text.contains("␛]0;title␇") && !is_hostile(&text), "{text:?}");
}

/// A reader that goes away ends the run without a word, and without success.
#[cfg(unix)]
#[test]
fn a_closed_output_is_not_success() {
    let files = (0..500).map(|n| (format!("templates/{n}.liquid"), "{% if %}")).collect::<Vec<_>>();
    let files = files.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>();
    let folder = workspace(&files);
    let mut child = meniscus(folder.path(), &["lint"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut first = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("some output");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 141);
    assert_eq!(stderr(&output), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = workspace(&[("templates/t.liquid", "{% if %}")]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
    let output = meniscus(folder.path(), &["lint"]).stdout(full).output().expect("it runs");
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("can't write the output: No space left"),
        "{}",
        stderr(&output)
    );
}

/// A credential of the environment is masked in whatever is printed, however it is written there.
#[test]
fn secrets_of_the_environment_are_not_printed() {
    let secret = "t0p/s3cret-in-env";
    let folder = workspace(&[
        (
            "meniscus.toml",
            "[live.credentials]\nk = { header = \"X-K\", env = \"LOYALTY_KEY\" }\n[tags]\napp_key_env = \"APP_KEY\"\n",
        ),
        (
            "templates/t.liquid",
            "{% connected_content https://a.example/t0p%2fs3cret-in-env/x?a=app-k3y-77 :headers {\"X-A\": \"T0P/S3CRET-IN-ENV\"} :save w %}{{ w.x }} t0p/s3cret-in-env",
        ),
    ]);
    for arguments in [
        &["render", "templates/t.liquid", "--trace", "--why"][..],
        &["render", "templates/t.liquid", "--format", "json", "--trace"],
        &["lint"],
        &["contract", "templates"],
    ] {
        let mut command = meniscus(folder.path(), arguments);
        let output = command.env("LOYALTY_KEY", secret).env("APP_KEY", "app-k3y-77").output();
        let output = output.expect("it runs");
        let text = format!("{}{}", stdout(&output), stderr(&output)).to_lowercase();
        assert!(
            !text.contains("s3cret-in-env") && !text.contains("app-k3y-77"),
            "{arguments:?}: {text}"
        );
    }
}

/// A secret of the data is masked in calls, whatever a template calls it, and in an export.
#[test]
fn secrets_of_variables_are_not_shown_in_calls() {
    let folder = workspace(&[
        (
            "meniscus.toml",
            "[variables]\napi_key = \"s3cret k/y-1\"\nmine_token = \"s3cretof22\"\n[rules]\nuncached-post = \"off\"\n",
        ),
        (
            "templates/t.liquid",
            "{% assign q = api_key | url_param_escape %}{% connected_content https://p:s3cretpw@a.example/{{mine_token}}/x?q={{q}} :method post :headers {\"X-A\": \"{{api_key}}\"} :body a={{mine_token}} :content_type text/plain :save w %}{{ w.x }}",
        ),
        (
            "recordings/w.json",
            r#"{"request": {"method": "GET", "urlPath": "/y"}, "response": {"status": 200}}"#,
        ),
        ("scenarios/anna.toml", "templates = [\"t\"]\n"),
    ]);
    for arguments in [
        &["render", "templates/t.liquid", "--trace", "--why"][..],
        &["render", "templates/t.liquid", "--format", "json", "--trace"],
        &["preview", "--export", "out"],
    ] {
        let output = run(folder.path(), arguments);
        let mut text = format!("{}{}", stdout(&output), stderr(&output));
        for file in std::fs::read_dir(folder.path().join("out/data")).into_iter().flatten() {
            let path = file.expect("a file").path();
            if path.is_file() && !arguments.contains(&"render") {
                text.push_str(&std::fs::read_to_string(path).expect("text"));
            }
        }
        let of_variables = text.replace("api_key = \\\"s3cret k/y-1", "");
        assert!(text.contains("a.example/[redacted]/x?q=[redacted]"), "{arguments:?}: {text}");
        assert!(!of_variables.to_lowercase().contains("s3cret"), "{arguments:?}: {text}");
    }
}

/// Whatever is told of values and calls, a secret of the data or of an earlier response isn't, in
/// whatever form a template prints it.
#[test]
fn secrets_are_told_nowhere() {
    let folder = workspace(&[
        (
            "meniscus.toml",
            "[variables]\napi_key = \"s3cret/k9-Q1\"\nlonger_secret = \"s3cret/k9-Q1-tail-s3cret\"\n[variables.auth]\npassword = \"s3cretpass\"\n",
        ),
        (
            "templates/why.liquid",
            "{% if api_key == 'x' %}a{% endif %}{% if auth.password == 'x' %}b{% endif %}{% capture b %}{\"k\": \"{{api_key}}\"}{% endcapture %}{% if b == 'x' %}c{% endif %}{{ api_key | divided_by: 0 }}{{ longer_secret | divided_by: 0 }}",
        ),
        (
            "templates/call.liquid",
            "{% connected_content https://a.example/{{api_key | upcase | url_encode}}/{{auth.password}}?b={{api_key | base64_encode}} :save r %}{{ r.x }}",
        ),
        (
            "templates/login.liquid",
            "{% connected_content https://a.example/login :save l %}{% assign t = l.access_token %}{% connected_content https://a.example/me/{{t}} :method post :body {\"plain\": \"{{l.user.password | json_escape}}\"} :content_type application/json :save m %}{{ m.x }}{% if l.user.password == 'x' %}d{% endif %}{% assign u = t | append: 'x' %}{% if t == u %}e{% endif %}{{ t | divided_by: 0 }}",
        ),
        (
            "recordings/login.json",
            r#"{"request": {"method": "GET", "urlPath": "/login"}, "response": {"status": 200, "jsonBody": {"access_token": "s3cret-tok-55", "user": {"password": "s3cret \"9x"}}}}"#,
        ),
        ("scenarios/anna.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n"),
    ]);
    let encoded = "czNjcmV0L2s5LVEx";
    for name in ["why", "call", "login"] {
        let template = format!("templates/{name}.liquid");
        for arguments in [
            &["render", &template, "--scenario", "anna", "--why", "--trace"][..],
            &["render", &template, "--scenario", "anna", "--format", "json", "--why", "--trace"],
            &["contract", &template],
            &["contract", &template, "--format", "json"],
            &["scenarios", "stub", &template],
            &["test"],
        ] {
            let output = run(folder.path(), arguments);
            let mut text = format!("{}{}", stdout(&output), stderr(&output));
            for part in ["why", "call", "login"] {
                let kept = folder.path().join(format!("snapshots/{part}/body/anna.snap.new"));
                // What a message itself prints is its output.
                text.push_str(&std::fs::read_to_string(kept).unwrap_or_default());
            }
            let text = text.replace("api_key = \"s3cret/k9-Q1\"", "").to_lowercase();
            let at =
                ["s3cret", "-tail", &encoded.to_lowercase()].iter().find_map(|one| text.find(one));
            let at =
                at.map(|at| text[at.saturating_sub(90)..].chars().take(150).collect::<String>());
            assert!(at.is_none(), "{arguments:?}: {at:?}");
        }
    }
}

#[test]
fn a_credential_too_short_to_mask_is_refused() {
    let folder = workspace(&[
        (
            "meniscus.toml",
            "[live]\nallow_hosts = [\"a.example\"]\n[live.credentials]\nk = { header = \"X-K\", env = \"LOYALTY_KEY\" }\n",
        ),
        (
            "templates/t.liquid",
            "{% connected_content https://a.example/x :auth_credentials k :save w %}{{ w.x }}",
        ),
        ("scenarios/a.toml", "now = \"2026-03-01T09:00:00Z\"\n"),
    ]);
    for arguments in [&["record", "templates/t.liquid", "--all"][..], &["doctor"]] {
        let mut command = meniscus(folder.path(), arguments);
        let output = command.env("LOYALTY_KEY", "abc12").output().expect("it runs");
        let text = format!("{}{}", stdout(&output), stderr(&output));
        assert_ne!(code(&output), 0, "{text}");
        assert!(text.contains("`LOYALTY_KEY` is shorter than 6 bytes"), "{arguments:?}: {text}");
    }
}

/// Arguments may be names of files, and those may hold anything.
#[test]
fn wrong_arguments_are_shown_and_not_obeyed() {
    for wrong in ["--x\u{9b}1m\u{202e}\rx", "x\u{9b}1m\u{2066}\rx"] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_meniscus")).arg(wrong).output();
        let output = output.expect("it runs");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(!said.contains(['\u{9b}', '\u{202e}', '\u{2066}', '\r']), "{said:?}");
        assert!(said.contains("<U+009B>1m"), "{said:?}");
    }
}
