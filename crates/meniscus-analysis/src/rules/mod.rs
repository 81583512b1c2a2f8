//! The rules: what each finds, how they run, and what follows from their findings.
//!
//! Each rule is a file in its group's folder; a test keeps the lists in sync with the files. A rule
//! checks a [`Subject`], a message with everything known about it, and reports to [`Findings`].

pub mod baseline;
mod braze;
mod calls;
mod data;
mod findings;
pub mod fix_rounds;
mod fix_safety;
pub mod fixes;
mod knowledge;
mod levels;
mod lint;
mod mail;
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
pub use rule::{Check, Level, Rule, SECTIONS, SITE, caption};
pub use subject::{PartModel, Subject};

/// All rules, sorted by name.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let groups = [braze::RULES, calls::RULES, data::RULES, mail::RULES, syntax::RULES];
    let mut rules = groups.into_iter().flatten().copied().collect::<Vec<_>>();
    rules.sort_by_key(|rule| rule.name);
    rules
});

#[must_use]
pub fn rule_of(name: &str) -> Option<&'static Rule> {
    let place = RULES.binary_search_by_key(&name, |rule| rule.name).ok()?;
    RULES.get(place).copied()
}

/// Returns the rules about comments that allow rules: unused and unknown ones.
fn suppression_rules() -> [&'static Rule; 2] {
    [syntax::unused_suppression(), syntax::unknown_rule()]
}
