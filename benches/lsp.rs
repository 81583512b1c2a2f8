//! What an author waits for in an editor: `cargo bench --bench lsp`.
//!
//! The program, as `meniscus lsp` over a pipe, in a workspace of 500 messages for 79 recipients, with a
//! mail of 60 KB open: from the start to the first diagnostics, then keys that are typed, each with the
//! diagnostics after it, and completion. Linux alone tells memory.

#[path = "support/copy.rs"]
mod copy;
#[path = "support/shop.rs"]
mod shop;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Keys that are typed, and completions that are asked for.
const TURNS: usize = 200;

struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Client {
    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("sent");
        self.input.flush().expect("sent");
    }

    fn note(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == json!(id) && message.get("method").is_none() {
                assert!(message["error"].is_null(), "{message}");
                return message["result"].clone();
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("a line");
            if line.trim().is_empty() {
                break;
            }
            if let Some(bytes) = line.strip_prefix("Content-Length:") {
                length = bytes.trim().parse().expect("a length");
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).expect("a message");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// The most memory that the server ever had, in megabytes.
    fn megabytes(&self) -> f64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let text = text.unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.unwrap_or_default() / 1_000.0
    }
}

fn main() {
    let folder = shop::workspace(500, 79);
    let root = folder.path().canonicalize().expect("a folder");
    let path = root.join("templates/m007/body.html");
    let mail = fs::read_to_string(&path).expect("a mail");
    let filler = "<tr><td style=\"padding:0 12px\">Fresh from the oven, every day.</td></tr>\n";
    let mail = format!("{mail}{}", filler.repeat((60_000 - mail.len()) / filler.len()));
    fs::write(&path, &mail).expect("written");
    let uri = format!("file://{}", path.display());
    let document = json!({ "uri": uri });

    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_meniscus"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let input = child.stdin.take().expect("a pipe");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut client = Client { child, input, output, asked: 0 };
    let folders = json!([{ "uri": format!("file://{}", root.display()), "name": "shop" }]);
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let params = json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
    client.ask("initialize", params);
    client.note("initialized", json!({}));
    let opened = json!({ "uri": uri, "languageId": "html", "version": 1, "text": mail });
    client.note("textDocument/didOpen", json!({ "textDocument": opened }));
    client.ask("textDocument/diagnostic", json!({ "textDocument": document }));
    println!("500 messages, 79 recipients, a mail of {} KB:", mail.len() / 1_000);
    println!("  open to first diagnostics    {:>7.1} ms", millis(start.elapsed()));

    let line = mail.lines().position(|line| line.contains("available_points")).expect("a line");
    let column = mail.lines().nth(line).and_then(|line| line.find("available")).expect("a column");
    let at = json!({ "line": line, "character": column });
    let keys = (0..TURNS).map(|turn| {
        // A letter comes and goes.
        let after = json!({ "line": line, "character": column + 1 });
        let change = match turn % 2 {
            0 => json!({ "range": { "start": at, "end": at }, "text": "x" }),
            _ => json!({ "range": { "start": at, "end": after }, "text": "" }),
        };
        let version = json!({ "uri": uri, "version": turn + 2 });
        let start = Instant::now();
        let params = json!({ "textDocument": version, "contentChanges": [change] });
        client.note("textDocument/didChange", params);
        let found = client.ask("textDocument/diagnostic", json!({ "textDocument": document }));
        let is_wrong = found["items"].as_array().is_some_and(|items| !items.is_empty());
        assert_eq!(is_wrong, turn % 2 == 0, "{found}");
        start.elapsed()
    });
    report("key to diagnostics", keys.collect());

    let completions = (0..TURNS).map(|_| {
        let start = Instant::now();
        let found = client
            .ask("textDocument/completion", json!({ "textDocument": document, "position": at }));
        assert!(found["items"].as_array().is_some_and(|items| !items.is_empty()));
        start.elapsed()
    });
    report("completion", completions.collect());
    let hovers = (0..TURNS).map(|_| {
        let start = Instant::now();
        client.ask("textDocument/hover", json!({ "textDocument": document, "position": at }));
        start.elapsed()
    });
    report("hover, with 79 recipients", hovers.collect());
    let start = Instant::now();
    client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    println!("  the whole workspace, first   {:>7.1} ms", millis(start.elapsed()));
    println!("  peak memory                  {:>7.0} MB", client.megabytes());
    client.ask("shutdown", Value::Null);
    client.note("exit", Value::Null);
    let ended = client.child.wait().expect("an end");
    assert!(ended.success());
}

/// Prints the middle and the 95th of a hundred.
fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| millis(times[((times.len() - 1) as f64 * share) as usize]);
    println!("  {what:<28} {:>7.1} ms, p95 {:.1} ms", at(0.5), at(0.95));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
