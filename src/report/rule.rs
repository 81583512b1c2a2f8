use super::Look;
use super::style::{BOLD, Paint, link};
use crate::rules::{Level, Rule, caption};

/// Widest line of prose.
const COLUMNS: usize = 80;

/// Returns a rule's documentation for a terminal: prose wrapped, examples indented.
#[must_use]
pub fn rule(rule: &Rule, look: Look) -> String {
    let (paint, width) = (Paint(look.color), look.width.min(COLUMNS));
    let name = paint.with(BOLD, rule.name);
    let name = if look.links { link(&rule.url(), &name) } else { name };
    let mut text = format!("{name} · {}\n\n", rule.level.word());
    let (mut paragraph, mut fenced) = (String::new(), false);
    for line in rule.lines().chain([""]) {
        let is_item = line.starts_with("- ") || line.starts_with("| ");
        if !fenced && !line.is_empty() && !line.starts_with("```") && !line.starts_with("## ") {
            if is_item {
                wrap(&paragraph, width, &mut text);
                paragraph.clear();
            }
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        wrap(&paragraph, width, &mut text);
        paragraph.clear();
        if let Some(info) = line.strip_prefix("```") {
            fenced = !fenced;
            let what = info.split_once(' ').map_or("", |(_, what)| what);
            if let Some(caption) = caption(what).filter(|_| fenced) {
                text.push_str(&format!("{caption}\n\n"));
            }
        } else if let Some(heading) = line.strip_prefix("## ") {
            text.push_str(&paint.line(BOLD, heading));
        } else if fenced {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        } else if !text.ends_with("\n\n") {
            text.push('\n');
        }
    }
    if rule.level != Level::Off {
        text.push_str(&paint.line(BOLD, "Allow it in one place"));
        text.push_str(&format!(
            "\n    {{% comment %}} meniscus: allow {} — why {{% endcomment %}}\n",
            rule.name
        ));
    }
    text
}

/// Appends a paragraph in lines of at most this many characters.
fn wrap(paragraph: &str, width: usize, text: &mut String) {
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        match column {
            0 => {}
            _ if column + 1 + length > width => {
                text.push('\n');
                column = 0;
            }
            _ => {
                text.push(' ');
                column += 1;
            }
        }
        text.push_str(word);
        column += length;
    }
    if column > 0 {
        text.push('\n');
    }
}
