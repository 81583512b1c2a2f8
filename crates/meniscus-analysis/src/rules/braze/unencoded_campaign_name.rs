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
    /// Names have spaces, `&` and `#`: the link ends there, or the parameter does, and the reports
    /// that count on it show half of a name.
    ///
    /// Source: the reference's section 7.3.
    ///
    /// ```liquid bad
    /// https://www.marlowick.example/week?utm_campaign={{campaign.${name}}}
    /// ```
    ///
    /// ```liquid good
    /// https://www.marlowick.example/week?utm_campaign={{campaign.${name} | url_encode}}
    /// ```
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
                .report(model, at, format!("`{}` goes into a URL as it is", at.text()))
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
