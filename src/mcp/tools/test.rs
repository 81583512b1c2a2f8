use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::mcp::answer::{DATA, causes, cut, page, some, unusable};
use crate::mcp::desk::{Desk, Texts, message_of};
use crate::mcp::tool::{Effect, Tool};
use crate::render::Gather;
use crate::report::test::changed_lines;
use crate::session::{FileKind, Session};
use crate::snapshot::{Accepted, Plan, Results, Selection, Status, accept, accept_orphan, test};

pub(in crate::mcp) struct Test;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, or one of its files; all by default.
    message: Option<String>,
    /// Accept what changed or is new as the snapshots; only if the user allowed writing.
    accept: Option<bool>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Case to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// Whether everything is as accepted, and all was tested.
    fine: bool,
    same: usize,
    /// Cases that aren't as accepted.
    cases: Vec<Case>,
    /// Where the list continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    /// Unmet expectations of recipients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unmet: Vec<String>,
    /// What couldn't be tested, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<String>,
    note: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Case {
    message: String,
    part: String,
    recipient: String,
    /// changed, new, missing, refused (syntax error), or unreadable.
    status: &'static str,
    /// Why it changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    /// Changed lines, or the new text.
    diff: String,
}

/// Most characters of a diff.
const MOST_OF_DIFF: usize = 600;

impl Tool for Test {
    const NAME: &'static str = "test";
    const TITLE: &'static str = "Compare with snapshots";
    const DESCRIPTION: &'static str = "Renders every message for every recipient, compares with \
        the accepted snapshots, and shows what changed and why.";
    const EFFECT: Effect = Effect::Writes;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let should_accept = input.accept.unwrap_or_default();
        if should_accept {
            desk.require_write()?;
            if input.files.as_ref().is_some_and(|files| !files.is_empty()) {
                return Err(Refusal::wrong("unsaved text can't be accepted")
                    .help("save the files first, then call `test` without `files`"));
            }
        }
        let session = desk.read(input.files.as_ref())?;
        let messages = match &input.message {
            Some(name) => vec![message_of(&session, name)?.name.clone()],
            None => Vec::new(),
        };
        let selection = Selection { messages, cancel: desk.cancel.clone(), ..Selection::default() };
        let tested = || -> Result<Results, Refusal> {
            Ok(test(&session, Plan::of(&session, &selection)?, Gather::default(), |_| ()))
        };
        let mut results = tested()?;
        desk.require_wanted()?;
        let mut accepted = Vec::new();
        if should_accept {
            // Results would lack the responses of broken recordings.
            if let Some(unusable) = session.unread_of(FileKind::Recording).next() {
                return Err(unusable.error.clone().into());
            }
            for tested in &results.tested {
                let written = accept(&session.workspace, tested).map_err(|error| {
                    let help = format!("{} snapshots were written before this", accepted.len());
                    Refusal::wrong(error.to_string()).help(help)
                })?;
                if written == Accepted::Written {
                    accepted.push(tested.shown.clone());
                }
            }
            for orphan in &results.orphans {
                accept_orphan(&session.workspace, orphan)
                    .map_err(|error| Refusal::wrong(format!("{}: {error}", orphan.shown)))?;
            }
            results = tested()?;
        }
        desk.require_wanted()?;
        Ok(output(desk, &session, &results, accepted, input.from.unwrap_or_default()))
    }
}

fn output(
    desk: &Desk,
    session: &Session,
    results: &Results,
    accepted: Vec<String>,
    from: usize,
) -> Output {
    let other = results.tested.iter();
    let other = other.filter(|tested| !matches!(tested.status, Status::Same { .. }));
    let (other, next) = page(other.collect(), from);
    let cases = other.into_iter().map(|tested| {
        let (causes, diff) = match &tested.status {
            Status::Changed { before, now, .. } => (
                causes(results, tested),
                changed_lines(&desk.hide(&before.text), &desk.hide(&now.text)),
            ),
            Status::New(now) | Status::Missing(now) => (Vec::new(), desk.hide(&now.text)),
            Status::Refused(found) => {
                let said = found.iter().map(|found| found.message.clone());
                (said.collect(), String::new())
            }
            Status::Unreadable(error) => (vec![error.to_string()], String::new()),
            Status::Same { .. } => (Vec::new(), String::new()),
        };
        Case {
            message: tested.case.part.message.clone(),
            part: tested.case.part.part.name.clone(),
            recipient: tested.case.scenario.scenario.name.clone(),
            status: tested.status.name(),
            causes,
            diff: cut(&diff, MOST_OF_DIFF),
        }
    });
    let unmet = results.expected.iter().flat_map(|expected| {
        let of = format!("{} for {}", expected.message, expected.scenario);
        expected.unmet.iter().map(move |unmet| format!("{of}: {}", unmet.diagnostic.message))
    });
    let problems = unusable(session, results);
    Output {
        fine: results.is_fine() && problems.is_empty(),
        same: results.count("same"),
        cases: cases.collect(),
        next,
        unmet: some(unmet.collect()),
        problems,
        accepted,
        note: DATA,
    }
}
