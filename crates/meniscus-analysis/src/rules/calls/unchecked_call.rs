use crate::analyze::{Model, Read, TagUse, Usage};
use crate::rules::reading::answers::{has_unknown_blocks, is_of_answer, unchecked_reads};
use crate::rules::reading::outgoing::tag_name;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::syntax::ast::{ExprKind, Operator, Segment};

rule! {
    /// A response that is used without checking that the call succeeded.
    ///
    /// ## What it does
    ///
    /// Reports a response that the message uses without a check. Any condition on the response, or
    /// on a value made from it, counts as a check. So does a `default`.
    ///
    /// A response that is only looped over is ignored, because nothing is printed without it. So is
    /// a call with `:retry`, which aborts the message by itself.
    ///
    /// ## Why it matters
    ///
    /// Calls fail now and then: the other system is slow or down, or doesn't know the customer. The
    /// variable is then empty, and the message goes out with blanks.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// Read today: {{ news.title }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {% if news.__http_status_code__ != 200 %}{% abort_message('no news') %}{% endif %}
    /// Read today: {{ news.title }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Responses and status codes (reference, sections 2.1.4 and 2.1.5).
    name: "unchecked-call", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        if has_unknown_blocks(model) {
            continue;
        }
        for (place, call) in model.calls.iter().enumerate() {
            if call.option("retry").is_some() {
                continue;
            }
            if call.tested {
                fragment(subject, model, place, findings);
                continue;
            }
            let mut reads = model.reads_of_call(place);
            let Some(read) = reads.find(|read| is_used(model, read, place)) else { continue };
            // `unchecked-payload` says more about SessionM's responses.
            if !unchecked_reads(subject, model, place).is_empty() {
                continue;
            }
            let name = call.target;
            let at = call.target_span.map_or_else(|| tag_name(call), |span| call.at.at(span));
            // Braze provides no status for a list.
            let is_list = matches!(read.path.segments.first(), Some(Segment::Index { .. }))
                || call.shape.kinds.without(Kinds::NIL).within(Kinds::LIST);
            let failed = if is_list {
                format!("{name} == blank")
            } else {
                format!("{name}.__http_status_code__ != 200")
            };
            findings
                .report(
                    model,
                    at,
                    format!("nothing checks whether the call for `{name}` succeeded"),
                )
                .related(read.at, "used here")
                .help(format!("handle a failed call with `{{% if {failed} %}}`"));
        }
    }
}

/// Reports a response field that is printed where no condition checks the response, although one
/// elsewhere does.
fn fragment(subject: &Subject<'_>, model: &Model<'_>, place: usize, findings: &mut Findings<'_>) {
    if !unchecked_reads(subject, model, place).is_empty() {
        return;
    }
    let only_success = asks_for_success_alone(model, place);
    // Where the whole response is asked for, a failed call has a text of its own.
    let tests_whole = model
        .reads_of_call(place)
        .any(|read| read.usage == Usage::Tested && read.path.segments.is_empty());
    if tests_whole {
        return;
    }
    let is_tested = |read: &Read<'_>| {
        let origin = read.origin.as_deref();
        origin.is_some_and(|origin| model.uses(&origin.root, &origin.steps).tested)
    };
    let is_bare = |read: &&Read<'_>| {
        let is_output = model.output_around(read).is_some_and(|output| output.capture.is_none());
        let steps = read.origin.as_ref().map_or(0, |origin| origin.steps.len());
        read.unchecked
            && read.usage == Usage::Printed
            && is_output
            && steps > 0
            && !read.defaulted
            && (!read.guarded || only_success)
            && !is_tested(read)
            && read.loops == 0
            && !read.origin.as_ref().is_some_and(|origin| origin.defaulted)
            && is_of_answer(model, read)
    };
    let Some(read) = model.reads_of_call(place).find(is_bare) else { return };
    let call = &model.calls[place];
    let name = call.target;
    let message = format!(
        "`{}` is printed without checking whether the call for `{name}` succeeded",
        read.at.text()
    );
    findings
        .report(model, read.at, message)
        .label("renders as blank if the call fails")
        .related(tag_name(call), "called here")
        .help("move it inside the condition that checks the call, or add a `default`");
}

/// Whether all that is asked of a call is that it succeeded, with nothing for one that failed: then
/// what is outside of these conditions isn't meant for either.
fn asks_for_success_alone(model: &Model<'_>, call: usize) -> bool {
    let mut tested =
        model.reads_of_call(call).filter(|read| read.usage == Usage::Tested).peekable();
    let is_success = |read: &Read<'_>| {
        let comparison = model.comparisons.iter().find(|one| {
            std::ptr::eq(one.at.source, read.at.source)
                && one.left.span == read.at.span
                && one.operator == Operator::Equal
                && matches!(one.right.kind, ExprKind::Int(200..=299))
        });
        let is_alone = |used: &TagUse<'_>| {
            std::ptr::eq(used.at.source, read.at.source)
                && used.tag.open.start <= read.at.span.start
                && read.at.span.end <= used.tag.open.end
                && used.tag.branches.len() == 1
                && used.name == "if"
        };
        comparison.is_some()
            && read.at.text().ends_with(".__http_status_code__")
            && model.tags.iter().any(is_alone)
    };
    tested.peek().is_some() && tested.all(is_success)
}

/// Whether a read puts part of the response into the message or another call.
fn is_used(model: &Model<'_>, read: &Read<'_>, call: usize) -> bool {
    let used = matches!(read.usage, Usage::Printed | Usage::Interpolated | Usage::Argument);
    used && is_of_answer(model, read) && !(read.loops > 0 && is_looped_over(model, call))
}

/// Whether a loop iterates part of the response; its body isn't reached without one.
fn is_looped_over(model: &Model<'_>, call: usize) -> bool {
    let reads = model.loops.iter().filter_map(|one| model.reads.get(one.read?));
    reads.into_iter().any(|read| read.call == Some(call))
}
