//! `meniscus mock` as people run it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::send;
use tempfile::TempDir;

/// A mock that runs; it is killed where a test fails before it ends by itself.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(folder: &TempDir, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
        command.current_dir(folder.path()).args(["mock", "--port", "0"]).args(arguments);
        command.env("NO_COLOR", "1").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").unwrap();
        let address = address.parse().unwrap();
        Self { child, address }
    }

    fn status(&self, target: &str) -> u16 {
        send(self.address, "GET", target, &[], "").status
    }

    /// What it said on standard error, once it has ended by itself.
    fn ended(mut self) -> String {
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        assert!(status.success(), "{status}");
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

fn workspace() -> TempDir {
    let folder = TempDir::new().unwrap();
    let recordings = folder.path().join("recordings");
    fs::create_dir_all(recordings.join("a")).unwrap();
    let stub = |path: &str, status: u16| {
        format!(
            "{{\"request\": {{\"urlPath\": \"{path}\"}}, \"response\": {{\"status\": {status}}}}}\n"
        )
    };
    fs::write(recordings.join("a/one.json"), stub("/one", 201)).unwrap();
    fs::write(recordings.join("two.json"), stub("/two", 202)).unwrap();
    fs::write(folder.path().join("meniscus.toml"), "").unwrap();
    folder
}

#[test]
fn it_serves_and_stops_when_standard_input_ends() {
    let folder = workspace();
    let mut mock = Running::start(&folder, &["--until-eof"]);
    assert_eq!(mock.status("/one"), 201);
    assert_eq!(mock.status("/two?token=s3cr3t"), 202);
    assert_eq!(mock.status("/three"), 404);
    drop(mock.child.stdin.take());
    insta::assert_snapshot!(mock.ended(), @r"
    2 recordings from `recordings`; press Ctrl-C to stop
    GET /one → 201 a/one
    GET /two?token=[redacted] → 202 two
    GET /three → 404 no match; the closest is a/one: url path is `/three`, the recording expects `/one`
    stopped
    ");
}

#[test]
fn secrets_of_variables_are_masked() {
    let folder = workspace();
    fs::write(folder.path().join("meniscus.toml"), "[variables]\napi_key = \"own/k3y-77\"\n")
        .unwrap();
    let mut mock = Running::start(&folder, &["--until-eof"]);
    for target in ["/own%2Fk3y-77/x", "/one?q=own/k3y-77", "/b3duL2szeS03Nw"] {
        let answer =
            send(mock.address, "GET", target, &[("X-Plain", "own/k3y-77")], "a=own/k3y-77");
        assert!(!answer.body.contains("k3y"), "{}", answer.body);
    }
    let kept = send(mock.address, "GET", "/__admin/requests", &[], "").body;
    drop(mock.child.stdin.take());
    let said = mock.ended();
    for text in [&kept, &said] {
        assert!(text.contains("/one?q=[redacted]"), "{text}");
        assert!(!text.contains("k3y") && !text.contains("b3duL2szeS03Nw"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn it_stops_with_ctrl_c_and_serves_those_that_are_named() {
    let folder = workspace();
    let mock = Running::start(&folder, &["a"]);
    assert_eq!((mock.status("/one"), mock.status("/two")), (201, 404));
    let id = mock.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(mock.ended().ends_with("stopped\n"));
}

#[test]
fn it_reads_recordings_again_when_they_change() {
    let folder = workspace();
    let mut mock = Running::start(&folder, &["--watch", "--until-eof"]);
    let file = folder.path().join("recordings/three.json");
    let begin = Instant::now();
    // Written again and again, for the watch may begin after the first time.
    while mock.status("/three") != 203 {
        fs::write(
            &file,
            "{\"request\": {\"urlPath\": \"/three\"}, \"response\": {\"status\": 203}}",
        )
        .unwrap();
        assert!(begin.elapsed() < Duration::from_secs(20), "the change is not seen");
        std::thread::sleep(Duration::from_millis(100));
    }
    fs::write(&file, "{\"request\": ").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(mock.status("/three"), 203, "what cannot be read changes nothing");
    drop(mock.child.stdin.take());
    assert!(mock.ended().contains("serving 3 recordings"));
}

/// What the program says when it cannot serve.
fn refused(folder: &TempDir, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
    command.current_dir(folder.path()).arg("mock").args(arguments).env("NO_COLOR", "1");
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn it_says_why_it_cannot_serve() {
    let folder = workspace();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refused(&folder, &["--port", &port]).replace(&port, "PORT");
    insta::assert_snapshot!(said, @r"
    error: port PORT on 127.0.0.1 is in use
    help: choose another port with `--port`, or use `--port 0` for a free one
    ");
    insta::assert_snapshot!(refused(&folder, &["tow"]), @r"
    error: the recording `tow` doesn't exist
    help: did you mean `two`?
    ");
    insta::assert_snapshot!(refused(&folder, &["--fail-rate", "2"]), @r"
    error: `--fail-rate 2` isn't between 0 and 1
    help: use a share such as 0.1, which fails every tenth request
    ");
}
