use crate::diagnostic::{Fix, Safety};
use crate::render::Encoding;
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::values::{attribute_of, has_filter};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// The name of a campaign or Canvas in a URL without `url_encode`.
    ///
    /// ## What it does
    ///
    /// Reports the name of a campaign, Canvas, card, or app printed as a query parameter without
    /// `url_encode`.
    ///
    /// ## Why it matters
    ///
    /// Names contain spaces, `&`, and `#`. The link or the parameter ends there, and reports based
    /// on it show only half of the name.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// https://www.marlowick.example/week?utm_campaign={{campaign.${name}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// https://www.marlowick.example/week?utm_campaign={{campaign.${name} | url_encode}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it changes the URL that is sent for a name with such characters.
    ///
    /// ## Source
    ///
    /// Braze: Data and logic (reference, section 7.3).
    name: "unencoded-campaign-name", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            let source = output.at.source;
            let Some((attribute, _)) = attribute_of(output.pipeline) else { continue };
            let Some(family) = attribute.family.map(|span| source.slice(span)) else { continue };
            let name = source.slice(attribute.name);
            if !matches!(family, "campaign" | "canvas" | "card" | "app") || !name.ends_with("name")
            {
                continue;
            }
            let encodes = |name: &str| {
                matches!(facts_of(name).encoding, Some(Encoding::Url | Encoding::WholeUrl))
                    || matches!(name, "replace" | "handleize")
            };
            let before = &source.text()[..output.at.span.start as usize];
            if !in_query(before) || has_filter(output.pipeline, source, &encodes) {
                continue;
            }
            let at = output.at.at(attribute.span);
            let end = Span::empty(output.pipeline.span.end as usize);
            let fix = Fix::replace("add `| url_encode`", Safety::Unsafe, end, " | url_encode");
            findings
                .report(model, at, format!("`{}` is in a URL without `url_encode`", at.text()))
                .label("spaces and `&` break the link")
                .help("add `| url_encode`")
                .fix(fix);
        }
    }
}

/// Whether a string ends like a query before a value: `?a=`, `&utm_campaign=`.
fn in_query(before: &str) -> bool {
    let Some(before) = before.strip_suffix('=') else { return false };
    let name = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_-.%[]".contains(c));
    name.len() < before.len() && name.ends_with(['?', '&', ';'])
        || before[name.len()..].starts_with("utm_")
}
