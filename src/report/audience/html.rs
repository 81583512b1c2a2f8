use std::collections::BTreeMap;
use std::fmt::Write;

use super::since::{changes, reason};
use super::{About, about_number, at, call_notes, counted, number, ranked, share};
use crate::audience::{Counted, Place, Tally};
use crate::report::markup::escaped;

const STYLE: &str = include_str!("page.css");

/// Writes what an audience gets as a page. It loads nothing, runs no script, and follows the system's
/// color scheme; a click on an expression opens its line of the template.
#[must_use]
pub fn html(tally: &Tally, about: &About<'_>) -> String {
    let mut out = String::new();
    // Writing to a `String` can't fail.
    let _ = page(tally, about, &mut out);
    out
}

fn page(tally: &Tally, about: &About<'_>, out: &mut String) -> std::fmt::Result {
    let recipients = counted(tally.recipients(), "recipient", "recipients");
    let title = format!("{} for {recipients}", tally.message);
    let title = escaped(&title);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    )?;
    writeln!(out, "<p class=\"dim\">Time of sending: {}</p>", escaped(&tally.now))?;
    if tally.partial {
        writeln!(out, "<p>The run stopped early: this isn't the whole audience.</p>")?;
    }
    cards(tally, out)?;
    places("Blanks", "Expressions that render as blank", &tally.blanks, tally, about, out)?;
    places("Not sent", "Why recipients don't get the message", &tally.aborts, tally, about, out)?;
    errors(tally, out)?;
    since(tally, about, out)?;
    branches(tally, out)?;
    texts(tally, about, out)?;
    let notes = call_notes(tally, about);
    if !notes.is_empty() {
        writeln!(out, "<h2>Calls</h2>")?;
        for note in notes {
            writeln!(out, "<p>{}</p>", escaped(&capitalized(&note)))?;
        }
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn cards(tally: &Tally, out: &mut String) -> std::fmt::Result {
    writeln!(out, "<ul class=\"cards\">")?;
    let (recipients, aborted) = (tally.recipients(), tally.aborted());
    for (name, rows, of, is_bad) in [
        ("get it", tally.sent, recipients, false),
        ("see a blank", tally.with_blanks, tally.sent, true),
        ("see an empty link", tally.empty_links, tally.sent, true),
        ("get text over a size limit", tally.oversize, tally.sent, true),
        ("don't get it", aborted, recipients, false),
        ("don't get it because of an error", tally.failed(), aborted, true),
        ("have no response", tally.unanswered, recipients, true),
        ("rows have errors", tally.errors(), tally.rows, true),
    ] {
        let class = if is_bad && rows > 0 { " class=\"bad\"" } else { "" };
        let (rows, part) = (number(rows), share(rows, of));
        writeln!(out, "<li{class}><b>{rows}</b> {name} <span class=\"dim\">{part}</span></li>")?;
    }
    writeln!(out, "</ul>")?;
    if tally.excluded > 0 {
        writeln!(out, "<p class=\"dim\">{} were excluded.</p>", number(tally.excluded))?;
    }
    Ok(())
}

fn begin_table(title: &str, caption: &str, last: &str, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "<h2>{title}</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\n<table>\n\
         <caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Recipients</th>\
         <th scope=\"col\">Share</th><th scope=\"col\">What</th><th scope=\"col\">{last}</th></tr></thead>\n<tbody>"
    )
}

fn counts(rows: u64, tally: &Tally, out: &mut String) -> std::fmt::Result {
    let percent = (rows as f64 * 100.0 / tally.recipients().max(1) as f64).min(100.0);
    write!(
        out,
        "<tr><td class=\"number\">{}</td><td class=\"share\">{}\
         <span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{percent:.2}%\"></i></span></td>",
        number(rows),
        escaped(&share(rows, tally.recipients()))
    )
}

fn places(
    title: &str,
    caption: &str,
    all: &BTreeMap<Place, Counted>,
    tally: &Tally,
    about: &About<'_>,
    out: &mut String,
) -> std::fmt::Result {
    if all.is_empty() {
        return Ok(());
    }
    begin_table(title, caption, "Such as", out)?;
    for (place, counted) in ranked(all.iter(), |counted| counted.rows) {
        counts(counted.rows, tally, out)?;
        let line = about.line.and_then(|lines| lines.line(&place.file, place.line));
        let what = format!("<code>{}</code>", escaped(&place.what));
        let from = escaped(&at(place));
        match line {
            Some(line) => write!(
                out,
                "<td><details><summary>{what}</summary><p class=\"dim\">{from}</p><pre>{}</pre></details></td>",
                escaped(line.trim())
            )?,
            None => write!(out, "<td>{what}<p class=\"dim\">{from}</p></td>")?,
        }
        samples(counted, out)?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn samples(counted: &Counted, out: &mut String) -> std::fmt::Result {
    let all = counted.samples.iter().map(|sample| format!("<code>{}</code>", escaped(&sample.at)));
    writeln!(out, "<td>{}</td></tr>", all.collect::<Vec<_>>().join("<br>"))
}

fn errors(tally: &Tally, out: &mut String) -> std::fmt::Result {
    if tally.row_errors.is_empty() {
        return Ok(());
    }
    begin_table("Rows with errors", "Rows that can't be used", "Such as", out)?;
    for (why, counted) in ranked(tally.row_errors.iter(), |counted| counted.rows) {
        counts(counted.rows, tally, out)?;
        write!(out, "<td>{}</td>", escaped(why))?;
        samples(counted, out)?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn since(tally: &Tally, about: &About<'_>, out: &mut String) -> std::fmt::Result {
    let Some(before) = about.since else { return Ok(()) };
    let title = "Since the earlier report";
    writeln!(
        out,
        "<h2>{title}</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\n<table>\n\
         <caption>{}</caption>\n<thead><tr><th scope=\"col\">Before</th><th scope=\"col\">Now</th>\
         <th scope=\"col\">Difference</th><th scope=\"col\">What</th></tr></thead>\n<tbody>",
        capitalized(reason(before, tally))
    )?;
    for change in changes(before, tally) {
        writeln!(
            out,
            "<tr><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
            number(change.before),
            number(change.now),
            change.difference(),
            escaped(&change.what)
        )?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn branches(tally: &Tally, out: &mut String) -> std::fmt::Result {
    if tally.branches.is_empty() {
        return Ok(());
    }
    begin_table("Branches", "Branches that recipients take through the template", "Place", out)?;
    for (place, branch) in &tally.branches {
        counts(branch.rows, tally, out)?;
        let (what, from) = (escaped(&place.what), escaped(&at(place)));
        writeln!(out, "<td>{what}</td><td><code>{from}</code></td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn texts(tally: &Tally, about: &About<'_>, out: &mut String) -> std::fmt::Result {
    if tally.sizes.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h2>Text</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"Text\" \
         tabindex=\"0\">\n<table>\n\
         <caption>Sizes in bytes; distinct texts: {}</caption>\n<thead><tr><th scope=\"col\">Part</th>\
         <th scope=\"col\">Shortest</th><th scope=\"col\">Average</th><th scope=\"col\">Longest</th>\
         <th scope=\"col\">Recipient of the longest</th></tr></thead>\n<tbody>",
        about_number(tally.distinct_outputs.count().min(tally.sent))
    )?;
    for (part, size) in &tally.sizes {
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
            escaped(part),
            number(size.shortest.bytes),
            number(size.mean()),
            number(size.longest.bytes),
            escaped(&size.longest.sample.at)
        )?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    let Some(sms) = &tally.sms else { return Ok(()) };
    begin_table("Segments", "Text messages by number of segments", "Segments", out)?;
    for (segments, rows) in &sms.segments {
        counts(*rows, tally, out)?;
        let each = counted(*segments, "segment", "segments");
        let all = number(*segments as u64 * rows);
        writeln!(out, "<td>{each}</td><td>{all}</td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    let ucs2 = counted(sms.ucs2, "message has", "messages have");
    writeln!(out, "<p>{ucs2} characters outside GSM-7.</p>")?;
    if let Some(price) = about.sms_price {
        let all = sms.all() as f64 * price;
        writeln!(out, "<p>{all:.2} in total at {price} per segment.</p>")?;
    }
    Ok(())
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
