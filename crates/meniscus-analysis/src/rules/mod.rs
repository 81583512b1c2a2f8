//! The rules: what each looks for, how they are run, and what follows from what they find.
//!
//! A rule is one file in the folder of its group; a test keeps the lists in step with the
//! files. A rule looks at a [`Subject`], a message with all that is known of it, and says what it
//! finds to [`Findings`].

pub mod baseline;
mod braze;
mod calls;
mod data;
mod findings;
mod fix_safety;
pub mod fixes;
mod knowledge;
mod levels;
mod lint;
mod reading;
mod remark;
mod rule;
pub mod sms;
mod subject;
mod suppression;
mod syntax;

use std::sync::LazyLock;

pub use findings::{Findings, Reported};
pub use knowledge::Knowledge;
pub use levels::{Levels, unused_overrides};
pub use lint::{Linted, Targets, lint};
pub use remark::{Remark, remarks};
pub use rule::{Check, Level, Rule};
pub use subject::{PartModel, Subject};

/// All rules, by name.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let groups = [braze::RULES, calls::RULES, data::RULES, syntax::RULES];
    let mut rules = groups.into_iter().flatten().copied().collect::<Vec<_>>();
    rules.sort_by_key(|rule| rule.name);
    rules
});

/// The rule of a name.
#[must_use]
pub fn rule_of(name: &str) -> Option<&'static Rule> {
    let place = RULES.binary_search_by_key(&name, |rule| rule.name).ok()?;
    RULES.get(place).copied()
}

/// The rules about comments that allow rules: unused ones, unknown ones.
fn suppression_rules() -> [&'static Rule; 2] {
    [syntax::unused_suppression(), syntax::unknown_rule()]
}
