//! A small shop's workspace, and its preview.

use std::fs;
use std::path::Path;
use std::time::Duration;

use meniscus::project::Workspace;
use meniscus::serve::preview::{LONGEST_RENDER, Options, PreviewServer, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::http::{Reply, send};

const FILES: &[(&str, &str)] = &[
    ("meniscus.toml", "[variables]\nendpoint = \"https://shop.example\"\n"),
    ("templates/welcome/message.toml", "channel = \"email\"\n"),
    ("templates/welcome/subject.liquid", "Hi {{${first_name} | default: 'friend'}}"),
    (
        "templates/welcome/body.html",
        "{% connected_content {{endpoint}}/wallet?api_key=s3cretkey :save wallet %}\n\
         {% if wallet.points == nil %}{% abort_message('no wallet') %}{% endif %}\n\
         <p>Zoë has {{wallet.points}} points</p>{% assign best = wallet.offers[0].name | upcase %}\n\
         <a href=\"{{wallet.offers[0].link}}\">{{best}}</a>{{content_blocks.${footer}}}\n",
    ),
    ("templates/text/message.toml", "channel = \"sms\"\n"),
    ("templates/text/message.liquid", "Zł {{${first_name}}} 🥐"),
    (
        "templates/hook/message.toml",
        "channel = \"webhook\"\n[headers]\nAuthorization = \"Bearer s3cretkey\"\n",
    ),
    ("templates/hook/url.liquid", "{{endpoint}}/tags"),
    ("templates/hook/body.liquid", "{\"tags\": [\"{{${first_name}}}\"]}"),
    ("content_blocks/footer.liquid", "<p>Yours, {{${city} | default: 'the shop'}}</p>"),
    (
        "scenarios/anna.toml",
        "# Anna, who has points.\nnow = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n[custom_attribute]\n\"zip code\" = \"04109\"\n",
    ),
    ("scenarios/ben.toml", "now = \"2026-03-01T09:00:00Z\"\ntemplates = [\"welcome\"]\n[user]\n"),
    (
        "recordings/wallet.json",
        r#"{"request": {"method": "GET", "urlPath": "/wallet"},
            "response": {"status": 200, "jsonBody": {"points": 12, "api_key": "s3cretkey",
              "offers": [{"name": "rye", "link": "https://shop.example/rye"}]}}}"#,
    ),
];

/// The workspace with its preview, which end with the test.
pub struct Shop {
    pub folder: TempDir,
    pub server: PreviewServer,
    pub token: String,
}

/// Writes the shop's files below a folder.
pub fn write(folder: &Path) {
    for (name, text) in FILES {
        put(folder, name, text);
    }
}

/// Writes one file.
pub fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

impl Shop {
    pub fn open() -> Shop {
        let folder = TempDir::new().unwrap();
        write(folder.path());
        Shop::of(folder)
    }

    pub fn of(folder: TempDir) -> Shop {
        Shop::with(folder, LONGEST_RENDER)
    }

    /// The shop where a render is given up after a time.
    pub fn with(folder: TempDir, longest_render: Duration) -> Shop {
        let workspace = Workspace::around(folder.path()).unwrap();
        let options = Options { path: folder.path().to_owned(), port: 0, longest_render };
        let server = start(workspace, &options).unwrap();
        let page = send(server.address(), "GET", "/", &[], "").body;
        let token = page.split("meniscus-token\" content=\"").nth(1).unwrap();
        let token = token.split('"').next().unwrap().to_owned();
        assert_eq!(token.len(), 32);
        Shop { folder, server, token }
    }

    /// A request with the token.
    pub fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut all = vec![("X-Meniscus-Token", self.token.as_str())];
        all.extend(headers);
        send(self.server.address(), method, target, &all, body)
    }

    /// What a route answers to this body.
    pub fn post(&self, target: &str, body: &Value) -> Value {
        let reply = self.send("POST", target, &[], &body.to_string());
        assert!(reply.status < 300, "{target}: {} {}", reply.status, reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    pub fn get(&self, target: &str) -> Value {
        let reply = self.send("GET", target, &[], "");
        assert_eq!(reply.status, 200, "{target}: {}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    pub fn render(&self, message: &str, scenario: &str) -> Value {
        self.post("/api/render", &json!({ "message": message, "scenario": scenario }))
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

/// The part of a name.
pub fn part<'v>(rendered: &'v Value, name: &str) -> &'v Value {
    let parts = rendered["parts"].as_array().unwrap();
    parts.iter().find(|part| part["name"] == name).unwrap()
}
