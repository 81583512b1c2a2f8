//! Rules about the accessibility of email HTML.

mod image_without_alt;
mod layout_table_role;
mod link_text;
mod low_contrast;

use super::reading::markup::Html;
use super::{Findings, Rule, Subject};
use crate::analyze::Site;
use crate::project::Channel;
use crate::syntax::Template;
use crate::text::Span;

pub(super) static RULES: &[&Rule] =
    &[&image_without_alt::RULE, &layout_table_role::RULE, &link_text::RULE, &low_contrast::RULE];

/// A finding of a rule, before it is reported.
struct Found {
    span: Span,
    message: String,
    help: String,
}

/// Reports what `look` finds in the HTML of an email and of its content blocks.
fn check_mail(
    subject: &Subject<'_>,
    findings: &mut Findings<'_>,
    look: impl Fn(&Html<'_>) -> Vec<Found>,
) {
    if subject.channel() != Some(Channel::Email) {
        return;
    }
    for part in subject.parts.iter().filter(|part| part.part.name == "body") {
        let model = &part.model;
        let mut report = |template: &Template, via: Option<usize>| {
            for Found { span, message, help } in look(&Html::of(template)) {
                let at = Site { source: &template.source, span, via };
                findings.report(model, at, message).help(help);
            }
        };
        report(part.template, None);
        let mut seen = Vec::new();
        for (index, inclusion) in model.inclusions.iter().enumerate() {
            let block = subject.known.blocks.get(inclusion.name);
            if let Some(block) = block.filter(|_| !seen.contains(&inclusion.name)) {
                seen.push(inclusion.name);
                report(&block.template, Some(index));
            }
        }
    }
}
