/// Returns the candidate that `found` is most likely a misspelling of, if any is similar enough.
///
/// Similar means equal except for case, `-`, `_`, and spaces; or with at most a third of the longer
/// name changed, and one character in names of up to 4 (insertions, deletions, replacements, swapped
/// neighbors). The earlier candidate wins ties, so the result only depends on the given order. The
/// number of compared candidates is limited, because a text full of mistakes may look up each of its
/// names.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = |longer: usize| match longer {
        ..=2 => 0,
        // Half of a short name is another name: `tier` isn't `user`.
        3..=4 => 1,
        _ => longer.div_ceil(3),
    };
    within(found, candidates, allowed)
}

/// Returns the candidate that `found` only differs from by a typing mistake: one change, or two
/// in a name of at least 8 characters. For names that others make up, which often share words:
/// `loyalty_tier_name` isn't `loyalty_tier`.
pub fn nearest_typo<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    within(found, candidates, |longer| match longer {
        ..=2 => 0,
        3..=7 => 1,
        _ => 2,
    })
}

fn within<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    allowed: impl Fn(usize) -> usize,
) -> Option<&'a str> {
    let mut folded = String::new();
    fold(found, &mut folded);
    let length = folded.chars().count();
    let letters = Letters::of(&folded);
    let mut other = String::new();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(MAX_CANDIDATES) {
        if candidate == found {
            continue;
        }
        if let Some(other_length) = folded_length(candidate)
            && other_length.abs_diff(length) > allowed(other_length.max(length))
        {
            continue;
        }
        fold(candidate, &mut other);
        if other == folded {
            return Some(candidate);
        }
        let other_length = other.chars().count();
        let allowed = allowed(length.max(other_length));
        // Only a better match counts, and every extra character is a change, so most candidates are
        // ruled out early.
        let allowed = best.map_or(allowed, |(least, _)| allowed.min(least - 1));
        if allowed == 0 || length.abs_diff(other_length) > allowed {
            continue;
        }
        if letters.differ(&Letters::of(&other)) > 2 * allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &other);
        if distance <= allowed {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the length of a folded name, if it can be computed without folding.
fn folded_length(name: &str) -> Option<usize> {
    let letters = || name.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b' ')).count();
    name.is_ascii().then(|| letters().min(COMPARED_CHARS))
}

/// Letter counts of an ASCII name: a change alters two counts at most, which rules out most names
/// without comparing them.
struct Letters(Option<[u8; 32]>);

impl Letters {
    fn of(name: &str) -> Letters {
        let mut counts = [0; 32];
        name.bytes().for_each(|byte| counts[usize::from(byte & 31)] += 1);
        Letters(name.is_ascii().then_some(counts))
    }

    fn differ(&self, other: &Letters) -> usize {
        let (Some(mine), Some(theirs)) = (&self.0, &other.0) else { return 0 };
        mine.iter().zip(theirs).map(|(a, b)| usize::from(a.abs_diff(*b))).sum()
    }
}

/// Most candidates that are compared.
const MAX_CANDIDATES: usize = 500;

/// Most characters compared: the distance takes quadratic time.
const COMPARED_CHARS: usize = 64;

fn fold(name: &str, folded: &mut String) {
    folded.clear();
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    folded.extend(letters.flat_map(char::to_lowercase).take(COMPARED_CHARS));
}

/// Whether two names differ by one letter inside them.
#[must_use]
pub fn is_near(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < 5 || !one.is_ascii() || !other.is_ascii() {
        return false;
    }
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        // Two letters change places.
        0 => {
            same + 1 < short.len()
                && short[same] == long[same + 1]
                && short[same + 1] == long[same]
                && short[same].is_ascii_alphabetic()
                && short[same + 1].is_ascii_alphabetic()
                && short[same + 2..] == long[same + 2..]
        }
        // A letter is missing, but not at the end of a word, as in plurals.
        1 => {
            let is_letter = long[same].is_ascii_alphabetic();
            let follows = long.get(same + 1).is_some_and(u8::is_ascii_alphabetic);
            let is_inside = same > 0 && long[same - 1].is_ascii_alphabetic();
            is_letter && follows && is_inside && short[same..] == long[same + 1..]
        }
        _ => false,
    }
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

    #[test]
    fn names_that_share_a_word_are_no_typo() {
        let names = ["loyalty_tier", "favorite_store", "tier"];
        assert_eq!(nearest_typo("loyalty_teir", names), Some("loyalty_tier"));
        assert_eq!(nearest_typo("favourite_stor", names), Some("favorite_store"));
        assert_eq!(nearest_typo("FavoriteStore", names), Some("favorite_store"));
        assert_eq!(nearest_typo("tiers", names), Some("tier"));
        for other in ["loyalty_tier_name", "favorite_size", "favorites", "tires"] {
            assert_eq!(nearest_typo(other, names), None, "{other}");
        }
    }
}
