//! Actions that write data: a recording for a call that has no answer, and a value that the recipient
//! lacks.

use gen_lsp_types as lsp;

use super::edits;
use super::lines::Lines;
use super::snapshot::{Role, Snapshot};
use crate::contract::Contract;
use crate::dialect::BRAZE;
use crate::http::Response;
use crate::http::secret::is_secret_field;
use crate::live::record::{Context, exchange, free_key, recordings};
use crate::project::{Message, Scenario};
use crate::recipients::{Key, ScenarioFile, Trial, empty_answer_to, examples, listing, table_of};
use crate::render::CallResult;
use crate::semantics::Semantics as _;
use crate::syntax::ast::{Expr, ExprKind, Root};
use crate::syntax::{FamilyId, Visitor, walk_expr, walk_nodes};
use crate::text::{Source, Span};
use crate::value::{View, to_json};

/// Returns the actions at an offset, for the recipient whose values are shown.
pub(super) fn at(file: &Snapshot, offset: usize, creates_files: bool) -> Vec<lsp::CodeAction> {
    let Role::Part(message) = &file.role else { return Vec::new() };
    let Some(scenario) = file.scenario().and_then(|name| file.session.scenario(name)) else {
        return Vec::new();
    };
    let recording = creates_files.then(|| record(file, message, scenario, offset)).flatten();
    recording.into_iter().chain(give_value(file, message, scenario, offset)).collect()
}

/// Returns the action that writes a recording with an empty answer for the call at an offset.
fn record(
    file: &Snapshot,
    message: &Message,
    scenario: &Scenario,
    offset: usize,
) -> Option<lsp::CodeAction> {
    let rendering = file.rendered(&message.name, &scenario.name)?;
    let (part, call) = rendering.parts().find_map(|(part, outcome)| {
        let call = outcome.calls.iter().find(|call| {
            matches!(call.result, CallResult::Unanswered(_))
                && call.at.source.name() == file.shown
                && call.at.span.touches(offset)
        })?;
        Some((part, call))
    })?;
    let (answer, _) = empty_answer_to(&file.session.known, message, &call.at, &call.target);
    let response = Response { body: answer.to_string().into_bytes(), ..Response::default() };
    let context = Context {
        message: message.name.clone(),
        part: part.name.clone(),
        scenario: scenario.name.clone(),
    };
    let exchange = exchange(call.request.clone(), response, context);
    let made = recordings(&file.session, &[exchange], &[], None).ok()?;
    let recording = made.first()?;
    let key = free_key(&file.session, recording.key());
    let contents = recording.contents();
    let shown = format!("{}/{key}.json", file.session.workspace.config.paths.recordings);
    let uri = file.uri_of(&shown)?;
    let mut changes = vec![
        lsp::DocumentChange::from(lsp::CreateFile {
            uri: uri.clone(),
            // A file of this name that came meanwhile stays as it is.
            options: None,
            annotation_id: None,
        }),
        edits::step(
            uri,
            vec![lsp::TextEdit { range: lsp::Range::default(), new_text: contents.clone() }],
        ),
    ];
    if let Some(listing) = listing(scenario, &key, &contents) {
        let (uri, all) = replaced(file, scenario.sources.first()?, listing.ok()?)?;
        changes.push(edits::step(uri, all));
    }
    Some(lsp::CodeAction {
        title: format!("Make a recording with an empty answer for this call: {shown}"),
        kind: Some(lsp::CodeActionKind::QuickFix),
        edit: Some(edits::in_order(changes)),
        ..lsp::CodeAction::default()
    })
}

/// Returns the action that gives the recipient a value for the attribute at an offset.
fn give_value(
    file: &Snapshot,
    message: &Message,
    scenario: &Scenario,
    offset: usize,
) -> Option<lsp::CodeAction> {
    let template = file.template()?;
    let mut attributes = Attributes { offset, found: None };
    walk_nodes(&mut attributes, &template.nodes);
    let (family, name, whole) = attributes.found?;
    let (name, written) = (template.source.slice(name), template.source.slice(whole));
    let table = table_of(BRAZE.family_name(family))?;
    let is_there = match scenario.tables.get(table)?.view() {
        View::Object(values) => values.get(name).is_some(),
        _ => true,
    };
    // Nobody invents a credential.
    if is_there || is_secret_field(name) {
        return None;
    }
    let known = &file.session.known;
    let contract = Contract::of(known, [message]);
    let examples = examples(&Trial::new(known, message), &contract);
    let View::Object(values) = examples.get(table)?.view() else { return None };
    let example = to_json(values.get(name)?.view());
    let source = scenario.sources.first()?;
    let mut changed = ScenarioFile::parse(source.name(), source.text()).ok()?;
    changed.set(Key { table: Some(table), name }, &example).ok()?;
    Some(lsp::CodeAction {
        title: format!("Give {} a value for `{written}`: {example}", scenario.name),
        kind: Some(lsp::CodeActionKind::QuickFix),
        edit: Some(edits::of_files([replaced(file, source, changed.to_text())?])),
        ..lsp::CodeAction::default()
    })
}

/// Finds the attribute at an offset: its family, its name, and the whole.
struct Attributes {
    offset: usize,
    found: Option<(FamilyId, Span, Span)>,
}

impl Visitor for Attributes {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(path) = &expr.kind
            && let Root::Attribute(attribute) = &path.root
            && attribute.span.touches(self.offset)
        {
            self.found = attribute.id.map(|family| (family, attribute.name, attribute.span));
        }
        walk_expr(self, expr);
    }
}

/// Returns a file of the workspace, and the edit that gives it another text.
fn replaced(
    file: &Snapshot,
    source: &Source,
    new_text: String,
) -> Option<(lsp::Uri, Vec<lsp::TextEdit>)> {
    let range = Lines::new(source.text(), file.encoding).range(0..source.text().len());
    Some((file.uri_of(source.name())?, vec![lsp::TextEdit { range, new_text }]))
}
