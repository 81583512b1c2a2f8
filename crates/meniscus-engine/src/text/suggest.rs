/// The candidate that `found` is most likely a slip of, if any is near enough.
///
/// Near is: equal but for case, `-`, `_` and spaces; or at most a third of the longer name
/// changed (insertions, deletions, replacements, neighbours swapped). Ties go to the earlier
/// candidate, so the answer does not depend on anything but the order given. Only so many
/// candidates are looked at: a text of slips may ask for each of its names among all of them.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut folded = String::new();
    fold(found, &mut folded);
    let length = folded.chars().count();
    let mut other = String::new();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(MOST_CANDIDATES) {
        if candidate == found {
            continue;
        }
        fold(candidate, &mut other);
        if other == folded {
            return Some(candidate);
        }
        let other_length = other.chars().count();
        let longer = length.max(other_length);
        let allowed = if longer <= 2 { 0 } else { longer.div_ceil(3) };
        // Only what is nearer than the best so far counts, and each character too many is a change:
        // most candidates need no closer look.
        let allowed = best.map_or(allowed, |(least, _)| allowed.min(least - 1));
        if allowed == 0 || length.abs_diff(other_length) > allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &other);
        if distance <= allowed {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Candidates that are looked at.
const MOST_CANDIDATES: usize = 500;

/// Names are compared at most this far: the distance is quadratic in their length.
const COMPARED_CHARS: usize = 64;

fn fold(name: &str, folded: &mut String) {
    folded.clear();
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    folded.extend(letters.flat_map(char::to_lowercase).take(COMPARED_CHARS));
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
