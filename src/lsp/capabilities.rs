//! What the client can do, and what the server offers it.

use std::path::PathBuf;

use gen_lsp_types as lsp;
use serde_json::Value;

use super::lines::Encoding;
use super::{actions, completion, signature, uri};

/// What a client said of itself when it started the server.
#[derive(Debug)]
pub(super) struct Client {
    pub encoding: Encoding,
    /// Whether it asks for diagnostics itself.
    pub pulls: bool,
    /// Whether it asks for them again when it is told to.
    pub refreshes: bool,
    pub refreshes_hints: bool,
    pub has_snippets: bool,
    /// Whether it can be asked to report changes of files.
    pub watches: bool,
    pub folders: Vec<PathBuf>,
    pub settings: Settings,
}

/// Settings of the client, under `meniscus`.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// The recipient whose values are shown; the first one of each message without it.
    pub recipient: Option<String>,
    /// Whether values are shown behind outputs.
    pub inlay_hints: bool,
}

impl Settings {
    /// Reads the settings; what is missing or unknown has its default.
    pub fn of(value: &Value) -> Settings {
        let own = value.get("meniscus").unwrap_or(value);
        let recipient =
            own.get("recipient").and_then(Value::as_str).filter(|name| !name.is_empty());
        let hints = own.get("inlayHints").and_then(Value::as_bool);
        Settings { recipient: recipient.map(str::to_owned), inlay_hints: hints.unwrap_or(true) }
    }
}

impl Client {
    /// Reads what the client says.
    pub fn of(params: &lsp::InitializeParams, value: &Value) -> Client {
        // What is asked for rarely is read from the JSON, where names are those of the protocol.
        let can = |path: &str| value.pointer(&format!("/capabilities/{path}"));
        let is = |path: &str| can(path).and_then(Value::as_bool).unwrap_or(false);
        let encodings = can("general/positionEncodings").and_then(Value::as_array);
        let has_utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        let folders = value.get("workspaceFolders").and_then(Value::as_array);
        let folders = folders.into_iter().flatten().filter_map(|folder| folder["uri"].as_str());
        let mut folders = folders.map(str::to_owned).collect::<Vec<_>>();
        #[expect(deprecated, reason = "some clients send nothing else")]
        if folders.is_empty() {
            folders.extend(params.root_uri.as_ref().map(|uri| uri.0.clone()));
        }
        let folders = folders.into_iter().filter_map(|folder| uri::path_of(&lsp::Uri(folder)));
        let options = params.initialization_options.as_ref();
        let options = options.and_then(|options| serde_json::to_value(options).ok());
        Client {
            encoding: if has_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            pulls: can("textDocument/diagnostic").is_some(),
            refreshes: is("workspace/diagnostics/refreshSupport"),
            refreshes_hints: is("workspace/inlayHint/refreshSupport"),
            has_snippets: is("textDocument/completion/completionItem/snippetSupport"),
            watches: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
            folders: folders.collect(),
            settings: Settings::of(&options.unwrap_or_default()),
        }
    }

    /// Returns what the server offers.
    pub fn offered(&self) -> lsp::ServerCapabilities {
        let strings = |all: &[&str]| Some(all.iter().map(|&one| one.to_owned()).collect());
        lsp::ServerCapabilities {
            position_encoding: Some(match self.encoding {
                Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
                Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            }),
            text_document_sync: Some(lsp::TextDocumentSync::Options(
                lsp::TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(lsp::TextDocumentSyncKind::Incremental),
                    save: Some(true.into()),
                    ..lsp::TextDocumentSyncOptions::default()
                },
            )),
            completion_provider: Some(lsp::CompletionOptions {
                trigger_characters: strings(&completion::TRIGGERS),
                ..lsp::CompletionOptions::default()
            }),
            signature_help_provider: Some(lsp::SignatureHelpOptions {
                trigger_characters: strings(&signature::TRIGGERS),
                ..lsp::SignatureHelpOptions::default()
            }),
            hover_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            references_provider: Some(true.into()),
            document_highlight_provider: Some(true.into()),
            document_symbol_provider: Some(true.into()),
            workspace_symbol_provider: Some(true.into()),
            folding_range_provider: Some(true.into()),
            selection_range_provider: Some(true.into()),
            linked_editing_range_provider: Some(true.into()),
            inlay_hint_provider: Some(true.into()),
            document_link_provider: Some(lsp::DocumentLinkOptions::default()),
            rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
                prepare_provider: Some(true),
                ..lsp::RenameOptions::default()
            })),
            code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(
                lsp::CodeActionOptions {
                    code_action_kinds: Some(vec![
                        lsp::CodeActionKind::QuickFix,
                        lsp::CodeActionKind::new(actions::FIX_ALL),
                    ]),
                    ..lsp::CodeActionOptions::default()
                },
            )),
            diagnostic_provider: Some(lsp::DiagnosticProvider::DiagnosticOptions(
                lsp::DiagnosticOptions {
                    identifier: Some("meniscus".to_owned()),
                    // A field of a recording that goes is a finding of every template that reads it.
                    inter_file_dependencies: true,
                    workspace_diagnostics: true,
                    ..lsp::DiagnosticOptions::default()
                },
            )),
            workspace: Some(lsp::WorkspaceOptions {
                workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(true.into()),
                }),
                ..lsp::WorkspaceOptions::default()
            }),
            ..lsp::ServerCapabilities::default()
        }
    }
}
