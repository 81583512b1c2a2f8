//! Keys of `meniscus.toml` and `message.toml`: what they mean, and what may be written.

use std::sync::LazyLock;

use serde_json::Value as Json;

use super::Writing;
use super::complete::{Item, ItemKind};
use super::hover::Hover;
use crate::project::CONFIG_FILE;
use crate::rules::RULES;
use crate::text::Step;

/// What the settings' own types say of their keys, written by the tests of `wire`.
static SETTINGS: LazyLock<Json> =
    LazyLock::new(|| serde_json::from_str(include_str!("settings.json")).unwrap_or_default());

const LEVELS: [&str; 4] = ["off", "info", "warn", "error"];

/// Returns the settings of a file, by its name.
fn settings_of(path: &str) -> Option<&'static Json> {
    let name = path.rsplit('/').next()?;
    if name == CONFIG_FILE && name != path {
        return None;
    }
    SETTINGS.get(name)
}

/// Returns what is known of the keys at some steps below others.
fn below<'s>(mut node: &'s Json, steps: &[Step<&str>]) -> Option<&'s Json> {
    for step in steps {
        let own = match step {
            Step::Key(name) => node.get("keys").and_then(|keys| keys.get(name)),
            Step::Index(_) => None,
        };
        node = own.or_else(|| node.get("each"))?;
    }
    Some(node)
}

fn is_rules(steps: &[Step<&str>]) -> bool {
    matches!(steps, [Step::Key("rules")] | [Step::Key("overrides"), _, Step::Key("rules")])
        || matches!(steps, [Step::Key("overrides"), Step::Key("rules")])
}

/// Returns what a key of a scenario at an offset means.
pub(super) fn hover_scenario(writing: &Writing<'_>, offset: usize) -> Option<Hover> {
    hover_in(SETTINGS.get("scenario")?, writing, offset)
}

/// Returns what a key of settings at an offset means.
pub(super) fn hover(writing: &Writing<'_>, offset: usize) -> Option<Hover> {
    hover_in(settings_of(writing.path)?, writing, offset)
}

fn hover_in(settings: &Json, writing: &Writing<'_>, offset: usize) -> Option<Hover> {
    let (path, range) = writing.path_at(offset)?;
    let steps = path.iter().map(Step::borrowed).collect::<Vec<_>>();
    let (last, above) = steps.split_last()?;
    let rule = match last {
        Step::Key(name) if is_rules(above) => RULES.iter().find(|rule| rule.name == *name),
        _ => None,
    };
    let (docs, default) = match rule {
        Some(rule) => (rule.summary().to_owned(), Some(rule.level.word().to_owned())),
        None => {
            let node = below(settings, &steps)?;
            let default = node.get("default").filter(|value| !value.is_null());
            (node.get("about")?.as_str()?.to_owned(), default.map(ToString::to_string))
        }
    };
    let default = default.map(|value| format!("by default: {value}"));
    Some(Hover {
        range,
        title: path.to_string(),
        lines: default.into_iter().collect(),
        sample: None,
        docs: Some(docs),
    })
}

fn item(label: &str, about: Option<&str>) -> Item {
    let docs = about.map(str::to_owned);
    Item { label: label.to_owned(), kind: ItemKind::Keyword, docs, ..Item::default() }
}

/// Returns the keys of a table of `meniscus.toml`.
pub(super) fn keys(table: &[&str]) -> Vec<Item> {
    let steps = table.iter().map(|name| Step::Key(*name)).collect::<Vec<_>>();
    if is_rules(&steps) {
        return RULES.iter().map(|rule| item(rule.name, Some(rule.summary()))).collect();
    }
    let node = SETTINGS.get(CONFIG_FILE).and_then(|node| below(node, &steps));
    // The keys of a list's tables.
    let is_list = |node: &&Json| node.get("is_list").is_some();
    let of_list = |node: &'static Json| node.get("each").filter(|_| is_list(&node))?.get("keys");
    let node = node.map(|node| node.get("keys").or_else(|| of_list(node)));
    let keys = node.flatten().and_then(Json::as_object).into_iter().flatten();
    keys.map(|(name, node)| item(name, node.get("about").and_then(Json::as_str))).collect()
}

/// Returns the tables of `meniscus.toml` with their whole names, or its lists of tables.
pub(super) fn tables(is_list: bool) -> Vec<Item> {
    fn add(node: &Json, above: &str, is_list: bool, found: &mut Vec<Item>) {
        let keys = node.get("keys").and_then(Json::as_object).into_iter().flatten();
        for (key, node) in keys {
            let name = format!("{above}{key}");
            let is_table = node.get("keys").is_some() || node.get("each").is_some();
            let has_tables = node.get("each").is_some_and(|each| each.get("keys").is_some());
            let is_own_list = node.get("is_list").is_some();
            let fits = match is_list {
                true => is_own_list && has_tables,
                false => is_table && !is_own_list || key == "rules" || key == "variables",
            };
            if fits {
                found.push(item(&name, node.get("about").and_then(Json::as_str)));
            }
            add(node, &format!("{name}."), is_list, found);
        }
    }
    let mut found = Vec::new();
    if let Some(node) = SETTINGS.get(CONFIG_FILE) {
        add(node, "", is_list, &mut found);
    }
    found
}

/// Returns the values that a key of `meniscus.toml` takes, and whether they are strings.
pub(super) fn values(table: &[&str], key: &str) -> (Vec<Item>, bool) {
    let mut steps = table.iter().map(|name| Step::Key(*name)).collect::<Vec<_>>();
    if is_rules(&steps) {
        return (LEVELS.map(|level| item(level, None)).into(), true);
    }
    steps.push(Step::Key(key));
    let node = SETTINGS.get(CONFIG_FILE).and_then(|node| below(node, &steps));
    let values = node.and_then(|node| node.get("values")?.as_array()).into_iter().flatten();
    let values = values.collect::<Vec<_>>();
    let are_strings = values.iter().all(|value| value.is_string());
    let word = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (values.into_iter().map(|value| item(&word(value), None)).collect(), are_strings)
}
