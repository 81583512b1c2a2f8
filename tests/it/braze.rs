//! `meniscus pull`, `drift`, and `push` against Braze's REST API as it is documented, on 127.0.0.1.

mod drift;
mod odd;
mod pull;
mod push;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::json;

use crate::braze_server::BrazeServer;
use crate::program::run;

const BLOCKS: &str = "/content_blocks/list";
const EMAILS: &str = "/templates/email/list";
const CAMPAIGNS: &str = "/campaigns/list";
const CANVASES: &str = "/canvas/list";

/// A tea club's Braze.
fn tea_club() -> BrazeServer {
    let braze = BrazeServer::start();
    braze.put(BLOCKS, "b-1", "tea_footer", "2026-01-01T00:00:00Z", json!({
        "content": "<p>Tea Club, {{${city}}}</p>\n", "description": "the end: of a mail", "tags": ["tea"],
    }));
    braze.put(EMAILS, "e-1", "Welcome", "2026-01-02T00:00:00Z", json!({
        "subject": "Welcome {{${first_name}}}", "preheader": "", "body": "<p>{{content_blocks.${tea_footer}}}</p>",
        "plaintext_body": "Hello", "should_inline_css": true, "tags": "tea",
    }));
    braze.put(CAMPAIGNS, "c-1", "tea club: points/lapse", "2026-01-03T00:00:00Z", json!({
        "tags": ["loyalty"], "schedule_type": "action_based", "enabled": true, "has_post_launch_draft": true,
        "draft_version": {"enabled": true, "messages": {
            "var-1": {"channel": "email", "name": "A", "subject": "Soon: {{${first_name}}}", "body": "<p>draft</p>"},
        }},
        "messages": {
            "var-2": {"channel": "android_push", "name": "B", "title": "Tea Club",
                "alert": "{{custom_attribute.${points}}} points", "extras": {"screen": "{{${city}}}"},
                "action": "app://wallet", "image_url": "", "large_image_url": null},
            "var-1": {"channel": "email", "name": "A", "subject": "{{custom_attribute.${points}}} points left",
                "body": "<p>{{content_blocks.${tea_footer}}}</p>", "from": "Tea Club <tea@example.com>",
                "title": "A", "amp_body": null, "extras": [], "email_headers": []},
            "var-3": {"channel": "webhook", "name": "C", "url": "https://loyalty.example.com/m/{{${user_id}}}",
                "method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{\"a\":1}"},
            "var-4": {"channel": "email", "type": "control"},
            "var-5": {"channel": "content_cards", "name": "D", "extras": {}},
            "var-6": {"channel": "line", "name": "E", "text": "Hi {{${first_name}}}"},
        },
    }));
    braze.put(
        CANVASES,
        "v-1",
        "Welcome journey",
        "2026-01-04T00:00:00Z",
        json!({
            "draft": false, "enabled": true,
            "steps": [
                {"id": "s-1", "name": "greet", "type": "message", "messages":
                    {"m-1": {"channel": "sms", "body": "Hi {{${first_name}}}"}}},
                {"id": "s-2", "name": "has points?", "type": "decision_split", "messages": {}},
            ],
        }),
    );
    braze
}

fn pull(folder: &Path, braze: &BrazeServer, more: &[&str]) -> Output {
    let url = braze.url();
    let mut arguments = vec!["pull", "--mock", &url];
    arguments.extend(more);
    run(folder, &arguments)
}

/// Returns the files of a folder with what is in them, without the lock.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found.remove("braze.lock.json");
    found
}

fn drift(folder: &Path, braze: &BrazeServer, more: &[&str]) -> Output {
    let url = braze.url();
    let mut arguments = vec!["drift", "--mock", &url];
    arguments.extend(more);
    run(folder, &arguments)
}

fn push(folder: &Path, braze: &BrazeServer, more: &[&str]) -> Output {
    let url = braze.url();
    let mut arguments = vec!["push", "--mock", &url];
    arguments.extend(more);
    run(folder, &arguments)
}
