use super::since::{changes, reason};
use super::{About, about_number, at, call_notes, counted, number, ranked, share};
use crate::audience::{Counted, Place, Tally};
use crate::report::Look;
use crate::report::masked::visible;
use crate::report::style::{BOLD, DIM, GREEN, Paint, RED, YELLOW};

/// Most entries of a list.
const MOST: usize = 10;

/// Writes what an audience gets, on a screen.
#[must_use]
pub fn human(tally: &Tally, about: &About<'_>, look: Look) -> String {
    let paint = Paint(look.color);
    let mut out = String::new();
    let recipients = counted(tally.recipients(), "recipient", "recipients");
    let title = format!("{} for {recipients}", tally.message);
    out.push_str(&format!("{}\n\n", paint.with(BOLD, &visible(&title))));
    if tally.partial {
        let note = "The run stopped early: this isn't the whole audience.";
        out.push_str(&format!("  {}\n\n", paint.with(YELLOW, note)));
    }
    let mut row = |style: &str, name: &str, rows: u64, of: u64| {
        let text = format!("{name:<22}{:>12}  {:>9}", number(rows), share(rows, of));
        out.push_str(&format!("  {}\n", paint.with(style, &text)));
    };
    let recipients = tally.recipients();
    row(GREEN, "sent", tally.sent, recipients);
    let aborted = tally.aborted();
    for (style, name, rows, of) in [
        (RED, "  with a blank", tally.with_blanks, tally.sent),
        (RED, "  with an empty link", tally.empty_links, tally.sent),
        (YELLOW, "  over a size limit", tally.oversize, tally.sent),
        (YELLOW, "not sent", aborted, recipients),
        (RED, "  because of an error", tally.failed(), aborted),
        (RED, "without a response", tally.unanswered, recipients),
        (RED, "rows with errors", tally.errors(), tally.rows),
    ] {
        if rows > 0 {
            row(style, name, rows, of);
        }
    }
    if tally.excluded > 0 {
        out.push_str(&format!("  {:<22}{:>12}\n", "excluded", number(tally.excluded)));
    }
    places("blanks", &tally.blanks, tally, paint, &mut out);
    places("not sent", &tally.aborts, tally, paint, &mut out);
    errors(tally, paint, &mut out);
    since(tally, about, paint, &mut out);
    branches(tally, about, paint, &mut out);
    sizes(tally, about, paint, &mut out);
    let notes = call_notes(tally, about);
    if !notes.is_empty() {
        heading("calls", paint, &mut out);
        notes.iter().for_each(|note| out.push_str(&format!("  {note}\n")));
    }
    out
}

fn heading(title: &str, paint: Paint, out: &mut String) {
    out.push_str(&format!("\n{}\n", paint.with(BOLD, title)));
}

/// Writes `such as users.ndjson:3, users.ndjson:5`; nothing without samples.
fn samples(counted: &Counted) -> String {
    let places = counted.samples.iter().map(|sample| sample.at.as_str());
    let places = visible(&places.collect::<Vec<_>>().join(", "));
    if places.is_empty() { places } else { format!("such as {places}") }
}

fn places(
    title: &str,
    all: &std::collections::BTreeMap<Place, Counted>,
    tally: &Tally,
    paint: Paint,
    out: &mut String,
) {
    if all.is_empty() {
        return;
    }
    heading(title, paint, out);
    let ranked = ranked(all.iter(), |counted| counted.rows);
    for (place, counted) in ranked.iter().take(MOST) {
        let (rows, part) = (number(counted.rows), share(counted.rows, tally.recipients()));
        out.push_str(&format!("  {rows:>12}  {part:>9}  {}\n", visible(&place.what)));
        let from = format!("{}  {}", visible(&at(place)), samples(counted));
        out.push_str(&format!("  {:>12}  {:>9}  {}\n", "", "", paint.with(DIM, from.trim_end())));
    }
    more(ranked.len(), out);
}

fn more(count: usize, out: &mut String) {
    if count > MOST {
        out.push_str(&format!("  … {} more; see all with `--report json`\n", count - MOST));
    }
}

fn errors(tally: &Tally, paint: Paint, out: &mut String) {
    if tally.row_errors.is_empty() {
        return;
    }
    heading("rows with errors", paint, out);
    let ranked = ranked(tally.row_errors.iter(), |counted| counted.rows);
    for (why, counted) in ranked.iter().take(MOST) {
        let rows = number(counted.rows);
        out.push_str(&format!("  {rows:>12}  {}\n", visible(why)));
        let from = samples(counted);
        if !from.is_empty() {
            out.push_str(&format!("  {:>12}  {}\n", "", paint.with(DIM, &from)));
        }
    }
    more(ranked.len(), out);
}

fn since(tally: &Tally, about: &About<'_>, paint: Paint, out: &mut String) {
    let Some(before) = about.since else { return };
    heading(&format!("since the earlier report: {}", reason(before, tally)), paint, out);
    let all = changes(before, tally);
    if all.is_empty() {
        out.push_str("  the same numbers\n");
    }
    for change in &all {
        let (before, now) = (number(change.before), number(change.now));
        let line = format!("{before:>12} → {now:<12} {:>9}  {}", change.difference(), change.what);
        out.push_str(&format!("  {}\n", visible(&line)));
    }
}

fn branches(tally: &Tally, about: &About<'_>, paint: Paint, out: &mut String) {
    let never = tally.branches.values().filter(|branch| branch.rows == 0).count();
    if tally.sent + tally.aborted() == 0 || (never == 0 && !about.all_branches) {
        return;
    }
    let title = match about.all_branches {
        true => "branches".to_owned(),
        false => format!("branches that nobody takes, {never} of {}", tally.branches.len()),
    };
    heading(&title, paint, out);
    let listed = tally.branches.iter().filter(|(_, one)| about.all_branches || one.rows == 0);
    let most = if about.all_branches { usize::MAX } else { MOST };
    for (place, branch) in listed.take(most) {
        let from = format!("{}:{} {}", place.file, place.line, place.what);
        let (rows, part) = (number(branch.rows), share(branch.rows, tally.recipients()));
        let line = match about.all_branches {
            true => format!("{rows:>12}  {part:>9}  {from}"),
            false => from,
        };
        out.push_str(&format!("  {}\n", visible(&line)));
    }
    if never > MOST && !about.all_branches {
        out.push_str(&format!("  … {} more; see all with `--branches`\n", never - MOST));
    }
}

fn sizes(tally: &Tally, about: &About<'_>, paint: Paint, out: &mut String) {
    if tally.sizes.is_empty() {
        return;
    }
    heading("texts", paint, out);
    for (part, size) in &tally.sizes {
        let (shortest, longest) = (size.shortest.bytes, size.longest.bytes);
        let bytes = match shortest == longest {
            true => counted(longest, "byte", "bytes"),
            false => format!(
                "{} to {} bytes, {} on average; the longest is for {}",
                number(shortest),
                number(longest),
                number(size.mean()),
                size.longest.sample.at
            ),
        };
        out.push_str(&format!("  {:<14} {}\n", visible(part), visible(&bytes)));
    }
    let distinct = tally.distinct_outputs.count().min(tally.sent);
    let noun = if distinct == 1 { "text" } else { "distinct texts" };
    out.push_str(&format!("  {} {noun}\n", about_number(distinct)));
    if let Some(sms) = &tally.sms {
        let all = sms.all();
        for (segments, rows) in &sms.segments {
            let each = counted(*segments, "segment", "segments");
            out.push_str(&format!("  {:>12}  of {each}\n", number(*rows)));
        }
        out.push_str(&format!(
            "  {} in total, {} with characters outside GSM-7\n",
            counted(all, "segment", "segments"),
            counted(sms.ucs2, "message", "messages")
        ));
        if let Some(price) = about.sms_price {
            out.push_str(&format!("  {:.2} in total at {price} per segment\n", all as f64 * price));
        }
    }
}
