use anyhow::Result;
use meniscus::project::ProjectError;
use meniscus::rules::{Level, RULES, Rule, rule_of};
use meniscus::text::nearest;
use meniscus::wire::{ListedRule, RulesDocument};
use serde_json::json;

use super::Verdict;
use super::formats::Format;
use super::terminal::print;

pub(super) fn run(name: &str) -> Result<Verdict> {
    let Some(rule) = rule_of(name) else {
        let help = match nearest(name, RULES.iter().map(|rule| rule.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`meniscus rules` lists them".to_owned(),
        };
        return Err(ProjectError::Unknown { message: format!("no rule `{name}`"), help }.into());
    };
    print(&explained(rule))?;
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

fn explained(rule: &Rule) -> String {
    let mut text = format!("{} · {}\n\n", rule.name, rule.level.word());
    for line in rule.docs.lines() {
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    if rule.level != Level::Off {
        text.push_str(&format!(
            "\nTo allow it at one place: {{% comment %}} meniscus: allow {} — why {{% endcomment %}}\n",
            rule.name
        ));
    }
    text
}
