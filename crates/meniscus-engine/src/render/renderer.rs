use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use super::blank::has_failed;
use super::flow::{Exit, Flow, RenderError};
use super::hits::{Event, Gather};
use super::limits::Limit;
use super::origin::{Origin, OriginSource};
use super::outcome::{Abort, AbortKind, Outcome};
use super::source_map::Printed;
use super::state::State;
use super::trace::{ExplanationKind, Trace};
use super::world::{OnError, World};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::http::masked_by;
use crate::syntax::ast::{Condition, Expr, Interpolated, InterpolatedPart, Node, Pipeline, Tag};
use crate::syntax::{Template, Visitor, walk_condition};
use crate::text::Span;
use crate::value::{Meter, Number, Operation, Val, Value, View, print};

/// How a tag is rendered: what it prints goes to the text.
pub type RenderTag = for<'a> fn(&mut Renderer<'a>, &'a Tag, &mut String) -> Flow;

/// The code of errors of Liquid's.
const LIQUID_ERROR: &str = "liquid-error";

/// Values shown at most beside an error.
const SHOWN_VALUES: usize = 4;

/// Renders one template in a state that it shares with the templates around it.
#[derive(Debug)]
pub struct Renderer<'a> {
    /// Everything the render may depend on.
    pub world: &'a World,
    /// What changes.
    pub state: &'a mut State,
    /// The tree.
    pub template: &'a Template,
    pub(super) source: &'a str,
}

/// Renders a template.
///
/// A template that Liquid refuses is not rendered: its outcome is an abort of the kind
/// [`AbortKind::TemplateError`], with the diagnostics of parsing. `traced` asks for explanations.
#[must_use]
pub fn render(template: &Template, world: &World, traced: bool) -> Outcome {
    render_gathering(template, world, Gather { trace: traced, ..Gather::default() })
}

/// Renders a template as [`render`] does, and gathers what is asked for.
#[must_use]
pub fn render_gathering(template: &Template, world: &World, gather: Gather) -> Outcome {
    let mut state = State::default();
    state.chance = world.seed;
    state.meter = Meter::new(world.limits.steps);
    state.diagnostics.extend(template.diagnostics.iter().cloned());
    state.trace = gather.trace.then(Trace::default);
    state.hits = gather.hits.then(RefCell::default);
    state.mapping = gather.map.then(Box::default);
    let mut output = String::with_capacity(template.source.text().len());
    if template.refused {
        let first = template.diagnostics.iter().find(|d| d.severity == Severity::Error);
        let reason = first.map_or_else(|| "syntax error".to_owned(), |d| d.message.clone());
        let at = first.map(|d| d.primary.clone());
        state.abort = Some(Abort { kind: AbortKind::TemplateError, reason, at });
    } else {
        let mut renderer =
            Renderer { world, state: &mut state, template, source: template.source.text() };
        renderer.note(0, Event::Template);
        // An interrupt outside of a loop ends the template, as in Ruby.
        if let Err(Exit::Limit(limit, span)) = renderer.body(&template.nodes, &mut output) {
            renderer.limit_reached(limit, span);
        }
    }
    let map = state.mapping.take().map(|mapping| {
        let variables = state.variables().map(|(name, value)| (name.to_owned(), value.clone()));
        mapping.finish(&output, variables.collect())
    });
    let steps = state.meter.spent_of(world.limits.steps);
    let (extras, saved) = state.take_rare();
    let silent = state.silent || state.calls.iter().any(has_failed);
    let State { abort, diagnostics, calls, trace, hits, .. } = state;
    let hits = hits.map(RefCell::into_inner);
    Outcome { output, abort, diagnostics, calls, steps, extras, saved, silent, trace, hits, map }
}

impl<'a> Renderer<'a> {
    /// Renders a run of nodes.
    ///
    /// # Errors
    /// Where a node leaves a loop, aborts the message or reaches a bound. Errors of Liquid's end
    /// at the node that has them.
    pub fn body(&mut self, nodes: &'a [Node], out: &mut String) -> Flow {
        for node in nodes {
            if !self.state.meter.spend(1) {
                return Err(Exit::Limit(Limit::Steps, node.span()));
            }
            if self.world.cancel.is_cancelled() {
                return Err(Exit::Limit(Limit::Cancelled, node.span()));
            }
            if self.state.hits.is_some() {
                self.note(node.span().start, Event::Node);
            }
            let flow = match node {
                Node::Text(text) => {
                    self.mark_text(text.printed, out);
                    let text = self.text(text.printed);
                    self.count_built(text.len());
                    out.push_str(text);
                    Ok(())
                }
                Node::HtmlComment(_) | Node::Error(_) => continue,
                Node::Output(output) => self.print_output(&output.pipeline, output.span, out),
                Node::Tag(tag) => {
                    let before = self.before(out);
                    let flow = self.world.dialect.tag_renderer(tag.id)(self, tag, out);
                    if let Some(before) = before {
                        self.mark_tag(tag, before, out);
                    }
                    flow
                }
            };
            if out.len() > self.world.limits.output_bytes {
                return Err(Exit::Limit(Limit::OutputBytes, node.span()));
            }
            match flow {
                Ok(()) => {
                    if let Some(exit) = self.state.pending.take() {
                        return Err(exit);
                    }
                }
                Err(Exit::Error(error)) => self.rescue(*error, node, out)?,
                Err(exit) => return Err(exit),
            }
        }
        Ok(())
    }

    /// Prints the value of a pipeline as an output, and explains it if it is blank.
    ///
    /// # Errors
    /// Where a filter fails.
    pub fn print_output(&mut self, pipeline: &'a Pipeline, at: Span, out: &mut String) -> Flow {
        let before = out.len();
        self.print(pipeline, at, out)?;
        self.trace_output(pipeline, at, out.len() == before);
        Ok(())
    }

    /// Prints the value of a pipeline, which stands in the markup `at`.
    ///
    /// # Errors
    /// Where a filter fails.
    pub fn print(&mut self, pipeline: &'a Pipeline, at: Span, out: &mut String) -> Flow {
        let before = out.len();
        self.begin(pipeline)?;
        self.print_value(pipeline, out)?;
        self.count_built(out.len() - before);
        if out.len() == before && !self.state.silent {
            self.state.silent = !self.is_meant(pipeline);
        }
        if self.state.mapping.is_some() {
            self.mark(at, before, out, Printed::Pipeline(pipeline));
        }
        Ok(())
    }

    /// Counts the bytes of a text that was built as work: a loop that copies a long text at every
    /// turn ends like any other.
    #[inline]
    pub(crate) fn count_built(&self, bytes: usize) {
        // Where nothing is left, the next node finds out.
        self.state.meter.spend_bytes(bytes);
    }

    /// # Errors
    /// Where what was to be taken from the meter for the work at these characters wasn't there.
    #[inline]
    pub(super) fn spent(&self, is_there: bool, at: Span) -> Flow {
        if is_there { Ok(()) } else { Err(Exit::Limit(Limit::Steps, at)) }
    }

    /// Takes the steps of reading a value with all that it holds, before it is read.
    ///
    /// # Errors
    /// Where there aren't as many left.
    pub fn read(&self, view: View<'_>, at: Span) -> Flow {
        self.spent(self.state.meter.spend_value(view), at)
    }

    /// What an error of Liquid's comes to: an abort, or its message in place of the node.
    fn rescue(&mut self, error: RenderError, node: &'a Node, out: &mut String) -> Flow {
        let RenderError { span, message } = error;
        if self.state.is_news(LIQUID_ERROR, &self.template.source, span) {
            let mut diagnostic = self
                .diagnostic(LIQUID_ERROR, Severity::Error, span, message.clone())
                .label("fails here");
            for (place, value) in self.values_in(node).into_iter().take(SHOWN_VALUES) {
                diagnostic =
                    diagnostic.related(&self.template.source, place, format!("is {value}"));
            }
            self.say(diagnostic);
        }
        if self.world.settings.on_error == OnError::Abort {
            return Err(self.abort(AbortKind::TemplateError, message, span));
        }
        let blank = matches!(node, Node::Tag(tag) if tag.blank);
        if !blank {
            out.push_str("Liquid error: ");
            out.push_str(&message);
        }
        Ok(())
    }

    /// The value of a pipeline.
    ///
    /// # Errors
    /// Where a filter fails.
    pub fn evaluate(&mut self, pipeline: &'a Pipeline) -> Result<Value, Exit> {
        self.begin(pipeline)?;
        Ok(match self.pipeline(pipeline)? {
            // A value has no room to spare; the text that it was built in has.
            Val::Text(text) => {
                let value = Value::from(&*text);
                self.reuse(Val::Text(text));
                value
            }
            other => other.into_value(),
        })
    }

    /// Keeps the room of a text for the next filter that builds one.
    #[inline]
    fn reuse(&self, printed: Val<'_>) {
        if let Val::Text(Cow::Owned(text)) = printed {
            *self.state.spare.borrow_mut() = text;
        }
    }

    /// What comes before a pipeline is evaluated: its content blocks are rendered.
    fn begin(&mut self, pipeline: &'a Pipeline) -> Flow {
        if self.template.includes_blocks {
            self.prepare(|blocks| blocks.pipeline(pipeline))?;
        }
        if self.state.mapping.is_some() {
            self.read_pipeline(pipeline);
        }
        Ok(())
    }

    /// Prints the value of a pipeline. Printing a list reads all of it.
    fn print_value(&self, pipeline: &'a Pipeline, out: &mut String) -> Flow {
        let mut computed = Val::NIL;
        let view = if pipeline.filters.is_empty() {
            self.look(&pipeline.subject, &mut computed)?
        } else {
            computed = self.pipeline(pipeline)?;
            computed.view()
        };
        match view {
            View::Str(text) => out.push_str(text),
            other => {
                self.read(other, pipeline.span)?;
                print(other, out);
            }
        }
        self.reuse(computed);
        Ok(())
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// Where a filter inside of braces fails.
    pub fn value(&mut self, expr: &'a Expr) -> Result<Value, Exit> {
        if self.template.includes_blocks {
            self.prepare(|blocks| blocks.expr(expr))?;
        }
        self.read_value(expr);
        Ok(self.expr(expr)?.into_value())
    }

    /// The value of an expression that is read with all that it holds.
    ///
    /// # Errors
    /// Where a filter inside of braces fails, or there aren't as many steps left.
    pub(crate) fn value_to_read(&mut self, expr: &'a Expr) -> Result<Value, Exit> {
        let value = self.value(expr)?;
        self.read(value.view(), expr.span)?;
        Ok(value)
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    /// Where the sides of a comparison have no order, or an operator is unknown.
    pub fn condition(&mut self, condition: &'a Condition) -> Result<bool, Exit> {
        if self.template.includes_blocks {
            self.prepare(|blocks| walk_condition(blocks, condition))?;
        }
        if self.state.mapping.is_some() {
            self.read_condition(condition);
        }
        let holds = self.holds(condition)?;
        if !holds {
            self.explain_condition(ExplanationKind::BranchNotTaken, condition);
        }
        Ok(holds)
    }

    /// Whether a value equals one of the alternatives of a `when`, each of which counts.
    ///
    /// # Errors
    /// Where a filter inside of braces fails.
    pub fn matches(&mut self, value: View<'_>, alternative: &'a Expr) -> Result<bool, Exit> {
        if self.template.includes_blocks {
            self.prepare(|blocks| blocks.expr(alternative))?;
        }
        let fits = self.equals_value(value, alternative)?;
        if fits {
            self.note(alternative.span.start, Event::Fitted);
        }
        Ok(fits)
    }

    /// Bare text with its outputs put in.
    ///
    /// # Errors
    /// Where a filter in it fails, or the text grows over the limit.
    pub(crate) fn interpolate(&mut self, text: &'a Interpolated) -> Result<String, Exit> {
        let mut out = String::with_capacity(text.span.len());
        for part in &text.parts {
            match part {
                InterpolatedPart::Text(span) => out.push_str(self.text(*span)),
                InterpolatedPart::Output(pipeline) => {
                    let before = out.len();
                    self.begin(pipeline)?;
                    self.print_value(pipeline, &mut out)?;
                    self.count_built(out.len() - before);
                    if out.len() > self.world.limits.output_bytes {
                        return Err(Exit::Limit(Limit::OutputBytes, pipeline.span));
                    }
                }
            }
        }
        Ok(out)
    }

    /// Sets a variable of the template. `from` is the pipeline it comes from, for explanations.
    pub fn assign(&mut self, name: &str, value: Value, at: Span, from: Option<&'a Pipeline>) {
        if self.state.follows() {
            let origin = match from.filter(|pipeline| pipeline.filters.is_empty()) {
                Some(pipeline) => self.origin(&pipeline.subject),
                None => None,
            };
            let origin =
                origin.unwrap_or_else(|| Origin::of(OriginSource::Template(self.label(at, ""))));
            self.map_assigned(name, from);
            let origins = &mut self.state.rare().origins;
            match origins.get_mut(name) {
                Some(known) => *known = origin,
                None => drop(origins.insert(name.to_owned(), origin)),
            }
        }
        self.state.set(name, value);
    }

    /// Sets a variable to the response of a call.
    pub fn save(&mut self, name: &str, value: Value, call: usize) {
        if self.state.follows() {
            self.state.rare().origins.insert(name.to_owned(), Origin::of(OriginSource::Call(call)));
        }
        self.state.set(name, value);
    }

    /// Adds to a counter and tells its value before and after. A counter starts from the world's
    /// variable of that name, as in Ruby, and is a fraction where that is one.
    ///
    /// # Errors
    /// Where that variable is no number.
    pub fn count(&mut self, name: &str, step: i64, at: Span) -> Result<(Value, Value), Exit> {
        let current = self.state.counters.get(name).or_else(|| self.world.globals.get(name));
        let before = match current {
            None | Some(Value::Nil | Value::Bool(false)) => Value::Int(0),
            Some(number @ (Value::Int(_) | Value::Big(_) | Value::Float(_))) => number.clone(),
            Some(_) => return Err(self.error(at, "internal".to_owned())),
        };
        let after = match before {
            // What prints exactly is added as a decimal, what Ruby adds is a float.
            Value::Float(float) => Value::Float(float + step as f64),
            ref whole => Number::of(whole.view())
                .and_then(|number| number.apply(Operation::Add, &Number::Int(step)))
                .map_or_else(|_| before.clone(), Number::into_value),
        };
        self.state.counters.insert(name, after.clone());
        Ok((before, after))
    }

    /// Counts a turn of a loop.
    ///
    /// # Errors
    /// Where all loops together have turned too often.
    pub fn turn(&mut self, at: Span) -> Flow {
        self.state.iterations += 1;
        if self.state.iterations > self.world.limits.iterations {
            return Err(Exit::Limit(Limit::Iterations, at));
        }
        Ok(())
    }

    /// Counts a call.
    ///
    /// # Errors
    /// Where the message has made too many.
    pub(crate) fn count_call(&mut self, at: Span) -> Flow {
        self.state.asked += 1;
        if self.state.asked > self.world.limits.calls {
            return Err(Exit::Limit(Limit::Calls, at));
        }
        Ok(())
    }

    /// An error of Liquid's at these characters.
    #[must_use]
    pub fn error(&self, span: Span, message: String) -> Exit {
        Exit::Error(Box::new(RenderError { span, message }))
    }

    /// Ends the message.
    pub fn abort(&mut self, kind: AbortKind, reason: impl Into<String>, at: Span) -> Exit {
        self.note(at.start, Event::Aborted);
        let at = Some(self.label(at, ""));
        if self.state.abort.is_none() {
            self.state.abort = Some(Abort { kind, reason: reason.into(), at });
        }
        Exit::Abort
    }

    /// Adds a diagnostic, once, without the secrets of the data.
    pub fn say(&mut self, mut diagnostic: Diagnostic) {
        let Label { source, span, .. } = &diagnostic.primary;
        if !self.state.is_news(diagnostic.code, source, *span) {
            return;
        }
        for secrets in [&*self.world.secrets, self.state.saved_secrets()] {
            if secrets.is_empty() {
                continue;
            }
            let related = diagnostic.related.iter_mut().map(|label| &mut label.text);
            let texts = [&mut diagnostic.message, &mut diagnostic.primary.text];
            for text in related.chain(texts).chain(&mut diagnostic.help) {
                if let Cow::Owned(masked) = masked_by(text, secrets) {
                    *text = masked;
                }
            }
        }
        self.state.say(diagnostic);
    }

    /// A diagnostic about characters of this template.
    #[must_use]
    pub fn diagnostic(
        &self,
        code: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, severity, &self.template.source, span, message)
    }

    /// Characters of this template, with what is said of them.
    #[must_use]
    pub fn label(&self, span: Span, text: &str) -> Label {
        Label { source: Arc::clone(&self.template.source), span, text: text.to_owned() }
    }

    fn limit_reached(&mut self, limit: Limit, span: Span) {
        let message = limit.message(&self.world.limits);
        let help = match limit {
            Limit::Cancelled => "shorten its loops, or the strings that they read".to_owned(),
            limit => format!(
                "raise `{}` under `[limits]` in meniscus.toml if this is intended",
                limit.setting()
            ),
        };
        let diagnostic =
            self.diagnostic("limit-reached", Severity::Error, span, message.clone()).help(help);
        self.state.say(diagnostic);
        self.abort(AbortKind::LimitReached, message, span);
    }

    /// Renders a template inside this one, in the same scope.
    ///
    /// # Errors
    /// As [`Renderer::body`].
    pub fn include(&mut self, template: &Template, out: &mut String) -> Flow {
        let prepared = std::mem::take(&mut self.state.prepared);
        let mut inner = Renderer {
            world: self.world,
            state: self.state,
            template,
            source: template.source.text(),
        };
        inner.note(0, Event::Template);
        let flow = inner.body(&template.nodes, out);
        let flow = match flow {
            // The span belongs to the inner template, so it is said there.
            Err(Exit::Limit(limit, span)) => {
                inner.limit_reached(limit, span);
                Err(Exit::Abort)
            }
            other => other,
        };
        self.state.prepared = prepared;
        flow
    }
}
