/// The candidate that `found` is most likely a slip of, if any is near enough.
///
/// Near is: equal but for case, `-`, `_` and spaces; or at most a third of the longer name
/// changed (insertions, deletions, replacements, neighbours swapped). Ties go to the earlier
/// candidate, so the answer does not depend on anything but the order given.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(found);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == found {
            continue;
        }
        let other = fold(candidate);
        let (a, b) = (folded.chars().count(), other.chars().count());
        let longer = a.max(b);
        let allowed = if longer <= 2 { 0 } else { longer.div_ceil(3) };
        // Each character too many is a change: most candidates need no closer look.
        if a.abs_diff(b) > allowed || best.is_some_and(|(least, _)| a.abs_diff(b) >= least) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names are compared at most this far: the distance is quadratic in their length.
const COMPARED_CHARS: usize = 64;

fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .take(COMPARED_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_and_refuses_the_far() {
        let names = ["available_points", "total_points", "user_offers"];
        assert_eq!(nearest("availablePoints", names), Some("available_points"));
        assert_eq!(nearest("available_point", names), Some("available_points"));
        assert_eq!(nearest("offers", names), Some("user_offers"));
        assert_eq!(nearest("expiry", names), None);
        assert_eq!(nearest("x", names), None);
    }
}
