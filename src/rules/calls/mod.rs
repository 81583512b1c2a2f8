//! Rules about `connected_content`.

mod cache_age;

use super::Rule;

/// The rules of this group.
pub(super) static RULES: &[&Rule] = &[&cache_age::RULE];
