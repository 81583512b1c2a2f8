use std::sync::Arc;

use super::Writing;
use super::recipient::ValueOrigin;
use crate::analyze::{DataOrigin, Definition, Known, OriginRoot, OriginStep, ReadRoot, analyze};
use crate::dialect::BRAZE;
use crate::http::secret::is_secret_field;
use crate::shape::Shape;
use crate::syntax::parse;
use crate::text::Source;

/// What analysis knows about expressions at a position.
#[derive(Debug)]
pub(super) struct Probed {
    /// For each expression, what it reads.
    pub found: Vec<Option<ProbedRead>>,
    /// Names of variables set by the text or a content block in it.
    pub names: Vec<String>,
}

/// What an expression reads.
#[derive(Debug)]
pub(super) struct ProbedRead {
    pub shape: Arc<Shape>,
    /// Whether its variable is set on the way.
    pub is_set: bool,
    /// Where the value comes from, if it is data of the recipient.
    pub origin: Option<ValueOrigin>,
    /// Whether the value comes from a place with a secret's name, whatever it is called here.
    pub is_secret: bool,
}

/// Whether a value comes from a place with a secret's name.
fn is_secret(origin: &DataOrigin) -> bool {
    let of_root = match &origin.root {
        OriginRoot::Variable(name) => is_secret_field(name),
        OriginRoot::Family(_) | OriginRoot::Call(_) => false,
    };
    let mut steps = origin.steps.iter();
    of_root || steps.any(|step| matches!(step, OriginStep::Field(name) if is_secret_field(name)))
}

/// Probes expressions at the start of the markup at `at`.
pub(super) fn probe(writing: &Writing<'_>, at: usize, expressions: &[&str]) -> Probed {
    let Writing { known, message, text, is_block, .. } = *writing;
    let mut asked = text.get(..at).unwrap_or(text).to_owned();
    let mut spans = Vec::with_capacity(expressions.len());
    for expression in expressions {
        asked.push_str("{{");
        spans.push((asked.len(), asked.len() + expression.len()));
        asked.push_str(expression);
        asked.push_str("}}");
    }
    asked.push_str(text.get(at..).unwrap_or_default());
    let source = Arc::new(Source::new("editor", asked));
    let template = parse(&source, &BRAZE, known.config.settings().parse);
    let families = known.families(message);
    let model = analyze(&template, Known { is_block, ..known.before(&families) });
    let found = spans.iter().map(|(start, end)| {
        let read = model.reads.iter().rev().find(|read| {
            let span = read.at.span;
            std::ptr::eq(read.at.source, &template.source)
                && span.start as usize == *start
                && span.end as usize == *end
        })?;
        let is_set = match read.root {
            ReadRoot::Variable { set, global, .. } => set || global,
            ReadRoot::Attribute { .. } | ReadRoot::Computed => true,
        };
        let origin = ValueOrigin::of(&model, read);
        let is_secret = read.origin.as_ref().is_some_and(|origin| is_secret(origin));
        Some(ProbedRead { shape: Arc::clone(&read.shape), is_set, origin, is_secret })
    });
    let found = found.collect();
    let mut names: Vec<String> = Vec::new();
    let own = |definition: &&Definition<'_>| {
        let is_own = std::ptr::eq(definition.at.source, &template.source);
        !is_own || (definition.at.span.start as usize) < at
    };
    for definition in model.definitions.iter().filter(own) {
        if !names.iter().any(|name| name == definition.name) {
            names.push(definition.name.to_owned());
        }
    }
    Probed { found, names }
}
