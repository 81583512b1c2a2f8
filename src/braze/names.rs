use std::collections::BTreeSet;

use crate::project::MESSAGE_FILE;

/// The most bytes of a name made of what people typed.
const MOST_BYTES: usize = 80;

/// Names that Windows keeps for itself.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Returns a name for a file or folder that every system takes: letters and digits of any script,
/// `_`, `-`, and `.` inside; anything else is `-`.
pub(super) fn safe(name: &str) -> String {
    let mut made = String::new();
    for c in name.chars() {
        let plain = if c.is_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' };
        if plain != '-' || !made.ends_with('-') {
            made.push(plain);
        }
    }
    let trimmed = made.trim_matches(['-', '.']);
    let end = trimmed.floor_char_boundary(MOST_BYTES.min(trimmed.len()));
    let made = trimmed[..end].trim_end_matches(['-', '.']);
    let first = made.split('.').next().unwrap_or_default().to_ascii_lowercase();
    // Drafts are beside what is live; the other name marks a folder as a message.
    let lower = made.to_ascii_lowercase();
    if lower.ends_with(".draft") || lower == MESSAGE_FILE {
        return made.replace('.', "-");
    }
    match made {
        "" => "unnamed".to_owned(),
        made if RESERVED.contains(&&*first) => format!("_{made}"),
        made => made.to_owned(),
    }
}

/// Returns a name that isn't taken, and takes it: with a number if need be. Systems differ in
/// whether case counts.
pub(super) fn unused(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_those_that_people_gave() {
        for (name, made) in [
            ("tea club: points about to lapse", "tea-club-points-about-to-lapse"),
            ("../../etc/passwd", "etc-passwd"),
            ("お茶クラブ 2026", "お茶クラブ-2026"),
            ("v1.2 (final)", "v1.2-final"),
            ("CON", "_CON"),
            ("a\u{0}b\nc", "a-b-c"),
            ("", "unnamed"),
            ("...", "unnamed"),
        ] {
            assert_eq!(safe(name), made);
        }
        let mut taken = BTreeSet::new();
        assert_eq!(["A", "a", "a"].map(|name| unused(name, &mut taken)), ["A", "a-2", "a-3"]);
    }

    proptest! {
        #[test]
        fn a_name_is_one_step_of_a_path(name in any::<String>()) {
            let made = safe(&name);
            prop_assert!(!made.is_empty() && made.len() <= MOST_BYTES + 1);
            prop_assert!(!made.starts_with('.') && !made.contains(['/', '\\', '\0', ':']));
            prop_assert_eq!(safe(&made), made.clone());
        }
    }
}
