use std::sync::Arc;

use crate::rules::remarks;
use crate::syntax::Template;
use crate::text::Span;

/// A comment that excludes points from coverage: `{% # meniscus: uncovered — the endpoint is never
/// down %}`.
///
/// It is scoped like comments that allow a rule: `uncovered` covers the comment's line and the next
/// non-empty one, `uncovered-block` the rest of the enclosing block, and `uncovered-file` the whole
/// file. Without a reason it has no effect.
#[derive(Clone, Debug)]
pub struct Exclusion {
    pub comment: Span,
    /// Points that start in this span are excluded.
    pub scope: Span,
    /// Why they are excluded.
    pub reason: Arc<str>,
}

/// Returns the comment that excludes each of these places; if several do, the one with the largest
/// scope. Runs in linear time.
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

/// Finds the exclusion comments of a template.
pub(super) fn exclusions(template: &Template) -> Vec<Exclusion> {
    let found = remarks(template).into_iter().filter(|remark| remark.verb == "uncovered");
    let found = found.filter_map(|remark| {
        let reason = remark.reason(&template.source)?;
        Some(Exclusion { comment: remark.comment, scope: remark.scope, reason: reason.into() })
    });
    found.collect()
}
