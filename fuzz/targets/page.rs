//! Whatever the page sends, the preview answers with JSON, and goes on.
#![no_main]

#[path = "../../tests/support/http.rs"]
mod http;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meniscus::project::Workspace;
use meniscus::serve::preview::{LONGEST_RENDER, Options, PreviewServer, start};
use tempfile::TempDir;

static SERVER: LazyLock<(TempDir, PreviewServer, String)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("meniscus.toml", ""),
        ("templates/t.liquid", "Hi {{${first_name} | default: 'you'}}"),
        ("scenarios/a.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Bo\"\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let workspace = Workspace::around(folder.path()).expect("a workspace");
    let options =
        Options { path: folder.path().to_owned(), port: 0, longest_render: LONGEST_RENDER };
    let server = start(workspace, &options).expect("it serves");
    let page = http::send(server.address(), "GET", "/", &[], "").body;
    let token = page.split("meniscus-token\" content=\"").nth(1).expect("a token");
    let token = token.split('"').next().expect("a token").to_owned();
    (folder, server, token)
});

const ROUTES: [&str; 5] =
    ["/api/render", "/api/problems", "/api/grid", "/api/complete", "/api/hover"];

fuzz_target!(|input: (u8, &str)| {
    let (route, text) = input;
    let (_, server, token) = &*SERVER;
    // Half of what is sent is a text of a message that is asked for.
    let body = match route % 2 {
        0 => text.to_owned(),
        _ => serde_json::json!({"message": "t", "scenario": "a", "texts": {"templates/t.liquid": text}})
            .to_string(),
    };
    let target = ROUTES[usize::from(route / 2) % ROUTES.len()];
    let headers = [("X-Meniscus-Token", token.as_str()), ("Content-Type", "application/json")];
    let reply = http::send(server.address(), "POST", target, &headers, &body);
    assert!((200..500).contains(&reply.status), "{target} {body}: {} {}", reply.status, reply.body);
    serde_json::from_str::<serde_json::Value>(&reply.body).expect("JSON");
});
