//! The page without a server: a workspace in memory answers what the page asks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::ask::require_size;
use super::counting::Counted;
use super::editable::editable_kind;
use super::listing;
use super::questions::{Answers, Question, to_json};
use super::refusal::Refusal;
use crate::files::{Files, Memory};
use crate::project::{ProjectError, Workspace, normal};
use crate::session::{Changes, FileKind, Session};
use crate::snapshot::digest;

/// Messages that are counted before the next question is answered.
const COUNTED_AT_ONCE: usize = 4;

/// The folder that a workspace in memory is said to be in.
const ROOT: &str = "/";

/// A workspace in memory, and what the page has asked of it. Nothing is written anywhere.
#[derive(Debug)]
pub struct LocalPage {
    name: String,
    memory: Arc<Memory>,
    session: Arc<Session>,
    answers: Answers,
    counted: Counted,
}

impl LocalPage {
    /// Reads a workspace from texts by their paths. `name` is what the page calls it.
    ///
    /// # Errors
    /// If `meniscus.toml` has a mistake.
    pub fn new(name: &str, texts: &BTreeMap<String, String>) -> Result<LocalPage, ProjectError> {
        let root = Path::new(ROOT);
        let memory = Arc::new(Memory::default());
        for (path, text) in texts {
            memory.put(normal(&root.join(path)), text.as_bytes());
        }
        let files: Arc<dyn Files> = Arc::clone(&memory) as _;
        let session = Session::read(Workspace::of(files, root)?, vec![root.to_owned()]);
        session.require_config()?;
        Ok(LocalPage {
            name: name.to_owned(),
            memory,
            session: Arc::new(session),
            answers: Answers::default(),
            counted: Counted::default(),
        })
    }

    /// Answers a question as the server would, by method, address and body: a status, and JSON.
    pub fn answer(&mut self, method: &str, address: &str, body: &[u8]) -> (u16, String) {
        match self.answer_to(&Question::new(method, address, body)) {
            Ok(answer) => (200, answer),
            Err(refusal) => (refusal.status(), refusal.into_body().to_string()),
        }
    }

    fn answer_to(&mut self, asked: &Question<'_>) -> Result<String, Refusal> {
        let session = Arc::clone(&self.session);
        match (asked.method, asked.path) {
            ("GET", "/api/workspace") => {
                let mut listing = listing::listing(&session);
                listing["name"] = json!(self.name);
                to_json(&listing)
            }
            ("POST", "/api/count") => to_json(&json!({ "whole": self.count() })),
            ("GET", "/api/file") => to_json(&self.file(asked.wanted("path")?)?),
            ("PUT", "/api/file") => to_json(&self.save(asked.wanted("path")?, asked.body)?),
            _ => self.answers.to(&session, Some(&self.counted), asked),
        }
    }

    /// Counts some more messages; returns whether all are.
    fn count(&mut self) -> bool {
        self.counted.count_some(&self.session, COUNTED_AT_ONCE)
    }

    fn file(&self, path: &str) -> Result<Value, Refusal> {
        let (_, word) = editable(&self.session, path)?;
        let text = self.memory.read_to_string(&self.session.workspace.root.join(path));
        let text =
            text.map_err(|error| Refusal::missing(format!("can't read `{path}`: {error}")))?;
        Ok(json!({ "path": path, "text": text, "digest": digest(text.as_bytes()), "kind": word }))
    }

    /// Keeps a text in memory, and reads what depends on it again.
    fn save(&mut self, path: &str, body: &[u8]) -> Result<Value, Refusal> {
        let (kind, word) = editable(&self.session, path)?;
        let text = std::str::from_utf8(body).map_err(|_| Refusal::wrong("the text isn't UTF-8"))?;
        require_size(text)?;
        self.memory.put(self.session.workspace.root.join(path), body);
        let mut changes = Changes::default();
        changes.add(kind, path.to_owned());
        self.session = Arc::new(self.session.again(&changes));
        Ok(json!({
            "path": path, "digest": digest(body), "kind": word,
            "generation": self.session.generation,
        }))
    }
}

fn editable(session: &Session, path: &str) -> Result<(FileKind, &'static str), Refusal> {
    editable_kind(session, path)
        .ok_or_else(|| Refusal::missing(format!("`{path}` isn't a file that can be edited here")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::LocalPage;

    const FILES: [(&str, &str); 5] = [
        ("meniscus.toml", ""),
        (
            "templates/hello.liquid",
            "{% connected_content https://shop.example/wallet :save wallet %}\
             Hi {{${first_name}}}, {{wallet.points}} points",
        ),
        ("scenarios/anna.toml", "now = \"2026-03-01T09:00:00Z\"\n[user]\nfirst_name = \"Anna\"\n"),
        (
            "recordings/wallet.json",
            r#"{"request": {"method": "GET", "urlPath": "/wallet"},
                "response": {"status": 200, "jsonBody": {"points": 12}}}"#,
        ),
        ("secret.txt", "not of the workspace"),
    ];

    fn page() -> LocalPage {
        let texts = FILES.map(|(path, text)| (path.to_owned(), text.to_owned()));
        LocalPage::new("shop", &BTreeMap::from(texts)).expect("a workspace")
    }

    fn ask(page: &mut LocalPage, method: &str, address: &str, body: &str) -> (u16, Value) {
        let (status, answer) = page.answer(method, address, body.as_bytes());
        (status, serde_json::from_str(&answer).expect("JSON"))
    }

    fn rendered(page: &mut LocalPage) -> String {
        let wanted = json!({ "message": "hello", "scenario": "anna" }).to_string();
        let (status, shown) = ask(page, "POST", "/api/render", &wanted);
        assert_eq!(status, 200, "{shown}");
        shown["parts"][0]["output"].as_str().expect("an output").to_owned()
    }

    #[test]
    fn a_text_that_is_saved_is_rendered_from_then_on() {
        let mut page = page();
        assert_eq!(rendered(&mut page), "Hi Anna, 12 points");
        let path = "/api/file?path=templates%2Fhello.liquid";
        let (status, file) = ask(&mut page, "GET", path, "");
        assert_eq!((status, file["kind"].as_str()), (200, Some("template")));
        let (status, saved) = ask(&mut page, "PUT", path, "Bye {{${first_name}}}");
        assert_eq!(status, 200, "{saved}");
        assert_eq!(rendered(&mut page), "Bye Anna");
    }

    #[test]
    fn counting_goes_on_until_all_is_counted() {
        let mut texts =
            BTreeMap::from(FILES.map(|(path, text)| (path.to_owned(), text.to_owned())));
        texts.extend((0..20).map(|at| (format!("templates/m{at}.liquid"), "Hi".to_owned())));
        let mut page = LocalPage::new("shop", &texts).expect("a workspace");
        let mut steps = 1;
        while ask(&mut page, "POST", "/api/count", "").1["whole"] != json!(true) {
            steps += 1;
            assert!(steps < 10, "it never ends");
        }
        assert!(steps > 2, "all at once");
        let (_, counts) = ask(&mut page, "GET", "/api/counts", "");
        assert_eq!(counts["whole"], json!(true));
        assert_eq!(counts["messages"].as_object().map(serde_json::Map::len), Some(21));
        assert!(counts["messages"]["hello"]["problems"].is_object(), "{counts}");
    }

    #[test]
    fn what_is_not_there_is_refused_in_words() {
        let mut page = page();
        for (method, address, status) in [
            ("GET", "/api/file?path=secret.txt", 404),
            ("PUT", "/api/file?path=..%2Fetc%2Fpasswd", 404),
            ("GET", "/api/file", 400),
            ("POST", "/api/render", 400),
            ("POST", "/api/answer/live", 404),
        ] {
            let (found, answer) = ask(&mut page, method, address, "");
            assert_eq!(found, status, "{method} {address}: {answer}");
            assert!(answer["error"]["message"].is_string(), "{answer}");
        }
    }
}
