use std::time::Duration;

use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::dialect::families::FAMILIES;
use crate::dialect::filters::FILTERS;
use crate::dialect::tags::{CONNECTED_CONTENT_OPTIONS, TAGS};
use crate::language::{hover, usage};
use crate::mcp::desk::{Desk, Texts};
use crate::mcp::tool::{Effect, LONGEST_RENDER, Tool};
use crate::mcp::tools::complete::At;
use crate::rules::{RULES, rule_of};

pub(in crate::mcp) struct Explain;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// A rule, tag, filter, or family such as custom_attribute.
    name: Option<String>,
    /// Instead of a name: file of a place.
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    /// New or changed text by path.
    files: Option<Texts>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    title: String,
    text: String,
    /// Its output for each recipient.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    printed: Vec<String>,
}

impl Tool for Explain {
    const LONGEST: Option<Duration> = Some(LONGEST_RENDER);
    const NAME: &'static str = "explain";
    const TITLE: &'static str = "Explain a name or place";
    const DESCRIPTION: &'static str = "Explains a rule, tag, filter, or family of Braze's Liquid, \
        or what is at a place in a template: its documentation, kind, and sample values.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        match (&input.name, &input.path) {
            (Some(name), None) => named(name),
            (None, Some(path)) => {
                let session = desk.read(input.files.as_ref())?;
                let at = At::new(&session, desk, path, input.line, input.column, None)?;
                let found = at.writing(hover);
                let found = found.ok_or_else(|| {
                    Refusal::missing(format!("nothing is known about {}", at.place()))
                        .help("pass the line and column of a variable, field, tag, or filter")
                })?;
                let seen = found.sample.map(|sample| format!("seen: {sample}"));
                let lines = found.lines.into_iter().chain(seen).chain(found.docs);
                let text = desk.hide(&lines.collect::<Vec<_>>().join("\n"));
                let printed = at.printed(desk);
                desk.require_wanted()?;
                Ok(Output { title: found.title, text, printed })
            }
            _ => Err(Refusal::wrong("`explain` takes a name or a place")
                .help("pass `name`, or `path`, `line`, and `column`")),
        }
    }
}

fn named(name: &str) -> Result<Output, Refusal> {
    let output = |title: String, text: &str| {
        Ok(Output { title, text: text.to_owned(), printed: Vec::new() })
    };
    if let Some(rule) = rule_of(name) {
        let docs = rule.lines().collect::<Vec<_>>().join("\n");
        return output(format!("rule {} ({})", rule.name, rule.level.word()), &docs);
    }
    if let Some(tag) = TAGS.iter().find(|tag| tag.syntax.name == name) {
        let options = match name {
            "connected_content" => format!(
                "\nOptions: {}",
                CONNECTED_CONTENT_OPTIONS.map(|option| option.name).join(", ")
            ),
            _ => String::new(),
        };
        return output(format!("tag {name}"), &format!("{}{options}", tag.summary));
    }
    if let Some(filter) = FILTERS.iter().find(|filter| filter.name == name) {
        return output(format!("filter {}", usage(filter)), filter.summary);
    }
    let known = FAMILIES.iter().find(|family| family.name == name && !name.is_empty());
    if let Some(family) = known {
        let fields = match family.fields {
            [] => String::new(),
            fields => format!("\nDocumented names: {}", fields.join(", ")),
        };
        let text = format!("{}{fields}", family.summary);
        return output(format!("{{{{{name}.${{…}}}}}}"), &text);
    }
    let rules = RULES.iter().map(|rule| rule.name);
    let tags = TAGS.iter().map(|tag| tag.syntax.name);
    let filters = FILTERS.iter().map(|filter| filter.name);
    let families = FAMILIES.iter().map(|family| family.name);
    let all = rules.chain(tags).chain(filters).chain(families).filter(|known| !known.is_empty());
    Err(Refusal::missing(format!("there is no rule, tag, filter, or family `{name}`"))
        .near(name, all))
}
