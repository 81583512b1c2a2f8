//! Creates a message from nothing, or from what was pasted or dropped.

use axum::http::StatusCode;
use meniscus_preview::page::refusal::Refusal;
use serde_json::{Value, json};

use super::names::{check, main_file, templates_folder};
use super::{Done, change};
use crate::import::{Pasted, paragraphs};
use crate::project::{Channel, name_of};
use crate::serve::preview::Shared;

/// Says what pasted bytes contain, before anything is written.
///
/// # Errors
/// If they can't be a message.
pub(in crate::serve::preview) fn pasted(bytes: &[u8], channel: &str) -> Result<Value, Refusal> {
    let read = Pasted::read(bytes, channel_of(channel)?);
    let pasted = read.map_err(|message| Refusal::wrong(message).help("nothing was written"))?;
    let files = pasted
        .files
        .iter()
        .map(|(file, text)| json!({ "file": file, "characters": text.chars().count() }));
    Ok(json!({
        "channel": pasted.channel.map(Channel::name),
        "name": pasted.title.as_deref().map(name_from),
        "files": files.collect::<Vec<_>>(),
        "notes": pasted.notes,
    }))
}

/// A request for a new message.
#[derive(Debug)]
pub(in crate::serve::preview) struct NewMessage {
    name: String,
    /// `None` for a template without a channel.
    channel: Option<Channel>,
    /// What was pasted or dropped; empty to start with a short text.
    pasted: Vec<u8>,
}

impl NewMessage {
    /// Reads a request: what was pasted, with the name and channel in the address.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn read(name: &str, channel: &str, pasted: &[u8]) -> Result<NewMessage, Refusal> {
        let channel = channel_of(channel)?;
        Ok(NewMessage { name: name.to_owned(), channel, pasted: pasted.to_vec() })
    }

    /// Writes its folder, or its file if it has no channel.
    ///
    /// # Errors
    /// If its name can't be one or is taken, the pasted text can't be a message, or a file can't be
    /// written.
    pub fn save(&self, shared: &Shared) -> Result<Value, Refusal> {
        check(&self.name, true)?;
        let files = self.files()?;
        change(shared, |session, transaction| {
            let base = format!("{}/{}", templates_folder(&session.workspace), self.name);
            let name = name_of(&base);
            if session.message(&name).is_some() {
                let message = format!("the message `{name}` already exists");
                return Err(Refusal::new(StatusCode::CONFLICT, message).help("choose another name"));
            }
            let Some(channel) = self.channel else {
                let (_, text) =
                    files.first().ok_or_else(|| Refusal::wrong("the message has no text"))?;
                let path = format!("{base}.liquid");
                transaction.create(&path, text)?;
                return Ok(done(&name, &path));
            };
            let settings = format!("channel = \"{}\"\n", channel.name());
            transaction.create(&format!("{base}/message.toml"), &settings)?;
            for (file, text) in &files {
                transaction.create(&format!("{base}/{file}"), text)?;
            }
            Ok(done(&name, &base))
        })
    }

    /// Returns the parts' files with their texts.
    fn files(&self) -> Result<Vec<(String, String)>, Refusal> {
        if self.pasted.trim_ascii().is_empty() {
            let started = starter(self.channel).iter();
            return Ok(started
                .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
                .collect());
        }
        let pasted = Pasted::read(&self.pasted, self.channel);
        let pasted =
            pasted.map_err(|message| Refusal::wrong(message).help("nothing was written"))?;
        if self.channel.is_some() && pasted.channel == self.channel {
            return Ok(pasted.files);
        }
        // A text for another channel: its longest part is the main part here.
        let longest = pasted.files.into_iter().max_by_key(|(_, text)| text.len());
        let Some((_, text)) = longest else {
            return Err(Refusal::wrong("the message has no text"));
        };
        let main = main_file(self.channel);
        let needs_html = main.ends_with(".html") && pasted.channel.is_none();
        let text = if needs_html { paragraphs(&text) } else { text };
        let mut files = vec![(main.to_owned(), text)];
        // Without its subject or title, the message would look broken.
        let short = starter(self.channel)
            .iter()
            .find(|(file, _)| ["subject.liquid", "title.liquid", "url.liquid"].contains(file));
        files.extend(short.map(|(file, text)| ((*file).to_owned(), (*text).to_owned())));
        Ok(files)
    }
}

/// Returns the channel of a name; none for an empty one.
fn channel_of(name: &str) -> Result<Option<Channel>, Refusal> {
    let known = Channel::ALL.into_iter().find(|channel| channel.name() == name);
    match known {
        None if !name.is_empty() => Err(Refusal::wrong(format!("unknown channel `{name}`"))),
        known => Ok(known),
    }
}

/// Makes a name of a title: `Your points, Zoë!` is `your_points_zoë`.
fn name_from(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(8).collect::<Vec<_>>().join("_")
}

fn done(name: &str, path: &str) -> Done {
    let said = format!("Created the message {name}");
    Done { said, more: json!({ "message": name, "path": path }) }
}

/// Returns the parts that an empty message starts with.
fn starter(channel: Option<Channel>) -> &'static [(&'static str, &'static str)] {
    const GREETING: &str = "Hi {{${first_name} | default: 'there'}}!";
    const SUBJECT: &str = "A message for {{${first_name} | default: 'you'}}";
    match channel {
        Some(Channel::Email) => &[
            ("subject.liquid", SUBJECT),
            (
                "body.html",
                "<!doctype html>\n<html lang=\"en\">\n<body style=\"font-family: sans-serif\">\n\
                 <p>Hi {{${first_name} | default: 'there'}},</p>\n\
                 <p>Your text goes here.</p>\n</body>\n</html>\n",
            ),
        ],
        Some(Channel::Push | Channel::InApp | Channel::ContentCard) => {
            &[("title.liquid", SUBJECT), ("message.liquid", GREETING)]
        }
        Some(Channel::Banner) => {
            &[("body.html", "<p>Hi {{${first_name} | default: 'there'}}!</p>\n")]
        }
        Some(Channel::Webhook) => &[
            ("url.liquid", "https://example.com/"),
            ("body.liquid", "{\"user_id\": \"{{${user_id}}}\"}"),
        ],
        Some(Channel::Sms | Channel::WhatsApp) | None => &[("body.liquid", GREETING)],
    }
}
