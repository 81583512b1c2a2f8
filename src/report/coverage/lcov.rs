use std::fmt::Write;

use crate::coverage::{Coverage, FileCoverage, Level, Role, State};

/// The first line of our tracefiles.
pub const LCOV_TEST: &str = "TN:meniscus";

/// Writes coverage as an lcov tracefile: `SF` for each template, `FN` for whether it is rendered,
/// `BRDA` for each branch, `DA` for each line.
///
/// Paths are relative to the workspace. Unreachable and excluded points are left out, as lcov does
/// for `LCOV_EXCL`; so are comparisons, which aren't branches, and the headers and buttons
/// in a `message.toml`, whose lines aren't those of a template.
#[must_use]
pub fn lcov(coverage: &Coverage) -> String {
    let mut out = String::new();
    for file in coverage.files() {
        let is_header =
            matches!(&file.role, Role::Part { part, .. } if part.starts_with("header."));
        let is_value = file.source.file_name() != file.source.name();
        if !is_header && !is_value {
            record(file, &mut out);
        }
    }
    out
}

fn record(file: &FileCoverage, out: &mut String) {
    // Writing to a `String` can't fail.
    let _ = write_record(file, out);
}

fn write_record(file: &FileCoverage, out: &mut String) -> std::fmt::Result {
    let line = |offset: u32| file.source.position(offset as usize).line;
    writeln!(out, "{LCOV_TEST}")?;
    writeln!(out, "SF:{}", file.source.name())?;
    let states = file.states();
    let counts = |(_, state): &&(_, State)| !matches!(state, State::Excluded(_) | State::Never(_));
    let mut branches = Vec::new();
    let mut next: Vec<usize> = Vec::new();
    let mut lines = file.lines().into_iter().collect::<std::collections::BTreeMap<_, _>>();
    for (point, state) in states.iter().filter(counts) {
        let taken = match state {
            State::Reached(count) => *count,
            _ => 0,
        };
        if point.level == Level::Condition {
            continue;
        }
        if point.within.is_none() {
            let name = match &file.role {
                Role::Part { message, part } => format!("{message}/{part}"),
                Role::Block(name) => format!("content_blocks/{name}"),
            };
            writeln!(out, "FN:{},{name}", line(point.span.start))?;
            writeln!(out, "FNDA:{},{name}", file.renders())?;
            writeln!(out, "FNF:1\nFNH:{}", u8::from(file.renders() > 0))?;
            continue;
        }
        if next.len() <= point.group {
            next.resize(point.group + 1, 0);
        }
        branches.push((line(point.span.start), (point.group, next[point.group]), taken));
        next[point.group] += 1;
    }
    branches.sort();
    let mut is_asked = vec![false; next.len()];
    for (_, at, taken) in &branches {
        is_asked[at.0] |= *taken > 0;
    }
    for (line, (group, index), taken) in &branches {
        // A dash means that the condition was never evaluated.
        let taken_word = if is_asked[*group] { taken.to_string() } else { "-".to_owned() };
        writeln!(out, "BRDA:{line},{group},{index},{taken_word}")?;
        // Readers of lcov expect a line for every branch.
        lines.entry(*line).or_insert(*taken);
    }
    let hit = branches.iter().filter(|(_, _, taken)| *taken > 0).count();
    writeln!(out, "BRF:{}\nBRH:{hit}", branches.len())?;
    for (line, count) in &lines {
        writeln!(out, "DA:{line},{count}")?;
    }
    let hit = lines.values().filter(|count| **count > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}", lines.len())?;
    writeln!(out, "end_of_record")
}
