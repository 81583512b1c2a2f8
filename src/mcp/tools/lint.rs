use std::sync::Arc;

use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Severity};
use crate::mcp::answer::{Problem, page};
use crate::mcp::desk::{Desk, Texts, message_of};
use crate::mcp::tool::{Effect, Tool};
use crate::rules::{Targets, lint, unused_overrides};
use crate::session::Session;

pub(in crate::mcp) struct Lint;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, content block, or a file of one; all by default.
    of: Option<String>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Finding to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    errors: usize,
    warnings: usize,
    findings: Vec<Problem>,
    /// Where the list continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

impl Tool for Lint {
    const NAME: &'static str = "lint";
    const TITLE: &'static str = "Find mistakes";
    const DESCRIPTION: &'static str = "Finds mistakes in templates: syntax errors, fields that no \
        response has, missing defaults, channel limits. Unreadable files are findings too.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let session = desk.read(input.files.as_ref())?;
        let targets = targets(&session, input.of.as_deref())?;
        let mut linted = lint(&session.known, &session.levels, &targets);
        if targets.is_whole {
            let scenarios = session.known.scenarios.iter().flat_map(|scenario| &scenario.sources);
            let files = linted.files.iter().map(String::as_str);
            let files = files.chain(scenarios.map(|source| source.name())).collect::<Vec<_>>();
            linted.add(unused_overrides(&session.workspace.config, &files)?);
        }
        linted.add(session.findings());
        let found = linted.diagnostics;
        let count = |severity| found.iter().filter(|found| found.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let mut worst = found.iter().collect::<Vec<&Diagnostic>>();
        worst.sort_by_key(|found| std::cmp::Reverse(found.severity));
        let (worst, next) = page(worst, input.from.unwrap_or_default());
        let findings = worst.into_iter().map(Problem::of).collect();
        Ok(Output { errors, warnings, findings, next })
    }
}

/// Returns what a name stands for: a message, a content block, or everything without one.
pub(super) fn targets(session: &Session, of: Option<&str>) -> Result<Targets, Refusal> {
    let Some(name) = of else {
        return Ok(Targets {
            messages: session.messages.clone(),
            blocks: session.known.blocks.keys().cloned().collect(),
            is_whole: true,
        });
    };
    let mut blocks = session.known.blocks.iter();
    let is_it = |known: &str, file: &str| known == name || file == name;
    if session.message(name).is_none()
        && let Some((known, _)) =
            blocks.find(|(known, block)| is_it(known, block.template.source.name()))
    {
        return Ok(Targets { blocks: vec![known.clone()], ..Targets::default() });
    }
    let message = message_of(session, name)?;
    Ok(Targets { messages: vec![Arc::clone(message)], ..Targets::default() })
}
