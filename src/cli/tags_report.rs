use std::collections::BTreeMap;

use meniscus::project::ProjectError;
use meniscus::report::{counted, grouped};
use meniscus::send::tags::{Group, Segment, Survey, TagError, Tally};

/// Describes what happened to the customers.
pub(super) fn text(tally: &Tally, survey: &Survey, segment: &Segment) -> String {
    let mut text = format!(
        "sent {} of {}",
        grouped(tally.sent + tally.sent_before),
        counted(survey.customers, "customer", "customers")
    );
    if tally.sent_before > 0 {
        text.push_str(&format!(", {} of them in this run", grouped(tally.sent)));
    }
    text.push('\n');
    if tally.resent > 0 {
        text.push_str(&format!(
            "  {} again, because an earlier request may have arrived\n",
            grouped(tally.resent)
        ));
    }
    groups(&mut text, "refused", &tally.failed, segment);
    groups(&mut text, "failed for now; the next run tries again", &tally.later, segment);
    groups(&mut text, "possibly tagged, and not sent again", &tally.unclear, segment);
    if tally.left > 0 {
        text.push_str(&format!("not tried: {}\n", grouped(tally.left)));
    }
    if survey.repeated > 0 {
        let rows = counted(survey.repeated, "row", "rows");
        text.push_str(&format!("skipped: {rows} with the customer of an earlier row\n"));
    }
    if survey.unread > 0 {
        text.push_str(&format!("not read: {}\n", counted(survey.unread, "row", "rows")));
    }
    text
}

/// Lists the groups of an outcome, largest first.
fn groups(text: &mut String, title: &str, groups: &BTreeMap<String, Group>, segment: &Segment) {
    if groups.is_empty() {
        return;
    }
    let total = groups.values().map(|group| group.count).sum::<u32>();
    text.push_str(&format!("{title}: {}\n", grouped(total)));
    let mut sorted = groups.iter().collect::<Vec<_>>();
    sorted.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
    for (code, group) in sorted {
        let mut places =
            group.first.iter().map(|place| segment.shown(*place)).collect::<Vec<_>>().join(", ");
        if group.first.len() < usize::try_from(group.count).unwrap_or(usize::MAX) {
            places.push_str(", …");
        }
        text.push_str(&format!("  {code}  {}  at {places}\n", grouped(group.count)));
        if let Some(message) = &group.message {
            text.push_str(&format!("    {message}\n"));
        }
    }
}

/// Converts an error for display.
pub(super) fn failed(error: TagError) -> anyhow::Error {
    ProjectError::Unknown { message: error.message, help: error.help }.into()
}
