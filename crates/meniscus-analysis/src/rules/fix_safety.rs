//! Decides which fixes are safe: those that leave the meaning of a template unchanged, judging by
//! its tree.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix, Safety};
use crate::dialect::BRAZE;
use crate::render::Dialect;
use crate::syntax::ast::{
    FilterCall, InterpolatedPart, Markup, Node, Operator, Options, Pipeline, Tag,
};
use crate::syntax::{ParseOptions, Template, Visitor, meaning, parse_after, walk_nodes};
use crate::text::{Source, Span};

use super::fixes::apply_fixes;

/// Bytes parsed to check a message's fixes; beyond that, they count as unsafe.
const MAX_PARSED: usize = 32 << 20;

/// Added to the title of a fix that changes what is rendered.
const CHANGES: &str = "changes what is sent";

/// Marks each fix as safe if the template means the same after it, otherwise as unsafe, which its
/// title says. Removes fixes that would stop a message from being sent.
///
/// `templates` are those that the diagnostics point into.
pub(super) fn judge(
    templates: &[&Template],
    diagnostics: &mut [Diagnostic],
    options: ParseOptions,
) {
    let mut left = MAX_PARSED;
    for template in templates {
        let source = &template.source;
        let mut places = Vec::new();
        for (place, diagnostic) in diagnostics.iter().enumerate() {
            if diagnostic.fix.is_some() && Arc::ptr_eq(&diagnostic.primary.source, source) {
                places.push(place);
            }
        }
        if places.is_empty() {
            continue;
        }
        let before = Read::of(template);
        let Outputs { printed, all: outputs, .. } = Outputs::of(template);
        let are_safe = |diagnostics: &[Diagnostic]| {
            let all = apply_fixes(source, diagnostics, |fix| fix.safety == Safety::Safe);
            before.means(&Read::again(template, all.text, options))
        };
        left = left.saturating_sub(source.text().len());
        let all_are_safe = are_safe(diagnostics);
        for &place in &places {
            let Some(fix) = diagnostics[place].fix.clone() else { continue };
            if fix.safety == Safety::Safe && all_are_safe {
                continue;
            }
            // What an option says changes the response, and with it what is reached.
            let is_printed = is_within(&fix, &printed);
            let alone = effect_in_output(source, &diagnostics[place], &outputs, options);
            let is_enough =
                |effect: &Effect| is_printed || *effect == Effect::Same || before.failing == 0;
            let effect = match alone.filter(is_enough) {
                Some(effect) => effect,
                None if left < source.text().len() => Effect::Other,
                None => {
                    left -= source.text().len();
                    let one = apply_fixes(source, &diagnostics[place..=place], |_| true);
                    let after = Read::again(template, one.text, options);
                    after.effect(&before, is_printed)
                }
            };
            diagnostics[place].fix = match effect {
                Effect::Worse => None,
                Effect::Other => Some(as_unsafe(fix)),
                Effect::Same => Some(fix),
            };
        }
        // With two errors that each stop the message, fixing one alone changes nothing, but fixing
        // both does.
        if !all_are_safe && !are_safe(diagnostics) {
            for place in places {
                let fix = diagnostics[place].fix.take();
                diagnostics[place].fix = fix.map(as_unsafe);
            }
        }
    }
}

/// The spans of a template's outputs, in order.
struct Outputs<'t> {
    text: &'t str,
    /// Those that print.
    printed: Vec<Span>,
    /// These, and those in options of tags.
    all: Vec<Span>,
}

impl<'t> Outputs<'t> {
    fn of(template: &'t Template) -> Outputs<'t> {
        let text = template.source.text();
        let mut outputs = Outputs { text, printed: Vec::new(), all: Vec::new() };
        walk_nodes(&mut outputs, &template.nodes);
        outputs.all.extend(&outputs.printed);
        outputs.all.sort_unstable();
        outputs
    }

    fn options(&mut self, options: &Options) {
        let values = options.options.iter().filter_map(|option| option.value.as_ref());
        for part in options.words.iter().chain(values).flat_map(|words| &words.parts) {
            let InterpolatedPart::Output(pipeline) = part else { continue };
            let inner = pipeline.span.range();
            let before = self.text.get(..inner.start).unwrap_or_default().trim_end();
            let behind = self.text.get(inner.end..).unwrap_or_default();
            let end = self.text.len() - behind.trim_start().len();
            if before.ends_with("{{") && self.text[end..].starts_with("}}") {
                self.all.push(Span::new(before.len() - 2, end + 2));
            }
        }
    }
}

impl Visitor for Outputs<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Output(output) => self.printed.push(output.span),
            Node::Tag(tag) => self.tag(tag),
            _ => {}
        }
    }

    fn tag(&mut self, tag: &Tag) {
        if let Markup::Options(options) = &tag.markup {
            self.options(options);
        }
        for branch in &tag.branches {
            walk_nodes(self, &branch.body);
        }
    }
}

/// Whether a fix only changes outputs, which are in order.
fn is_within(fix: &Fix, outputs: &[Span]) -> bool {
    fix.edits.iter().all(|edit| output_around(edit.span, outputs).is_some())
}

/// Returns the output with a span in it.
fn output_around(at: Span, outputs: &[Span]) -> Option<Span> {
    let place = outputs.partition_point(|output| output.start <= at.start).checked_sub(1)?;
    outputs.get(place).copied().filter(|output| at.end <= output.end)
}

/// Returns the effect of a fix inside a single output, which is also its effect on the template.
/// Most fixes are like this, and parsing a large template for each would be slow.
fn effect_in_output(
    source: &Arc<Source>,
    diagnostic: &Diagnostic,
    outputs: &[Span],
    options: ParseOptions,
) -> Option<Effect> {
    let fix = diagnostic.fix.as_ref()?;
    let output = output_around(fix.edits.first()?.span, outputs)?;
    if !is_within(fix, &[output]) {
        return None;
    }
    let text = &source.text()[output.range()];
    let fixed = apply_fixes(source, std::slice::from_ref(diagnostic), |_| true).text;
    let behind = source.text().len() - output.end as usize;
    let fixed = fixed.get(output.start as usize..fixed.len() - behind)?;
    let read = |text: &str| {
        let source = Arc::new(Source::new("output", text));
        let options = ParseOptions { suggestions: false, ..options };
        let template = parse_after(&source, 0, &BRAZE, options);
        // The result may be another output followed by text.
        let is_whole = match &template.nodes[..] {
            [Node::Output(only)] => only.span.range() == (0..text.len()),
            _ => false,
        };
        is_whole.then(|| Read::of(&template))
    };
    let (before, after) = (read(text)?, read(fixed)?);
    Some(after.effect(&before, true))
}

fn as_unsafe(mut fix: Fix) -> Fix {
    if fix.safety == Safety::Safe {
        fix.safety = Safety::Unsafe;
        fix.title = format!("{} ({CHANGES})", fix.title);
    }
    fix
}

/// The effect of a fix on a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// The meaning is unchanged.
    Same,
    /// The meaning changes.
    Other,
    /// Messages that were sent may no longer be.
    Worse,
}

/// The aspects of a template that matter for fixes.
struct Read {
    meaning: String,
    refused: bool,
    /// Filters and comparisons that fail for any input.
    failing: usize,
}

impl Read {
    fn of(template: &Template) -> Read {
        let failing = failing(template);
        Read { meaning: meaning(template), refused: template.refused, failing }
    }

    /// Parses the template again with another text.
    fn again(template: &Template, text: String, options: ParseOptions) -> Read {
        let start = template.nodes.first().map_or(0, |node| node.span().start as usize);
        let source = Arc::new(Source::new(template.source.name(), text));
        let options = ParseOptions { suggestions: false, ..options };
        Read::of(&parse_after(&source, start, &BRAZE, options))
    }

    fn means(&self, other: &Read) -> bool {
        self.refused == other.refused && self.meaning == other.meaning
    }

    /// Returns the effect of going from another template to this one.
    fn effect(&self, before: &Read, is_in_outputs: bool) -> Effect {
        match () {
            () if self.is_worse(before, is_in_outputs) => Effect::Worse,
            () if before.means(self) => Effect::Same,
            () => Effect::Other,
        }
    }

    /// Whether messages that were sent may no longer be. What fails may have been unreachable: a
    /// fix in a tag may make it reachable, one in an output can't.
    fn is_worse(&self, before: &Read, is_in_outputs: bool) -> bool {
        let leads_there = self.failing > 0 && !is_in_outputs && self.meaning != before.meaning;
        (self.refused && !before.refused) || self.failing > before.failing || leads_there
    }
}

/// Counts filters and comparisons that fail for any input: filters with a wrong number of
/// arguments, and unknown operators.
pub(super) fn failing(template: &Template) -> usize {
    let mut failing = Failing(0);
    walk_nodes(&mut failing, &template.nodes);
    failing.0
}

/// Whether a filter has a wrong number of arguments and so always fails.
fn fails(call: &FilterCall) -> bool {
    let Some(id) = call.filter else { return false };
    let named = call.arguments.iter().filter(|argument| argument.name.is_some()).count();
    !BRAZE.filter_definition(id).takes(call.arguments.len() - named, named > 0)
}

struct Failing(usize);

impl Failing {
    fn markup(&mut self, markup: &Markup) {
        let Markup::Condition(condition) = markup else { return };
        let rest = condition.comparisons.iter().filter_map(|comparison| comparison.rest.as_ref());
        self.0 += rest.filter(|(operator, ..)| *operator == Operator::Unknown).count();
    }
}

impl Visitor for Failing {
    fn tag(&mut self, tag: &Tag) {
        self.markup(&tag.markup);
        tag.branches.iter().for_each(|branch| self.markup(&branch.markup));
        crate::syntax::walk_tag(self, tag);
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        self.0 += pipeline.filters.iter().filter(|call| fails(call)).count();
        crate::syntax::walk_pipeline(self, pipeline);
    }
}
