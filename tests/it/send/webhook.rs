//! `render --as`: the request of a webhook message.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::fault_server::FaultServer;
use super::program::{code, put, run, stderr, stdout, workspace};

const SECRETS: [&str; 4] = ["s3cr3t-basic", "K3Y-OF-THE-APP", "t0ken-of-query", "p4ssword-of-body"];

/// A workspace with a webhook that posts to a port of this machine.
fn place(port: u16, headers: &str, url: &str, body: &str) -> TempDir {
    let folder = workspace(&[
        ("templates/hook/url.liquid", &format!("http://127.0.0.1:{port}{url}\n")),
        ("templates/hook/message.toml", &format!("channel = \"webhook\"\n[headers]\n{headers}")),
        ("templates/hook/body.liquid", body),
        ("scenarios/ada.toml", "[custom_attribute]\nx = \"plain\"\n"),
    ]);
    put(folder.path(), "meniscus.toml", &format!("[live]\nallow_ports = [{port}]\n"));
    folder
}

fn hook(folder: &Path, arguments: &[&str]) -> Output {
    let mut all = vec!["render", "templates/hook", "--scenario", "ada"];
    all.extend(arguments);
    run(folder, &all)
}

#[test]
fn the_command_sends_the_bytes_that_http_shows() {
    let server = FaultServer::start();
    let headers = "Content-Type = \"text/plain\"\nX-Value = \"{{custom_attribute.${x} | strip_newlines | strip}}\"\nX-Empty = \"\"\nAuthorization = \"Basic s3cr3t-basic\"\n";
    let folder = place(
        server.port,
        headers,
        "/priv/v1/apps/K3Y-OF-THE-APP/x/{{custom_attribute.${x} | url_encode}}?token=t0ken-of-query&a=[1]{b}",
        "{{custom_attribute.${x}}}",
    );
    let long = format!("it's long {}", "\\'\"$x`%s\n".repeat(20_000));
    let values = [
        "plain",
        "@/etc/passwd",
        "-x",
        "it's \"quoted\" 'twice''",
        "$(touch broken) `touch broken` $HOME ${PATH} \\ \\n !! # ; & | > broken",
        "two\nlines\r\nand a third\n\n",
        "%s %d %% \\0 é日本🎈",
        "",
        &long,
    ];
    for (number, value) in values.iter().enumerate() {
        let scenario = serde_json::json!({"custom_attribute": {"x": value}});
        put(folder.path(), "scenarios/ada.json", &scenario.to_string());
        std::fs::remove_file(folder.path().join("scenarios/ada.toml")).ok();
        let short = if value.len() > 1000 { "long" } else { value };
        // A header and a URL of this length would be refused by any server.
        if short == "long" {
            put(
                folder.path(),
                "templates/hook/url.liquid",
                &format!(
                    "http://127.0.0.1:{}/priv/v1/apps/K3Y-OF-THE-APP/x?token=t0ken-of-query",
                    server.port
                ),
            );
            let message =
                "channel = \"webhook\"\n[headers]\nAuthorization = \"Basic s3cr3t-basic\"\n";
            put(folder.path(), "templates/hook/message.toml", message);
        }
        let http = hook(folder.path(), &["--as", "http", "--show-secrets"]);
        assert_eq!(code(&http), 0, "{short:?}: {}", stderr(&http));
        let command = hook(folder.path(), &["--as", "curl"]);
        let script = stdout(&command);
        for secret in SECRETS {
            assert!(!script.contains(secret), "{secret} in {script}");
        }
        put(folder.path(), "command.sh", &script);
        let ran = Command::new("sh")
            .arg("command.sh")
            .current_dir(folder.path())
            .env("AUTHORIZATION", "Basic s3cr3t-basic")
            .env("APP_KEY", "K3Y-OF-THE-APP")
            .env("TOKEN", "t0ken-of-query")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{short:?}: {}", String::from_utf8_lossy(&ran.stderr));
        let seen = server.seen();
        assert_eq!(seen.len(), number + 1, "one request each: {short:?}");
        let sent = format!("{}{}", seen[number].head, seen[number].body);
        assert!(sent == stdout(&http), "{short:?}:\n{sent}\n{}", stdout(&http));
        assert!(!folder.path().join("broken").exists(), "{short:?}");
    }
}

#[test]
fn no_form_shows_a_credential_unless_asked_to() {
    let headers = "Content-Type = \"application/json\"\nAuthorization = \"Basic s3cr3t-basic\"\nX-Echo = \"s3cr3t-basic\"\n";
    let folder = place(
        8080,
        headers,
        "/priv/v1/apps/K3Y-OF-THE-APP/x?token=t0ken-of-query",
        r#"{"password": "p4ssword-of-body", "key": "K3Y-OF-THE-APP", "token": 12345678901, "a": }"#,
    );
    // Broken, so that the body and the templates are drawn.
    for form in ["curl", "http", "json"] {
        let output = hook(folder.path(), &["--as", form]);
        assert_eq!(code(&output), 1);
        for secret in SECRETS.iter().chain(&["12345678901"]) {
            assert!(!stdout(&output).contains(secret), "{form}: {secret} in {}", stdout(&output));
        }
        for secret in SECRETS {
            assert!(!stderr(&output).contains(secret), "{form}: {secret} in {}", stderr(&output));
        }
        assert!(
            stderr(&output).contains("`$APP_KEY`, `$TOKEN`, `$AUTHORIZATION`"),
            "{}",
            stderr(&output)
        );
        let shown = hook(folder.path(), &["--as", form, "--show-secrets"]);
        for secret in SECRETS {
            assert!(stdout(&shown).contains(secret), "{form}: {secret} in {}", stdout(&shown));
        }
    }
    // Headers that are drawn with their neighbours, in message.toml and in a file.
    let message = "channel = \"webhook\"\nmethod = \"FETCH\"\n[headers]\nX-Api-Key = \"k3y\"\nContent-Length = \"1\"\nX-App-Token = \"short\"\n";
    put(folder.path(), "templates/hook/message.toml", message);
    put(folder.path(), "templates/hook/header.X-Api-Secret.liquid", "s3cr3t-of\na-file");
    let output = hook(folder.path(), &["--as", "json"]);
    let said = stderr(&output);
    assert!(said.contains("`X-Api-Secret`") && said.contains("`Content-Length`"), "{said}");
    for secret in ["k3y", "short", "s3cr3t-of", "a-file"] {
        assert!(!said.contains(secret) && !stdout(&output).contains(secret), "{secret} in {said}");
    }
    put(
        folder.path(),
        "templates/hook/message.toml",
        &format!("channel = \"webhook\"\n[headers]\n{headers}"),
    );
    std::fs::remove_file(folder.path().join("templates/hook/header.X-Api-Secret.liquid")).unwrap();
    let json = hook(folder.path(), &["--as", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["headers"]["X-Echo"], "$AUTHORIZATION_CREDENTIAL");
    assert_eq!(json["method"], "POST");
}

#[test]
fn secrets_of_the_data_are_hidden_whatever_their_names_in_the_request() {
    let folder = place(
        8080,
        "X-Plain = \"{{ api_key }}\"\n",
        "/x/{{ api_key | url_encode }}?first={{ custom_attribute.${token} }}&x={{ custom_attribute.${x} }}",
        "a={{ api_key | base64_encode }}",
    );
    put(
        folder.path(),
        "meniscus.toml",
        "[live]\nallow_ports = [8080]\n[variables]\napi_key = \"own/k3y-77\"\n",
    );
    put(
        folder.path(),
        "scenarios/ada.toml",
        "[custom_attribute]\nx = \"plain\"\ntoken = \"own-t0ken-9\"\n",
    );
    for form in ["curl", "http", "json"] {
        let output = hook(folder.path(), &["--as", form]);
        let shown = stdout(&output);
        for secret in ["own/k3y-77", "own%2Fk3y-77", "own-t0ken-9", "b3duL2szeS03Nw"] {
            assert!(!shown.contains(secret), "{form}: {secret} in {shown}");
        }
        assert!(shown.contains("x=plain"), "{shown}");
        assert!(stderr(&output).contains("SECRET"), "{}", stderr(&output));
        let shown = stdout(&hook(folder.path(), &["--as", form, "--show-secrets"]));
        assert!(shown.contains("own-t0ken-9"), "{form}: {shown}");
    }
}

/// What is said on standard error of a webhook to SessionM's tags.
fn said(url: &str, toml: &str, body: &str, exit: i32) -> String {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/hook/url.liquid", url),
        ("templates/hook/message.toml", &format!("channel = \"webhook\"\n{toml}")),
        ("templates/hook/body.liquid", body),
        (
            "scenarios/ada.toml",
            "[custom_attribute]\ntag = \"\"\nquote = 'a\"b'\nlines = \"a\\nb\"\n",
        ),
    ]);
    let output = hook(folder.path(), &["--as", "json"]);
    let said = stderr(&output);
    assert_eq!(code(&output), exit, "{said}");
    said
}

const TAGS: &str = "https://core.example/priv/v1/apps/{{'EXAMPLE-APP-KEY'}}/users/1/tags\n";
const TYPED: &str = "[headers]\nContent-Type = \"application/json; charset=utf-8\"\n";

#[test]
fn a_body_is_checked_against_what_sessionm_takes() {
    let body = "{\n  \"tags\": [\"{{custom_attribute.${tag}}}\"],\n  \"ttl\": \"{{ 60 }}\"\n}\n";
    insta::assert_snapshot!("schema", said(TAGS, TYPED, body, 1));
    insta::assert_snapshot!("schema_near", said(TAGS, TYPED, "{\"tag\": [\"a\"]}", 1));
    let body = "{\"tags\": [\"{{custom_attribute.${quote}}}\"], \"ttl\": 60}";
    insta::assert_snapshot!("no_json", said(TAGS, TYPED, body, 1));
    insta::assert_snapshot!("no_json_untyped", said(TAGS, "", "tags=a", 1));
    insta::assert_snapshot!("untyped", said(TAGS, "", "{\"tags\": [\"a\"], \"ttl\": 60}", 0));
    assert!(!said(TAGS, TYPED, "{\"tags\": [\"a\"], \"ttl\": 60}", 0).contains("webhook"));
}

#[test]
fn what_http_does_not_allow_is_said_at_its_place() {
    insta::assert_snapshot!("no_host", said("{{endpoint_core}}/x", "", "", 1));
    insta::assert_snapshot!("empty_url", said("{{nothing}}", "", "", 1));
    insta::assert_snapshot!("scheme", said("ftp://a.example/x", "", "", 1));
    insta::assert_snapshot!("user", said("https://ada:p4ssword@a.example/x", "", "", 1));
    insta::assert_snapshot!("port", said("https://a.example:8443/x", "", "", 1));
    insta::assert_snapshot!("method", said("https://a.example/x", "method = \"FETCH\"\n", "", 1));
    insta::assert_snapshot!("get_body", said("https://a.example/x", "method = \"get\"\n", "a", 0));
    let headers = "[headers]\n\"X Y\" = \"a\"\nX-Lines = \"{{custom_attribute.${lines}}}\"\nContent-Length = \"3\"\nX-Same = \"1\"\nx-same = \"2\"\n";
    insta::assert_snapshot!("headers", said("https://a.example/x", headers, "", 1));
    insta::assert_snapshot!("blank", said("https://a.example/a b", "", "", 0));
    insta::assert_snapshot!(
        "lines",
        said("https://a.example/{{custom_attribute.${lines}}}", "", "", 1)
    );
}

#[test]
fn what_is_no_webhook_or_not_sent_has_no_request() {
    let folder = workspace(&[
        ("meniscus.toml", ""),
        ("templates/mail.liquid", "Hi"),
        ("templates/push/message.toml", "channel = \"push\"\nmethod = \"PUT\"\n"),
        ("templates/push/message.liquid", "Hi"),
        ("templates/hook/message.toml", "channel = \"webhook\"\n"),
        ("templates/hook/body.liquid", "{% abort_message('nobody') %}"),
        ("templates/hook/url.liquid", "https://a.example"),
        ("templates/bodies/message.toml", "channel = \"webhook\"\n"),
        ("templates/bodies/body.liquid", "x"),
    ]);
    let of = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert_eq!(stdout(&output), "");
        (code(&output), stderr(&output))
    };
    let (exit, said) = of(&["render", "templates/mail.liquid", "--as", "curl"]);
    assert_eq!(exit, 2);
    assert!(said.contains("error: `mail` isn't a webhook"), "{said}");
    let (exit, said) = of(&["render", "templates/push", "--as", "curl"]);
    assert_eq!(exit, 2);
    assert!(
        said.contains("`method` only works in webhooks, and `templates/push` isn't one"),
        "{said}"
    );
    let (exit, said) = of(&["render", "templates/bodies", "--as", "curl"]);
    assert_eq!(exit, 2);
    assert!(said.contains("error: the webhook `bodies` has no part `url`"), "{said}");
    let (exit, said) = of(&["render", "templates/hook", "--as", "curl"]);
    assert_eq!(exit, 0);
    assert!(said.contains("not sent: liquid_abort_message: nobody"), "{said}");
    let (exit, _) = of(&["render", "templates/hook", "--as", "curl", "--fail-on-abort"]);
    assert_eq!(exit, 1);
}
