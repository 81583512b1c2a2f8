use super::{beyond, missed, percent, scenario, shown};
use crate::coverage::{Coverage, FileCoverage, Level, Point, Total};
use crate::report::Look;
use crate::report::masked::masked_part;
use crate::report::style::{BOLD, DIM, GREEN, Paint, RED, YELLOW};
use crate::text::Source;

/// Characters shown on each side of a place in a line.
const AROUND: usize = 60;

/// Writes coverage for people: a table of all templates, then each uncovered branch with a scenario
/// that would reach it, then what is excluded.
#[must_use]
pub fn text(coverage: &Coverage, look: Look) -> String {
    let mut out = table(coverage, look);
    for file in coverage.files() {
        missing(file, look, &mut out);
    }
    uncounted(coverage, look, &mut out);
    out
}

/// Writes only the table: reached and total branches, lines, and conditions of each template, and
/// overall.
#[must_use]
pub fn table(coverage: &Coverage, look: Look) -> String {
    let mut rows = Vec::new();
    for file in coverage.files() {
        let totals = [file.total(Level::Branch), file.line_total(), file.total(Level::Condition)];
        rows.push((file.source.name().to_owned(), totals));
    }
    if rows.len() != 1 {
        let all =
            [coverage.total(Level::Branch), coverage.lines(), coverage.total(Level::Condition)];
        rows.push(("all templates".to_owned(), all));
    }
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let paint = Paint(look.color);
    let mut out = paint.with(
        BOLD,
        &format!("{:widest$}  {:>17}  {:>17}  {:>17}", "coverage", "points", "lines", "conditions"),
    );
    out.push('\n');
    for (name, totals) in rows {
        let cells = totals.map(|total| cell(total, paint));
        out.push_str(&format!("{name:widest$}  {}\n", cells.join("  ")));
    }
    out
}

/// Writes `12/14   85.7 %`, 17 characters wide.
fn cell(total: Total, paint: Paint) -> String {
    if total.points == 0 {
        return paint.with(DIM, &format!("{:>17}", "none"));
    }
    let share = format!("{}/{}", total.reached, total.points);
    let color = match total.reached {
        reached if reached == total.points => GREEN,
        0 => RED,
        _ => YELLOW,
    };
    paint.with(color, &format!("{share:>9} {:>7}", percent(total)))
}

fn missing(file: &FileCoverage, look: Look, out: &mut String) {
    let paint = Paint(look.color);
    let beyond = beyond(file);
    for (index, point) in missed(file, Level::Branch) {
        let words = match point.within {
            None if file.refused => "not rendered because of syntax errors".to_owned(),
            None => "not rendered".to_owned(),
            Some(_) => format!("not reached: {}", shown(&point.words)),
        };
        out.push_str(&format!("\n{}: {words}\n", paint.with(BOLD, &place(file, point))));
        if point.within.is_none() && file.refused {
            out.push_str("  needs its errors fixed; run `meniscus lint` to see them\n");
            continue;
        }
        if point.within.is_some() {
            excerpt(&file.source, point, paint, out);
        }
        out.push_str(&format!("  needs {}\n", scenario(file, point)));
        let inside = beyond[index];
        if inside > 0 && point.within.is_some() {
            let points = if inside == 1 { "point" } else { "points" };
            out.push_str(&format!(
                "  {}\n",
                paint.with(DIM, &format!("{inside} more {points} inside"))
            ));
        }
    }
    for (_, point) in missed(file, Level::Condition) {
        out.push_str(&format!(
            "\n{}: not seen: {}\n",
            paint.with(BOLD, &place(file, point)),
            shown(&point.words)
        ));
        out.push_str(&format!("  needs {}\n", scenario(file, point)));
    }
}

/// Writes `templates/offer_wallet/body.html:3:5`.
fn place(file: &FileCoverage, point: &Point) -> String {
    let position = file.source.position(point.span.start as usize);
    format!("{}:{}:{}", file.source.name(), position.line, position.column)
}

/// Writes a point's line, or the part around the point if it is long.
fn excerpt(source: &Source, point: &Point, paint: Paint, out: &mut String) {
    let text = source.text();
    let start = point.span.start as usize;
    let line = source.line_around(start);
    let before = text[line.start..start].char_indices().rev().nth(AROUND - 1);
    let after = text[start..line.end].char_indices().nth(AROUND);
    let from = before.map_or(line.start, |(at, _)| line.start + at);
    let to = after.map_or(line.end, |(at, _)| start + at);
    let part = crate::report::masked::visible(&masked_part(text, from..to));
    let part = part.trim();
    let lead = if from > line.start { "…" } else { "" };
    let rest = if to < line.end && !text[to..line.end].trim().is_empty() { "…" } else { "" };
    out.push_str(&format!("  {} {lead}{part}{rest}\n", paint.with(DIM, "│")));
}

/// Lists what is excluded and why, and comments that exclude nothing.
fn uncounted(coverage: &Coverage, look: Look, out: &mut String) {
    let paint = Paint(look.color);
    let mut lines = String::new();
    for file in coverage.files() {
        for (point, why) in file.never() {
            let (words, why) = (shown(&point.words), shown(why));
            lines.push_str(&format!("{}: {words} never happens: {why}\n", place(file, point)));
        }
        for (exclusion, count) in file.left_out() {
            let at = file.source.position(exclusion.comment.start as usize);
            let what = match count {
                0 => "`meniscus: uncovered` excludes no missed point: remove it".to_owned(),
                1 => format!("one point is excluded: {}", shown(&exclusion.reason)),
                more => format!("{more} points are excluded: {}", shown(&exclusion.reason)),
            };
            let name = file.source.name();
            lines.push_str(&format!("{name}:{}:{}: {what}\n", at.line, at.column));
        }
    }
    if !lines.is_empty() {
        out.push_str(&format!("\n{}\n{lines}", paint.with(BOLD, "not counted")));
    }
}
