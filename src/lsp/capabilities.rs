//! What the client can do, and what the server offers it.

use std::path::PathBuf;

use gen_lsp_types as lsp;
use serde_json::Value;

use super::lines::Encoding;
use super::{actions, closing, completion, signature, tokens, uri};

/// What a client said of itself when it started the server.
#[derive(Debug)]
pub(super) struct Client {
    pub encoding: Encoding,
    /// Whether it asks for diagnostics itself.
    pub pulls: bool,
    /// Whether it asks for them again when it is told to.
    pub refreshes: bool,
    pub refreshes_hints: bool,
    pub refreshes_lenses: bool,
    pub has_snippets: bool,
    /// Whether it asks for the documentation of a completion when it shows it.
    pub resolves_docs: bool,
    /// Whether an edit may rename files.
    pub renames_files: bool,
    /// Whether an edit may create files.
    pub creates_files: bool,
    /// Whether it reads Markdown wherever it shows documentation.
    pub reads_markdown: bool,
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
    /// Whether values are shown after outputs.
    pub inlay_hints: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { recipient: None, inlay_hints: true }
    }
}

impl Settings {
    /// Takes the settings that are there; what is missing or unknown stays as it was.
    pub fn update(&mut self, value: &Value) {
        let own = value.get("meniscus").unwrap_or(value);
        match own.get("recipient") {
            Some(Value::String(name)) if !name.is_empty() => self.recipient = Some(name.clone()),
            Some(Value::String(_) | Value::Null) => self.recipient = None,
            _ => {}
        }
        if let Some(Value::Bool(is_on)) = own.get("inlayHints") {
            self.inlay_hints = *is_on;
        }
    }
}

impl Client {
    /// Reads what the client says.
    ///
    /// From JSON: one value that isn't as expected must not keep an editor from starting.
    pub fn of(value: &Value) -> Client {
        let can = |path: &str| value.pointer(&format!("/capabilities/{path}"));
        let is = |path: &str| can(path).and_then(Value::as_bool).unwrap_or(false);
        let encodings = can("general/positionEncodings").and_then(Value::as_array);
        let has_utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        let folders = value.get("workspaceFolders").and_then(Value::as_array);
        let folders = folders.into_iter().flatten().filter_map(|folder| folder["uri"].as_str());
        let mut folders = folders.map(str::to_owned).collect::<Vec<_>>();
        if folders.is_empty() {
            // Some clients send nothing else.
            folders.extend(value["rootUri"].as_str().map(str::to_owned));
        }
        let folders = folders.into_iter().filter_map(|folder| uri::path_of(&lsp::Uri(folder)));
        let operations = can("workspace/workspaceEdit/resourceOperations");
        let operations = operations.and_then(Value::as_array);
        let resolved = can("textDocument/completion/completionItem/resolveSupport/properties");
        let resolved = resolved.and_then(Value::as_array);
        let changes_files = |how: &str| {
            operations.is_some_and(|all| all.iter().any(|one| one == how))
                && is("workspace/workspaceEdit/documentChanges")
        };
        // A client that lists no format reads what others read.
        let reads_markdown = |formats: &str| {
            let formats = can(&format!("textDocument/{formats}")).and_then(Value::as_array);
            formats.is_none_or(|all| all.iter().any(|one| one == "markdown"))
        };
        let mut settings = Settings::default();
        settings.update(&value["initializationOptions"]);
        Client {
            encoding: if has_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            pulls: can("textDocument/diagnostic").is_some(),
            refreshes: is("workspace/diagnostics/refreshSupport"),
            refreshes_hints: is("workspace/inlayHint/refreshSupport"),
            refreshes_lenses: is("workspace/codeLens/refreshSupport"),
            has_snippets: is("textDocument/completion/completionItem/snippetSupport"),
            resolves_docs: resolved.is_some_and(|all| all.iter().any(|one| one == "documentation")),
            renames_files: changes_files("rename"),
            creates_files: changes_files("create"),
            reads_markdown: reads_markdown("hover/contentFormat")
                && reads_markdown("completion/completionItem/documentationFormat"),
            watches: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
            folders: folders.collect(),
            settings,
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
                resolve_provider: Some(true),
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
            document_on_type_formatting_provider: Some(lsp::DocumentOnTypeFormattingOptions {
                first_trigger_character: closing::TRIGGER.to_owned(),
                more_trigger_character: None,
            }),
            inlay_hint_provider: Some(true.into()),
            code_lens_provider: Some(lsp::CodeLensOptions::default()),
            call_hierarchy_provider: Some(true.into()),
            semantic_tokens_provider: Some(
                lsp::SemanticTokensOptions {
                    legend: lsp::SemanticTokensLegend {
                        token_types: tokens::KINDS.map(str::to_owned).to_vec(),
                        token_modifiers: Vec::new(),
                    },
                    full: Some(true.into()),
                    ..lsp::SemanticTokensOptions::default()
                }
                .into(),
            ),
            document_link_provider: Some(lsp::DocumentLinkOptions::default()),
            rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
                prepare_provider: Some(true),
                ..lsp::RenameOptions::default()
            })),
            code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(
                lsp::CodeActionOptions {
                    code_action_kinds: Some(vec![
                        lsp::CodeActionKind::QuickFix,
                        lsp::CodeActionKind::RefactorRewrite,
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
