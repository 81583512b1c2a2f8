use std::collections::HashSet;
use std::sync::Arc;

use crate::analyze::{Model, OriginRoot, OriginStep, OutputUse, ReadRoot};
use crate::diagnostic::Severity;
use crate::dialect::BRAZE;
use crate::dialect::families::is_filled_in;
use crate::project::{Channel, Scenario};
use crate::render::ExplanationKind;
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::html_place::HtmlPlace;
use crate::rules::reading::json_text::{Scan, begins_json};
use crate::rules::reading::rendered::rendered;
use crate::rules::reading::sentence::{Around, places};
use crate::rules::reading::values::{Lookup, attribute_of, has_filter, start_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::Semantics;
use crate::syntax::ast::{ExprKind, Pipeline};
use crate::value::{Value, View};

/// Attributes used in greetings.
const NAMES: [&str; 2] = ["first_name", "last_name"];

/// Families whose attributes may be missing; `maybe-missing-field` covers trigger properties.
const OPTIONAL: [&str; 2] = ["", "custom_attribute"];

rule! {
    /// A name or other attribute that may be missing, printed without a `default`.
    ///
    /// ## What it does
    ///
    /// Reports names, custom attributes in the middle of a sentence, and any attribute that is
    /// blank when the message is rendered for a scenario. Trigger and event properties in a
    /// sentence are only reported as info, because their sender may always include them. In a
    /// webhook, only a whole value of the JSON is reported. A last name after a first name that has a
    /// default is left alone.
    ///
    /// ## Why it matters
    ///
    /// A customer whose name isn't known reads "Dear ,", and one without a favorite team reads
    /// "Never miss a goal of again".
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Dear {{${first_name}}},
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Dear {{${first_name} | default: 'customer'}},
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: The `${…}` form; Data and logic (reference, sections 1.1 and 7.3).
    name: "missing-default", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut asked = Vec::new();
    for (part, model) in subject.models().enumerate() {
        let lookup = &Lookup::new(model);
        for (place, output) in model.outputs.iter().enumerate() {
            let source = output.at.source;
            if has_filter(output.pipeline, source, &|name| name == "default") {
                blank_default(subject, lookup, output, findings);
                continue;
            }
            if is_name(subject, lookup, output) {
                name(model, output, findings);
            } else if let Some(one) = optional(subject, part, lookup, place) {
                asked.push(one);
            }
        }
    }
    if !asked.is_empty() {
        render_and_see(subject, asked, findings);
    }
    in_sentences(subject, findings);
    in_json(subject, findings);
}

/// Whether an output greets by a name that may be blank.
fn is_name<'a>(subject: &Subject<'_>, lookup: &Lookup<'_, 'a>, output: &OutputUse<'a>) -> bool {
    let source = output.at.source;
    if subject.channel() == Some(Channel::Webhook) {
        return false;
    }
    let read = output.read.and_then(|read| lookup.model.reads.get(read));
    let Some(read) = read else { return false };
    // Its origin through variables; their filters are checked below.
    let Some(origin) = read.origin.as_deref().filter(|origin| !origin.derived) else {
        return false;
    };
    let (OriginRoot::Family(family), [OriginStep::Field(attribute)]) =
        (&origin.root, &*origin.steps)
    else {
        return false;
    };
    if !BRAZE.family_name(*family).is_empty() {
        return false;
    }
    if !NAMES.contains(&&**attribute) || read.guarded || for_machines(lookup, output) {
        return false;
    }
    if matches!(read.root, ReadRoot::Attribute { .. }) {
        return !tested_later(lookup, attribute) && !follows_first_name(output, attribute);
    }
    // `{% assign name = ${first_name} %}Dear {{ name }}`
    let Some((pipeline, at)) = lookup.assigned(read) else { return false };
    if !is_attribute(pipeline) || has_filter(pipeline, at.source, &|name| name == "default") {
        return false;
    }
    let set = lookup.read(at.source, start_of(pipeline).span);
    let variable = source.slice(start_of(output.pipeline).span);
    set.is_some_and(|set| !set.guarded) && !lookup.is_tested(variable)
}

/// Reports a greeting whose default is blank: `Hi {{${first_name} | default: ''}},`.
fn blank_default<'a>(
    subject: &Subject<'_>,
    lookup: &Lookup<'_, 'a>,
    output: &OutputUse<'a>,
    findings: &mut Findings<'_>,
) {
    let source = output.at.source;
    let Some((attribute, _)) = attribute_of(output.pipeline) else { return };
    let read = output.read.and_then(|read| lookup.model.reads.get(read));
    let is_of_profile = read.is_some_and(|read| {
        subject.family_of(&read.root) == Some("") && !read.guarded && !read.reach.asked
    });
    let blank = output.pipeline.filters.iter().find_map(|call| {
        let ExprKind::Str(span) = call.arguments.first()?.value.kind else { return None };
        let is_blank = source.slice(call.name) == "default" && source.slice(span).trim().is_empty();
        is_blank.then_some(call.span)
    });
    let Some(span) = blank.filter(|_| is_of_profile) else { return };
    let is_gap = output.at.via.is_none()
        && NAMES.contains(&source.slice(attribute.name))
        && Around::of(source, output.at.span).has_gap()
        && !for_machines(lookup, output);
    if is_gap {
        findings
            .report(lookup.model, output.at.at(span), "this `default` is blank, too")
            .label("leaves a gap if the name isn't known")
            .help("use a word such as `'there'`, or put the greeting inside an `if`");
    }
}

fn is_attribute(pipeline: &Pipeline) -> bool {
    attribute_of(pipeline).is_some_and(|(_, path)| path.segments.is_empty())
}

/// Whether it is part of a URL, a signature, or JSON, and not read by people.
fn for_machines<'a>(lookup: &Lookup<'_, 'a>, output: &OutputUse<'a>) -> bool {
    let source = output.at.source;
    let coded = |name: &str| facts_of(name).is_for_machines() || name == "size";
    let before = &source.text()[..output.at.span.start as usize];
    if has_filter(output.pipeline, source, &coded) || is_json_value(before) {
        return true;
    }
    let Some(capture) = output.capture else { return false };
    let text = lookup.captured(output.at).trim_start();
    let json = text.starts_with(['{', '[']) && !text.starts_with("{{") && !text.starts_with("{%");
    json || lookup.is_tested(capture)
}

/// Whether a string ends like JSON before a value: `"name": "`.
fn is_json_value(before: &str) -> bool {
    let key = before.strip_suffix('"').map(str::trim_end);
    let key = key.and_then(|before| before.strip_suffix(':')).map(str::trim_end);
    key.is_some_and(|key| key.ends_with('"'))
}

/// Whether a variable derived from the attribute is tested, so its author handles blanks.
fn tested_later(lookup: &Lookup<'_, '_>, attribute: &str) -> bool {
    lookup.made_of(attribute).take(64).any(|variable| lookup.is_tested(variable))
}

/// Whether a last name follows a first name: without it, there is only an extra space.
fn follows_first_name(output: &OutputUse<'_>, attribute: &str) -> bool {
    let before = &output.at.source.text()[..output.at.span.start as usize];
    let before = before.trim_end_matches(' ');
    attribute == "last_name"
        && before.ends_with("}}")
        && before.rfind("{{").is_some_and(|at| before[at..].contains("first_name"))
}

fn name(model: &Model<'_>, output: &OutputUse<'_>, findings: &mut Findings<'_>) {
    let at = output.at.at(start_of(output.pipeline).span);
    let shown = at.text();
    findings
        .report(model, at, format!("`{shown}` has no `default`"))
        .label("blank if the name isn't known")
        .help(format!("use `{{{{{shown} | default: 'there'}}}}`"));
}

/// Profile attributes other than names that are often missing.
const SPARSE: [&str; 3] = ["city", "gender", "date_of_birth"];

/// Families whose properties come with the trigger.
const SENT: [&str; 4] =
    ["event_properties", "api_trigger_properties", "context", "canvas_entry_properties"];

/// Reports attributes printed inside a sentence, which would have a gap.
fn in_sentences(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block || matches!(subject.channel(), Some(Channel::Webhook)) {
        return;
    }
    let mut said = HashSet::new();
    for part in &subject.parts {
        let (model, source) = (&part.model, &part.template.source);
        let lookup = &Lookup::new(model);
        let places = places(part.template);
        for output in model.outputs.iter().filter(|output| output.at.via.is_none()) {
            let is_text = matches!(places.get(&output.at.span.start), None | Some(HtmlPlace::Text));
            let Some(severity) = optional_kind(subject, lookup, output) else { continue };
            let around = Around::of(source, output.at.span);
            let has_gap = around.has_gap() || around.begins();
            if !is_text || !has_gap || for_machines(lookup, output) {
                continue;
            }
            let at = output.at.at(start_of(output.pipeline).span);
            if !said.insert(at.text()) {
                continue;
            }
            findings
                .report(
                    model,
                    at,
                    format!("`{}` may be missing, which leaves a gap in the sentence", at.text()),
                )
                .label("blank if it's missing")
                .help(format!(
                    "use `{{{{{} | default: '…'}}}}`, or put the sentence inside an `if`",
                    at.text()
                ))
                .at_most(severity);
        }
    }
}

/// Reports attributes that are a whole value in a webhook's JSON: without one, the JSON is broken.
fn in_json(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Webhook) {
        return;
    }
    for part in subject.parts.iter().filter(|part| part.part.name == "body") {
        let (model, source) = (&part.model, &part.template.source);
        if !begins_json(&part.template.nodes, source, true) {
            continue;
        }
        let mut bare = Vec::new();
        Scan::outside().nodes(&part.template.nodes, source, &mut bare);
        let lookup = &Lookup::new(model);
        for output in model.outputs.iter().filter(|output| output.at.via.is_none()) {
            let before = &source.text()[..output.at.span.start as usize];
            let is_value = before.trim_end().ends_with(':')
                && bare.iter().any(|pipeline| std::ptr::eq(*pipeline, output.pipeline));
            if !is_value {
                continue;
            }
            let Some(severity) = optional_kind(subject, lookup, output) else { continue };
            let at = output.at.at(start_of(output.pipeline).span);
            let shown = at.text();
            let message =
                format!("`{shown}` may be missing, which leaves the JSON without a value");
            findings
                .report(model, at, message)
                .label("nothing is between `:` and the next character")
                .help(format!(
                    "use `{{{{{shown} | default: …}}}}`, or `{{{{{shown} | as_json_string}}}}`"
                ))
                .at_most(severity);
        }
    }
}

/// Returns the severity if the printed value may be missing; `None` if it is always present or
/// tested.
fn optional_kind<'a>(
    subject: &Subject<'_>,
    lookup: &Lookup<'_, 'a>,
    output: &OutputUse<'a>,
) -> Option<Severity> {
    let model = lookup.model;
    if has_filter(output.pipeline, output.at.source, &|name| name == "default") {
        return None;
    }
    let read = output.read.and_then(|read| model.reads.get(read))?;
    let origin = read.origin.as_deref().filter(|origin| !origin.derived && !origin.defaulted)?;
    let OriginRoot::Family(family) = &origin.root else { return None };
    let OriginStep::Field(name) = origin.steps.first()? else { return None };
    // `unknown-attribute` reports a name that no scenario has, if one is for this message.
    let is_unknown = read.fault.is_some()
        && (subject.scenarios().next().is_some() || subject.known.lists_all("custom_attribute"));
    let is_item = origin.steps.contains(&OriginStep::Item) || is_unknown;
    let is_present = read.guarded || read.reach.asked || subject.aborts_without(read);
    if is_item || read.loops > 0 || is_present {
        return None;
    }
    if let ReadRoot::Variable { name, .. } = read.root
        && lookup.is_tested(name)
    {
        return None;
    }
    let uses = model.uses(&origin.root, &origin.steps);
    if lookup.is_tested_as_made(output.at, origin) {
        return None;
    }
    // A calculated value is a number, so there is no gap.
    let counts = has_filter(output.pipeline, output.at.source, &|name| {
        facts_of(name).calculates || name == "size"
    });
    if uses.tested || counts {
        return None;
    }
    // If a scenario has the attribute, rendering decides.
    let is_known = !read.shape.kinds.is_any() && read.shape.missing.is_none();
    match BRAZE.family_name(*family) {
        _ if is_known => None,
        "custom_attribute" => Some(Severity::Warning),
        "" => SPARSE.contains(&&**name).then_some(Severity::Warning),
        family => SENT.contains(&family).then_some(Severity::Info),
    }
}

/// An output that may be blank for someone.
struct Asked<'s> {
    part: usize,
    output: usize,
    attribute: &'s str,
    lacking: Vec<&'s Scenario>,
}

/// Returns scenarios that lack an attribute which others have.
fn optional<'s, 'a: 's>(
    subject: &Subject<'a>,
    part: usize,
    lookup: &Lookup<'_, 'a>,
    place: usize,
) -> Option<Asked<'s>> {
    let output = lookup.model.outputs.get(place)?;
    let (attribute, _) = attribute_of(output.pipeline)?;
    let read = output.read.and_then(|read| lookup.model.reads.get(read))?;
    let family = subject.family_of(&read.root)?;
    if read.guarded || !OPTIONAL.contains(&family) || for_machines(lookup, output) {
        return None;
    }
    let table = if family.is_empty() { "user" } else { family };
    let name = output.at.source.slice(attribute.name);
    if is_filled_in(table, name) {
        return None;
    }
    let (mut lacking, mut others) = (Vec::new(), false);
    for scenario in subject.scenarios() {
        let value = match scenario.tables.get(table).map(Value::view) {
            Some(View::Object(table)) => table.get(name),
            _ => None,
        };
        match value.map(Value::view) {
            None | Some(View::Nil) => lacking.push(scenario),
            Some(_) => others = true,
        }
    }
    (others && !lacking.is_empty()).then_some(Asked {
        part,
        output: place,
        attribute: name,
        lacking,
    })
}

/// Renders the message for those scenarios; outputs that aren't reached or aren't blank are fine.
fn render_and_see(subject: &Subject<'_>, mut asked: Vec<Asked<'_>>, findings: &mut Findings<'_>) {
    for scenario in subject.scenarios() {
        if !asked.iter().any(|one| one.lacking.iter().any(|it| std::ptr::eq(*it, scenario))) {
            continue;
        }
        let Some(rendered) = rendered(subject, scenario, true) else { continue };
        asked.retain(|one| {
            let model = &subject.parts[one.part].model;
            let output = &model.outputs[one.output];
            let trace = rendered.parts[one.part].trace.iter();
            let empty = trace.flat_map(|trace| &trace.explanations).any(|explanation| {
                explanation.kind == ExplanationKind::EmptyOutput
                    && explanation.at.span == output.at.span
                    && Arc::ptr_eq(&explanation.at.source, output.at.source)
            });
            if !empty || !one.lacking.iter().any(|it| std::ptr::eq(*it, scenario)) {
                return true;
            }
            let at = output.at.at(start_of(output.pipeline).span);
            let message = format!(
                "`{}` has no value in the scenario `{}`, and no `default`",
                one.attribute, scenario.name
            );
            findings
                .report(model, at, message)
                .label("renders as blank")
                .help(format!("use `{{{{{} | default: '…'}}}}`, or check it first", at.text()));
            false
        });
        if asked.is_empty() {
            return;
        }
    }
}
