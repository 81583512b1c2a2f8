use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use meniscus_preview::page::ask::{Ask, Edited};
use meniscus_preview::page::refusal::Refusal;
use meniscus_preview::page::rendering::Rendering;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::http::secret::mask_url;
use crate::live::credential::Environment;
use crate::live::{Live, LiveConfig};
use crate::mcp::answer::{DATA, MOST_ITEMS, Problem, page, page_of_text, place};
use crate::mcp::desk::{Desk, Texts, message_of, unread};
use crate::mcp::tool::{Effect, LONGEST_RENDER, Tool};
use crate::project::CONFIG_FILE;
use crate::render::{Call, CallResult};
use crate::session::Session;
use crate::wire::{self, describe};

pub(in crate::mcp) struct Render;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, or one of its files.
    message: String,
    /// Recipient; the first one by default.
    recipient: Option<String>,
    /// Only this part.
    part: Option<String>,
    /// Values that override the recipient's, by table: {"custom_attribute": {"tier": "gold"}}.
    #[schemars(with = "Option<Map<String, Json>>")]
    values: Option<Map<String, Json>>,
    /// Responses by recording name: {"wallet": {"json": {…}}}; also status, body, fault (timeout).
    #[schemars(with = "Option<Map<String, Json>>")]
    answers: Option<indexmap::IndexMap<String, Edited>>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Character to continue long text from.
    from: Option<usize>,
    /// Call the real hosts instead of recordings; only if the user allowed it.
    live: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    recipient: String,
    sent: bool,
    parts: Vec<Part>,
    calls: Vec<Called>,
    problems: Vec<Problem>,
    /// Whether there are more calls, problems, or blanks than listed.
    more: bool,
    /// How to treat the text.
    note: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Part {
    part: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Where the text continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    /// Why it isn't sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    aborted: Option<String>,
    /// Expressions that render as blank.
    blanks: Vec<Blank>,
}

#[derive(Serialize, JsonSchema)]
struct Blank {
    expression: String,
    at: String,
    why: String,
    /// The most similar name.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Called {
    request: String,
    at: String,
    /// What responded, and how.
    result: String,
}

impl Tool for Render {
    const LONGEST: Option<Duration> = Some(LONGEST_RENDER);
    const NAME: &'static str = "render";
    const TITLE: &'static str = "Render a message";
    const DESCRIPTION: &'static str = "Renders a message as a recipient gets it, with recorded \
        responses, and explains blanks and aborts. Nothing is sent.";
    const EFFECT: Effect = Effect::Calls;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let is_live = input.live.unwrap_or_default();
        let settles = |name: &String| Path::new(name).file_name() == Some(CONFIG_FILE.as_ref());
        if is_live && input.files.iter().flatten().any(|(name, _)| settles(name)) {
            return Err(Refusal::wrong(
                "live calls use the allowed hosts of meniscus.toml on disk",
            )
            .help("remove it from `files`, or remove `live`"));
        }
        if is_live && input.answers.is_some() {
            return Err(Refusal::wrong("`answers` can't replace live responses")
                .help("remove `answers` or `live`"));
        }
        let session = desk.read(input.files.as_ref())?;
        let message = message_of(&session, &input.message)?.name.clone();
        let first = session.scenarios_for(&message).next().map(|scenario| scenario.name.clone());
        let recipient = input.recipient.or(first).unwrap_or_default();
        if session.scenario(&recipient).is_none()
            && let Some(refusal) = unread(&session, &recipient)
        {
            return Err(refusal);
        }
        let ask = Ask {
            message,
            scenario: recipient.clone(),
            values: input.values.unwrap_or_default(),
            answers: input.answers.unwrap_or_default(),
            cancel: desk.cancel.clone(),
            ..Ask::default()
        };
        let rendering = match is_live {
            true => live(desk, &session, &ask)?,
            false => Rendering::of(&ask, &session)?,
        };
        desk.require_wanted()?;
        let known = rendering.parts().map(|(part, _)| &*part.name).collect::<Vec<_>>();
        if let Some(part) = input.part.as_deref().filter(|part| !known.contains(part)) {
            let message = format!("the message has no part `{part}`");
            return Err(Refusal::missing(message).help(format!("use one of {}", known.join(", "))));
        }
        let wanted = |part: &str| input.part.as_deref().is_none_or(|wanted| wanted == part);
        let mut output =
            output(desk, &rendering, recipient, &wanted, input.from.unwrap_or_default());
        // A file that can't be read may be why something is missing.
        output.problems.extend(session.findings().iter().map(Problem::of));
        let (problems, more) = page(output.problems, 0);
        output.more |= more.is_some();
        Ok(Output { problems, ..output })
    }
}

/// Renders with the responses of real hosts.
fn live(desk: &Desk, session: &Session, ask: &Ask) -> Result<Rendering, Refusal> {
    if !desk.allowed.live {
        return Err(Refusal::wrong("this server doesn't make live calls")
            .help("ask the user to start it with `--allow-live`, or remove `live`"));
    }
    let config = &session.workspace.config;
    if config.live.allow_hosts.is_empty() {
        return Err(Refusal::wrong("`meniscus.toml` allows no hosts")
            .help("ask the user to add `allow_hosts` under `[live]`"));
    }
    let options = config.live_options(&Environment::of_process())?;
    let live = Live::new(options).map_err(|error| Refusal::wrong(error.to_string()))?;
    let mut asked = ask.of(session)?;
    asked.world.fetch = Arc::new(live);
    Ok(Rendering::with(asked, session))
}

fn output(
    desk: &Desk,
    rendering: &Rendering,
    recipient: String,
    wanted: &dyn Fn(&str) -> bool,
    from: usize,
) -> Output {
    let message = &rendering.asked.message;
    let templates = (0..rendering.outcomes.len()).map(|part| rendering.templates(part));
    let templates = templates.collect::<Vec<_>>();
    let parts = rendering.parts().zip(&templates);
    let renders = parts.map(|((part, outcome), templates)| wire::Rendered {
        message: &message.name,
        part: &part.name,
        scenario: &recipient,
        outcome,
        templates,
        why: None,
    });
    let renders = renders.collect::<Vec<_>>();
    let parts = describe(&renders, |document| {
        let parts = document.renders.iter().filter(|part| wanted(part.part));
        parts.map(|part| Part::of(desk, part, from)).collect::<Vec<_>>()
    });
    let shown = || rendering.parts().filter(|(part, _)| wanted(&part.name));
    let calls = shown().flat_map(|(_, outcome)| outcome.calls.iter().map(called));
    let found = shown().flat_map(|(_, outcome)| &outcome.diagnostics).chain(&rendering.unmet);
    let found = found.chain(rendering.requested.iter().flatten().flat_map(|one| &one.diagnostics));
    let (calls, more) = page(calls.collect(), 0);
    Output {
        sent: rendering.is_sent(),
        more: more.is_some() || parts.iter().any(|part| part.blanks.len() == MOST_ITEMS),
        calls,
        problems: found.map(Problem::of).collect(),
        parts,
        recipient,
        note: DATA,
    }
}

impl Part {
    fn of(desk: &Desk, part: &wire::RenderedPart<'_>, from: usize) -> Part {
        let (text, next) = match part.output {
            Some(output) => {
                let (text, next) = page_of_text(&desk.hide(output), from);
                (Some(text), next)
            }
            None => (None, None),
        };
        let blanks = part.blanks.iter().take(MOST_ITEMS).map(|blank| {
            let start = blank.at.span.start;
            Blank {
                expression: blank.expression.clone(),
                at: format!("{}:{}:{}", blank.at.path, start.line, start.column),
                why: blank.reason.message.clone(),
                nearest: blank.reason.nearest.clone(),
            }
        });
        let aborted =
            part.aborted.as_ref().map(|abort| format!("{}: {}", abort.kind, abort.reason));
        Part { part: part.part.to_owned(), text, next, aborted, blanks: blanks.collect() }
    }
}

fn called(call: &Call) -> Called {
    let result = match &call.result {
        CallResult::Answered { recording, status, note, .. } => {
            let who = match &**recording {
                "" => "the host responded".to_owned(),
                name => format!("the recording `{name}` responded"),
            };
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("{who} with {status}{note}")
        }
        CallResult::Cached { .. } => "as the same call before".to_owned(),
        CallResult::Unanswered(unanswered) => {
            let help = unanswered.help.as_ref().map(|help| format!("; {help}"));
            format!("{}{}", unanswered.problem, help.unwrap_or_default())
        }
        CallResult::Refused(reason) => format!("not made: {reason}"),
    };
    let request = format!("{} {}", call.request.method, mask_url(&call.request.url));
    Called { request, at: place(&call.at), result }
}
