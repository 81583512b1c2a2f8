//! One message for one scenario, as the page shows it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::ask::{Ask, Asked};
use super::calls::call_json;
use super::channel::{channel_name, is_html, is_picture, sizes, sms};
use super::frame_html::{POLICY, Printed, framed, framed_picture};
use super::frames::Frames;
use super::marks::Naming;
use super::places::Places;
use super::refusal::Refusal;
use super::{Shared, webhook};
use crate::http::secret::{REDACTED, body_secrets, is_secret_header};
use crate::project::Part;
use crate::render::{CallResult, Gather, Outcome, render_gathering};
use crate::session::Session;
use crate::syntax::Template;

/// Bytes of the shortest text that is taken for a secret wherever it stands: a shorter one may be a word.
const SHORTEST_SECRET: usize = 8;

/// A message rendered: an outcome for each part, in order.
pub(super) struct Rendering {
    /// What was rendered.
    pub asked: Asked,
    /// What came of each part.
    pub outcomes: Vec<Outcome>,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// Texts of answers that stand there behind the name of a secret, whatever a template calls them.
    pub secrets: Vec<String>,
}

impl Rendering {
    /// Renders what is asked for.
    ///
    /// # Errors
    /// Where it names what is not there.
    pub fn of(ask: &Ask, session: &Session) -> Result<Rendering, Refusal> {
        Rendering::gathering(ask, session, Gather { map: true, ..Gather::default() })
    }

    /// Renders what is asked for; where values come from is not looked at.
    ///
    /// # Errors
    /// As [`Rendering::of`].
    pub fn without_marks(ask: &Ask, session: &Session) -> Result<Rendering, Refusal> {
        Rendering::gathering(ask, session, Gather::default())
    }

    fn gathering(ask: &Ask, session: &Session, gather: Gather) -> Result<Rendering, Refusal> {
        let begun = Instant::now();
        let asked = ask.of(session)?;
        let parts = asked.message.parts.iter();
        let outcomes = parts
            .map(|part| render_gathering(&part.template, &asked.world, gather))
            .collect::<Vec<_>>();
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let secrets = if gather.map { secrets(&outcomes, session) } else { Vec::new() };
        Ok(Rendering { asked, outcomes, micros, secrets })
    }

    /// The parts with what came of them.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &Outcome)> {
        self.asked.message.parts.iter().zip(&self.outcomes)
    }

    /// Whether all parts are sent.
    pub fn is_sent(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.abort.is_none())
    }

    /// Whether a text cannot be read: there is nothing to show but where it is broken.
    pub fn is_refused(&self) -> bool {
        let blocks = self.asked.blocks.values().map(|block| &block.template);
        let parts = self.asked.message.parts.iter().map(|part| &part.template);
        let mut texts = parts.chain(blocks);
        texts.any(|text| text.refused && self.says_of(text))
    }

    /// Whether something was said of a text that ended a part.
    fn says_of(&self, text: &Template) -> bool {
        let ended = self.outcomes.iter().filter(|outcome| outcome.abort.is_some());
        let mut said = ended.flat_map(|outcome| &outcome.diagnostics);
        said.any(|diagnostic| Arc::ptr_eq(&diagnostic.primary.source, &text.source))
    }

    /// How many things rendering found.
    pub fn problem_count(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.diagnostics.len()).sum()
    }
}

/// The secrets in the answers of calls.
fn secrets(outcomes: &[Outcome], session: &Session) -> Vec<String> {
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls);
    let names = calls.filter_map(|call| match &call.result {
        CallResult::Answered { recording, .. } => Some(&**recording),
        _ => None,
    });
    let names = names.collect::<BTreeSet<_>>();
    let answered =
        session.known.recordings.iter().filter(|recording| names.contains(recording.name()));
    let mut secrets = Vec::new();
    for recording in answered {
        let body = String::from_utf8_lossy(&recording.response().body);
        let found = body_secrets(&body).into_iter().map(|(range, _)| body[range].to_owned());
        secrets.extend(found.filter(|secret| secret.len() >= SHORTEST_SECRET));
    }
    secrets
}

/// Answers with a message rendered; where it cannot be read, with what it was last.
///
/// # Errors
/// Where what is asked for is not there.
pub(super) fn rendered(shared: &Shared, ask: &Ask) -> Result<Arc<Value>, Refusal> {
    let session = shared.session();
    let rendering = Rendering::of(ask, &session)?;
    let mut shown = to_json(&rendering, ask, &session, Some(&shared.frames));
    if rendering.is_refused() {
        shown["last_good"] = shared.last_good.get(ask).unwrap_or(Value::Null);
        return Ok(Arc::new(shown));
    }
    let shown = Arc::new(shown);
    let bytes = rendering.outcomes.iter().map(|outcome| outcome.output.len()).sum();
    shared.last_good.keep(ask, Arc::clone(&shown), bytes);
    Ok(shown)
}

/// A rendering as the page takes it. Without `frames` the HTML stands in the answer itself.
pub(super) fn to_json(
    rendering: &Rendering,
    ask: &Ask,
    session: &Session,
    frames: Option<&Frames>,
) -> Value {
    let places = Places::default();
    let naming = Naming::new(&places, rendering);
    let message = &rendering.asked.message;
    let parts = (0..rendering.outcomes.len()).map(|part| part_json(&naming, part, frames));
    let (request, of_request) = webhook::request(&places, rendering, session);
    let problems = rendering.parts().flat_map(|(part, outcome)| {
        let found = outcome.diagnostics.iter();
        found.map(|diagnostic| places.problem(diagnostic, Some(&part.name))).collect::<Vec<_>>()
    });
    let calls = rendering.parts().flat_map(|(part, outcome)| {
        let calls = outcome.calls.iter();
        calls.map(|call| call_json(&places, call, part, ask)).collect::<Vec<_>>()
    });
    json!({
        "generation": session.generation,
        "message": message.name,
        "scenario": ask.scenario,
        "channel": message.channel.map(channel_name),
        "micros": rendering.micros,
        "sent": rendering.is_sent(),
        "refused": rendering.is_refused(),
        "parts": parts.collect::<Vec<_>>(),
        "problems": problems.chain(of_request).collect::<Vec<_>>(),
        "calls": calls.collect::<Vec<_>>(),
        "data": naming.data(),
        "sms": sms(rendering),
        "sizes": sizes(rendering),
        "request": request,
        "last_good": Value::Null,
    })
}

/// A part, rendered.
pub(super) fn part_json(naming: &Naming<'_>, number: usize, frames: Option<&Frames>) -> Value {
    let Naming { places, rendering, .. } = naming;
    let (part, outcome) = (&rendering.asked.message.parts[number], &rendering.outcomes[number]);
    let aborted = outcome.abort.as_ref().map(|abort| {
        let at = abort.at.as_ref().map(|at| places.label(at));
        json!({ "type": abort.kind.name(), "reason": abort.reason, "at": at })
    });
    let html = is_html(&rendering.asked.message, part, &outcome.output);
    let policy = frames.is_none().then_some(POLICY);
    let framed = html.then(|| framed(&outcome.output, &printed(outcome), policy));
    let (frame, inline, where_) = match (framed, frames) {
        (Some(framed), Some(frames)) => (frames.keep(framed.html), None, framed.places),
        (Some(framed), None) => (None, Some(framed.html), framed.places),
        (None, _) => (None, None, Vec::new()),
    };
    // An export shows no pictures of other hosts.
    let picture = frames.filter(|_| is_picture(&rendering.asked.message, part));
    let picture = picture.and_then(|frames| frames.keep(framed_picture(&outcome.output)));
    // What stands there beside the secret is of no use by itself.
    let is_secret = part.name.strip_prefix("header.").is_some_and(is_secret_header);
    let marks = if is_secret { Vec::new() } else { naming.marks(number, outcome, &where_) };
    json!({
        "name": part.name,
        "path": part.source().name(),
        "html": html,
        "output": if is_secret { REDACTED } else { &outcome.output },
        "bytes": outcome.output.len(),
        "aborted": aborted,
        "frame": frame.map(|key| format!("/frame/{key}")),
        "frame_html": inline,
        "picture": picture.map(|key| format!("/frame/{key}")),
        "marks": marks,
        "extras": outcome.extras,
    })
}

/// The places of a part that Liquid printed.
fn printed(outcome: &Outcome) -> Vec<Printed> {
    let marks = outcome.map.iter().flat_map(|map| &map.marks).enumerate();
    marks.map(|(id, mark)| Printed { id, start: mark.start, end: mark.end }).collect()
}
