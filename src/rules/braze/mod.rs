//! Rules about Braze's own objects, tags and channels.

mod missing_block;

use super::Rule;

/// The rules of this group.
pub(super) static RULES: &[&Rule] = &[&missing_block::RULE];
