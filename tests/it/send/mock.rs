//! The example workspace's recordings as a Braze and a SessionM to try things on.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use super::program::{code, meniscus, run, stderr, stdout};

struct Mock {
    child: Child,
    url: String,
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn start() -> Mock {
    let mut command = meniscus(root(), &["mock", "--port", "0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("listening on ").unwrap().to_owned();
    Mock { child, url }
}

#[test]
fn the_example_is_triggered_against_its_own_recordings() {
    let mock = start();
    let trigger = |message: &str, scenario: &str, more: &[&str]| {
        let mut all = vec!["trigger", message, "-s", scenario, "--send", "--mock", &mock.url];
        all.extend(more);
        let output = run(root(), &all);
        (code(&output), stdout(&output), stderr(&output))
    };
    let (exit, out, said) = trigger("templates/offer_triggered", "triggered", &[]);
    assert!(exit == 0 && out.contains("message: success"), "{said}");
    let canvas = "templates/offer_triggered_canvas";
    let (exit, out, said) = trigger(canvas, "triggered_canvas", &["--canvas", "paused-canvas"]);
    assert!(exit == 0 && out.contains("notice: The Canvas is paused."), "{said}");
    for (id, wanted) in [("unknown-campaign", "(400): "), ("busy-campaign", "(429): ")] {
        let (exit, _, said) =
            trigger("templates/offer_triggered", "triggered", &["--campaign", id]);
        assert!(exit == 2 && said.contains(wanted), "{said}");
    }
}

#[test]
fn the_tag_webhook_is_taken_by_its_recording() {
    let mock = start();
    let body = "{\"tags\": [\"a\"], \"ttl\": 60}";
    for (user, status) in [
        ("5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11", "200"),
        ("00000000-0000-0000-0000-000000000000", "404"),
    ] {
        let url = format!("{}/priv/v1/apps/EXAMPLE-APP-KEY/users/{user}/tags", mock.url);
        let output = std::process::Command::new("curl")
            .args([
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-H",
                "Content-Type: application/json",
                "-d",
                body,
                &url,
            ])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), status, "{user}");
    }
}

#[test]
fn the_examples_own_requests_have_no_fault() {
    for arguments in [
        ["render", "templates/tag_export", "--scenario", "anna", "--as", "curl"],
        ["trigger", "templates/offer_triggered", "--scenario", "triggered", "--as", "json"],
        [
            "trigger",
            "templates/offer_triggered_canvas",
            "--scenario",
            "triggered_canvas",
            "--as",
            "curl",
        ],
    ] {
        let output = run(root(), &arguments);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(!stderr(&output).contains("help:"), "{}", stderr(&output));
    }
}
