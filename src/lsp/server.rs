use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gen_lsp_types as lsp;
use lsp_server::{
    Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response,
};
use notify::RecursiveMode;
use serde_json::{Value, json};
use thiserror::Error;

use super::capabilities::Client;
use super::documents::{Document, Documents};
use super::everything::{Before, Whole, reports};
use super::hierarchy::Tree;
use super::lines::KnownLines;
use super::open::{Opened, Unopened, Workspaces};
use super::pending::Pending;
use super::plain::plain;
use super::requests::{Failure, RESOLVE, Wants, answer, is_known, read};
use super::work::{Job, caught, worker};
use super::{diagnostics, page, symbols, uri};
use crate::files::{Disk, FileWatcher};
use crate::project::{CONFIG_FILE, is_workspace};

/// Why the server ended early.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Doesn't say what the client sent: that may be a whole text, and editors keep a log.
    #[error("the client doesn't follow the Language Server Protocol")]
    Protocol(#[from] ProtocolError),
    #[error("can't start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// How a client ended the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As the protocol has it, or by leaving.
    Fine,
    /// With `exit` before `shutdown`.
    Early,
}

/// How long the server waits for the next key before it asks for a refresh, and how often it looks
/// at what changed on disk where the client doesn't report that.
const IDLE: Duration = Duration::from_millis(200);

/// Files whose changes on disk matter.
const WATCHED: [&str; 2] = ["**/{meniscus,message}.toml", "**/*.{liquid,html,txt,json,toml,snap}"];

/// Serves a client until it ends.
///
/// # Errors
/// If the client doesn't keep to the protocol, or the system provides no thread.
pub fn serve(connection: &Connection) -> Result<Ended, ServerError> {
    let (id, params) = connection.initialize_start()?;
    let client = Client::of(&params);
    let about = json!({
        "capabilities": client.offered(),
        "serverInfo": { "name": "meniscus", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, about)?;
    let quick = worker("answers")?;
    let checks = worker("checks")?;
    // What takes long must not hold up what somebody waits for.
    let slow = worker("reports")?;
    let page = worker("page")?;
    let page_lists = worker("page lists")?;
    let mut server = Server {
        connection,
        client,
        documents: Documents::default(),
        workspaces: Workspaces::default(),
        quick,
        checks,
        slow,
        page,
        page_lists,
        pending: Arc::default(),
        newest: Arc::default(),
        asked: 0,
        is_stale: false,
        is_shut_down: false,
        disk: DiskChanges::default(),
    };
    server.watch();
    server.run()
}

pub(super) struct Server<'c> {
    connection: &'c Connection,
    pub(super) client: Client,
    pub(super) documents: Documents,
    workspaces: Workspaces,
    quick: Sender<Job>,
    /// Diagnostics of a file: of a content block they may take a while.
    checks: Sender<Job>,
    slow: Sender<Job>,
    /// The message on the preview's page: it must wait for nothing else, and nothing else for it.
    page: Sender<Job>,
    /// What else the page asks.
    page_lists: Sender<Job>,
    pending: Arc<Pending>,
    /// How often diagnostics were to be pushed; held while they are sent.
    newest: Arc<Mutex<u64>>,
    /// The number of requests to the client.
    asked: i32,
    /// Whether the client shows what other files no longer say.
    is_stale: bool,
    /// Whether the client has asked for the end: only `exit` may follow.
    is_shut_down: bool,
    disk: DiskChanges,
}

/// Changes on disk, where the client doesn't report them.
#[derive(Default)]
struct DiskChanges {
    watcher: Option<FileWatcher>,
    changed: Option<Receiver<PathBuf>>,
    watched: HashSet<PathBuf>,
}

impl Server<'_> {
    fn run(&mut self) -> Result<Ended, ServerError> {
        loop {
            let is_waiting = self.is_stale || self.disk.watcher.is_some();
            let message = match is_waiting {
                true => match self.connection.receiver.recv_timeout(IDLE) {
                    Err(error) if error.is_timeout() => {
                        self.idle();
                        continue;
                    }
                    message => message.ok(),
                },
                false => self.connection.receiver.recv().ok(),
            };
            match message {
                Some(Message::Request(Request { id, .. })) if self.is_shut_down => {
                    let message = "the server is shut down".to_owned();
                    self.send(Response::new_err(id, ErrorCode::InvalidRequest as i32, message));
                }
                Some(Message::Request(Request { id, method, .. })) if method == "shutdown" => {
                    self.is_shut_down = true;
                    self.send(Response::new_ok(id, Value::Null));
                }
                Some(Message::Request(request)) => self.answer(request),
                Some(Message::Notification(note)) if note.method == "exit" => {
                    return Ok(if self.is_shut_down { Ended::Fine } else { Ended::Early });
                }
                Some(Message::Notification(_)) if self.is_shut_down => {}
                Some(Message::Notification(notification)) => self.notice(notification),
                // Answers to registrations and refreshes say nothing.
                Some(Message::Response(_)) => {}
                // The client is gone.
                None => return Ok(Ended::Fine),
            }
        }
    }

    /// Does what can wait for a pause.
    fn idle(&mut self) {
        let changed = self.disk.changed.iter().flat_map(|changed| changed.try_iter());
        let changed = changed.collect::<BTreeSet<_>>();
        if !changed.is_empty() {
            self.changed_on_disk(&changed.into_iter().collect::<Vec<_>>());
        }
        if std::mem::take(&mut self.is_stale) {
            self.refresh();
        }
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
            let (sender, changed) = channel();
            let handler = move |event: notify::Result<notify::Event>| {
                let event = event.ok().filter(|event| !event.kind.is_access());
                let paths = event.into_iter().flat_map(|event| event.paths);
                // The receiver lives as long as the watcher.
                paths.for_each(|path| drop(sender.send(path)));
            };
            // Without it, changes on disk are seen when a file is opened.
            self.disk.watcher = FileWatcher::new(handler).ok();
            self.disk.changed = Some(changed);
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
            "meniscus/page" => self.answer_page(id, params),
            "meniscus/pageHtml" => self.later(&self.page, id, move || page::html(params)),
            "callHierarchy/incomingCalls" | "callHierarchy/outgoingCalls" => {
                self.answer_hierarchy(id, method == "callHierarchy/incomingCalls", params);
            }
            method if is_known(method) => self.answer_file(id, method.to_owned(), params),
            method => {
                let message = format!("meniscus doesn't support `{method}`");
                self.send(Response::new_err(id, ErrorCode::MethodNotFound as i32, message));
            }
        }
    }

    fn answer_file(&mut self, id: RequestId, method: String, params: Value) {
        let is_item = method == RESOLVE;
        let uri = if is_item { &params["data"]["uri"] } else { &params["textDocument"]["uri"] };
        let uri = uri.as_str().unwrap_or_default().to_owned();
        let address = lsp::Uri(uri.clone());
        let is_check = method == "textDocument/diagnostic";
        let snapshot = match self.snapshot(&address) {
            Some(Err(why)) if !is_check => self.settings_alone(&address, &why.root).map(Ok),
            snapshot => snapshot,
        };
        let wants = Wants {
            has_snippets: self.client.has_snippets,
            resolves_docs: self.client.resolves_docs,
            inlay_hints: self.client.settings.inlay_hints,
            renames_files: self.client.renames_files,
            creates_files: self.client.creates_files,
        };
        let worker = match &*method {
            "textDocument/diagnostic" => &self.checks,
            // They render for every recipient.
            "textDocument/codeLens" => &self.slow,
            _ => &self.quick,
        };
        let reads_markdown = self.client.reads_markdown;
        let work = move || match snapshot {
            Some(Ok(file)) => {
                let mut answer = answer(&method, params, &file, wants)?;
                if !reads_markdown {
                    plain(&mut answer);
                }
                Ok(answer)
            }
            // A file without a workspace has one finding: why.
            Some(Err(why)) if is_check => {
                Ok(diagnostics::report(&[diagnostics::unopened(&why, &lsp::Uri(uri))], None))
            }
            _ if is_check => Ok(diagnostics::report(&[], None)),
            _ if is_item => Ok(params),
            _ => Ok(Value::Null),
        };
        self.later(worker, id, work);
    }

    /// Answers a request in another thread, unless the client takes it back before.
    fn later(
        &self,
        worker: &Sender<Job>,
        id: RequestId,
        work: impl FnOnce() -> Result<Value, Failure> + Send + 'static,
    ) {
        let sender = self.connection.sender.clone();
        let pending = Arc::clone(&self.pending);
        pending.add(id.clone());
        let job = move || {
            let response = match pending.take(&id) {
                false => {
                    let message = "the request was canceled".to_owned();
                    Response::new_err(id, ErrorCode::RequestCanceled as i32, message)
                }
                true => match caught(work) {
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
            let uri = lsp::Uri(known["uri"].as_str()?.to_owned());
            Some((uri::path_of(&uri)?, (uri, known["value"].as_str()?.to_owned())))
        });
        let before = before.collect::<Before>();
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

    /// Answers what includes a content block, or what a file includes; the file needn't be open.
    fn answer_hierarchy(&mut self, id: RequestId, incoming: bool, mut params: Value) {
        let item = params["item"].take();
        let uri = lsp::Uri(item["uri"].as_str().unwrap_or_default().to_owned());
        let path = uri::path_of(&uri).unwrap_or_default();
        let (uris, encoding) = (self.uris(), self.client.encoding);
        let session = self.open(&path).ok().map(|opened| Arc::clone(&opened.session));
        self.later(&self.quick, id, move || {
            let Some(session) = session else { return Ok(json!([])) };
            let tree =
                Tree { session: &session, uris: &uris, encoding, lines: KnownLines::default() };
            Ok(match incoming {
                true => json!(tree.incoming(&item)),
                false => json!(tree.outgoing(&item)),
            })
        });
    }

    /// Answers what the preview's page asks of a workspace, from the unsaved texts.
    fn answer_page(&mut self, id: RequestId, params: Value) {
        let asked = read::<page::Asked>(params).and_then(|asked| {
            let root = uri::path_of(&asked.workspace);
            let opened = root.map(|root| self.open(&root.join(CONFIG_FILE)));
            let refused = |message: String| Failure { code: ErrorCode::RequestFailed, message };
            match opened {
                Some(Ok(opened)) if opened.is_configured => {
                    let page = Arc::clone(opened.page.get_or_insert_default());
                    Ok((asked, page, Arc::clone(&opened.session)))
                }
                Some(Err(why)) => {
                    Err(refused(format!("`{CONFIG_FILE}` can't be read: {}", why.error)))
                }
                _ => Err(refused(format!(
                    "`{}` isn't a folder with `{CONFIG_FILE}`",
                    asked.workspace.as_ref()
                ))),
            }
        });
        let is_message = asked.as_ref().is_ok_and(|(asked, ..)| asked.is_message());
        let worker = if is_message { &self.page } else { &self.page_lists };
        self.later(worker, id, move || {
            let (asked, page, session) = asked?;
            Ok(page.answer(&session, &asked))
        });
    }

    /// Reads the client's folders that are workspaces; no others, whatever templates are in them.
    fn open_folders(&mut self) {
        for folder in self.client.folders.clone() {
            if is_workspace(&*Disk::files(), &folder) {
                // One that can't be read says so in each of its files.
                let _ = self.open(&folder.join(CONFIG_FILE));
            }
        }
    }

    /// Returns the workspace of a file.
    pub(super) fn open(&mut self, path: &Path) -> Result<&mut Opened, Unopened> {
        let texts = |root: &Path| {
            let inside = self.documents.iter().filter(|(path, _)| path.starts_with(root));
            let texts = inside.map(|(path, document)| (path.clone(), document.text.to_string()));
            texts.collect::<BTreeMap<_, _>>()
        };
        let opened = self.workspaces.of(path, &self.client, texts)?;
        if let Some(watcher) = &mut self.disk.watcher
            && opened.is_configured
        {
            let workspace = &opened.session.workspace;
            let folders = workspace.folders().into_iter().map(|name| workspace.root.join(name));
            let folders = folders.map(|folder| (folder, RecursiveMode::Recursive));
            let root = (workspace.root.clone(), RecursiveMode::NonRecursive);
            for (folder, mode) in folders.chain([root]) {
                if folder.is_dir() && self.disk.watched.insert(folder.clone()) {
                    let _ = watcher.watch(&folder, mode);
                }
            }
        }
        Ok(opened)
    }

    fn whole(&mut self) -> Vec<Whole> {
        let all = self.workspaces.all().map(|opened| Whole {
            session: Arc::clone(&opened.session),
            linted: Arc::clone(&opened.linted),
        });
        all.collect()
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
                    self.send(diagnostics::published(&asked.text_document.uri, None, &[]));
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
                // Those in another folder of the client are read again.
                gone.iter().for_each(|folder| self.workspaces.forget(folder));
            }
            "workspace/didChangeConfiguration" => {
                self.client.settings.update(&params["settings"]);
                self.refresh();
            }
            "$/cancelRequest" => {
                self.pending.cancel(&read(params["id"].clone())?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the editor's text of a file in the place of that on disk, or gives it back.
    fn put(&mut self, path: &Path, text: Option<&str>) {
        let mut told = Vec::new();
        for opened in self.workspaces.all().filter(|opened| opened.holds(path)) {
            match text {
                Some(text) => opened.files.put(path, text),
                None => opened.files.remove(path),
            }
            if let Some((changes, concerns_others)) = opened.update(&[path.to_owned()]) {
                self.is_stale |= concerns_others;
                told.extend(page::changed(opened, &changes));
            }
        }
        told.into_iter().for_each(|note| self.send(note));
        self.push();
    }

    /// Reads files that others changed; the editor's texts still count.
    fn changed_on_disk(&mut self, paths: &[PathBuf]) {
        let unopened = |path: &&PathBuf| self.documents.get(path).is_none();
        let paths = paths.iter().filter(unopened).cloned().collect::<Vec<_>>();
        if paths.iter().any(|path| path.file_name() == Some(CONFIG_FILE.as_ref())) {
            self.workspaces.forget_other_configurations();
        }
        let updated = self.workspaces.all().filter_map(|opened| {
            let (changes, _) = opened.update(&paths)?;
            page::changed(opened, &changes)
        });
        let told = updated.collect::<Vec<_>>();
        told.into_iter().for_each(|note| self.send(note));
        self.push();
        self.refresh();
    }

    /// Asks the client to ask again for what it shows.
    fn refresh(&mut self) {
        if self.client.pulls && self.client.refreshes {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
        if self.client.refreshes_hints {
            self.ask("workspace/inlayHint/refresh", Value::Null);
        }
        if self.client.refreshes_lenses {
            self.ask("workspace/codeLens/refresh", Value::Null);
        }
    }

    // ---- Diagnostics for clients that don't ask for them

    /// Sends the diagnostics of all open files, unless the client asks for them itself. What is
    /// worked out for an earlier change is dropped.
    fn push(&mut self) {
        if self.client.pulls {
            return;
        }
        let turn = {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            *newest += 1;
            *newest
        };
        let open = self.documents.iter();
        let open = open.map(|(_, one)| (one.uri.clone(), one.version)).collect::<Vec<_>>();
        for (uri, version) in open {
            let Some(snapshot) = self.snapshot(&uri) else { continue };
            let newest = Arc::clone(&self.newest);
            let sender = self.connection.sender.clone();
            let job = move || {
                let newest = || newest.lock().unwrap_or_else(PoisonError::into_inner);
                if *newest() != turn {
                    return;
                }
                let found = match &snapshot {
                    Ok(file) => diagnostics::of(file),
                    Err(why) => vec![diagnostics::unopened(why, &uri)],
                };
                // A file that is closed meanwhile must not get findings after that.
                let newest = newest();
                if *newest == turn {
                    let _ = sender.send(diagnostics::published(&uri, Some(version), &found).into());
                }
            };
            let _ = self.slow.send(Box::new(job));
        }
    }
}
