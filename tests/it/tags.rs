//! `meniscus tags`, run as people run it: the file for SessionM, and requests to hosts on 127.0.0.1 that fail in every way
//! there is, with the program stopped and killed in the middle.

use crate::fault_server;
use crate::live_workspace;
mod export;
mod faults;
mod journal;
mod sending;

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::Arc;

use crate::fault_server::{FaultServer, Seen};
use crate::live_workspace::Place;

/// The app key, which stands in the path of every request.
const APP_KEY: &str = "4pp-key-0f-the-path";

/// A host that takes every customer but those whose ids say otherwise: `lost…` is not known, `shut…` may not be called.
fn sessionm() -> FaultServer {
    FaultServer::answering(Arc::new(|seen: &Seen| {
        let json =
            |status: u16, body: &str| (status, "application/json".to_owned(), body.to_owned());
        match customer(&seen.path) {
            id if id.starts_with("lost") => json(
                200,
                r#"{"status":"error","errors":{"code":"USER_NOT_FOUND","message":"Customer was not found."}}"#,
            ),
            id if id.starts_with("shut") => json(401, "{}"),
            // A host that repeats what it was sent, secrets and all.
            id if id.starts_with("echo") => json(
                200,
                &serde_json::json!({"status": "error", "errors": {"code": seen.path, "message": seen.head}})
                    .to_string(),
            ),
            _ => json(200, r#"{"status":"ok","tags":{"spring":{"ttl":60}}}"#),
        }
    }))
}

/// The customer of a path.
fn customer(path: &str) -> &str {
    path.trim_end_matches("/tags").rsplit('/').next().unwrap_or_default()
}

/// How often each customer was asked for.
fn counts(server: &FaultServer) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for seen in server.seen() {
        *counts.entry(customer(&seen.path).to_owned()).or_default() += 1;
    }
    counts
}

/// A workspace that may call the server, with a segment of these ids.
fn place<'i>(server: &FaultServer, ids: impl IntoIterator<Item = &'i str>) -> Place {
    let place = Place::new(server);
    let port = server.port;
    place.write(
        "meniscus.toml",
        &format!(
            "[live]\nallow_hosts = [\"127.0.0.1\"]\nallow_ports = [{port}]\nallow_addresses = [\"127.0.0.1/32\"]\n\
             [live.credentials]\ncore = {{ user_env = \"CORE_USER\", password_env = \"CORE_PASSWORD\" }}\n\
             [tags]\nendpoint = \"http://127.0.0.1:{port}\"\napp_key_env = \"APP_KEY\"\ncredential = \"core\"\n"
        ),
    );
    let rows = ids.into_iter().map(|id| format!("{id}\n")).collect::<String>();
    place.write("s.csv", &format!("user_id\n{rows}"));
    place
}

const SEND: [&str; 7] = ["tags", "--csv", "s.csv", "--tag", "spring", "--live", "--rate=100000"];

/// `tags --live` with more options.
fn command(place: &Place, more: &[&str]) -> Command {
    let mut command = place.command(&[&SEND, more].concat());
    command.env("APP_KEY", APP_KEY);
    command
}

fn send(place: &Place, more: &[&str]) -> Output {
    command(place, more).output().expect("the program runs")
}
