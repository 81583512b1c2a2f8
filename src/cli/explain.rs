use anyhow::Result;
use meniscus::project::ProjectError;
use meniscus::report;
use meniscus::rules::{RULES, rule_of};
use meniscus::text::nearest;
use meniscus::wire::{ListedRule, RulesDocument};
use serde_json::json;

use super::Verdict;
use super::formats::Format;
use super::terminal::{look_of_output, print};

pub(super) fn run(name: &str) -> Result<Verdict> {
    let Some(rule) = rule_of(name) else {
        let help = match nearest(name, RULES.iter().map(|rule| rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "run `meniscus rules` to see all rules".to_owned(),
        };
        return Err(
            ProjectError::Unknown { message: format!("unknown rule `{name}`"), help }.into()
        );
    };
    print(&report::rule(rule, look_of_output()))?;
    Ok(Verdict::Fine)
}

pub(super) fn list(format: Format) -> Result<Verdict> {
    let text = match format {
        Format::Text => {
            let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
            let lines = RULES.iter().map(|rule| {
                format!("{:<width$}  {:<5}  {}\n", rule.name, rule.level.word(), rule.summary())
            });
            lines.collect::<String>()
        }
        Format::Json => {
            let rules = RULES.iter().map(|rule| ListedRule {
                rule: rule.name,
                level: rule.level.word(),
                summary: rule.summary(),
                docs: rule.docs,
            });
            format!("{:#}\n", json!(RulesDocument { version: 1, rules: rules.collect() }))
        }
    };
    print(&text)?;
    Ok(Verdict::Fine)
}
