use indexmap::IndexSet;

use crate::analyze::Usage;
use crate::contract::{Body, CallRead, Contract, Member, Need, Node, Use};
use crate::http::secret::is_secret_field;
use crate::report::shape::{kind_words, shown_values, value_text};
use crate::shape::{Kinds, Shape};

/// Most columns for names, kinds, needs, and values before the next column moves.
const WIDEST: [usize; 4] = [36, 22, 10, 34];
/// Most places listed for a value.
const MAX_PLACES: usize = 2;

/// Writes what messages read, for people: groups with a line for each field.
#[must_use]
pub fn contract(contract: &Contract) -> String {
    let mut text = format!("{}\n", contract.messages.join(", "));
    for (name, node) in &contract.families {
        let mut rows = Rows::default();
        rows.inside(node, 0);
        if rows.is_empty() {
            rows.whole(node);
        }
        text.push_str(&format!("\n{}\n", family_title(name)));
        rows.draw("  ", &mut text);
    }
    for (index, call) in contract.calls.iter().enumerate() {
        text.push_str(&format!("\ncall {}\n", index + 1));
        draw_call(call, &mut text);
    }
    if !contract.blocks.is_empty() {
        text.push_str("\ncontent blocks\n");
        let mut rows = Rows::default();
        for (name, block) in &contract.blocks {
            let known = if block.source.is_some() { "" } else { "no such block" };
            rows.row([
                name.clone(),
                known.to_owned(),
                String::new(),
                String::new(),
                places(&block.uses),
            ]);
        }
        rows.draw("  ", &mut text);
    }
    if !contract.variables.is_empty() {
        text.push_str("\nvariables of the workspace\n");
        let mut rows = Rows::default();
        for (name, variable) in &contract.variables {
            let kind = match &variable.shape {
                Some(shape) => kind_words(shape, false),
                None => "never set".to_owned(),
            };
            let values = variable.shape.as_ref().map(|shape| variable_values(name, shape));
            let uses = all_uses(&variable.node);
            let places = places(&uses);
            rows.row([name.to_string(), kind, String::new(), values.unwrap_or_default(), places]);
        }
        rows.draw("  ", &mut text);
    }
    if contract.families.is_empty() && contract.calls.is_empty() && contract.variables.is_empty() {
        text.push_str("\nreads nothing\n");
    }
    text
}

/// Returns the heading of a family's attributes.
fn family_title(name: &str) -> &str {
    if name.is_empty() { "profile" } else { name }
}

fn draw_call(call: &CallRead, text: &mut String) {
    let method = call.method.as_deref().unwrap_or("{{…}}");
    text.push_str(&format!("  {method} {}\n", call.url));
    let access = call.access.map(|access| format!(", {}", access.word())).unwrap_or_default();
    let endpoint = match &call.endpoint {
        Some(endpoint) => format!("{endpoint}{access}"),
        None => "unknown endpoint".to_owned(),
    };
    let saved = joined(&call.targets);
    text.push_str(&format!("  calls {endpoint} · saved as {saved} · {}\n", places(&call.uses)));
    if !call.options.is_empty() {
        text.push_str(&format!("  with {}\n", joined(&call.options)));
    }
    match &call.body {
        Some(Body::Json(members)) => draw_body("body, JSON", members, text),
        Some(Body::Form(members)) => draw_body("body, a form", members, text),
        Some(Body::Other(body)) => {
            let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
            text.push_str(&format!("  body\n    {line}\n"));
        }
        None => {}
    }
    let mut rows = Rows::default();
    rows.inside(&call.answer, 0);
    if rows.is_empty() {
        text.push_str("  doesn't read the response\n");
    } else {
        text.push_str("  reads from the response\n");
        rows.draw("    ", text);
    }
}

fn draw_body(title: &str, members: &[Member], text: &mut String) {
    text.push_str(&format!("  {title}\n"));
    let width = members.iter().map(|member| member.name.chars().count()).max().unwrap_or(0);
    let width = width.min(WIDEST[0]);
    for Member { name, value } in members {
        let value = value.as_deref().unwrap_or("(not shown)");
        text.push_str(&format!("    {name:width$}  {value}\n"));
    }
}

/// Rows of name, kind, need, values, and places.
#[derive(Default)]
struct Rows {
    rows: Vec<[String; 5]>,
}

impl Rows {
    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn row(&mut self, row: [String; 5]) {
        self.rows.push(row);
    }

    /// Adds a row for the whole family or response, if no part of it is read.
    fn whole(&mut self, node: &Node) {
        self.row([
            "(all of it)".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            places(&node.uses),
        ]);
    }

    /// Adds a row for each field that is read; those of items follow their list.
    fn inside(&mut self, node: &Node, depth: usize) {
        for (name, field) in &node.fields {
            self.node(name, field, depth);
        }
        if let Some(any) = &node.any_field {
            self.node("*", any, depth);
        }
        if let Some(item) = &node.item {
            if item.is_leaf() && !item.uses.is_empty() {
                self.node("[]", item, depth);
            }
            self.inside(item, depth);
        }
    }

    fn node(&mut self, name: &str, node: &Node, depth: usize) {
        let indent = "  ".repeat(depth);
        self.row([
            format!("{indent}{name}"),
            node_kind(node),
            node.need.word().to_owned(),
            node_values(name, node),
            places(&node.uses),
        ]);
        self.inside(node, depth + 1);
    }

    fn draw(&self, indent: &str, out: &mut String) {
        let width = |column: usize| {
            let widths = self.rows.iter().map(|row| row[column].chars().count());
            widths.filter(|width| *width <= WIDEST[column]).max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), width(3)];
        for row in &self.rows {
            let mut line = indent.to_owned();
            for (cell, width) in row.iter().zip(widths.into_iter().chain([0])) {
                // An empty column is left out.
                if width == 0 && cell.is_empty() {
                    continue;
                }
                line.push_str(cell);
                line.push_str(&" ".repeat(width.saturating_sub(cell.chars().count()) + 2));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// Returns the kind of a value as seen, if that fits how it is read.
fn node_kind(node: &Node) -> String {
    let kinds = node.kinds();
    let known = node.known.as_ref().filter(|known| !known.shape.is_any());
    let fits = known.filter(|known| known.shape.kinds.without(Kinds::NIL) == kinds);
    if let Some(known) = fits {
        return kind_words(&known.shape, known.seen.null > 0 || known.seen.nullable);
    }
    if kinds.has(Kinds::SCALAR) && !kinds.meets(Kinds::LIST | Kinds::OBJECT) {
        return "string or number".to_owned();
    }
    kind_words(&Shape::of_kinds(kinds), false)
}

/// Returns examples from scenarios and recordings, or else what it is compared with.
fn node_values(name: &str, node: &Node) -> String {
    if is_secret_field(name) {
        return "(not shown)".to_owned();
    }
    let known = node.known.as_ref().map(|known| values(name, &known.shape)).unwrap_or_default();
    if !known.is_empty() || node.compared.is_empty() {
        return known;
    }
    let compared = node.compared.iter().take(3).map(|value| value_text(value.view()));
    format!("compared with {}", compared.collect::<Vec<_>>().join(", "))
}

fn values(name: &str, shape: &Shape) -> String {
    let item = shape.list.as_ref().and_then(|list| list.item.scalar.as_deref());
    let Some(scalar) = shape.scalar.as_deref().or(item) else { return String::new() };
    if is_secret_field(name) { "(not shown)".to_owned() } else { shown_values(scalar) }
}

/// Returns a variable's value, unless its name marks it as secret.
fn variable_values(name: &str, shape: &Shape) -> String {
    if is_secret_variable(name) { "(not shown)".to_owned() } else { values(name, shape) }
}

/// Whether the workspace keeps a key in a variable such as `appkey_core`.
pub(super) fn is_secret_variable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let marks = ["key", "secret", "token", "password", "authorization"];
    is_secret_field(&name) || marks.iter().any(|mark| name.contains(mark))
}

fn all_uses(node: &Node) -> IndexSet<Use> {
    let mut uses = node.uses.clone();
    let inside = node.fields.values().chain(node.any_field.as_deref()).chain(node.item.as_deref());
    uses.extend(inside.flat_map(all_uses));
    uses
}

fn joined(names: &IndexSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Lists files and lines, those that print it first.
pub(super) fn places(uses: &IndexSet<Use>) -> String {
    let mut named = IndexSet::new();
    let tested = |used: &&Use| matches!(used.usage, Usage::Tested | Usage::Assigned);
    let printed = uses.iter().filter(|used| !tested(used));
    for used in printed.chain(uses.iter().filter(tested)) {
        named.insert(format!("{}:{}", used.source.name(), used.position().line));
    }
    let more = named.len().saturating_sub(MAX_PLACES);
    named.truncate(MAX_PLACES);
    let mut text = joined(&named);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// Explains the words for needs.
#[must_use]
pub fn need_legend(contract: &Contract) -> String {
    let meanings = [
        (
            Need::Required,
            "required   used without a default or guard, or the message aborts without it",
        ),
        (Need::Sometimes, "sometimes  the same, but only if an unrelated condition is true"),
        (Need::Optional, "optional   has a default or a guard"),
        (Need::Tested, "tested     only used in conditions"),
    ];
    let mut found = Vec::new();
    let roots = contract.families.values().chain(contract.calls.iter().map(|call| &call.answer));
    roots.for_each(|node| needs(node, &mut found));
    let lines = meanings.iter().filter(|(need, _)| found.contains(need));
    let lines = lines.map(|(_, line)| format!("{line}\n")).collect::<String>();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

fn needs(node: &Node, found: &mut Vec<Need>) {
    let inside = node.fields.values().chain(node.any_field.as_deref()).chain(node.item.as_deref());
    for node in inside {
        if !found.contains(&node.need) {
            found.push(node.need);
        }
        needs(node, found);
    }
}
