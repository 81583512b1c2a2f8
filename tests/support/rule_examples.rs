//! The examples of a rule's documentation, as workspaces to lint.

use meniscus::rules::{Level, Rule};

use crate::lint_workspace::Files;

/// An example with all that it stands in.
pub struct Example {
    /// What it is called in a failure: "the bad example 2".
    pub title: String,
    /// Whether it is to bring up the rule.
    pub bad: bool,
    /// The workspace.
    pub files: Files,
}

/// An example whose parts are being collected.
struct Open {
    bad: bool,
    /// File names with their texts.
    parts: Vec<(String, String)>,
}

/// The examples, in order.
///
/// # Errors
/// Where a fence is none that is known.
pub fn examples(rule: &Rule) -> Result<Vec<Example>, String> {
    let mut around = Around::default();
    if rule.level == Level::Off {
        around.files.put("meniscus.toml", format!("[rules]\n{} = \"warn\"\n", rule.name));
    }
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    for (info, text) in rule.examples() {
        let words = info.split_whitespace().collect::<Vec<_>>();
        let [language, what, rest @ ..] = &words[..] else {
            return Err(format!("found a fence `{info}`, expected `liquid bad` or the like"));
        };
        if let "bad" | "good" = *what {
            let bad = *what == "bad";
            let part = rest.first().copied().unwrap_or("body");
            let file = format!("{part}.{language}");
            let joins = open.as_ref().is_some_and(|open| {
                open.bad == bad && !open.parts.iter().any(|(known, _)| *known == file)
            });
            if !joins {
                found.extend(open.take().map(|open| around.example(&found, open)));
            }
            let open = open.get_or_insert(Open { bad, parts: Vec::new() });
            // The line's end in front of the backticks belongs to the fence.
            let text = text.strip_suffix('\n').unwrap_or(&text);
            open.parts.push((file, text.to_owned()));
            continue;
        }
        found.extend(open.take().map(|open| around.example(&found, open)));
        around.put(info, &words, text)?;
    }
    found.extend(open.take().map(|open| around.example(&found, open)));
    Ok(found)
}

/// What examples stand in.
#[derive(Default)]
struct Around {
    files: Files,
    message: Option<String>,
}

impl Around {
    fn put(&mut self, info: &str, words: &[&str], text: String) -> Result<(), String> {
        // `times 1200`: what is too large is written out once.
        if let [words @ .., "times", count] = words {
            let count = count.parse().map_err(|_| format!("found a fence `{info}`"))?;
            return self.put(info, words, text.repeat(count));
        }
        match words {
            ["liquid" | "html", "block", name] => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                self.files.put(format!("content_blocks/{name}.liquid"), text);
            }
            ["json", "recording", name] => self.files.put(format!("recordings/{name}.json"), text),
            ["json", "recording"] => self.files.put("recordings/recording.json", text),
            ["toml", "scenario", name] => self.files.put(format!("scenarios/{name}.toml"), text),
            ["toml", "scenario"] => self.files.put("scenarios/scenario.toml", text),
            ["json", "schema", name] => self.files.put(format!("schemas/{name}.json"), text),
            ["toml", "schema", name] => self.files.put(format!("schemas/{name}.toml"), text),
            ["toml", "message"] => self.message = Some(text),
            ["toml", "meniscus"] => self.files.put("meniscus.toml", text),
            _ => return Err(format!("found a fence `{info}`, which tests/rules.rs does not list")),
        }
        Ok(())
    }

    fn example(&self, before: &[Example], open: Open) -> Example {
        let mut parts = open.parts;
        let alone = parts.len() == 1 && parts[0].0.starts_with("body.");
        // A part alone says little of the channel; e-mail has the most parts.
        let message = match &self.message {
            Some(message) => Some(message.clone()),
            None => (!alone).then(|| "channel = \"email\"\n".to_owned()),
        };
        parts.extend(message.map(|text| ("message.toml".to_owned(), text)));
        let mut files = self.files.clone();
        let borrowed = parts.iter().map(|(name, text)| (&**name, &**text)).collect::<Vec<_>>();
        files.put_message(&borrowed);
        let number = before.iter().filter(|example| example.bad == open.bad).count() + 1;
        let kind = if open.bad { "bad" } else { "good" };
        Example { title: format!("the {kind} example {number}"), bad: open.bad, files }
    }
}
