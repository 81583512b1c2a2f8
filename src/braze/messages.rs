//! A message of a campaign or Canvas as a folder with `message.toml` and a file for each part.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::files::PulledFile;
use super::kinds::text;
use super::names::{safe, unused};
use crate::project::{Channel, FieldKind, MESSAGE_FILE};

/// What stands for a text that Braze doesn't return. It renders as nothing.
const NOT_PULLED: &str = "{% comment %}Braze's API doesn't return this text: copy it from the composer.{% endcomment %}\n";

/// Members that say what a message is, not what it says.
const SETTINGS: [&str; 12] = [
    "channel",
    "name",
    "type",
    "method",
    "created_at",
    "updated_at",
    "should_inline_css",
    "should_whitespace_header",
    "should_whitespace_preheader",
    "has_translatable_content",
    "subscription_group_id",
    "template_language_code",
];

/// A message before it is files.
pub(super) struct Message<'a> {
    /// Its folder, relative to the workspace.
    pub folder: &'a str,
    /// Lines about where it comes from.
    pub about: &'a [String],
    /// `campaign_id` or `canvas_id`, with the id.
    pub id: (&'a str, &'a str),
    pub members: &'a Map<String, Json>,
}

impl Message<'_> {
    /// Returns the files of the message, and adds to `gaps` what Braze keeps for itself; nothing for
    /// a control group, which has no message.
    pub fn files(&self, gaps: &mut Vec<String>) -> Vec<PulledFile> {
        let get = |name: &str| self.members.get(name).and_then(Json::as_str).unwrap_or_default();
        if get("type") == "control" {
            return Vec::new();
        }
        let Some(channel) = channel_of(get("channel")) else {
            gaps.push(format!(
                "`{}`: unknown channel `{}`; each of its texts is kept in its own file",
                self.folder,
                get("channel")
            ));
            return self.loose();
        };
        let mut lost = Vec::new();
        let mut parts = self.parts(channel, &mut lost);
        if !lost.is_empty() {
            let lost = lost.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            gaps.push(format!("`{}`: no file has {lost}", self.folder));
        }
        let main = main_field(channel);
        let is_survey = self.members.get("type").and_then(Json::as_str) == Some("survey");
        let has_main = parts.iter().any(|(name, ..)| *name == main.0);
        let is_told = has_main || (is_survey && !parts.is_empty());
        if !is_told {
            gaps.push(format!("`{}`: Braze doesn't return the {}", self.folder, main.2));
            parts.push((main.0.to_owned(), main.1, NOT_PULLED.to_owned(), true));
        }
        parts.sort();
        let files = parts.into_iter().map(|(name, ending, contents, is_placeholder)| PulledFile {
            path: format!("{}/{name}.{ending}", self.folder),
            contents,
            is_placeholder,
        });
        let mut files = files.collect::<Vec<_>>();
        files.insert(0, self.settings(channel));
        files
    }

    /// Returns the parts: name, extension, contents, and whether it is a placeholder. Adds to `lost`
    /// the members that are none.
    fn parts(
        &self,
        channel: Channel,
        lost: &mut Vec<String>,
    ) -> Vec<(String, &'static str, String, bool)> {
        let mut parts: Vec<(String, &'static str, String, bool)> = Vec::new();
        // Of two members for one part, the second is lost if it says something else.
        let mut add = |member: &str, name: &str, ending: &'static str, contents: &str| match parts
            .iter()
            .find(|(known, ..)| known == name)
        {
            None => parts.push((name.to_owned(), ending, contents.to_owned(), false)),
            Some((.., known, _)) if known == contents => {}
            Some(_) => lost.push(member.to_owned()),
        };
        let mut others = Vec::new();
        for (name, value) in self.members {
            // The name of the email, which nobody reads.
            let is_title = name == "title" && channel == Channel::Email;
            let is_header = name == "headers" && channel == Channel::Webhook && value.is_object();
            if SETTINGS.contains(&&**name) || is_title || is_header || is_empty(value) {
                continue;
            }
            let field = channel.field(name);
            let known = field.map_or_else(|| safe(name), |field| field.name.to_owned());
            match value {
                Json::String(text) => match field {
                    Some(field) if field.kind == FieldKind::Html => add(name, &known, "html", text),
                    Some(_) => add(name, &known, "liquid", text),
                    None if has_liquid(value) => add(name, &known, "liquid", text),
                    None => others.push(name.clone()),
                },
                Json::Array(buttons) if name == "buttons" => {
                    for (number, button) in (1..).zip(buttons) {
                        for (member, suffix) in [("text", ""), ("url", "_url")] {
                            if let Some(text) = text(button, member) {
                                add(name, &format!("button{number}{suffix}"), "liquid", &text);
                            }
                        }
                    }
                }
                Json::Array(_) | Json::Object(_) if field.is_some() || has_liquid(value) => {
                    add(name, &known, "json", &format!("{value:#}\n"));
                }
                Json::Array(_) | Json::Object(_) => others.push(name.clone()),
                _ => {}
            }
        }
        lost.extend(others);
        parts
    }

    /// Writes `message.toml`.
    fn settings(&self, channel: Channel) -> PulledFile {
        let mut text = self.about.iter().fold(String::new(), |text, line| text + &comment(line));
        text.push_str(&format!("channel = {}\n", quoted(channel.name())));
        let mut tables = String::new();
        if channel == Channel::Webhook {
            if let Some(method) = self.members.get("method").and_then(Json::as_str) {
                text.push_str(&format!("method = {}\n", quoted(method)));
            }
            if let Some(Json::Object(headers)) = self.members.get("headers") {
                let lines = headers.iter().filter(|(_, value)| !value.is_null());
                let lines = lines.map(|(name, value)| {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    format!("{} = {}\n", quoted(name), quoted(&value))
                });
                let lines = lines.collect::<String>();
                if !lines.is_empty() {
                    tables.push_str(&format!("\n[headers]\n{lines}"));
                }
            }
        }
        let (name, id) = self.id;
        tables.push_str(&format!("\n[trigger]\n{name} = {}\n", quoted(id)));
        let path = format!("{}/{MESSAGE_FILE}", self.folder);
        PulledFile { path, contents: text + &tables, is_placeholder: false }
    }

    /// Returns a template for each text with Liquid, for a channel without a form.
    fn loose(&self) -> Vec<PulledFile> {
        let texts = self.members.iter().filter(|(_, value)| has_liquid(value));
        let mut taken = BTreeSet::new();
        let files = texts.map(|(name, value)| PulledFile {
            path: format!("{}/{}.liquid", self.folder, unused(&safe(name), &mut taken)),
            contents: value.as_str().map_or_else(|| format!("{value:#}\n"), str::to_owned),
            is_placeholder: false,
        });
        files.collect()
    }
}

/// Returns the channel by any of the names that Braze's pages have for it.
fn channel_of(name: &str) -> Option<Channel> {
    Some(match name.to_ascii_lowercase().replace('-', "_").as_str() {
        "email" => Channel::Email,
        "sms" | "mms" => Channel::Sms,
        "whats_app" | "whatsapp" => Channel::WhatsApp,
        "in_app_message" | "trigger_in_app_message" => Channel::InApp,
        "content_cards" | "content_card" => Channel::ContentCard,
        "webhook" => Channel::Webhook,
        "banner" | "banners" => Channel::Banner,
        "push" => Channel::Push,
        name if name.ends_with("_push") => Channel::Push,
        _ => return None,
    })
}

/// Returns the part without which a message says nothing: its file's name and extension, and what it
/// is.
fn main_field(channel: Channel) -> (&'static str, &'static str, &'static str) {
    match channel {
        Channel::Email => ("body", "html", "HTML body (made in the drag-and-drop editor?)"),
        Channel::Push => ("message", "liquid", "text"),
        Channel::Sms => ("body", "liquid", "text"),
        Channel::WhatsApp => ("body", "liquid", "text of the template"),
        Channel::InApp => ("message", "liquid", "text of this in-app message"),
        Channel::ContentCard => ("message", "liquid", "texts of Content Cards"),
        Channel::Banner => ("body", "html", "HTML of Banners"),
        Channel::Webhook => ("url", "liquid", "address of the webhook"),
    }
}

/// Whether there is Liquid anywhere in a value.
fn has_liquid(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains("{{") || text.contains("{%"),
        Json::Array(items) => items.iter().any(has_liquid),
        Json::Object(members) => members.values().any(has_liquid),
        _ => false,
    }
}

fn is_empty(value: &Json) -> bool {
    value.as_str().is_some_and(str::is_empty)
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(Map::is_empty)
}

/// Writes a comment in TOML, in one line.
pub(super) fn comment(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.chars().filter(|c| !c.is_control()).collect::<String>();
    format!("# {line}\n")
}

/// Writes a string in TOML, as a key or a value. JSON's escapes are among those of TOML.
fn quoted(text: &str) -> String {
    let text = text.replace('\u{7f}', " ");
    Json::from(text).to_string()
}
