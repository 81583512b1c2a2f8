use std::sync::Arc;

use crate::rules::remarks;
use crate::syntax::Template;
use crate::text::Span;

/// A comment that takes points out of the count:
/// `{% # meniscus: uncovered — the endpoint is never down %}`.
///
/// Its scope is that of the comments which allow what a rule finds: `uncovered` is for the line of the
/// comment and the next one that holds anything, `uncovered-block` for all up to the end of the block
/// that it stands in, `uncovered-file` for the whole file. Without a reason it counts for nothing.
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// The comment.
    pub comment: Span,
    /// The points that start here are not counted.
    pub scope: Span,
    /// Why not.
    pub reason: Arc<str>,
}

impl Exclusion {
    /// Whether it is for what starts at a place.
    pub(super) fn covers(&self, place: u32) -> bool {
        self.scope.start <= place && place < self.scope.end
    }
}

/// The comments of a template that take points out.
pub(super) fn exclusions(template: &Template) -> Vec<Exclusion> {
    let found = remarks(template).into_iter().filter(|remark| remark.verb == "uncovered");
    let found = found.filter_map(|remark| {
        let reason = remark.reason(&template.source)?;
        Some(Exclusion { comment: remark.comment, scope: remark.scope, reason: reason.into() })
    });
    found.collect()
}
