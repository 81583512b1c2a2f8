//! Where the workspace mentions a message, recipient, or content block by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use meniscus_preview::page::refusal::Refusal;
use serde_json::Value;

use super::transaction::Transaction;
use crate::diagnostic::Label;
use crate::dialect::BRAZE;
use crate::files::locate_toml;
use crate::project::Scenario;
use crate::session::Session;
use crate::syntax::Grammar;
use crate::syntax::ast::{Expr, ExprKind, Path, Root};
use crate::syntax::{Template, Visitor, walk_expr, walk_nodes};
use crate::text::{DataPath, Source, Span, Step, locate_json};

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Message,
    Recipient,
    Block,
}

/// Places of a name, by file, with what to write there for another name.
#[derive(Debug, Default)]
pub(super) struct References {
    places: BTreeMap<String, (Arc<Source>, Vec<Place>)>,
}

#[derive(Debug)]
struct Place {
    span: Span,
    text: String,
}

impl References {
    /// Finds a name that may become another.
    pub fn of(session: &Session, named: Named, name: &str, to: &str) -> References {
        let mut found = References::default();
        match named {
            Named::Block => found.add_uses(session, name, to),
            Named::Message => {
                for scenario in &session.known.scenarios {
                    found.add_values(scenario, (name, to), &["templates", "expect"]);
                    if scenario.applies_to(name) && !scenario.applies_to(to) {
                        found.add_pattern(scenario, name, to);
                    }
                }
            }
            Named::Recipient => {
                for scenario in &session.known.scenarios {
                    found.add_values(scenario, (name, to), &["extends"]);
                }
            }
        }
        found
    }

    /// The files that have the name.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Writes the other name at all places.
    ///
    /// # Errors
    /// If a file can't be written.
    pub fn rename(&self, transaction: &mut Transaction<'_>) -> Result<(), Refusal> {
        for (file, (source, places)) in &self.places {
            let mut text = source.text().to_owned();
            let mut places = places.iter().collect::<Vec<_>>();
            places.sort_by_key(|place| std::cmp::Reverse(place.span.start));
            for Place { span, text: new } in places {
                text.replace_range(span.start as usize..span.end as usize, new);
            }
            transaction.replace(file, source.text(), &text)?;
        }
        Ok(())
    }

    fn add(&mut self, source: &Arc<Source>, span: Span, text: String) {
        let (_, places) = self
            .places
            .entry(source.name().to_owned())
            .or_insert_with(|| (Arc::clone(source), Vec::new()));
        if places.iter().all(|place| place.span != span) {
            places.push(Place { span, text });
        }
    }

    /// Adds values of a scenario's own file that are the name as a whole.
    fn add_values(&mut self, scenario: &Scenario, (name, to): (&str, &str), keys: &[&str]) {
        let Some(source) = scenario.sources.first() else { return };
        let is_json = source.name().ends_with(".json");
        let Some(file) = parsed(source.text(), is_json) else { return };
        let mut paths = Vec::new();
        for key in keys {
            each_string(&file[*key], &mut DataPath::of_keys(&[key]), &mut |path, text| {
                let last = path.iter().rev().find_map(|step| match step {
                    Step::Key(key) => Some(&**key),
                    Step::Index(_) => None,
                });
                if text == name && matches!(last, Some("templates" | "extends" | "message")) {
                    paths.push(path.clone());
                }
            });
        }
        for path in paths {
            if let Some(span) = located(source, &path) {
                self.add(source, span, format!("\"{to}\""));
            }
        }
    }

    /// Adds a message's other name to the list of a scenario whose patterns match only the old one.
    fn add_pattern(&mut self, scenario: &Scenario, name: &str, to: &str) {
        let Some(source) = scenario.sources.first() else { return };
        let Some(list) = located(source, &DataPath::of_keys(&["templates"])) else { return };
        let is_named = self.places.get(source.name()).is_some_and(|(_, places)| {
            places.iter().any(|place| list.start <= place.span.start && place.span.end <= list.end)
        });
        // An exact name in the list is replaced. A list that matches a name has an item.
        if source.slice(list).starts_with('[') && !is_named && !name.is_empty() {
            self.add(source, Span::empty(list.start as usize + 1), format!("\"{to}\", "));
        }
    }

    /// Adds the places that include a content block.
    fn add_uses(&mut self, session: &Session, name: &str, to: &str) {
        let parts = session.messages.iter().flat_map(|message| &message.parts);
        let blocks = session.known.blocks.values().map(|block| &block.template);
        for template in parts.map(|part| &part.template).chain(blocks) {
            let mut uses = Uses { template, name, found: Vec::new() };
            walk_nodes(&mut uses, &template.nodes);
            for span in uses.found {
                let label =
                    Label { source: Arc::clone(&template.source), span, text: String::new() };
                let place = label.in_file();
                self.add(&place.source, place.span, to.to_owned());
            }
        }
    }
}

/// Returns the place of a value in a scenario's file.
fn located(source: &Source, path: &DataPath) -> Option<Span> {
    let range = match source.name().ends_with(".json") {
        true => locate_json(source.text(), path),
        false => locate_toml(source.text(), path),
    }?;
    Some(Span::new(range.start, range.end))
}

fn parsed(text: &str, is_json: bool) -> Option<Value> {
    match is_json {
        true => serde_json::from_str(text).ok(),
        false => {
            let table = text.parse::<toml::Table>().ok()?;
            serde_json::to_value(table).ok()
        }
    }
}

fn each_string(value: &Value, path: &mut DataPath, found: &mut dyn FnMut(&DataPath, &str)) {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                each_string(item, path, found);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                path.push(Step::key(key));
                each_string(member, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Finds the places that include a content block.
struct Uses<'t> {
    template: &'t Template,
    name: &'t str,
    found: Vec<Span>,
}

impl Visitor for Uses<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(Path { root: Root::Attribute(attribute), .. }) = &expr.kind
            && attribute.id.is_some_and(|id| BRAZE.is_block_family(id))
            && self.template.source.slice(attribute.name) == self.name
        {
            self.found.push(attribute.name);
        }
        walk_expr(self, expr);
    }
}
