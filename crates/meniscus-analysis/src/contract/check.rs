use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::TRIGGERS;
use super::collect::Contract;
use super::node::{Need, Node};
use super::payload::{Payload, Properties, word};
use super::words::{What, expected, key_use, need_words};
use crate::analyze::Usage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::http::secret::is_secret_field;
use crate::shape::Kinds;
use crate::text::{DataPath, Step, nearest};
use crate::value::to_json;

/// The result of checking a payload against what messages read.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of fields that are read and present for every recipient.
    pub met: usize,
}

/// Braze's size limit for properties, in bytes (reference 6).
const MAX_BYTES: usize = 50 * 1024;
/// Items checked in each list.
const MAX_ITEMS: usize = 1_000;

/// Checks a payload against what messages read.
#[must_use]
pub fn check(contract: &Contract, payload: &Payload) -> Checked {
    let mut diagnostics = payload.problems.clone();
    let families = payload.form.families();
    let read = families.iter().filter_map(|name| Some((*name, contract.family(name)?)));
    let read = read.collect::<Vec<_>>();
    diagnostics.extend(too_large(payload));
    if read.is_empty() {
        diagnostics.extend(other_family(contract, payload));
        return Checked { diagnostics, met: 0 };
    }
    let mut comparison = Comparison {
        payload,
        // A Canvas step may set what the payload lacks.
        most: if families.contains(&"context") { Severity::Warning } else { Severity::Error },
        family: read[0].0,
        found: IndexMap::new(),
        met: HashSet::new(),
        lacking: HashSet::new(),
    };
    for properties in &payload.recipients {
        comparison.recipient(&read, properties);
    }
    let met = comparison.met.difference(&comparison.lacking).count();
    diagnostics.extend(comparison.diagnostics());
    diagnostics.sort_by_key(|found| (found.primary.span, found.code, found.message.clone()));
    Checked { diagnostics, met }
}

fn too_large(payload: &Payload) -> Option<Diagnostic> {
    let sizes = payload.recipients.iter().map(|properties| (properties.bytes(), properties));
    let (bytes, largest) = sizes.max_by_key(|(bytes, _)| *bytes)?;
    if bytes <= MAX_BYTES {
        return None;
    }
    let trail = match (&payload.shared, largest.recipient) {
        (Some(shared), None) => shared,
        _ => &largest.trail,
    };
    let message = format!("the properties have {bytes} bytes as JSON; the limit is {MAX_BYTES}");
    let span = payload.span(trail);
    let found = Diagnostic::new("payload-size", Severity::Error, &payload.source, span, message);
    Some(found.help("send less, or have the message fetch the data with a call"))
}

/// Reports a payload that fills a family nothing reads while another family is read.
fn other_family(contract: &Contract, payload: &Payload) -> Option<Diagnostic> {
    let read = TRIGGERS.iter().filter(|name| contract.families.contains_key(*name));
    let (read, node) = read.filter_map(|name| Some((name, contract.family(name)?))).next()?;
    let filled = payload.form.families()[0];
    let message = format!(
        "this is {}, which fills `{filled}`, but the message reads `{read}`",
        payload.form.words()
    );
    let trail = payload.shared.clone().unwrap_or_default();
    let span = payload.span(&trail);
    let found = Diagnostic::new("payload-family", Severity::Error, &payload.source, span, message);
    let help = match *read {
        "api_trigger_properties" => "send it with `/campaigns/trigger/send`".to_owned(),
        "context" | "canvas_entry_properties" => "send it with `/canvas/trigger/send`".to_owned(),
        _ => format!("check what triggers the message; `{read}` come from an event"),
    };
    let found = found.help(help);
    let first = node.fields.values().flat_map(|node| &node.uses).next();
    Some(match first {
        Some(used) => found.related(&used.source, used.span, "read here"),
        None => found,
    })
}

/// What is wrong with a field.
struct Fault<'a> {
    severity: Severity,
    node: Option<&'a Node>,
    /// The kind found, if it is wrong.
    kind: &'static str,
    /// A similar field that nothing reads.
    near: Option<(String, DataPath)>,
}

impl<'a> Fault<'a> {
    fn unread() -> Fault<'a> {
        Fault { severity: Severity::Info, node: None, kind: "", near: None }
    }

    fn of_value(severity: Severity, node: &'a Node, kind: &'static str) -> Fault<'a> {
        Fault { severity, node: Some(node), kind, near: None }
    }
}

/// The findings about a field, over all recipients and items.
struct Found<'a> {
    fault: Fault<'a>,
    places: Vec<DataPath>,
    /// The recipients that lack it, by index; `None` for an anonymous one.
    recipients: HashSet<Option<usize>>,
}

struct Comparison<'a> {
    payload: &'a Payload,
    most: Severity,
    family: &'static str,
    found: IndexMap<(What, String), Found<'a>>,
    met: HashSet<String>,
    lacking: HashSet<String>,
}

impl<'a> Comparison<'a> {
    fn recipient(&mut self, read: &[(&'static str, &'a Node)], properties: &'a Properties) {
        let who = properties.recipient;
        let is_whole = read.iter().any(|(_, node)| uses_whole(node));
        let reads = |name: &str| read.iter().any(|(_, node)| node.fields.contains_key(name));
        let computed = read.iter().any(|(_, node)| node.any_field.is_some());
        let unread = properties.values.iter().filter(|(name, _)| !reads(name));
        let mut unread =
            unread.map(|(name, (_, trail))| (name.as_str(), trail)).collect::<Vec<_>>();
        let mut seen = HashSet::new();
        for (name, node) in read.iter().flat_map(|(_, node)| &node.fields) {
            match properties.values.get(&**name) {
                Some((value, trail)) => self.value(node, value, name, trail, who),
                None if !seen.insert(name) => {}
                None => {
                    let near = nearest(name, unread.iter().map(|(name, _)| *name));
                    let near = near.and_then(|near| {
                        let place = unread.iter().position(|(name, _)| *name == near)?;
                        let (name, trail) = unread.remove(place);
                        Some((name.to_owned(), trail.clone()))
                    });
                    self.lacks(node, name, &properties.trail, near, who);
                }
            }
        }
        if !is_whole && !computed {
            for (name, trail) in unread {
                self.note(What::Unread, name, Fault::unread(), trail, who);
            }
        }
    }

    /// Checks a present value against what is read from it.
    fn value(
        &mut self,
        node: &'a Node,
        value: &'a Json,
        path: &str,
        trail: &[Step],
        who: Option<usize>,
    ) {
        let kind = word(value);
        let kinds = kinds_of(value);
        if value.is_null() {
            let severity = severity_of(node.need).min(self.most);
            if severity == Severity::Info {
                // An explicit `null` is deliberate, and the message handles it.
                return;
            }
            self.lacking.insert(path.to_owned());
            self.note(What::Null, path, Fault::of_value(severity, node, kind), trail, who);
            return;
        }
        self.met.insert(path.to_owned());
        let pairs = node.item.as_ref().is_some_and(|item| item.item.is_some());
        let inside = match (!node.fields.is_empty(), node.item.is_some()) {
            (true, false) => Kinds::OBJECT,
            (false, true) if !pairs => Kinds::LIST,
            (_, true) => Kinds::OBJECT | Kinds::LIST,
            (false, false) => node.takes,
        };
        if !inside.meets(kinds) {
            let severity = if node.is_leaf() { Severity::Warning } else { Severity::Error };
            self.note(What::WrongKind, path, Fault::of_value(severity, node, kind), trail, who);
            return;
        }
        let seen = node.known.as_ref().map(|known| &known.shape).filter(|shape| !shape.is_any());
        if let Some(seen) = seen.map(|shape| shape.kinds.without(Kinds::NIL))
            && seen != Kinds::NONE
            && !seen.meets(kinds)
        {
            let scalar = seen.within(Kinds::SCALAR) && kinds.within(Kinds::SCALAR);
            let severity = if scalar { Severity::Info } else { Severity::Warning };
            self.note(What::OtherKind, path, Fault::of_value(severity, node, kind), trail, who);
        }
        match value {
            Json::Object(fields) => self.object(node, fields, path, trail, who),
            Json::Array(items) => {
                let Some(item) = &node.item else { return };
                let path = format!("{path}[]");
                for (index, value) in items.iter().take(MAX_ITEMS).enumerate() {
                    let trail = DataPath::from(trail).with(Step::Index(index));
                    self.value(item, value, &path, &trail, who);
                }
            }
            _ => {}
        }
    }

    fn object(
        &mut self,
        node: &'a Node,
        fields: &'a serde_json::Map<String, Json>,
        path: &str,
        trail: &[Step],
        who: Option<usize>,
    ) {
        let below = |name: &str| DataPath::from(trail).with(Step::key(name));
        let unread = fields.keys().filter(|name| !node.fields.contains_key(name.as_str()));
        let mut unread = unread.map(String::as_str).collect::<Vec<_>>();
        for (name, node) in &node.fields {
            let path = format!("{path}.{name}");
            if let Some(value) = fields.get(&**name) {
                self.value(node, value, &path, &below(name), who);
                continue;
            }
            let near = nearest(name, unread.iter().copied()).map(str::to_owned);
            if let Some(near) = &near {
                unread.retain(|name| name != near);
            }
            let near = near.map(|near| (near.clone(), below(&near)));
            self.lacks(node, &path, trail, near, who);
        }
        if node.fields.is_empty() || node.any_field.is_some() || uses_whole(node) {
            return;
        }
        for name in unread {
            let path = format!("{path}.{name}");
            self.note(What::Unread, &path, Fault::unread(), &below(name), who);
        }
    }

    fn lacks(
        &mut self,
        node: &'a Node,
        path: &str,
        owner: &[Step],
        near: Option<(String, DataPath)>,
        who: Option<usize>,
    ) {
        self.lacking.insert(path.to_owned());
        // A nearly correct name is worth reporting, even if the message has a fallback.
        let mut severity = severity_of(node.need);
        if near.is_some() {
            severity = severity.max(Severity::Warning);
        }
        let severity = severity.min(self.most);
        let fault = Fault { severity, node: Some(node), kind: "", near };
        self.note(What::Lacks, path, fault, owner, who);
    }

    fn note(
        &mut self,
        what: What,
        path: &str,
        fault: Fault<'a>,
        place: &[Step],
        who: Option<usize>,
    ) {
        let found = self.found.entry((what, path.to_owned())).or_insert_with(|| Found {
            fault,
            places: Vec::new(),
            recipients: HashSet::new(),
        });
        found.recipients.insert(who);
        if !found.places.iter().any(|known| ***known == *place) {
            found.places.push(place.into());
        }
    }

    fn diagnostics(self) -> Vec<Diagnostic> {
        let found = self.found.iter();
        found.map(|((what, path), found)| self.diagnostic(*what, path, found)).collect()
    }

    fn diagnostic(&self, what: What, path: &str, found: &Found<'a>) -> Diagnostic {
        let payload = self.payload;
        let all = payload.recipients.len();
        let everyone = found.recipients.len() == all;
        // If every recipient lacks it, suggest the shared properties.
        let place = match (&payload.shared, what) {
            (Some(shared), What::Lacks) if everyone && !path.contains(['.', '[']) => shared,
            _ => &found.places[0],
        };
        let span = match what {
            What::Unread => payload.key(place).unwrap_or_else(|| payload.span(place)),
            _ => payload.span(place),
        };
        let fault = &found.fault;
        let need = fault.node.map(|node| need_words(node, what));
        let need = need.unwrap_or_default();
        let (code, mut message) = match what {
            What::Lacks => ("payload-lacks-field", format!("the payload has no `{path}`; {need}")),
            What::Null => ("payload-lacks-field", format!("`{path}` is null; {need}")),
            What::WrongKind | What::OtherKind => {
                let expected = fault.node.map(|node| expected(node, what)).unwrap_or_default();
                let message = format!("`{path}` is {}, not {expected}", fault.kind);
                ("payload-wrong-kind", message)
            }
            What::Unread => (
                "payload-unread-field",
                format!("`{path}` is sent, but the message never reads it"),
            ),
        };
        if !everyone && all > 1 {
            message.push_str(&format!(" (for {} of {all} recipients)", found.recipients.len()));
        } else if found.places.len() > 1 && (what != What::Lacks || path.contains(['.', '['])) {
            message.push_str(&format!(" (in {} places)", found.places.len()));
        }
        let mut diagnostic = Diagnostic::new(code, fault.severity, &payload.source, span, message);
        let name = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]");
        if let Some((near, trail)) = &fault.near {
            diagnostic = diagnostic.help(format!("rename `{near}` to `{name}`"));
            if let Some(span) = payload.key(trail) {
                diagnostic = diagnostic.related(&payload.source, span, "never read");
            }
        } else if let (What::Lacks | What::Null, Some(node)) = (what, fault.node) {
            diagnostic = diagnostic.help(self.send(node, name));
        }
        if let Some((used, words)) = fault.node.and_then(key_use) {
            diagnostic = diagnostic.related(&used.source, used.span, words);
        }
        diagnostic
    }

    fn send(&self, node: &Node, name: &str) -> String {
        let example = node.known.as_ref().filter(|_| !is_secret_field(name)).and_then(|known| {
            let first = known.shape.examples().next()?;
            Some(to_json(first).to_string()).filter(|text| text.chars().count() <= 60)
        });
        let mut text = match example {
            Some(example) => format!("send `{name}`, such as {example}"),
            None => format!("send `{name}`"),
        };
        if self.most < Severity::Error && self.family == "context" && node.need >= Need::Sometimes {
            text.push_str(", unless a Context step of the Canvas sets it");
        }
        text
    }
}

fn severity_of(need: Need) -> Severity {
    match need {
        Need::Required => Severity::Error,
        Need::Sometimes => Severity::Warning,
        Need::Optional | Need::Tested | Need::Read => Severity::Info,
    }
}

/// Whether the whole value is printed or passed to a filter.
fn uses_whole(node: &Node) -> bool {
    let whole = |usage| matches!(usage, Usage::Printed | Usage::Interpolated | Usage::Argument);
    node.uses.iter().any(|used| whole(used.usage))
}

fn kinds_of(value: &Json) -> Kinds {
    match value {
        Json::Null => Kinds::NIL,
        Json::Bool(_) => Kinds::BOOL,
        // Whole and fractional numbers count as the same kind.
        Json::Number(_) => Kinds::NUMBER,
        Json::String(_) => Kinds::TEXT,
        Json::Array(_) => Kinds::LIST,
        Json::Object(_) => Kinds::OBJECT,
    }
}

/// Returns the family assumed for bare properties: the first that messages read.
#[must_use]
pub fn bare_family(contract: &Contract) -> &'static str {
    let read = TRIGGERS.iter().find(|name| contract.families.contains_key(*name));
    read.copied().unwrap_or(TRIGGERS[0])
}
