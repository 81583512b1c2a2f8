//! Rules about what is read: fields, variables, kinds of values.

mod unknown_field;

use super::Rule;

/// The rules of this group.
pub(super) static RULES: &[&Rule] = &[&unknown_field::RULE];
