use std::ops::Range;

use crate::analyze::Site;
use crate::http::secret::{is_secret_field, is_secret_header};
use crate::rules::reading::flat::{Flat, INTERPOLATION};
use crate::rules::reading::origin::origin;
use crate::rules::reading::outgoing::{
    Header, bodies, calls, headers, looks_like_json, option_of, urls,
};
use crate::rules::reading::url::{Url, pairs};
use crate::rules::reading::{partial_json, placeholder};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::ExprKind;

rule! {
    /// A credential or key written in the template.
    ///
    /// ## What it does
    ///
    /// Reports a password, token, or key in a header, a URL, or a body. Placeholders are covered by
    /// `unfilled-placeholder`. A value that contains `EXAMPLE` counts as sample data.
    ///
    /// ## Why it matters
    ///
    /// Anyone who can read the template can use the credential, and it stays in every copy and in
    /// the history.
    ///
    /// For calls, Braze stores credentials by name. For a webhook, use a workspace variable: it is
    /// filled in before the template is pasted into Braze.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news?api_key=lk_4f81Tq92 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :auth_credentials larkspur :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, sections 2.1.2 and 7.2). SessionM (reference, section 0).
    name: "hard-coded-credential", level: Error, check: Check::Message(check),
}

/// A shorter value is unlikely to be a credential.
const SHORTEST: usize = 6;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for header in headers(subject).filter(|header| is_secret_header(&header.name)) {
        if let Some(at) = in_header(&header) {
            let place = format!("the header `{}`", header.name);
            report(&header.flat, at, &place, findings);
        }
    }
    for flat in urls(subject) {
        if let Some((at, place)) = in_url(&flat) {
            report(&flat, at, &place, findings);
        }
    }
    for flat in bodies(subject) {
        if let Some((at, place)) = in_body(&flat) {
            report(&flat, at, &place, findings);
        }
    }
    for (model, call) in calls(subject) {
        // The option takes the name of a stored credential; a login is written out.
        if let Some(flat) = option_of(model, call, "basic_auth")
            && let Some((user, password)) = flat.text.trim().split_once(':')
            && !user.is_empty()
            && !password.is_empty()
            && !flat.text.contains(INTERPOLATION)
            && let Some(at) = flat.written(flat.trimmed())
        {
            report(&flat, at, "`:basic_auth`, which takes the name of a credential", findings);
        }
    }
}

/// Never repeat the credential in the message.
fn report(flat: &Flat<'_, '_>, at: Site<'_>, place: &str, findings: &mut Findings<'_>) {
    let help = match flat.call {
        Some(_) => {
            "store it in Braze and use `:basic_auth` or `:auth_credentials`, then replace the \
             exposed credential"
        }
        None => {
            "use a variable, set it under `[variables]` in meniscus.toml outside version \
             control, then replace the exposed credential"
        }
    };
    findings
        .report(flat.model, at, format!("a credential is hard-coded in {place}"))
        .label("anyone who can read the template can use it")
        .help(help);
}

fn in_header<'a>(header: &Header<'_, 'a>) -> Option<Site<'a>> {
    let flat = &header.flat;
    let value = &flat.text[header.value.clone()];
    let start = header.value.start + value.len() - value.trim_start().len();
    // The scheme comes first: `Basic`, `Bearer`, `ApiKey-v1`.
    let scheme = value.trim().find(' ').map_or(0, |at| at + 1);
    let range = start + scheme..start + value.trim().len();
    let secret = &flat.text[range.clone()];
    if secret.contains(INTERPOLATION) {
        return encoded_literal(flat, range);
    }
    is_secret(secret).then(|| flat.written(range)).flatten()
}

/// Returns the literal in `{{ 'key:secret' | base64_encode }}`.
fn encoded_literal<'a>(flat: &Flat<'_, 'a>, range: Range<usize>) -> Option<Site<'a>> {
    flat.interpolations().filter(|(at, _)| range.contains(at)).find_map(|(_, interpolation)| {
        let origin = origin(flat.model, interpolation.at, interpolation.pipeline?);
        let ExprKind::Str(span) = origin.subject.kind else { return None };
        let at = origin.at.at(span);
        let encodes = origin.goes_through(&["base64_encode"]);
        (encodes && at.text().contains(':') && is_secret(at.text())).then_some(at)
    })
}

fn in_url<'a>(flat: &Flat<'_, 'a>) -> Option<(Site<'a>, String)> {
    let text = &flat.text;
    let url = Url::of(text, flat.trimmed());
    let authority = &text[url.authority.clone()];
    if let Some((login, _)) = authority.rsplit_once('@')
        && let Some((_, password)) = login.split_once(':')
        && !password.contains(INTERPOLATION)
    {
        let start = url.authority.start;
        let at = flat.written(start..start + login.len())?;
        return Some((at, "the URL, before the host".to_owned()));
    }
    for (name, value) in url.parameters(text) {
        let name = &text[name];
        let found = &text[value.clone()];
        let named = is_secret_field(name)
            || (matches!(name, "key" | "appid" | "access_key") && is_random(found));
        if named && is_secret(found) {
            return Some((flat.written(value)?, format!("the query parameter `{name}`")));
        }
    }
    // SessionM's Core API has the app's key in its path.
    let path = &text[url.path.clone()];
    let (before, behind) = path.split_once("/priv/v1/apps/")?;
    let key = behind.split('/').next().unwrap_or_default();
    let start = url.path.start + before.len() + "/priv/v1/apps/".len();
    let at = flat.written(start..start + key.len())?;
    (key.len() >= 16 && is_secret(key)).then(|| (at, "the URL, as the app's key".to_owned()))
}

fn in_body<'a>(flat: &Flat<'_, 'a>) -> Option<(Site<'a>, String)> {
    let text = &flat.text;
    let fields = if looks_like_json(text) {
        let members = partial_json::read(text).members.into_iter();
        members.map(|member| (member.key, member.value)).collect()
    } else {
        pairs(text, flat.trimmed())
    };
    fields.into_iter().find_map(|(name, value)| {
        let (name, found) = (&text[name], &text[value.clone()]);
        let found_one = is_secret_field(name) && is_random(found) && is_secret(found);
        found_one
            .then(|| flat.written(value))
            .flatten()
            .map(|at| (at, format!("the body field `{name}`")))
    })
}

/// Whether a value where credentials belong is one.
fn is_secret(value: &str) -> bool {
    value.len() >= SHORTEST
        && !value.contains(INTERPOLATION)
        && !value.contains(['{', '}', '<', '>'])
        && !placeholder::is_whole(value)
        && !placeholder::is_example(value)
}

/// Whether a value doesn't look like a word of any language.
fn is_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    value.len() >= 8 && digits > 1 && letters > 1 && !value.contains(' ')
}
