use crate::analyze::Site;
use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::flat::{Flat, INTERPOLATION};
use crate::rules::reading::outgoing::{ContentType, bodies, content_type, looks_like_json};
use crate::rules::reading::partial_json::{self, PartialJson};
use crate::rules::reading::profile::is_word;
use crate::rules::reading::rendered_bodies::{Rendered, rendered};
use crate::rules::reading::values::{attribute_of, has_filter};
use crate::rules::reading::ways::{Choice, ways};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::syntax::ast::{ExprKind, FilterCall, Pipeline};
use crate::value::View;

rule! {
    /// A request body that should be JSON but isn't valid JSON.
    ///
    /// ## What it does
    ///
    /// Reports a syntax error in the JSON body of a call or webhook.
    ///
    /// Commas, quotes, and brackets are checked in the template itself: with each branch taken and
    /// not taken, and with one and two items in each loop. If the result depends on a value,
    /// meniscus renders the message for each of its scenarios. A value may be missing, for example,
    /// or be a string that contains a quote.
    ///
    /// ## Why it matters
    ///
    /// The other system rejects the request, so the call returns no data, and a webhook has no
    /// effect.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% capture body %}{"shop": 7 "limit": 2}{% endcapture %}
    /// {% connected_content https://api.larkspur.example/news :method post :content_type application/json :body {{body}} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// A value that some customers don't have:
    ///
    /// ```toml scenario
    /// [user]
    /// user_id = "c-7"
    /// ```
    ///
    /// ```liquid bad
    /// {% capture body %}{"visits": {{custom_attribute.${visits}}}, "shop": 7}{% endcapture %}
    /// {% connected_content https://api.larkspur.example/news :method post :content_type application/json :body {{body}} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% capture body %}{"shop": 7, "limit": 2}{% endcapture %}
    /// {% connected_content https://api.larkspur.example/news :method post :content_type application/json :body {{body}} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// A value with a default:
    ///
    /// ```liquid good
    /// {% capture body %}{"visits": {{custom_attribute.${visits} | default: 0}}, "shop": 7}{% endcapture %}
    /// {% connected_content https://api.larkspur.example/news :method post :content_type application/json :body {{body}} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it removes a trailing comma, but a member may be missing after it.
    ///
    /// ## Source
    ///
    /// Braze: Body forms (reference, section 2.1.3). SessionM (reference, section 9).
    name: "body-not-json", level: Error, check: Check::Message(check),
}

/// Returns the text with a number for each value that is an attribute or has a `default`. The
/// number contains no commas that the text lacks.
fn with_numbers(body: &Flat<'_, '_>) -> String {
    let mut text = body.text.clone();
    for (at, interpolation) in body.interpolations() {
        let is_value = interpolation.pipeline.is_some_and(|pipeline| {
            let mut filters = pipeline.filters.iter();
            attribute_of(pipeline).is_some()
                || filters.any(|call| interpolation.at.source.slice(call.name) == "default")
        });
        if is_value {
            // As long as the mark, so that offsets stay valid.
            text.replace_range(at..at + INTERPOLATION.len_utf8(), "111");
        }
    }
    text
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut undecided = Vec::new();
    for body in bodies(subject) {
        let kind = content_type(subject, &body);
        if !is_meant_as_json(&body, &kind) {
            // What it starts with is in a branch.
            if body.text.trim_start().starts_with(INTERPOLATION) && kind.may_be_json() {
                goes_wrong(&body, findings);
            }
            continue;
        }
        let mut json = partial_json::read(&body.text);
        if json.fault.is_none() && json.unknown_from.is_some() {
            json.fault = partial_json::read(&with_numbers(&body)).fault;
        }
        match &json.fault {
            Some(fault) => {
                let message = format!("the request body isn't valid JSON: {}", fault.message);
                let report =
                    findings.report(body.model, body.site(fault.at.clone()), message).help(
                        "use double quotes, and commas between members but not after the last one",
                    );
                let comma = fault.comma.clone().and_then(|comma| body.written(comma));
                if let Some(comma) = comma {
                    report.fix(Fix::replace("remove the comma", Safety::Unsafe, comma.span, ""));
                }
            }
            None => {
                let is_wrong = wrong_quotes(&body, &json, findings) || goes_wrong(&body, findings);
                if !is_wrong && depends_on_values(&body, &json) {
                    undecided.push((body, json));
                }
            }
        }
    }
    for Rendered { body, json, scenario, message, at } in rendered(subject, undecided) {
        let site = at.and_then(|at| body.interpolation(at)).or_else(|| {
            let first = json.bare_interpolations.first().copied();
            first.and_then(|at| body.interpolation(at))
        });
        let report = findings.report(
            body.model,
            site.map_or(body.whole, |interpolation| interpolation.at),
            format!(
                "the request body isn't valid JSON for the scenario `{}`: {message}",
                scenario.name
            ),
        );
        report.help(match at {
            Some(at) if json.bare_interpolations.contains(&at) => {
                "add a `default`, and `| as_json_string` if a string has no quotes around it"
            }
            _ => "add `| json_escape` to strings between quotes",
        });
    }
}

/// Reports strings without quotes, and strings with two pairs.
fn wrong_quotes(body: &Flat<'_, '_>, json: &PartialJson, findings: &mut Findings<'_>) -> bool {
    let mut is_wrong = false;
    for (at, interpolation) in body.interpolations() {
        let Some(pipeline) = interpolation.pipeline else { continue };
        let source = interpolation.at.source;
        let adds_quotes = has_filter(pipeline, source, &|name| name == "as_json_string");
        let around = (&body.text[..at], &body.text[at + INTERPOLATION.len_utf8()..]);
        if adds_quotes && around.0.ends_with('"') && around.1.starts_with('"') {
            is_wrong = true;
            findings
                .report(body.model, interpolation.at, "this string has two pairs of quotes")
                .label("`as_json_string` adds its own")
                .help("remove the quotes around it, or use `json_escape`");
        } else if json.bare_interpolations.binary_search(&at).is_ok()
            && !adds_quotes
            && let Some(message) = without_quotes(pipeline, interpolation.at)
        {
            is_wrong = true;
            findings
                .report(body.model, interpolation.at, message)
                .help("add `| as_json_string`, or put it between quotes with `| json_escape`");
        }
    }
    is_wrong
}

/// Returns what is wrong with a value outside strings that is a word.
fn without_quotes(pipeline: &Pipeline, at: Site<'_>) -> Option<String> {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let name = |call: &FilterCall| at.source.slice(call.name);
    let default = pipeline.filters.iter().find(|call| name(call) == "default");
    let default = default.and_then(|call| match call.arguments.first()?.value.kind {
        ExprKind::Str(span) => Some(at.source.slice(span)),
        _ => None,
    });
    if let Some(text) = default.filter(|text| !is_json(text)) {
        return Some(match text {
            "" => "without a value, nothing is printed here, which isn't valid JSON".to_owned(),
            _ => format!("`{text}` without quotes isn't valid JSON"),
        });
    }
    let (attribute, _) = attribute_of(pipeline)?;
    let keeps_words = |call: &FilterCall| {
        matches!(name(call), "capitalize" | "default" | "downcase" | "strip" | "upcase")
    };
    let is_word = attribute.family.is_none()
        && is_word(at.source.slice(attribute.name))
        && pipeline.filters.iter().all(keeps_words);
    is_word.then(|| "a string without quotes isn't valid JSON".to_owned())
}

/// Reports a body that isn't valid JSON if its branches and loops go a certain way.
fn goes_wrong(body: &Flat<'_, '_>, findings: &mut Findings<'_>) -> bool {
    let has_tags = body.interpolations().any(|(_, one)| one.pipeline.is_none());
    if !has_tags || body.model.is_broken() {
        return false;
    }
    let wrong = ways(body).into_iter().find_map(|way| {
        let is_text = way.text.trim_start().starts_with(['{', '[']);
        let fault = partial_json::read(&way.text).fault.filter(|_| is_text)?;
        Some((way, fault))
    });
    let Some((way, fault)) = wrong else { return false };
    let site = way.site(fault.at.clone()).unwrap_or(body.whole);
    let message = format!("the request body isn't always valid JSON: {}", fault.message);
    let report = findings.report(body.model, site, message);
    let report = match way.choice {
        Some(Choice { at, what }) => report.related(at, what),
        None => report,
    };
    report.help("put each comma in the branch of what it separates; in a loop, use `{% unless forloop.last %},{% endunless %}`");
    true
}

fn is_meant_as_json(body: &Flat<'_, '_>, kind: &ContentType) -> bool {
    let begins = body.text.trim_start();
    if looks_like_json(begins) {
        return kind.may_be_json();
    }
    // Braze converts `key=value` to JSON. Anything else must be JSON if it claims to be, unless
    // part of it is computed.
    kind.is_json()
        && !begins.is_empty()
        && !begins.contains('=')
        && body.interpolations().next().is_none()
}

/// Whether the body is valid JSON only for some values.
fn depends_on_values(body: &Flat<'_, '_>, json: &PartialJson) -> bool {
    json.unknown_from.is_some()
        || body.interpolations().any(|(at, interpolation)| {
            let shape = &interpolation.shape;
            if interpolation.pipeline.is_none() || json.bare_interpolations.contains(&at) {
                // A number that is always present is valid JSON.
                return !(interpolation.pipeline.is_some()
                    && shape.kinds.within(Kinds::NUMBER | Kinds::BOOL));
            }
            let breaks =
                |text: &str| text.chars().any(|c| matches!(c, '"' | '\\') || c.is_control());
            let escapes = interpolation.pipeline.is_some_and(|pipeline| {
                pipeline
                    .filters
                    .iter()
                    .any(|call| interpolation.at.source.slice(call.name) == "json_escape")
            });
            let mut known = shape.examples();
            !escapes && known.any(|value| matches!(value, View::Str(text) if breaks(text)))
        })
}
