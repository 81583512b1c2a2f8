use std::borrow::Cow;
use std::sync::Arc;

use super::{Tag, rerendered};
use crate::diagnostic::Severity;
use crate::http::{Answer, Credential, CredentialKind, Request};
use crate::render::{AbortKind, Call, CallResult, Event, Exit, Flow, Limit, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Interpolated, Markup, OptionMarkup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::text::{Span, nearest};
use crate::value::{Object, Value, parse_json};

/// Calls a URL and saves or prints the response.
///
/// JSON goes to the variable of `:save`, or `connected`; other text is printed in place; nothing
/// comes of a failure. All of it is the reference's section 2.1.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "connected_content",
        form: Form::TextAndOptions,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::Calls,
    summary: "Calls a URL and saves or prints the response.",
};

/// An option of `connected_content`.
#[derive(Clone, Copy, Debug)]
pub struct CallOption {
    pub name: &'static str,
    /// What is written after it; empty if nothing is.
    pub value: &'static str,
    pub summary: &'static str,
}

/// The options that Braze documents, and `accept`, which one partner's page uses.
pub const OPTIONS: [CallOption; 13] = [
    option("method", "get | post", "The method; GET by default."),
    option("headers", "{\"Name\": \"value\"}", "The headers, a JSON object."),
    option("body", "key=value&… or {…}", "The body of a POST."),
    option("content_type", "application/json", "Sets the headers Content-Type and Accept."),
    option("save", "name", "The variable for the response; without it, the response is printed."),
    option("basic_auth", "name", "Credentials for basic authentication that are stored in Braze."),
    option("auth_credentials", "name", "A token that is stored in Braze."),
    option("cache_max_age", "seconds", "How long a response is shared, from 300 to 14400."),
    option("cache", "seconds", "The older name of `:cache_max_age`."),
    option("no_cache", "", "Calls again for each recipient."),
    option("retry", "", "Tries up to five times if the call fails in a way that may pass."),
    option("rerender", "", "Renders Liquid in the response, one level deep."),
    option("accept", "application/json", "The header Accept."),
];

const fn option(name: &'static str, value: &'static str, summary: &'static str) -> CallOption {
    CallOption { name, value, summary }
}

/// Returns the option that a misspelled name may mean.
#[must_use]
pub fn nearest_option(name: &str) -> Option<&'static str> {
    nearest(name, OPTIONS.map(|one| one.name))
}

/// What to do about headers that aren't a JSON object.
pub const HEADERS_HELP: &str =
    "write `:headers {\"Name\": \"value\"}`, with straight quotes and no trailing comma";

/// What to do about an option that Braze does not know.
#[must_use]
pub fn option_help(name: &str) -> String {
    match nearest_option(name) {
        Some(near) => format!("did you mean `:{near}`?"),
        None => {
            let all = OPTIONS.map(|one| format!("`:{}`", one.name));
            format!("use one of {}", all.join(", "))
        }
    }
}

/// What Braze takes at most, and when it gives up.
const MAX_BODY_BYTES: usize = 1 << 20;
const TIMEOUT_MS: u64 = 2_000;
const ATTEMPTS: u32 = 5;

/// The code of calls that nobody answers.
const UNANSWERED: &str = "unanswered-call";

/// The options of one tag, evaluated.
#[derive(Default)]
struct Options {
    method: Option<String>,
    headers: Option<(String, Span)>,
    body: Option<String>,
    content_type: Option<String>,
    accept: Option<String>,
    save: Option<String>,
    credential: Option<Credential>,
    cached: bool,
    uncached: bool,
    retry: bool,
    rerender: bool,
}

impl Options {
    /// The variable that JSON goes to.
    fn target(&self) -> &str {
        self.save.as_deref().unwrap_or("connected")
    }
}

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Options(markup) = &tag.markup else { return Ok(()) };
    if renderer.state.rerendering {
        let diagnostic = renderer
            .diagnostic(
                "call-in-rerender",
                Severity::Warning,
                tag.open,
                "Braze doesn't make calls in a re-rendered response",
            )
            .help("move the call to the message itself");
        renderer.say(diagnostic);
        return Ok(());
    }
    let mut url = String::new();
    for word in &markup.words {
        url = renderer.interpolate(word)?;
    }
    let options = read_options(renderer, &markup.options)?;
    // Non-breaking spaces are taken out before the call (reference 2.1.7).
    let url = url.replace('\u{a0}', "").trim().to_owned();
    renderer.count_call(tag.open)?;
    let request = build(renderer, tag, url, &options);
    renderer.state.asked_bytes += request.url.len() + request.body.as_ref().map_or(0, String::len);
    if renderer.state.asked_bytes > renderer.world.limits.output_bytes {
        return Err(Exit::Limit(Limit::OutputBytes, tag.open));
    }
    let (answer, call) = match ask(renderer, tag, request, &options) {
        Some(found) => found,
        None => return Ok(()),
    };
    take(renderer, tag, &options, &answer, call, out)
}

fn read_options<'a>(
    renderer: &mut Renderer<'a>,
    markup: &'a [OptionMarkup],
) -> Result<Options, Exit> {
    let mut options = Options::default();
    for option in markup {
        let name = renderer.text(option.name);
        let value = match &option.value {
            Some(value) => Some(option_value(renderer, name, value)?),
            None => None,
        };
        match (name, value) {
            ("method", value) => options.method = value,
            ("headers", value) => options.headers = value.map(|value| (value, option.span)),
            ("body", value) => options.body = value,
            ("content_type", value) => options.content_type = value,
            ("accept", value) => options.accept = value,
            ("save", value) => options.save = value,
            ("basic_auth", Some(name)) => {
                options.credential = Some(Credential { kind: CredentialKind::BasicAuth, name });
            }
            ("auth_credentials", Some(name)) => {
                options.credential =
                    Some(Credential { kind: CredentialKind::AuthCredentials, name });
            }
            ("cache_max_age" | "cache", _) => options.cached = true,
            ("no_cache", _) => options.uncached = true,
            ("retry", _) => options.retry = true,
            ("rerender", _) => options.rerender = true,
            ("basic_auth" | "auth_credentials", None) => {
                let diagnostic = renderer
                    .diagnostic(
                        "option-without-value",
                        Severity::Error,
                        option.span,
                        format!("`:{name}` has no value"),
                    )
                    .help(format!("write `:{name} NAME`, with the name of a stored credential"));
                renderer.say(diagnostic);
            }
            _ => unknown_option(renderer, option, name),
        }
    }
    Ok(options)
}

fn option_value<'a>(
    renderer: &mut Renderer<'a>,
    name: &str,
    value: &'a Interpolated,
) -> Result<String, Exit> {
    let text = renderer.interpolate(value)?;
    // A captured body keeps its line breaks; everything else is a word.
    Ok(if name == "body" { text } else { text.trim().to_owned() })
}

fn unknown_option(renderer: &mut Renderer<'_>, option: &OptionMarkup, name: &str) {
    let diagnostic = renderer
        .diagnostic(
            "unknown-option",
            Severity::Warning,
            option.name,
            format!("unknown option `:{name}`"),
        )
        .label("has no effect")
        .help(option_help(name));
    renderer.say(diagnostic);
}

/// The request, as Braze builds it.
fn build(renderer: &mut Renderer<'_>, tag: &Node, url: String, options: &Options) -> Request {
    let method = options.method.as_deref().unwrap_or("GET").to_uppercase();
    let mut request = Request::new(&method, url);
    if let Some((text, span)) = &options.headers {
        request.headers = headers(renderer, text, *span);
    }
    // `:content_type` sets both headers; without it the method's default stands (reference 2.1.2).
    let posts = method == "POST";
    let default = if posts { "application/x-www-form-urlencoded" } else { "application/json" };
    let content_type = options.content_type.as_deref();
    let accept = options.accept.as_deref().or(content_type).unwrap_or("*/*");
    set_header(
        &mut request,
        "Content-Type",
        content_type.unwrap_or(default),
        content_type.is_some(),
    );
    set_header(&mut request, "Accept", accept, content_type.is_some());
    request.credential = options.credential.clone();
    request.retry = options.retry;
    request.body = options.body.as_ref().map(|body| {
        let json = content_type.is_some_and(|kind| kind.starts_with("application/json"));
        if json { form_as_json(body).unwrap_or_else(|| body.clone()) } else { body.clone() }
    });
    note_secrets(renderer, &mut request);
    if request.body.is_some() && !posts {
        let diagnostic = renderer
            .diagnostic(
                "body-without-post",
                Severity::Warning,
                tag.open,
                format!("a {method} call has a body"),
            )
            .help("add `:method post`");
        renderer.say(diagnostic);
    }
    request
}

/// Notes what is secret in a request: of the data, and of earlier responses.
fn note_secrets(renderer: &mut Renderer<'_>, request: &mut Request) {
    let of_data = &renderer.world.secrets;
    let of_responses = renderer.state.saved_secrets();
    if !of_data.is_empty() || !of_responses.is_empty() {
        request.note_secrets(of_data.iter().chain(of_responses));
    }
}

fn set_header(request: &mut Request, name: &str, value: &str, over: bool) {
    if over {
        request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    } else if request.header(name).is_some() {
        return;
    }
    request.headers.push((name.to_owned(), value.to_owned()));
}

/// The headers that a JSON object says.
fn headers(renderer: &mut Renderer<'_>, text: &str, span: Span) -> Vec<(String, String)> {
    renderer.count_built(text.len().saturating_mul(4));
    let problem = match parse_json(text) {
        Ok(Value::Object(object)) => {
            let pair = |(name, value): (&Arc<str>, &Value)| {
                (name.to_string(), value.view().to_str().into_owned())
            };
            return object.iter().map(pair).collect();
        }
        Ok(other) => format!("found {}", other.view().kind()),
        Err(error) => error.to_string(),
    };
    let diagnostic = renderer
        .diagnostic(
            "headers-json",
            Severity::Error,
            span,
            format!("the headers aren't a JSON object: {problem}"),
        )
        .label("no headers are sent")
        .help(HEADERS_HELP);
    renderer.say(diagnostic);
    Vec::new()
}

/// A body of the form `key=value&…` as the JSON object that Braze makes of it (reference 2.1.3).
fn form_as_json(body: &str) -> Option<String> {
    let text = body.trim();
    if text.starts_with(['{', '[', '"']) || !text.contains('=') {
        return None;
    }
    let mut object = Object::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        object.insert(key, value);
    }
    Some(crate::value::to_json(Value::from(object).view()).to_string())
}

/// Makes the call, or finds the answer of the same call before; tells its place among all.
fn ask(
    renderer: &mut Renderer<'_>,
    tag: &Node,
    request: Request,
    options: &Options,
) -> Option<(Answer, usize)> {
    let mut call = Call {
        at: renderer.label(tag.open, ""),
        request,
        result: CallResult::Refused(String::new()),
        target: options.target().to_owned(),
        saved_as: None,
        printed_bytes: 0,
        times: 1,
    };
    let request = &call.request;
    if let Some(reason) = refusal(renderer, request) {
        let diagnostic = renderer
            .diagnostic(
                "call-refused",
                Severity::Error,
                tag.open,
                format!("Braze doesn't make this call: {}", reason.0),
            )
            .label("nothing is saved or printed")
            .help(reason.1);
        renderer.say(diagnostic);
        call.result = CallResult::Refused(reason.0);
        renderer.state.keep_call(call);
        return None;
    }
    // A GET is shared by URL, whoever the recipient; a POST only where caching is asked for.
    let posts = request.method == "POST";
    let caches = if posts { options.cached } else { !options.uncached };
    let body = request.body.as_deref().filter(|_| posts).unwrap_or_default();
    let key = caches.then(|| format!("{} {}\n{body}", request.method, request.url));
    let known = key.as_ref().and_then(|key| renderer.state.rare().cache.get(key).cloned());
    // What is known is not asked for again: a live host would be called twice.
    let (known, answer) = match known {
        Some((first, answer)) => (Some(first), Ok(answer)),
        None => (None, renderer.world.fetch.fetch(request)),
    };
    match answer {
        Ok(answer) => {
            call.result = match (known, &answer.recording) {
                (Some(first), _) => CallResult::Cached { call: first },
                (None, recording) => CallResult::Answered {
                    recording: recording
                        .as_ref()
                        .map(|origin| origin.name.clone())
                        .unwrap_or_default(),
                    path: recording
                        .as_ref()
                        .map(|origin| origin.path.display().to_string())
                        .unwrap_or_default(),
                    status: answer.response.status,
                    note: failure(&answer),
                },
            };
            let place = renderer.state.keep_call(call);
            if let Some(key) = key.filter(|_| known.is_none() && failure(&answer).is_none()) {
                renderer.state.rare().cache.insert(key, (place, answer.clone()));
            }
            Some((answer, place))
        }
        Err(unanswered) => {
            if renderer.state.is_news(UNANSWERED, &renderer.template.source, tag.open) {
                let mut diagnostic = renderer
                    .diagnostic(UNANSWERED, Severity::Error, tag.open, unanswered.problem.clone())
                    .label("nothing is saved or printed");
                diagnostic.help = Some(unanswered.details(&renderer.world.recordings));
                renderer.say(diagnostic);
            }
            call.result = CallResult::Unanswered(Arc::new(unanswered));
            renderer.state.keep_call(call);
            None
        }
    }
}

/// Why Braze would not make a call, and what to do about it.
fn refusal(renderer: &Renderer<'_>, request: &Request) -> Option<(String, String)> {
    let url = &request.shown().url;
    if !matches!(&*request.method, "GET" | "POST") {
        return Some((
            format!("the method is {}, only GET and POST are supported", request.method),
            "use `:method get` or `:method post`".to_owned(),
        ));
    }
    let scheme = request.scheme();
    if !matches!(&*scheme.to_ascii_lowercase(), "http" | "https") {
        return Some((
            format!(
                "the URL `{}` has no host (missing_hostname)",
                crate::http::secret::mask_url(url)
            ),
            "start it with `https://` and a host; give placeholders a value under \
             `[variables]` in meniscus.toml"
                .to_owned(),
        ));
    }
    if request.host().is_empty() {
        return Some((
            format!(
                "the URL `{}` has no host (missing_hostname)",
                crate::http::secret::mask_url(url)
            ),
            "write the host after `https://`".to_owned(),
        ));
    }
    let port = request.port();
    if !renderer.world.settings.any_port && port.is_some_and(|port| !matches!(port, 80 | 443)) {
        return Some((
            format!("the URL names port {}, only 80 and 443 are allowed", port.unwrap_or_default()),
            "remove the port".to_owned(),
        ));
    }
    None
}

/// Why nothing comes of an answer; none where it is good.
fn failure(answer: &Answer) -> Option<String> {
    let response = &answer.response;
    if let Some(failure) = &answer.failure {
        return Some(failure.clone());
    }
    if let Some(fault) = response.fault {
        return Some(format!("the connection failed ({})", fault.name()));
    }
    if response.delay_ms > TIMEOUT_MS {
        return Some(format!("it takes {} ms, Braze waits {TIMEOUT_MS} ms", response.delay_ms));
    }
    match response.status {
        200..=299 if response.body.len() > MAX_BODY_BYTES => Some(format!(
            "the response has {} bytes, Braze takes {MAX_BODY_BYTES}",
            response.body.len()
        )),
        200..=299 => None,
        300..=399 => Some(format!("status {}: Braze does not follow redirects", response.status)),
        status => Some(format!("status {status}")),
    }
}

/// Whether trying again may help: what Braze's retry logic takes up.
fn is_retried(answer: &Answer) -> bool {
    let response = &answer.response;
    response.fault.is_some()
        || response.delay_ms > TIMEOUT_MS
        || matches!(response.status, 408 | 429 | 500..=599)
}

/// Saves or prints what came back.
fn take(
    renderer: &mut Renderer<'_>,
    tag: &Node,
    options: &Options,
    answer: &Answer,
    call: usize,
    out: &mut String,
) -> Flow {
    let failed = failure(answer).is_some();
    renderer.note(tag.span.start, if failed { Event::CallFailed } else { Event::Answered });
    if failed {
        if options.retry && is_retried(answer) {
            let reason = format!(
                "connected content failed {ATTEMPTS} times: {}",
                failure(answer).unwrap_or_default()
            );
            return Err(renderer.abort(AbortKind::RetriesExhausted, reason, tag.open));
        }
        return Ok(());
    }
    let response = &answer.response;
    renderer.count_built(response.body.len().saturating_mul(4));
    let body = || String::from_utf8_lossy(&response.body);
    let (text, saved) = if options.rerender {
        let text = rerendered(renderer, tag, "response", &body())?;
        let saved = parse_json(&text).map(|value| response.with_status(value)).ok();
        (Cow::Owned(text), saved)
    } else {
        match response.saved() {
            Ok(value) => (Cow::Borrowed(""), Some(value.clone())),
            Err(_) => (body(), None),
        }
    };
    match saved {
        Some(value) => {
            let name = options.target();
            let known = &mut renderer.state.rare().saved;
            match options.rerender {
                true => known.add_rerendered(value.clone()),
                false => known.add(response),
            }
            renderer.save(name, value, call);
            if let Some(call) = renderer.state.calls.get_mut(call) {
                call.saved_as = Some(name.to_owned());
            }
        }
        None => {
            if let Some(name) = &options.save {
                let message = format!(
                    "the response isn't JSON: Braze prints it here and leaves `{name}` empty"
                );
                let diagnostic = renderer
                    .diagnostic("response-not-json", Severity::Warning, tag.open, message)
                    .help(
                        "check that the endpoint returns JSON, or remove `:save` to print the \
                         response",
                    );
                renderer.say(diagnostic);
            }
            if let Some(call) = renderer.state.calls.get_mut(call) {
                call.printed_bytes = text.len();
            }
            out.push_str(&text);
        }
    }
    Ok(())
}
