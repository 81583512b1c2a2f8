use std::fmt::Write;

use super::{beyond, percent, scenario, shown};
use crate::coverage::{Coverage, FileCoverage, Level, Point, State, Total};
use crate::report::markup::escaped;
use crate::report::masked::{masked, visible};

/// Marks our pages in their head.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"meniscus coverage\">";

const STYLE: &str = include_str!("page.css");

/// Writes coverage as an HTML page: a table of all templates, and the source of each with uncovered
/// branches. It loads nothing, runs no script, and follows the system's color scheme.
#[must_use]
pub fn html(coverage: &Coverage) -> String {
    let mut out = String::new();
    // Writing to a `String` can't fail.
    let _ = page(coverage, &mut out);
    out
}

fn page(coverage: &Coverage, out: &mut String) -> std::fmt::Result {
    let total = coverage.total(Level::Branch);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{GENERATOR}\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Coverage of templates: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>",
        percent(total)
    )?;
    writeln!(out, "<a class=\"skip\" href=\"#templates\">To the templates</a>")?;
    writeln!(
        out,
        "<header>\n<h1>Coverage of templates</h1>\n<p class=\"lead\">Scenarios reach {} of {} \
         coverage points.</p>\n</header>\n<main>",
        total.reached, total.points
    )?;
    summary(coverage, out)?;
    writeln!(out, "<section id=\"templates\" aria-label=\"Templates\">")?;
    for (index, file) in coverage.files().enumerate() {
        template(file, index, out)?;
    }
    writeln!(
        out,
        "</section>\n</main>\n<footer><p>Coverage points are branches, loop iterations (none, \
         one, many), fallbacks, aborts, and results of calls. Conditions are the comparisons in \
         compound conditions. The number next to a line shows how often it was \
         rendered.</p></footer>\n</body>\n</html>"
    )
}

fn summary(coverage: &Coverage, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "<table class=\"summary\">\n<caption class=\"hidden\">Templates and how much of each is \
         reached</caption>\n<thead><tr><th scope=\"col\">Template</th><th \
         scope=\"col\">Points</th><th scope=\"col\">Lines</th><th \
         scope=\"col\">Conditions</th></tr></thead>\n<tbody>"
    )?;
    for (index, file) in coverage.files().enumerate() {
        let name = escaped(file.source.name());
        writeln!(out, "<tr><th scope=\"row\"><a href=\"#t{index}\">{name}</a></th>")?;
        cells([file.total(Level::Branch), file.line_total(), file.total(Level::Condition)], out)?;
    }
    writeln!(out, "</tbody>\n<tfoot><tr><th scope=\"row\">All templates</th>")?;
    cells(
        [coverage.total(Level::Branch), coverage.lines(), coverage.total(Level::Condition)],
        out,
    )?;
    writeln!(out, "</tfoot>\n</table>")
}

fn cells(totals: [Total; 3], out: &mut String) -> std::fmt::Result {
    for total in totals {
        if total.points == 0 {
            write!(out, "<td>none</td>")?;
            continue;
        }
        write!(
            out,
            "<td class=\"{}\"><meter aria-hidden=\"true\" min=\"0\" max=\"{}\" value=\"{}\"></meter> \
             {} <small>({} of {})</small></td>",
            grade(total),
            total.points,
            total.reached,
            percent(total),
            total.reached,
            total.points
        )?;
    }
    writeln!(out, "</tr>")
}

/// Returns the CSS class for a total.
fn grade(total: Total) -> &'static str {
    match total.reached {
        reached if reached == total.points => "all",
        0 => "none",
        _ => "part",
    }
}

fn template(file: &FileCoverage, index: usize, out: &mut String) -> std::fmt::Result {
    let total = file.total(Level::Branch);
    // Complete files stay collapsed.
    let open = if total.reached < total.points { " open" } else { "" };
    let renders = match file.renders() {
        0 => "not rendered".to_owned(),
        1 => "rendered once".to_owned(),
        renders => format!("rendered {renders} times"),
    };
    writeln!(
        out,
        "<details id=\"t{index}\"{open}>\n<summary><h2>{}</h2><span class=\"{}\">{} of {} \
         points</span><span>{renders}</span></summary>\n<div class=\"code\" tabindex=\"0\" \
         role=\"region\" aria-label=\"{}\">\n<table>\n<thead class=\"hidden\"><tr><th \
         scope=\"col\">Line</th><th scope=\"col\">Rendered</th><th \
         scope=\"col\">Text</th></tr></thead>\n<tbody>",
        escaped(file.source.name()),
        grade(total),
        total.reached,
        total.points,
        escaped(file.source.name()),
    )?;
    let text = visible(&masked(file.source.text()));
    let marks = marks(file);
    let counts = file.lines().into_iter().collect::<std::collections::HashMap<_, _>>();
    let mut notes = notes(file).into_iter().peekable();
    let mut segments = Segments { text: &text, marks: &marks, at: 0 };
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = index + 1;
        let count = counts.get(&number).copied();
        let (class, shown) = match count {
            None => ("", String::new()),
            Some(0) => (" class=\"no\"", "0".to_owned()),
            Some(count) => (" class=\"yes\"", format!("{count}×")),
        };
        let end = start + line.len();
        let code = segments.html(start..start + line.trim_end_matches(['\n', '\r']).len());
        writeln!(
            out,
            "<tr{class}><th scope=\"row\" class=\"number\">{number}</th><td class=\"count\">{shown}</td>\
             <td class=\"source\">{code}</td></tr>"
        )?;
        let mut list = String::new();
        while let Some((_, note)) = notes.next_if(|(at, _)| *at < end) {
            list.push_str(&note);
        }
        if !list.is_empty() {
            writeln!(out, "<tr class=\"note\"><td></td><td></td><td><ul>{list}</ul></td></tr>")?;
        }
        start = end;
    }
    let rest = notes.map(|(_, note)| note).collect::<String>();
    if !rest.is_empty() {
        writeln!(out, "<tr class=\"note\"><td></td><td></td><td><ul>{rest}</ul></td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</details>")
}

/// Returns notes below lines, by offset.
fn notes(file: &FileCoverage) -> Vec<(usize, String)> {
    let beyond = beyond(file);
    let mut notes = Vec::new();
    for (index, (point, state)) in file.states().into_iter().enumerate() {
        let words = in_code(&shown(&point.words));
        let note = match state {
            State::Missed => {
                let inside = match beyond[index] {
                    0 => String::new(),
                    1 => " One more point inside.".to_owned(),
                    more => format!(" {more} more points inside."),
                };
                let inside = if point.within.is_some() { inside } else { String::new() };
                let scenario = in_code(&scenario(file, point));
                let (class, verb) = match (point.level, point.within.is_some()) {
                    (_, false) if file.refused => ("", "Syntax errors"),
                    (_, false) => ("", "Not rendered"),
                    (Level::Branch, _) => ("", "Not reached"),
                    (Level::Condition, _) => (" class=\"condition\"", "Not seen"),
                };
                format!(
                    "<li{class}><b>{verb}:</b> {words}. <span>Needs {scenario}.{inside}</span></li>"
                )
            }
            _ => continue,
        };
        notes.push((point.span.start as usize, note));
    }
    for (point, why) in file.never() {
        let note = format!(
            "<li class=\"uncounted\">Never happens, not counted: {} ({}).</li>",
            in_code(&shown(&point.words)),
            in_code(&shown(why))
        );
        notes.push((point.span.start as usize, note));
    }
    for (exclusion, count) in file.left_out() {
        let reason = in_code(&shown(&exclusion.reason));
        let what = match count {
            0 => "Excludes no missed point: remove the comment".to_owned(),
            1 => format!("One point is excluded: {reason}"),
            more => format!("{more} points are excluded: {reason}"),
        };
        let note = format!("<li class=\"uncounted\">{what}.</li>");
        notes.push((exclusion.comment.start as usize, note));
    }
    notes.sort_by_key(|(at, _)| *at);
    notes
}

/// A range of the text with its CSS class.
type Mark = (usize, usize, &'static str);

/// Returns disjoint marks: of overlapping ones, the one that starts later is on top.
fn marks(file: &FileCoverage) -> Vec<Mark> {
    let of = |(point, state): (&Point, State)| {
        let class = match (state, point.level) {
            (State::Missed, Level::Branch) => "missed",
            (State::Missed, Level::Condition) => "condition",
            (State::Never(_), _) => "uncounted",
            _ => return None,
        };
        let range = (point.span.start as usize, point.span.end as usize, class);
        (point.within.is_some() && range.0 < range.1).then_some(range)
    };
    let mut found = file.states().into_iter().filter_map(of).collect::<Vec<_>>();
    found.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let mut flat: Vec<Mark> = Vec::new();
    let mut open: Vec<Mark> = Vec::new();
    let mut at = 0;
    for mark in found {
        close_up_to(mark.0, &mut at, &mut open, &mut flat);
        if let Some(&(_, _, class)) = open.last()
            && at < mark.0
        {
            flat.push((at, mark.0, class));
        }
        at = at.max(mark.0);
        open.push(mark);
    }
    close_up_to(usize::MAX, &mut at, &mut open, &mut flat);
    flat
}

/// Draws the rest of the marks that end before an offset.
fn close_up_to(place: usize, at: &mut usize, open: &mut Vec<Mark>, flat: &mut Vec<Mark>) {
    while let Some(&(_, end, class)) = open.last()
        && end <= place
    {
        if *at < end {
            flat.push((*at, end, class));
            *at = end;
        }
        open.pop();
    }
}

/// A text written piece by piece with its marks.
struct Segments<'t> {
    text: &'t str,
    marks: &'t [Mark],
    at: usize,
}

impl Segments<'_> {
    /// Writes a range, which follows the previous ones.
    fn html(&mut self, range: std::ops::Range<usize>) -> String {
        let mut out = String::new();
        let mut at = range.start;
        while let Some(&(start, end, class)) = self.marks.get(self.at)
            && start < range.end
        {
            let (from, to) = (start.max(at), end.min(range.end));
            if from < to {
                out.push_str(&escaped(&self.text[at..from]));
                let shown = escaped(&self.text[from..to]);
                out.push_str(&format!("<mark class=\"{class}\">{shown}</mark>"));
                at = to;
            }
            if end > range.end {
                break;
            }
            self.at += 1;
        }
        out.push_str(&escaped(&self.text[at..range.end]));
        out
    }
}

/// Formats text between backticks as code.
fn in_code(words: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for piece in escaped(words).split('`') {
        if is_code {
            out.push_str(&format!("<code>{piece}</code>"));
        } else {
            out.push_str(piece);
        }
        is_code = !is_code;
    }
    out
}
