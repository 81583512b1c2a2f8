//! A client of the MCP server: the program, with JSON lines over its pipes.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

pub const FILES: &[(&str, &str)] = &[
    (
        "meniscus.toml",
        "[variables]\nshop_api_key = \"k3y-of-the-shop\"\n[rules]\nunchecked-call = \"off\"\n",
    ),
    ("templates/hello/message.toml", "channel = \"email\"\n"),
    ("templates/hello/subject.liquid", "Hi {{${first_name} | default: 'you'}}"),
    (
        "templates/hello/body.html",
        "{% connected_content https://shop.example/wallet :save wallet %}\n\
         <p>{{wallet.points}} {{wallet.poinst}}</p>\n\
         {% for offer in wallet.offers %}{{offer.name}} {% endfor %}\n",
    ),
    ("content_blocks/footer.liquid", "Yours, {{${city} | default: 'the shop'}}"),
    ("scenarios/anna.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n"),
    ("scenarios/ben.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\n"),
    (
        "recordings/wallet.json",
        r#"{"request": {"method": "GET", "urlPath": "/wallet"},
            "response": {"status": 200, "jsonBody": {"points": 12, "access_token": "t0ken-of-the-wallet", "password": "p4ss\u0077ord-of\/all",
              "offers": [{"name": "rye"}, {"name": "bun"}]}}}"#,
    ),
];

pub struct Client {
    pub folder: TempDir,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    asked: u32,
}

/// A workspace of these files.
pub fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

impl Client {
    /// Starts the server in a workspace and begins a session.
    pub fn new(options: &[&str]) -> Client {
        let folder = workspace(FILES);
        let mut command = Command::new(env!("CARGO_BIN_EXE_meniscus"));
        command.arg("mcp").args(options).current_dir(folder.path());
        let mut client = Client::of(command, folder);
        let begun = client.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-11-25", "capabilities": {},
                "clientInfo": { "name": "test", "version": "1" },
            }),
        );
        assert_eq!(begun["result"]["protocolVersion"], "2025-11-25");
        assert_eq!(begun["result"]["serverInfo"]["name"], "meniscus");
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    /// Runs a command that is a server, without beginning a session.
    pub fn of(mut command: Command, folder: TempDir) -> Client {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.map(|line| sender.send(line)).take_while(Result::is_ok).for_each(drop);
        });
        Client { folder, child, input, lines, asked: 0 }
    }

    pub fn write(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
        input.flush().unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        self.write(&message.to_string());
    }

    pub fn read(&self) -> Value {
        let line = self.lines.recv_timeout(Duration::from_secs(60)).expect("an answer");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Sends a request and returns the response.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.read();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// Calls a tool and returns what it says, checked against its schema.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        let result = &answer["result"];
        assert_eq!(result["isError"], false, "{answer}");
        let said = &result["structuredContent"];
        // Clients that know no structured content get the same as text.
        let text = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(&serde_json::from_str::<Value>(text).unwrap(), said);
        said.clone()
    }

    /// Calls a tool that refuses, and returns why.
    pub fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Closes the pipe and returns the exit code.
    pub fn end(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().unwrap().code()
    }
}
