//! `connected_content`: the request as far as the template determines it, and the responses that
//! could match it.

use std::sync::Arc;

use super::call_set::{CallSet, Derived};
use super::environment::Binding;
use super::model::{Call, CallOption, DefinitionKind, Usage};
use super::origin::{DataOrigin, OriginRoot};
use super::pieces::{Interpolation, Pieces};
use super::walker::Walker;
use crate::endpoint::{CallPattern, Piece};
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::{Interpolated, InterpolatedPart, Markup, Options, Tag};
use crate::text::{Source, Span};

/// Where the response is saved without `:save`.
const DEFAULT_TARGET: &str = "connected";

impl<'a> Walker<'a> {
    pub fn call(&mut self, tag: &'a Tag) {
        let Markup::Options(markup) = &tag.markup else { return };
        let mut url = Pieces::default();
        let mut url_span = tag.name;
        if let Some(word) = markup.words.last() {
            url = self.interpolated(word);
            url_span = word.span;
        }
        let mut options = Vec::with_capacity(markup.options.len());
        for option in &markup.options {
            let value = option.value.as_ref().map(|value| self.interpolated(value));
            options.push(CallOption {
                name: self.text(option.name),
                name_span: option.name,
                span: option.span,
                value,
                value_span: option.value.as_ref().map(|value| value.span),
            });
        }
        let find = |name: &str| options.iter().rev().find(|option| option.name == name);
        let method = match find("method").and_then(|option| option.value.as_ref()) {
            None => Some("GET".to_owned()),
            Some(value) => value.as_text().map(|text| text.trim().to_uppercase()),
        };
        let (target, target_span) = target_of(markup, self.source);
        let body = find("body").and_then(|option| option.value.as_ref()).map(pattern_of);
        let pattern = CallPattern {
            method: method.clone().unwrap_or_else(|| "POST".to_owned()),
            url: pattern_of(&url),
            body,
        };
        let endpoints = self.known.endpoints;
        let answered = endpoints.answer(&pattern);
        // The call may fail; nothing is saved then.
        let kinds = answered.shape.kinds | Kinds::NIL;
        let shape = Arc::new(Shape { kinds, ..(*answered.shape).clone() });
        let mut place = None;
        if self.records() {
            let call = Call {
                at: self.site(tag.open),
                url,
                url_span,
                method,
                options,
                target,
                target_span,
                loops: self.repeats(),
                endpoint: answered.endpoint.map(|endpoint| Arc::from(&*endpoint.name)),
                shape: Arc::clone(&shape),
                // Calls past the 64th can't be tracked and count as tested, so no rule reports
                // them.
                tested: CallSet::of(self.model.calls.len()) == CallSet::NONE,
            };
            self.model.calls.push(call);
            place = Some(self.model.calls.len() - 1);
        }
        let own = place.map_or(CallSet::NONE, CallSet::of);
        self.environment.checked = self.environment.checked.without(own);
        self.captured |= own;
        let kind = DefinitionKind::Call(place.unwrap_or_default());
        let definition = self.define(target, target_span.unwrap_or(tag.name), tag.open, kind);
        let derived = Derived::of(own | self.controls);
        let origin = place.map(|place| Arc::new(DataOrigin::of(OriginRoot::Call(place))));
        let binding = Binding {
            shape,
            definition,
            call: place,
            origin,
            derived,
            pieces: None,
            alias: None,
            implies: None,
            version: 0,
        };
        self.environment.set(target, binding);
    }

    /// Collects a bare word with interpolated values.
    pub fn interpolated(&mut self, text: &'a Interpolated) -> Pieces<'a> {
        let mut pieces = Pieces::default();
        for part in &text.parts {
            match part {
                InterpolatedPart::Text(span) => {
                    pieces.append(&Pieces::text(self.text(*span), self.site(*span)));
                }
                InterpolatedPart::Output(pipeline) => {
                    let value = self.pipeline(pipeline, Usage::Interpolated);
                    let at = self.site(pipeline.span);
                    match value.pieces {
                        Some(known) if pipeline.filters.is_empty() => pieces.append(&known),
                        _ => pieces.append(&Pieces::interpolation(Interpolation {
                            at,
                            pipeline: Some(pipeline),
                            shape: value.shape,
                            read: value.read,
                        })),
                    }
                }
            }
        }
        pieces
    }
}

impl Call<'_> {
    /// Returns the call without its body; computed values become interpolations.
    #[must_use]
    pub fn pattern(&self) -> CallPattern {
        let method = self.method.clone().unwrap_or_else(|| "POST".to_owned());
        CallPattern { method, url: pattern_of(&self.url), body: None }
    }
}

fn pattern_of(pieces: &Pieces<'_>) -> Vec<Piece> {
    pieces
        .parts
        .iter()
        .map(|part| match part {
            super::pieces::TextPart::Text { text, .. } => Piece::Text(text.to_string()),
            super::pieces::TextPart::Interpolation(_) => Piece::Placeholder,
        })
        .collect()
}

/// Returns the variable that receives the response, and its span if `:save` names it.
pub(super) fn target_of<'a>(options: &Options, source: &'a Source) -> (&'a str, Option<Span>) {
    let mut saves = options.options.iter().rev();
    let save = saves.find(|option| source.slice(option.name) == "save");
    let span = save.and_then(|option| option.value.as_ref()).map(|value| value.span);
    (span.map_or(DEFAULT_TARGET, |span| source.slice(span).trim()), span)
}
