//! A rendered message as shown by the page.

use std::borrow::Cow;

use serde_json::value::{RawValue, to_raw_value};

use super::ask::Ask;
use super::channel::{field_of, is_html, is_picture, place_of, sizes, sms};
use super::frame_html::{POLICY, Printed, framed, framed_picture};
use super::frames::{Frames, LastGood};
use super::marks::{Naming, printed};
use super::refusal::Refusal;
use super::rendering::Rendering;
use super::webhook;
use crate::http::secret::{REDACTED, is_secret_header};
use crate::project::{Channel, Layout};
use crate::render::Outcome;
use crate::session::Session;
use crate::wire::{Abort, Call, Finding, MessagePart, Places, RenderedMessage, Texts};

/// Responds with a rendered message; after a syntax error, with its last render. Without `frames`,
/// the response itself contains the HTML.
///
/// # Errors
/// If what is requested doesn't exist.
pub fn rendered(
    session: &Session,
    ask: &Ask,
    frames: Option<&Frames>,
    last_good: &LastGood,
) -> Result<Box<RawValue>, Refusal> {
    let rendering = Rendering::of(ask, session)?;
    let places = Places::default();
    let naming = Naming::new(&places, &rendering);
    let mut shown = message(&naming, ask, session, frames);
    if rendering.is_refused() {
        shown.last_good = last_good.get(ask);
        return raw(&shown);
    }
    let shown = raw(&shown)?;
    let bytes = rendering.outcomes.iter().map(|outcome| outcome.output.len()).sum();
    last_good.keep(ask, shown.clone(), bytes);
    Ok(shown)
}

fn raw(shown: &RenderedMessage<'_>) -> Result<Box<RawValue>, Refusal> {
    to_raw_value(shown).map_err(|error| Refusal::wrong(format!("this can't be shown: {error}")))
}

/// Converts a rendering for the page. Without `frames`, the response itself contains the HTML.
pub fn message<'r>(
    naming: &Naming<'r>,
    ask: &'r Ask,
    session: &Session,
    frames: Option<&Frames>,
) -> RenderedMessage<'r> {
    let Naming { places, rendering, .. } = naming;
    let message = &rendering.asked.message;
    let found = rendering.parts().flat_map(|(part, outcome)| {
        let found = outcome.diagnostics.iter();
        found.map(move |diagnostic| Finding::of(places, diagnostic, Some(&part.name)))
    });
    let mut problems = found.collect::<Vec<_>>();
    let of_request = rendering.requested.iter().flatten().flat_map(|one| &one.diagnostics);
    problems.extend(of_request.map(|found| Finding::of(places, found, None)));
    problems.extend(rendering.unmet.iter().map(|found| Finding::of(places, found, None)));
    let edited = |name: &str| ask.answers.contains_key(name);
    let calls = rendering.parts().flat_map(|(part, outcome)| {
        let calls = outcome.calls.iter();
        calls.map(move |call| Call::of(places, call, &part.name, &edited))
    });
    RenderedMessage {
        generation: session.generation,
        message: &message.name,
        scenario: &ask.scenario,
        channel: message.channel.map(Channel::name),
        layout: message.settings.layout.map(Layout::name),
        sent: rendering.is_sent(),
        refused: rendering.is_refused(),
        parts: (0..rendering.outcomes.len()).map(|place| part(naming, place, frames)).collect(),
        calls: calls.collect(),
        problems,
        data: naming.data(),
        sms: sms(rendering),
        sizes: sizes(rendering),
        request: rendering.requested.as_ref().and_then(webhook::to_json),
        last_good: None,
    }
}

/// Converts a rendered part.
pub fn part<'r>(naming: &Naming<'r>, number: usize, frames: Option<&Frames>) -> MessagePart<'r> {
    let Naming { places, rendering, .. } = naming;
    let message = &rendering.asked.message;
    let (part, outcome) = (&message.parts[number], &rendering.outcomes[number]);
    let html = is_html(message, part, &outcome.output);
    let policy = frames.is_none().then_some(POLICY);
    let framed = html.then(|| framed(&outcome.output, places_of(outcome).as_deref(), policy));
    let (frame, frame_html, where_) = match (framed, frames) {
        (Some(framed), Some(frames)) => (frames.keep(framed.html), None, framed.places),
        (Some(framed), None) => (None, Some(framed.html), framed.places),
        (None, _) => (None, None, Vec::new()),
    };
    // An export doesn't show other hosts' images.
    let picture = frames.filter(|_| is_picture(message, part));
    let picture = picture.and_then(|frames| frames.keep(framed_picture(&outcome.output)));
    // What is printed next to the secret isn't useful on its own.
    let is_secret = part.name.strip_prefix("header.").is_some_and(is_secret_header);
    let (marks, texts) = match is_secret {
        true => (Vec::new(), Texts::default()),
        false => (naming.marks(number, outcome, &where_), naming.texts(outcome)),
    };
    MessagePart {
        name: &part.name,
        field: field_of(message, part).map(|field| field.name),
        place: place_of(message, part),
        path: part.source().name(),
        html,
        output: Cow::Borrowed(if is_secret { REDACTED } else { &outcome.output }),
        bytes: outcome.output.len(),
        aborted: outcome.abort.as_ref().map(|abort| Abort::of(places, abort)),
        frame: frame.map(|key| format!("/frame/{key}")),
        frame_html,
        picture: picture.map(|key| format!("/frame/{key}")),
        marks,
        texts,
        extras: &outcome.extras,
    }
}

/// Returns the places in an output where Liquid printed something or should have; `None` if they
/// weren't recorded.
fn places_of(outcome: &Outcome) -> Option<Vec<Printed>> {
    outcome.map.as_ref()?;
    let places = printed(outcome);
    Some(places.map(|(id, mark)| Printed { id, start: mark.start, end: mark.end }).collect())
}
