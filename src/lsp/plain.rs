//! Answers for clients that don't read Markdown.

use serde_json::{Value, json};

/// Converts the Markdown in an answer to plain text.
pub(super) fn plain(answer: &mut Value) {
    match answer {
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::Object(members) if members.get("kind") == Some(&json!("markdown")) => {
            members.insert("kind".to_owned(), json!("plaintext"));
            if let Some(Value::String(text)) = members.get_mut("value") {
                *text = without_markup(text);
            }
        }
        Value::Object(members) => members.values_mut().for_each(plain),
        _ => {}
    }
}

/// Takes away the Markdown that answers are written with: fences, code, bold, tables, escapes.
fn without_markup(text: &str) -> String {
    let is_markup = |line: &&str| !line.starts_with("```") && !line.starts_with("|--");
    let lines = text.lines().filter(is_markup).map(|line| {
        let line = match line.strip_prefix("| ").and_then(|row| row.strip_suffix(" |")) {
            Some(row) => row.replace(" | ", ": "),
            None => line.to_owned(),
        };
        let line = line.replace("**", "").replace('`', "").replace("&lt;", "<");
        line.replace("\\*", "*").replace("\\|", "|")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_away_and_text_stays() {
        let text = "```liquid\nw.points\n```\n\ninteger, &lt;1> \\*\n\nSeen: `480`\n\n| recipient | output |\n|---|---|\n| anna | `4\\|8` |\n| ben | **blank** |";
        let mut answer = json!({ "contents": { "kind": "markdown", "value": text }, "kind": 6 });
        plain(&mut answer);
        let wanted =
            "w.points\n\ninteger, <1> *\n\nSeen: 480\n\nrecipient: output\nanna: 4|8\nben: blank";
        assert_eq!(
            answer,
            json!({ "contents": { "kind": "plaintext", "value": wanted }, "kind": 6 })
        );
    }
}
