//! Which feature answers which request about a file.

use gen_lsp_types as lsp;
use lsp_server::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::snapshot::Snapshot;
use super::{
    actions, closing, completion, diagnostics, hierarchy, hover, inlay, lenses, links, navigation,
    outline, signature, tokens,
};

/// Why a request has no answer.
#[derive(Debug)]
pub(super) struct Failure {
    pub code: ErrorCode,
    pub message: String,
}

/// What a request about a file needs besides the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wants {
    pub has_snippets: bool,
    /// Whether documentation of completions is asked for when it is shown.
    pub resolves_docs: bool,
    pub inlay_hints: bool,
    pub renames_files: bool,
    pub creates_files: bool,
}

/// Whether a method is a request about a file that is answered here.
pub(super) fn is_known(method: &str) -> bool {
    METHODS.contains(&method)
}

pub(super) const RESOLVE: &str = "completionItem/resolve";

const METHODS: [&str; 21] = [
    RESOLVE,
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/diagnostic",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/linkedEditingRange",
    "textDocument/onTypeFormatting",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/signatureHelp",
];

/// A request with a position.
#[derive(Debug, serde::Deserialize)]
struct At {
    position: lsp::Position,
}

/// Answers a request about a file.
///
/// # Errors
/// If its parameters aren't those of the protocol, or what it asks for isn't possible.
pub(super) fn answer(
    method: &str,
    params: Value,
    file: &Snapshot,
    wants: Wants,
) -> Result<Value, Failure> {
    match method {
        "textDocument/completion" => {
            let items = completion::at(file, at(params)?, wants);
            value(&json!({ "isIncomplete": false, "items": items }))
        }
        RESOLVE => value(&completion::resolved(file, read(params)?, wants)),
        "textDocument/hover" => value(&hover::at(file, at(params)?)),
        "textDocument/signatureHelp" => value(&signature::at(file, at(params)?)),
        "textDocument/definition" => value(&navigation::definitions(file, at(params)?)),
        "textDocument/references" => {
            let asked: lsp::ReferenceParams = read(params)?;
            let position = asked.text_document_position_params.position;
            let with_definitions = asked.context.include_declaration;
            value(&navigation::references(file, position, with_definitions))
        }
        "textDocument/documentHighlight" => value(&navigation::highlights(file, at(params)?)),
        "textDocument/prepareRename" => {
            value(&navigation::prepared(file, at(params)?).map_err(refused)?)
        }
        "textDocument/rename" => {
            let asked: lsp::RenameParams = read(params)?;
            let position = asked.text_document_position_params.position;
            value(
                &navigation::renamed(file, position, &asked.new_name, wants.renames_files)
                    .map_err(refused)?,
            )
        }
        "textDocument/documentSymbol" => value(&outline::symbols(file)),
        "textDocument/foldingRange" => value(&outline::folds(file)),
        "textDocument/linkedEditingRange" => value(&outline::linked(file, at(params)?)),
        "textDocument/onTypeFormatting" => value(&closing::at(file, at(params)?)),
        "textDocument/selectionRange" => {
            let asked: lsp::SelectionRangeParams = read(params)?;
            value(&outline::selections(file, &asked.positions))
        }
        "textDocument/codeLens" => value(&lenses::of(file)),
        "textDocument/semanticTokens/full" => value(&tokens::of(file)),
        "textDocument/prepareCallHierarchy" => value(&hierarchy::prepared(file, at(params)?)),
        "textDocument/documentLink" => value(&links::of(file)),
        "textDocument/inlayHint" if !wants.inlay_hints => Ok(json!([])),
        "textDocument/inlayHint" => {
            let asked: lsp::InlayHintParams = read(params)?;
            value(&inlay::within(file, asked.range))
        }
        "textDocument/codeAction" => {
            let asked: lsp::CodeActionParams = read(params)?;
            let only = asked.context.only.as_deref();
            value(&actions::within(file, asked.range, only, wants.creates_files))
        }
        "textDocument/diagnostic" => {
            let asked: lsp::DocumentDiagnosticParams = read(params)?;
            Ok(diagnostics::report(&diagnostics::of(file), asked.previous_result_id.as_deref()))
        }
        _ => Err(Failure {
            code: ErrorCode::MethodNotFound,
            message: format!("`{method}` isn't supported"),
        }),
    }
}

fn at(params: Value) -> Result<lsp::Position, Failure> {
    read::<At>(params).map(|at| at.position)
}

/// Reads the parameters of a request.
///
/// # Errors
/// If they aren't those of the protocol.
pub(super) fn read<T: DeserializeOwned>(params: Value) -> Result<T, Failure> {
    serde_json::from_value(params)
        .map_err(|error| Failure { code: ErrorCode::InvalidParams, message: error.to_string() })
}

fn value(answer: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer)
        .map_err(|error| Failure { code: ErrorCode::InternalError, message: error.to_string() })
}

fn refused(message: String) -> Failure {
    Failure { code: ErrorCode::RequestFailed, message }
}
