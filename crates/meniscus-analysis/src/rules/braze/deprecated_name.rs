use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Root;

rule! {
    /// A name that Braze has replaced with a newer one.
    ///
    /// ## What it does
    ///
    /// Reports `unsubscribe_url`, `canvas_entry_properties`, the option `:cache` of a call, and the
    /// filter `hmac_sha1`.
    ///
    /// ## Why it matters
    ///
    /// The old name still works in old messages. In new ones, use the new name: it's the one that
    /// Braze's pages explain.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// <a href="{{${unsubscribe_url}}}">Unsubscribe</a>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <a href="{{${set_user_to_unsubscribed_url}}}">Unsubscribe</a>
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: only the owner of an older Canvas knows what its properties are called.
    /// `hmac_sha1_hex` returns the same value as `hmac_sha1`, but that fix also counts as unsafe.
    ///
    /// ## Source
    ///
    /// Braze: Standard profile attributes; Other namespaces; Encoding and hashing; Data and logic;
    /// Additions (reference, sections 1.3, 1.4, 3.5, 7.3, and 12).
    name: "deprecated-name", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            let Root::Attribute(attribute) = &read.path.root else { continue };
            let (span, new) = match (subject.family_of(&read.root), read.at.source) {
                (Some(""), source) if source.slice(attribute.name) == "unsubscribe_url" => {
                    (attribute.name, "set_user_to_unsubscribed_url")
                }
                (Some("canvas_entry_properties"), _) => {
                    (attribute.family.unwrap_or(attribute.span), "context")
                }
                _ => continue,
            };
            let old = read.at.source.slice(span);
            // Only the owner of an older Canvas knows what its properties are called.
            let fix = Fix::replace(format!("use `{new}`"), Safety::Unsafe, span, new);
            findings
                .report(model, read.at.at(span), format!("`{old}` is an old name for `{new}`"))
                .help(format!("use `{new}`"))
                .fix(fix);
        }
        for call in &model.calls {
            let Some(option) = call.option("cache") else { continue };
            let at = call.at.at(option.name_span);
            let new = "cache_max_age";
            let fix = Fix::replace(format!("use `:{new}`"), Safety::Unsafe, at.span, new);
            findings
                .report(model, at, format!("`:cache` is an old name for `:{new}`"))
                .help(format!("use `:{new}` with the number of seconds"))
                .fix(fix);
        }
        for filter in &model.filters {
            if filter.at.source.slice(filter.call.name) != "hmac_sha1" {
                continue;
            }
            let at = filter.at.at(filter.call.name);
            let new = "hmac_sha1_hex";
            let fix = Fix::replace(format!("use `{new}`"), Safety::Safe, at.span, new);
            findings
                .report(model, at, format!("`hmac_sha1` is an old name for `{new}`"))
                .help(format!("use `{new}`, which returns the same"))
                .fix(fix);
        }
    }
}
