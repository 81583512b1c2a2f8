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

/// The comment that takes out what starts at each of some places, if one does; of several the one that
/// reaches furthest. Time grows with both, not with their product.
pub(super) fn covering(exclusions: &[Exclusion], places: &[u32]) -> Vec<Option<usize>> {
    let mut found = vec![None; places.len()];
    let mut by_start = (0..exclusions.len()).collect::<Vec<_>>();
    by_start.sort_by_key(|one| exclusions[*one].scope.start);
    let mut by_start = by_start.into_iter().peekable();
    let mut order = (0..places.len()).collect::<Vec<_>>();
    order.sort_by_key(|index| places[*index]);
    let mut furthest: Option<usize> = None;
    let end = |one: usize| exclusions[one].scope.end;
    for index in order {
        let place = places[index];
        while let Some(one) = by_start.next_if(|one| exclusions[*one].scope.start <= place) {
            if furthest.is_none_or(|known| end(one) > end(known)) {
                furthest = Some(one);
            }
        }
        found[index] = furthest.filter(|one| place < end(*one));
    }
    found
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
