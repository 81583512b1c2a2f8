//! Scenario data that tags read: catalogs, promotion lists, carts, landing pages.

use std::sync::Arc;

use super::draft::Draft;
use super::invent::Inventor;
use super::names::{Sort, of_sort};
use crate::analyze::{
    DataOrigin, Definition, DefinitionKind, Model, OriginRoot, OriginStep, Read, ReadRoot, TagUse,
};
use crate::contract::Node;
use crate::dialect::BRAZE;
use crate::render::Dialect;
use crate::rules::Knowledge;
use crate::syntax::Grammar;
use crate::syntax::ast::{ExprKind, InterpolatedPart, Markup, Options, Pipeline, Root, Segment};
use crate::text::{DataPath, Step};
use crate::value::{Object, Value, to_json};

/// Default number of items in a catalog.
const ITEMS: usize = 2;

/// Adds missing data that a template's tags read.
pub(super) fn add(
    known: &Knowledge,
    model: &Model<'_>,
    inventor: &Inventor<'_>,
    draft: &mut Draft,
) {
    for used in &model.tags {
        let place = format!("{}:{}", used.at.source.name(), line(used));
        if used.name == "shopify_market" {
            let key_path = DataPath::of_keys(&["shopify_market", "handle"]);
            if draft.get(&key_path).is_none() {
                draft.set(&key_path, Value::from("us"));
                draft.note(&key_path, place);
            }
            continue;
        }
        let words = match &used.tag.markup {
            Markup::Options(options) => words(known, model, used, options, draft),
            Markup::Call { arguments, .. } => match arguments.first().map(|first| &first.kind) {
                Some(ExprKind::Str(span)) => vec![vec![used.at.source.slice(*span).to_owned()]],
                _ => continue,
            },
            _ => continue,
        };
        let Some(name) = words.first().and_then(|all| all.first()) else { continue };
        let key_path = |table: &str| DataPath::of_keys(&[table, name]);
        let mut give = |key_path: DataPath, value: Value| {
            if draft.get(&key_path).is_none() {
                draft.set(&key_path, value);
                draft.note(&key_path, place.clone());
            }
        };
        match used.name {
            "promotion" => {
                let code = of_sort(Sort::Code, name, name, 0, inventor.now);
                give(key_path("promotions"), Value::array(vec![code]));
            }
            "landing_page_url" => {
                give(key_path("landing_pages"), of_sort(Sort::Url, name, name, 0, inventor.now));
            }
            "shopping_cart" => {
                let node = read_of(model, used);
                give(key_path("shopping_carts"), inventor.value("shopping_cart", &node, 0));
            }
            // Every recipient has it.
            "catalog_items" | "catalog_selection_items" if known.config.catalogs.has(name) => {}
            "catalog_items" => {
                let node = read_of(model, used);
                let ids = words[1..].iter().flatten().cloned().collect::<Vec<_>>();
                let wanted = Catalog { name, ids, selection: None, node };
                catalog(&wanted, inventor, draft, &place);
            }
            "catalog_selection_items" => {
                let node = read_of(model, used);
                let ids = (0..ITEMS).map(|item| format!("{name}-{}", item + 1)).collect::<Vec<_>>();
                let selection = words.get(1).and_then(|all| all.first()).map(String::as_str);
                let wanted = Catalog { name, ids, selection, node };
                catalog(&wanted, inventor, draft, &place);
            }
            _ => {}
        }
    }
}

fn line(used: &TagUse<'_>) -> usize {
    used.at.source.position(used.at.span.start as usize).line
}

/// A catalog that a tag reads.
struct Catalog<'a> {
    name: &'a str,
    ids: Vec<String>,
    selection: Option<&'a str>,
    /// What is read from its items.
    node: Node,
}

/// Adds missing items of a catalog.
fn catalog(wanted: &Catalog<'_>, inventor: &Inventor<'_>, draft: &mut Draft, place: &str) {
    let Catalog { name, ids, selection, node } = wanted;
    let key_path = |last: &[&str]| {
        let keys = ["catalogs", *name].into_iter().chain(last.iter().copied());
        keys.map(Step::key).collect::<Vec<_>>()
    };
    let mut items = match draft.get(&key_path(&["items"])) {
        Some(Value::Array(items)) => (**items).clone(),
        _ => Vec::new(),
    };
    let item = node.item.as_deref().cloned().unwrap_or_default();
    for id in ids {
        let has_id = |item: &Value| matches!(item, Value::Object(known) if known.get("id").is_some_and(|known| known.view().to_str() == *id));
        let turn = items.len();
        let invented = inventor.value(&format!("{name}[]"), &item, turn);
        let place = items.iter().position(has_id);
        let mut entry = Object::new();
        entry.insert("id", id.as_str());
        if let Some(Value::Object(known)) = place.and_then(|place| items.get(place)) {
            entry = (**known).clone();
        }
        if let Value::Object(fields) = &invented {
            for (field, value) in fields.iter().filter(|(field, _)| &***field != "id") {
                if entry.get(field).is_none() {
                    entry.insert(field.as_ref(), value.clone());
                }
            }
        }
        match place.and_then(|place| items.get_mut(place)) {
            Some(slot) => *slot = Value::from(entry),
            None => items.push(Value::from(entry)),
        }
    }
    draft.set(&key_path(&["items"]), Value::array(items));
    draft.note(&key_path(&["items"]), place.to_owned());
    if let Some(selection) = selection {
        let ids = ids.iter().map(|id| Value::from(id.as_str())).collect();
        draft.set(&key_path(&["selections", *selection]), Value::array(ids));
        draft.note(&key_path(&["selections", *selection]), place.to_owned());
    }
}

/// Returns the words before a tag's options, each with all its possible values for the draft's
/// recipient.
fn words(
    known: &Knowledge,
    model: &Model<'_>,
    used: &TagUse<'_>,
    options: &Options,
    draft: &Draft,
) -> Vec<Vec<String>> {
    let words = options.words.iter().map(|word| {
        let mut all = vec![String::new()];
        for part in &word.parts {
            let more = match part {
                InterpolatedPart::Text(span) => vec![used.at.source.slice(*span).to_owned()],
                InterpolatedPart::Output(pipeline) => values(known, model, used, pipeline, draft),
            };
            all = all
                .iter()
                .flat_map(|text| more.iter().map(move |more| format!("{text}{more}")))
                .take(50)
                .collect();
        }
        all
    });
    words.collect()
}

/// Returns what an output in a tag may print.
fn values(
    known: &Knowledge,
    model: &Model<'_>,
    used: &TagUse<'_>,
    pipeline: &Pipeline,
    draft: &Draft,
) -> Vec<String> {
    if let ExprKind::Str(span) = pipeline.subject.kind {
        return vec![used.at.source.slice(span).to_owned()];
    }
    let at = pipeline.subject.span;
    let same = |read: &&Read<'_>| Arc::ptr_eq(read.at.source, used.at.source) && read.at.span == at;
    let origin = model.reads.iter().find(same).and_then(|read| read.origin.as_deref());
    let Some((root, steps)) = origin.and_then(|origin| key_path_of(known, origin)) else {
        return Vec::new();
    };
    let mut found = draft.get(&root).into_iter().cloned().collect::<Vec<_>>();
    for step in steps {
        let inner = found.iter().flat_map(|value| match (value, step) {
            (Value::Object(object), OriginStep::Field(name)) => {
                object.get(name).cloned().into_iter().collect()
            }
            (Value::Array(items), OriginStep::Item) => (**items).clone(),
            _ => Vec::new(),
        });
        found = inner.collect();
    }
    let lists = found.iter().flat_map(|value| match value {
        Value::Array(items) => (**items).clone(),
        other => vec![other.clone()],
    });
    lists.map(|value| value.view().to_str().into_owned()).collect()
}

/// Returns an origin's table, and the steps after it.
fn key_path_of<'o>(
    known: &Knowledge,
    origin: &'o DataOrigin,
) -> Option<(DataPath, &'o [OriginStep])> {
    match &origin.root {
        OriginRoot::Family(family) => {
            let table = super::table_of(known.semantics().family_name(*family))?;
            Some((DataPath::of_keys(&[table]), &origin.steps))
        }
        OriginRoot::Variable(variable) => {
            Some((DataPath::of_keys(&["variables", variable]), &origin.steps))
        }
        OriginRoot::Call(_) => None,
    }
}

/// Turns strings for `json_parse` into JSON with everything that is read from them.
pub(super) fn add_json(
    known: &Knowledge,
    model: &Model<'_>,
    inventor: &Inventor<'_>,
    draft: &mut Draft,
) {
    for definition in &model.definitions {
        let Some(value) = definition.value.filter(|_| parses_json(definition)) else { continue };
        let at = value.subject.span;
        let same = |read: &&Read<'_>| {
            Arc::ptr_eq(read.at.source, definition.at.source) && read.at.span == at
        };
        let origin = model.reads.iter().find(same).and_then(|read| read.origin.as_deref());
        let Some((mut key_path, steps)) = origin.and_then(|origin| key_path_of(known, origin))
        else {
            continue;
        };
        key_path.extend(steps.iter().map(|step| match step {
            OriginStep::Field(name) => Step::key(name),
            OriginStep::AnyField | OriginStep::Item => Step::Index(0),
        }));
        let is_open = draft.get(&key_path).is_some_and(|value| value.view().to_str() == "{}");
        if !is_open {
            continue;
        }
        let node = read_at(model, |set| {
            Arc::ptr_eq(set.at.source, definition.at.source) && set.at.span == definition.at.span
        });
        let json = to_json(inventor.value(definition.name, &node, 0).view());
        if json.is_object() || json.is_array() {
            draft.set(&key_path, Value::from(json.to_string()));
        }
    }
}

/// Whether a variable is set to parsed JSON.
fn parses_json(definition: &Definition<'_>) -> bool {
    let filters = definition.value.map(|value| value.filters.iter()).into_iter().flatten();
    let mut names = filters.map(|filter| definition.at.source.slice(filter.name));
    names.any(|name| name == "json_parse")
}

/// Returns what is read from the variable that a tag sets.
fn read_of(model: &Model<'_>, used: &TagUse<'_>) -> Node {
    read_at(model, |set| Arc::ptr_eq(set.at.source, used.at.source) && set.tag == used.at.span)
}

/// Returns what is read from a variable that is set at a place.
fn read_at(model: &Model<'_>, is_here: impl Fn(&Definition<'_>) -> bool) -> Node {
    let mut root = Node::default();
    for read in &model.reads {
        let Some((definition, steps)) = steps_from_tag(model, read, 0) else { continue };
        if !model.definitions.get(definition).is_some_and(&is_here) {
            continue;
        }
        let mut node = &mut root;
        for step in &steps {
            node = match step {
                OriginStep::Field(name) => node.fields.entry(Arc::clone(name)).or_default(),
                OriginStep::AnyField => node.any_field.get_or_insert_default(),
                OriginStep::Item => node.item.get_or_insert_default(),
            };
        }
    }
    root
}

/// Length of a chain of definitions followed back to a tag.
const MAX_DEFINITIONS: usize = 16;

/// Returns the tag's definition that a read comes from, and the steps to what is read.
fn steps_from_tag(
    model: &Model<'_>,
    read: &Read<'_>,
    depth: usize,
) -> Option<(usize, Vec<OriginStep>)> {
    let ReadRoot::Variable { definition: Some(definition), .. } = read.root else { return None };
    if depth > MAX_DEFINITIONS {
        return None;
    }
    let set = model.definitions.get(definition)?;
    let (root, mut steps) = match set.kind {
        DefinitionKind::Fixed => (definition, Vec::new()),
        DefinitionKind::Assign if parses_json(set) => (definition, Vec::new()),
        DefinitionKind::Item => {
            let of = model.loops.iter().find(|one| {
                Arc::ptr_eq(one.at.source, set.at.source) && one.markup.variable == set.at.span
            })?;
            let (root, mut steps) = steps_from_tag(model, model.reads.get(of.read?)?, depth + 1)?;
            steps.push(OriginStep::Item);
            (root, steps)
        }
        DefinitionKind::Assign => {
            let value = set.value?;
            let at = value.subject.span;
            let same =
                |read: &&Read<'_>| Arc::ptr_eq(read.at.source, set.at.source) && read.at.span == at;
            let (root, mut steps) =
                steps_from_tag(model, model.reads.iter().find(same)?, depth + 1)?;
            for filter in &value.filters {
                match set.at.source.slice(filter.name) {
                    "first" | "last" | "find" => steps.push(OriginStep::Item),
                    name => match BRAZE.filter(name).map(|id| BRAZE.filter_definition(id).facts) {
                        Some(facts) if facts.keeps_items => {}
                        _ => return None,
                    },
                }
            }
            (root, steps)
        }
        _ => return None,
    };
    if matches!(read.path.root, Root::Index(_)) {
        return None;
    }
    for segment in &read.path.segments {
        steps.push(match segment {
            Segment::Field(span) | Segment::Attribute { name: span, .. } => {
                match read.at.source.slice(*span) {
                    "size" => break,
                    "first" | "last" => OriginStep::Item,
                    name => OriginStep::Field(Arc::from(name)),
                }
            }
            Segment::Index { expr, .. } => match &expr.kind {
                ExprKind::Str(span) => OriginStep::Field(Arc::from(read.at.source.slice(*span))),
                _ => OriginStep::Item,
            },
        });
    }
    Some((root, steps))
}
