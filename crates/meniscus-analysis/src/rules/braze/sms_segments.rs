use crate::project::Channel;
use crate::rules::reading::rendered::{Rendered, beginning, longest_place, sent};
use crate::rules::rule::rule;
use crate::rules::sms::{Alphabet, GSM, in_small_alphabet, segments};
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

/// Segments that a text message may have.
const MAX: usize = 10;

rule! {
    /// A text message longer than ten segments once rendered.
    ///
    /// ## What it does
    ///
    /// Reports a text message that takes more than ten segments when it's rendered for one of its
    /// scenarios. Braze's own counter ignores Liquid.
    ///
    /// ## Why it matters
    ///
    /// A text message can have up to ten segments, and you pay for each of them. A single character
    /// outside the small GSM-7 alphabet, such as an emoji or a curly quote, shrinks every segment
    /// from 153 characters to 67.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "sms"
    /// ```
    ///
    /// ```liquid bad
    /// {% for day in (1..30) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% for day in (1..3) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Limits (reference, section 6).
    name: "sms-segments", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Sms) {
        return;
    }
    let mut worst: Option<(usize, bool, Rendered)> = None;
    for rendered in sent(subject) {
        let counted = segments(body(&rendered).unwrap_or_default());
        let (count, small) = (counted.segments, counted.alphabet == Alphabet::Gsm);
        if count > MAX && worst.as_ref().is_none_or(|(most, ..)| count > *most) {
            worst = Some((count, small, rendered));
        }
    }
    let Some((count, small, rendered)) = worst else { return };
    let (part, mut at) = longest_place(subject, &rendered);
    let mut label = "";
    let mut help = "shorten the text, or link to it";
    if !small {
        let source = &subject.parts[part].template.source;
        let odd = source.text().char_indices().find(|(_, c)| !in_small_alphabet(*c));
        if let Some((start, c)) = odd {
            at = beginning(subject, part).at(Span::new(start, start + c.len_utf8()));
            label = "this shrinks segments from 153 characters to 67";
            if body(&rendered).is_some_and(|text| text.chars().count() <= MAX * GSM.1) {
                help = "remove characters outside the GSM-7 alphabet";
            }
        }
    }
    let message =
        format!("the message has {count} segments {}; the limit is {MAX}", rendered.for_whom());
    findings.report(&subject.parts[part].model, at, message).label(label).help(help);
}

/// Returns the longest part, which is the message itself.
fn body(rendered: &Rendered) -> Option<&str> {
    rendered.parts.iter().map(|part| part.output.trim()).max_by_key(|text| text.len())
}
