//! `meniscus audience --explain-input`: how rows are read, before anything is rendered.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use anyhow::Result;
use meniscus::audience::{Person, Users, is_of_row};
use meniscus::contract::Contract;
use meniscus::dialect::families::FAMILIES;
use meniscus::project::ProjectError;
use meniscus::report::counted;
use meniscus::value::View;

use super::Verdict;
use super::terminal::print;

/// Rows that are shown.
const SHOWN: u64 = 5;

/// Rows that are looked at for the fields that a message reads.
const LOOKED_AT: u64 = 1_000;

/// Shows what the keys of the first rows are called in templates, and what the message reads that
/// none of them has. Values aren't shown: they are people's.
pub(super) fn explain(users: &Users, contract: &Contract) -> Result<Verdict> {
    let mut text = format!("{}\n", counted(users.files().len(), "file", "files"));
    let (mut rows, mut ignored) = (0, BTreeSet::new());
    let mut seen = BTreeSet::new();
    let read = users.each(&mut |place, row| {
        rows += 1;
        let (lines, understood) = match Person::of(&row, users.key()) {
            Err(why) => (format!("  can't be used: {why}\n"), None),
            Ok((person, understood)) => {
                for (table, values) in person.tables.iter() {
                    if let View::Object(values) = values.view() {
                        seen.extend(
                            values.iter().map(|(name, _)| (table.to_string(), name.to_string())),
                        );
                    }
                }
                let id = match person.id {
                    Some(_) => "",
                    None => "  no ID: `--answers` and `--exclude` can't match this customer\n",
                };
                let taken = understood.taken.iter();
                let taken = taken.map(|(key, called)| format!("  {key} → {called}\n"));
                (format!("{id}{}", taken.collect::<String>()), Some(understood))
            }
        };
        if rows <= SHOWN {
            text.push_str(&format!("\n{place}\n{lines}"));
        }
        ignored.extend(understood.into_iter().flat_map(|understood| understood.ignored));
        if rows < LOOKED_AT { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    read.map_err(ProjectError::from)?;
    let among = counted(rows, "row", "first rows");
    if !ignored.is_empty() {
        let names = ignored.into_iter().collect::<Vec<_>>().join(", ");
        text.push_str(&format!("\ntemplates can't read: {names}\n"));
    }
    let lacking = lacking(contract, &seen);
    if !lacking.is_empty() {
        let names = lacking.join("\n  ");
        text.push_str(&format!(
            "\nthe message reads these, and none of {among} has them:\n  {names}\n"
        ));
    }
    print(&text)?;
    Ok(Verdict::Fine)
}

/// Returns what a message reads of recipients that isn't among tables and keys.
fn lacking(contract: &Contract, seen: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut lacking = Vec::new();
    for family in FAMILIES.iter().filter(|family| !family.is_blocks() && is_of_row(family.table)) {
        let Some(node) = contract.families.get(family.name) else { continue };
        for field in node.fields.keys() {
            if !seen.contains(&(family.table.to_owned(), field.to_string())) {
                lacking.push(match family.name {
                    "" => format!("${{{field}}}"),
                    name => format!("{name}.${{{field}}}"),
                });
            }
        }
    }
    lacking
}
