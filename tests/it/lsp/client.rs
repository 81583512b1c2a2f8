//! A client of the language server, in this process, and a small workspace.

use std::fs;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, Response};
use meniscus::lsp::{Ended, ServerError, serve};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const FILES: &[(&str, &str)] = &[
    ("meniscus.toml", "[rules]\nunchecked-call = \"off\"\n"),
    ("templates/hello/message.toml", "channel = \"email\"\n"),
    ("templates/hello/subject.liquid", "Hi {{${first_name}}}"),
    (
        "templates/hello/body.html",
        "{% connected_content https://shop.example/wallet :save wallet %}\n\
         <p>Zoë 🥐 {{wallet.points}} {{wallet.poinst}}</p>\n\
         {% for offer in wallet.offers %}\n  {{offer.name | upcase}}\n{% endfor %}\n\
         {{content_blocks.${footer}}}\n",
    ),
    ("content_blocks/footer.liquid", "Yours, {{${city} | default: 'the shop'}}"),
    ("scenarios/anna.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n"),
    ("scenarios/ben.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\n"),
    (
        "recordings/wallet.json",
        r#"{"request": {"method": "GET", "urlPath": "/wallet"},
            "response": {"status": 200, "jsonBody": {"points": 12,
              "offers": [{"name": "rye"}, {"name": "bun"}]}}}"#,
    ),
    ("loose.liquid", "{{ 'a' | upcse }}"),
];

pub struct Client {
    pub folder: TempDir,
    pub connection: Connection,
    pub server: Option<JoinHandle<Result<Ended, ServerError>>>,
    pub asked: i32,
    pub notes: Vec<Notification>,
    /// What the server said of itself.
    pub started: Value,
}

impl Client {
    pub fn new(capabilities: &Value) -> Client {
        Client::with(capabilities, &json!({}), FILES)
    }

    pub fn with(capabilities: &Value, options: &Value, files: &[(&str, &str)]) -> Client {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let (own, connection) = Connection::memory();
        let server = std::thread::spawn(move || serve(&connection));
        let mut client = Client {
            folder,
            connection: own,
            server: Some(server),
            asked: 0,
            notes: Vec::new(),
            started: Value::Null,
        };
        let uri = client.uri("");
        let started = client.ask(
            "initialize",
            json!({
                "processId": null, "rootUri": null, "capabilities": capabilities,
                "initializationOptions": options,
                "workspaceFolders": [{ "uri": uri.trim_end_matches('/'), "name": "shop" }],
            }),
        );
        assert_eq!(started["serverInfo"]["name"], "meniscus");
        client.started = started;
        client.note("initialized", json!({}));
        client
    }

    pub fn uri(&self, name: &str) -> String {
        let root = self.folder.path().canonicalize().unwrap();
        url::Url::from_file_path(root.join(name)).unwrap().into()
    }

    pub fn send(&self, message: impl Into<Message>) {
        self.connection.sender.send(message.into()).unwrap();
    }

    pub fn note(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params });
    }

    pub fn receive(&mut self) -> Option<Message> {
        self.connection.receiver.recv_timeout(Duration::from_secs(60)).ok()
    }

    /// The response to a request; what else comes meanwhile is kept.
    pub fn response(&mut self, method: &str, params: Value) -> Response {
        self.asked += 1;
        let id = self.asked.into();
        self.send(Request { id, method: method.to_owned(), params });
        loop {
            match self.receive().expect("an answer") {
                Message::Response(response) if response.id == self.asked.into() => return response,
                Message::Notification(note) => self.notes.push(note),
                Message::Request(request) => {
                    self.send(Response::new_ok(request.id, Value::Null));
                }
                Message::Response(_) => {}
            }
        }
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let response = self.response(method, params);
        response.response_result.unwrap_or_else(|error| panic!("{method}: {}", error.message))
    }

    /// A request about a file.
    pub fn about(&mut self, method: &str, name: &str, more: Value) -> Value {
        let mut params = json!({ "textDocument": { "uri": self.uri(name) } });
        params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.ask(&format!("textDocument/{method}"), params)
    }

    /// Why a request about a file is refused.
    pub fn refused(&mut self, method: &str, name: &str, more: Value) -> String {
        let mut params = json!({ "textDocument": { "uri": self.uri(name) } });
        params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let response = self.response(&format!("textDocument/{method}"), params);
        response.response_result.expect_err("it is refused").message
    }

    pub fn open(&self, name: &str) -> String {
        let text = fs::read_to_string(self.folder.path().join(name)).unwrap();
        let uri = self.uri(name);
        let document = json!({ "uri": uri, "languageId": "liquid", "version": 1, "text": text });
        self.note("textDocument/didOpen", json!({ "textDocument": document }));
        text
    }

    pub fn change(&self, name: &str, version: i32, changes: Value) {
        let document = json!({ "uri": self.uri(name), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.note("textDocument/didChange", params);
    }

    pub fn codes(&mut self, name: &str) -> Vec<String> {
        let report = self.about("diagnostic", name, json!({}));
        let items = report["items"].as_array().expect("a full report").clone();
        items.iter().map(|one| one["code"].as_str().unwrap_or("").to_owned()).collect()
    }

    pub fn stop(mut self) -> TempDir {
        self.ask("shutdown", Value::Null);
        self.note("exit", Value::Null);
        let ended = self.server.take().unwrap().join().unwrap().unwrap();
        assert_eq!(ended, Ended::Fine);
        self.folder
    }
}

/// The position of the first `text`, in UTF-16 units, and `after` more.
pub fn at(whole: &str, text: &str, after: usize) -> Value {
    let offset = whole.find(text).unwrap_or_else(|| panic!("no {text}")) + after;
    let line = whole[..offset].matches('\n').count();
    let start = whole[..offset].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": whole[start..offset].encode_utf16().count() })
}

pub const PULLING: fn() -> Value = || json!({ "textDocument": { "diagnostic": {} } });
pub const BODY: &str = "templates/hello/body.html";
