use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use gen_lsp_types as lsp;
use lsp_server::{
    Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response,
};
use serde_json::{Value, json};
use thiserror::Error;

use super::capabilities::{Client, Settings};
use super::documents::{Document, Documents};
use super::everything::{Whole, reports};
use super::open::{Opened, Unopened, Workspaces};
use super::requests::{Failure, Wants, answer, is_known, read};
use super::snapshot::{Role, Snapshot};
use super::{diagnostics, symbols, uri};
use crate::files::Disk;
use crate::project::is_workspace;

/// Why the server ended early.
#[derive(Debug, Error)]
pub enum ServerError {
    #[error("the client doesn't keep to the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    #[error("the client's `initialize` can't be read: {0}")]
    Initialize(#[from] serde_json::Error),
    #[error("the system provides no thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// Files whose changes on disk matter.
const WATCHED: [&str; 2] = ["**/{meniscus,message}.toml", "**/*.{liquid,html,txt,json,toml,snap}"];

/// Work for another thread.
type Job = Box<dyn FnOnce() + Send>;

/// Serves a client until it ends.
///
/// # Errors
/// If the client doesn't keep to the protocol, or the system provides no thread.
pub fn serve(connection: &Connection) -> Result<(), ServerError> {
    let (id, params) = connection.initialize_start()?;
    let client = Client::of(&serde_json::from_value(params.clone())?, &params);
    let about = json!({
        "capabilities": client.offered(),
        "serverInfo": { "name": "meniscus", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, about)?;
    let quick = worker("answers")?;
    // What takes long must not hold up what somebody waits for.
    let slow = worker("reports")?;
    let mut server = Server {
        connection,
        client,
        documents: Documents::default(),
        workspaces: Workspaces::default(),
        quick,
        slow,
        cancelled: Arc::default(),
        newest: Arc::default(),
        asked: 0,
    };
    server.watch();
    server.run()
}

/// Starts a thread that does one job after another, until nobody can send it more.
fn worker(name: &str) -> std::io::Result<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    let work = move || jobs.into_iter().for_each(|job| job());
    std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(sender)
}

struct Server<'c> {
    connection: &'c Connection,
    client: Client,
    documents: Documents,
    workspaces: Workspaces,
    quick: Sender<Job>,
    slow: Sender<Job>,
    /// Requests that the client doesn't wait for any more.
    cancelled: Arc<Mutex<HashSet<RequestId>>>,
    /// The version of each text that diagnostics were last pushed for.
    newest: Arc<Mutex<HashMap<lsp::Uri, i32>>>,
    /// The number of requests to the client.
    asked: i32,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), ServerError> {
        while let Ok(message) = self.connection.receiver.recv() {
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    self.answer(request);
                }
                Message::Notification(notification) => self.notice(notification),
                // Answers to registrations and refreshes say nothing.
                Message::Response(_) => {}
            }
        }
        Ok(())
    }

    fn send(&self, message: impl Into<Message>) {
        // A client that is gone needs no answer.
        let _ = self.connection.sender.send(message.into());
    }

    /// Asks the client for something whose answer doesn't matter.
    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        self.send(Request { id: self.asked.into(), method: method.to_owned(), params });
    }

    /// Asks the client to report changes on disk.
    fn watch(&mut self) {
        if !self.client.watches {
            return;
        }
        let watchers = WATCHED.map(|glob| json!({ "globPattern": glob }));
        let registration = json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        self.ask("client/registerCapability", json!({ "registrations": [registration] }));
    }

    // ---- Requests

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        match &*method {
            "workspace/diagnostic" => self.answer_reports(id, params),
            "workspace/symbol" => self.answer_symbols(id, &params),
            method if is_known(method) => self.answer_file(id, method.to_owned(), params),
            method => {
                let message = format!("meniscus doesn't answer `{method}`");
                self.send(Response::new_err(id, ErrorCode::MethodNotFound as i32, message));
            }
        }
    }

    fn answer_file(&mut self, id: RequestId, method: String, params: Value) {
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default().to_owned();
        let snapshot = self.snapshot(&lsp::Uri(uri));
        let wants = Wants {
            has_snippets: self.client.has_snippets,
            inlay_hints: self.client.settings.inlay_hints,
        };
        let work = move || match snapshot {
            Some(Ok(file)) => answer(&method, params, &file, wants),
            // A file without a workspace has one finding: why.
            Some(Err(why)) if method == "textDocument/diagnostic" => {
                Ok(diagnostics::report(&[unopened(&why)], None))
            }
            _ if method == "textDocument/diagnostic" => Ok(diagnostics::report(&[], None)),
            _ => Ok(Value::Null),
        };
        self.later(&self.quick, id, work);
    }

    /// Answers a request in another thread, unless the client takes it back before.
    fn later(
        &self,
        worker: &Sender<Job>,
        id: RequestId,
        work: impl FnOnce() -> Result<Value, Failure> + Send + 'static,
    ) {
        let sender = self.connection.sender.clone();
        let cancelled = Arc::clone(&self.cancelled);
        let job = move || {
            let is_cancelled = cancelled.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            let response = match is_cancelled {
                true => {
                    let message = "it was taken back".to_owned();
                    Response::new_err(id, ErrorCode::RequestCanceled as i32, message)
                }
                false => match work() {
                    Ok(value) => Response::new_ok(id, value),
                    Err(Failure { code, message }) => Response::new_err(id, code as i32, message),
                },
            };
            let _ = sender.send(response.into());
        };
        // The threads end with the server.
        let _ = worker.send(Box::new(job));
    }

    fn answer_reports(&mut self, id: RequestId, params: Value) {
        let before = params["previousResultIds"].as_array().into_iter().flatten();
        let before = before.filter_map(|known| {
            Some((known["uri"].as_str()?.to_owned(), known["value"].as_str()?.to_owned()))
        });
        let before = before.collect::<HashMap<_, _>>();
        self.open_folders();
        let workspaces = self.whole();
        let uris = self.uris();
        let encoding = self.client.encoding;
        self.later(&self.slow, id, move || Ok(reports(&workspaces, &uris, encoding, &before)));
    }

    fn answer_symbols(&mut self, id: RequestId, params: &Value) {
        let query = params["query"].as_str().unwrap_or_default().to_owned();
        self.open_folders();
        let workspaces = self.whole();
        self.later(&self.slow, id, move || {
            let sessions = workspaces.into_iter().map(|whole| whole.session);
            let found = symbols::find(&sessions.collect::<Vec<_>>(), &query);
            serde_json::to_value(found).map_err(|error| Failure {
                code: ErrorCode::InternalError,
                message: error.to_string(),
            })
        });
    }

    /// Reads the client's folders that are workspaces; no others, whatever templates are in them.
    fn open_folders(&mut self) {
        for folder in self.client.folders.clone() {
            if is_workspace(&*Disk::files(), &folder) {
                // One that can't be read says so in each of its files.
                let _ = self.open(&folder.join("meniscus.toml"));
            }
        }
    }

    /// Returns the workspace of a file.
    fn open(&mut self, path: &Path) -> Result<&mut Opened, Unopened> {
        let texts = |root: &Path| {
            let inside = self.documents.iter().filter(|(path, _)| path.starts_with(root));
            let texts = inside.map(|(path, document)| (path.clone(), document.text.to_string()));
            texts.collect::<BTreeMap<_, _>>()
        };
        self.workspaces.of(path, &self.client.folders, texts)
    }

    fn whole(&mut self) -> Vec<Whole> {
        let all = self.workspaces.all().map(|(_, opened)| Whole {
            session: Arc::clone(&opened.session),
            linted: Arc::clone(&opened.linted),
        });
        all.collect()
    }

    fn uris(&self) -> Arc<HashMap<PathBuf, lsp::Uri>> {
        let open = self.documents.iter();
        Arc::new(open.map(|(path, document)| (path.clone(), document.uri.clone())).collect())
    }

    /// Returns an open file in its workspace; nothing if it isn't open.
    fn snapshot(&mut self, uri: &lsp::Uri) -> Option<Result<Snapshot, Unopened>> {
        let path = uri::path_of(uri)?;
        let document = self.documents.get(&path)?.clone();
        let uris = self.uris();
        let (encoding, recipient) = (self.client.encoding, self.client.settings.recipient.clone());
        let opened = match self.open(&path) {
            Ok(opened) => opened,
            Err(why) => return Some(Err(why)),
        };
        let shown = opened.session.workspace.shown(&path);
        let role = Role::of(&opened.session, &path, &shown, &document.text);
        Some(Ok(Snapshot {
            session: Arc::clone(&opened.session),
            linted: Arc::clone(&opened.linted),
            shown,
            uri: document.uri,
            text: document.text,
            encoding,
            role,
            recipient,
            uris,
        }))
    }

    // ---- Notifications

    fn notice(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        // What isn't as the protocol says is left alone: there is nobody to tell.
        let _ = self.noticed(&method, params);
    }

    fn noticed(&mut self, method: &str, params: Value) -> Result<(), Failure> {
        match method {
            "textDocument/didOpen" => {
                let lsp::DidOpenTextDocumentParams { text_document, .. } = read(params)?;
                let Some(path) = uri::path_of(&text_document.uri) else { return Ok(()) };
                let document = Document {
                    uri: text_document.uri,
                    version: text_document.version,
                    text: text_document.text.into(),
                };
                let text = Arc::clone(&document.text);
                self.documents.open(path.clone(), document);
                self.put(&path, Some(&text));
            }
            "textDocument/didChange" => {
                let asked: lsp::DidChangeTextDocumentParams = read(params)?;
                let identifier = asked.text_document;
                let Some(path) = uri::path_of(&identifier.text_document_identifier.uri) else {
                    return Ok(());
                };
                let (version, changes) = (identifier.version, &asked.content_changes);
                let encoding = self.client.encoding;
                if let Some(text) = self.documents.change(&path, version, changes, encoding) {
                    self.put(&path, Some(&text));
                }
            }
            "textDocument/didClose" => {
                let asked: lsp::DidCloseTextDocumentParams = read(params)?;
                let Some(path) = uri::path_of(&asked.text_document.uri) else { return Ok(()) };
                self.documents.close(&path);
                self.put(&path, None);
                if !self.client.pulls {
                    self.publish(&asked.text_document.uri, None, &[]);
                }
            }
            "workspace/didChangeWatchedFiles" => {
                let asked: lsp::DidChangeWatchedFilesParams = read(params)?;
                let paths = asked.changes.iter().filter_map(|change| uri::path_of(&change.uri));
                self.changed_on_disk(&paths.collect::<Vec<_>>());
            }
            "workspace/didChangeWorkspaceFolders" => {
                let asked: lsp::DidChangeWorkspaceFoldersParams = read(params)?;
                let paths = |folders: &[lsp::WorkspaceFolder]| {
                    folders.iter().filter_map(|one| uri::path_of(&one.uri)).collect::<Vec<_>>()
                };
                let gone = paths(&asked.event.removed);
                self.client.folders.retain(|folder| !gone.contains(folder));
                self.client.folders.extend(paths(&asked.event.added));
                gone.iter().for_each(|folder| self.workspaces.forget(folder));
            }
            "workspace/didChangeConfiguration" => {
                self.client.settings = Settings::of(&params["settings"]);
                self.refresh();
            }
            "$/cancelRequest" => {
                let id = match &params["id"] {
                    Value::Number(number) => number.as_i64().and_then(|id| i32::try_from(id).ok()),
                    _ => None,
                };
                let id = id.map(RequestId::from);
                let id = id.or_else(|| params["id"].as_str().map(|id| id.to_owned().into()));
                let mut cancelled = self.cancelled.lock().unwrap_or_else(PoisonError::into_inner);
                cancelled.extend(id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the editor's text of a file in the place of that on disk, or gives it back.
    fn put(&mut self, path: &Path, text: Option<&str>) {
        for (_, opened) in self.workspaces.all() {
            if !path.starts_with(&opened.session.workspace.root) {
                continue;
            }
            match text {
                Some(text) => opened.files.put(path, text),
                None => opened.files.remove(path),
            }
            opened.update(&[path.to_owned()]);
        }
        self.push();
    }

    /// Reads files that others changed; the editor's texts still count.
    fn changed_on_disk(&mut self, paths: &[PathBuf]) {
        let unopened = |path: &&PathBuf| self.documents.get(path).is_none();
        let paths = paths.iter().filter(unopened).cloned().collect::<Vec<_>>();
        let mut is_relevant = false;
        for (_, opened) in self.workspaces.all() {
            is_relevant |= opened.update(&paths);
        }
        if is_relevant {
            self.push();
            self.refresh();
        }
    }

    /// Asks the client to ask again for what it shows.
    fn refresh(&mut self) {
        if self.client.pulls && self.client.refreshes {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
        if self.client.refreshes_hints {
            self.ask("workspace/inlayHint/refresh", Value::Null);
        }
    }

    // ---- Diagnostics for clients that don't ask for them

    /// Sends the diagnostics of all open files, unless the client asks for them itself. Those of a
    /// text that has changed since aren't worked out.
    fn push(&mut self) {
        if self.client.pulls {
            return;
        }
        let open = self.documents.iter();
        let open = open.map(|(_, one)| (one.uri.clone(), one.version)).collect::<Vec<_>>();
        for (uri, version) in open {
            let Some(snapshot) = self.snapshot(&uri) else { continue };
            let newest = Arc::clone(&self.newest);
            newest.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.clone(), version);
            let sender = self.connection.sender.clone();
            let job = move || {
                let is_newest = || {
                    let newest = newest.lock().unwrap_or_else(PoisonError::into_inner);
                    newest.get(&uri) == Some(&version)
                };
                if !is_newest() {
                    return;
                }
                let found = match &snapshot {
                    Ok(file) => diagnostics::of(file),
                    Err(why) => vec![unopened(why)],
                };
                if is_newest() {
                    let _ = sender.send(published(&uri, Some(version), &found).into());
                }
            };
            let _ = self.slow.send(Box::new(job));
        }
    }

    fn publish(&self, uri: &lsp::Uri, version: Option<i32>, found: &[lsp::Diagnostic]) {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).remove(uri);
        self.send(published(uri, version, found));
    }
}

fn published(uri: &lsp::Uri, version: Option<i32>, found: &[lsp::Diagnostic]) -> Notification {
    let params = json!({ "uri": uri, "version": version, "diagnostics": found });
    Notification { method: "textDocument/publishDiagnostics".to_owned(), params }
}

/// Returns the finding of a file whose workspace can't be read.
fn unopened(why: &Unopened) -> lsp::Diagnostic {
    let message = format!("the workspace `{}` can't be read: {}", why.root.display(), why.error);
    lsp::Diagnostic {
        severity: Some(lsp::DiagnosticSeverity::Error),
        source: Some(diagnostics::SOURCE.to_owned()),
        message: lsp::Message::String(message),
        range: lsp::Range::default(),
        code: None,
        code_description: None,
        tags: None,
        related_information: None,
        data: None,
    }
}
