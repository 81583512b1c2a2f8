//! A message from what an author pastes or drops: HTML, plain text, an email file (`.eml`), or JSON
//! of Braze's REST API.

use html5gum::{Token, Tokenizer};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use serde_json::{Map, Value};

use crate::project::Channel;

/// The parts of a message, before it has a name and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// `None` for plain text, which fits any channel.
    pub channel: Option<Channel>,
    /// A title to make a name of: a subject, or a name in Braze.
    pub title: Option<String>,
    /// File names in the message's folder, with their texts.
    pub files: Vec<(String, String)>,
    /// What was left out.
    pub notes: Vec<String>,
}

impl Pasted {
    /// Reads pasted bytes. Of a campaign with many messages, the one of the channel `wanted` counts.
    ///
    /// # Errors
    /// Why nothing in it can be a message, with what to paste instead.
    pub fn read(bytes: &[u8], wanted: Option<Channel>) -> Result<Pasted, String> {
        if is_email(bytes) {
            return of_email(bytes);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| {
            "this isn't text; paste HTML, plain text, or JSON, or drop an `.eml` file".to_owned()
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err("nothing to import; paste HTML, plain text, or JSON".to_owned());
        }
        if text.trim_start().starts_with('{')
            && let Ok(Value::Object(export)) = serde_json::from_str(text)
        {
            return of_braze(&export, wanted);
        }
        let mut pasted =
            Pasted { channel: None, title: None, files: Vec::new(), notes: Vec::new() };
        if is_html(text) {
            pasted.channel = Some(Channel::Email);
            pasted.title = title_of(text);
            pasted.add("subject.liquid", pasted.title.clone());
            pasted.add("body.html", Some(text.to_owned()));
        } else {
            pasted.title = text.lines().find(|line| !line.trim().is_empty()).map(str::to_owned);
            pasted.add("body.liquid", Some(text.to_owned()));
        }
        Ok(pasted)
    }

    /// Adds a file, unless it would be empty.
    fn add(&mut self, file: &str, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.files.push((file.to_owned(), text));
        }
    }
}

/// Whether bytes begin with the headers of an email.
fn is_email(bytes: &[u8]) -> bool {
    const HEADERS: [&str; 8] = [
        "subject",
        "from",
        "to",
        "date",
        "mime-version",
        "content-type",
        "received",
        "return-path",
    ];
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(8_192)]);
    let mut named = 0;
    for line in head.lines().take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_graphic()) {
            return false;
        }
        named += usize::from(HEADERS.contains(&&*name.to_ascii_lowercase()));
    }
    named >= 2
}

fn of_email(bytes: &[u8]) -> Result<Pasted, String> {
    let unreadable = || "this email can't be read; save it again as an `.eml` file".to_owned();
    let mail = MessageParser::default().parse(bytes).ok_or_else(unreadable)?;
    let subject = mail.subject().map(str::to_owned);
    let mut pasted = Pasted {
        channel: Some(Channel::Email),
        title: subject.clone(),
        files: Vec::new(),
        notes: Vec::new(),
    };
    // Bodies in another format would be converted.
    let own = |part: &PartType<'_>, wants_html: bool| match part {
        PartType::Html(text) if wants_html => Some(text.to_string()),
        PartType::Text(text) if !wants_html => Some(text.to_string()),
        _ => None,
    };
    let html = mail.html_bodies().find_map(|part| own(&part.body, true));
    let text = mail.text_bodies().find_map(|part| own(&part.body, false));
    pasted.add("subject.liquid", subject);
    match (html, text) {
        (Some(html), text) => {
            pasted.add("body.html", Some(html));
            pasted.add("plain_text.liquid", text);
        }
        (None, Some(text)) => pasted.add("body.html", Some(paragraphs(&text))),
        (None, None) => return Err("this email has no text".to_owned()),
    }
    let attached = mail
        .attachments()
        .filter_map(|part| Some(part.attachment_name().or(part.content_id())?.to_owned()));
    let attached = attached.collect::<Vec<_>>();
    if !attached.is_empty() {
        let names = attached.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let more = if attached.len() > 5 { ", …" } else { "" };
        pasted.notes.push(format!(
            "attachments aren't imported ({}{more}); host images and use their URLs",
            names.join(", ")
        ));
    }
    Ok(pasted)
}

/// The fields of a channel in Braze, with the files that they become.
type Fields = &'static [(&'static str, &'static str)];

const EMAIL: Fields = &[
    ("subject", "subject.liquid"),
    ("preheader", "preheader.liquid"),
    ("body", "body.html"),
    ("plaintext_body", "plain_text.liquid"),
    ("custom_plain_text", "plain_text.liquid"),
    ("amp_body", "amp.html"),
];
const PUSH: Fields =
    &[("title", "title.liquid"), ("alert", "message.liquid"), ("image_url", "image_url.liquid")];
const TEXT: Fields = &[("body", "body.liquid")];
const WEBHOOK: Fields = &[("url", "url.liquid"), ("body", "body.liquid")];
const CARD: Fields = &[
    ("title", "title.liquid"),
    ("message", "message.liquid"),
    ("description", "message.liquid"),
    ("body", "body.liquid"),
];

/// Returns the channel that Braze calls by a name.
fn channel_of(name: &str) -> Option<(Channel, Fields)> {
    Some(match name {
        "email" => (Channel::Email, EMAIL),
        "sms" => (Channel::Sms, TEXT),
        "whats_app" | "whatsapp" => (Channel::WhatsApp, TEXT),
        "webhook" => (Channel::Webhook, WEBHOOK),
        "content_cards" | "content_card" => (Channel::ContentCard, CARD),
        "trigger_in_app_message" | "in_app_message" | "legacy_in_app_message" => {
            (Channel::InApp, CARD)
        }
        "banner" => (Channel::Banner, TEXT),
        push if push.contains("push") => (Channel::Push, PUSH),
        _ => return None,
    })
}

/// Reads an email template (`/templates/email/info`), or a campaign's messages
/// (`/campaigns/details`).
fn of_braze(export: &Map<String, Value>, wanted: Option<Channel>) -> Result<Pasted, String> {
    let name = |key: &str| export.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut notes = Vec::new();
    let (message, channel) = match export.get("messages").and_then(Value::as_object) {
        Some(messages) => {
            let known = messages.values().filter_map(Value::as_object).filter_map(|message| {
                let channel = message.get("channel").and_then(Value::as_str)?;
                Some((message, channel_of(channel)?))
            });
            let known = known.filter(|(message, (_, fields))| has_any(message, fields));
            let known = known.collect::<Vec<_>>();
            let fitting = known.iter().find(|(_, (channel, _))| Some(*channel) == wanted);
            let first = *fitting
                .or(known.first())
                .ok_or("none of this campaign's messages has any text")?;
            let more = known.len() - 1;
            if more > 0 {
                notes.push(format!("{more} more of the campaign's messages aren't imported"));
            }
            first
        }
        None if has_any(export, EMAIL) => (export, (Channel::Email, EMAIL)),
        None => {
            return Err(
                "this JSON contains no message; paste an email template or a campaign from \
                        Braze's REST API"
                    .to_owned(),
            );
        }
    };
    let (channel, fields) = channel;
    let title = name("template_name").or(name("name")).or(name("subject"));
    let mut pasted = Pasted { channel: Some(channel), title, files: Vec::new(), notes };
    for (field, file) in fields {
        if pasted.files.iter().all(|(known, _)| known != file) {
            pasted.add(file, message.get(*field).and_then(Value::as_str).map(str::to_owned));
        }
    }
    Ok(pasted)
}

fn has_any(message: &Map<String, Value>, fields: Fields) -> bool {
    let text = |field: &str| message.get(field).and_then(Value::as_str).unwrap_or_default();
    fields.iter().any(|(field, _)| !text(field).trim().is_empty())
}

/// Whether a text is HTML rather than plain text.
fn is_html(text: &str) -> bool {
    const TAGS: [&str; 12] = [
        "<!doctype",
        "<html",
        "<head",
        "<body",
        "<table",
        "<div",
        "<p>",
        "<p ",
        "<br",
        "<td",
        "<span",
        "<a href",
    ];
    let lower = text.to_ascii_lowercase();
    TAGS.iter().any(|tag| lower.contains(tag))
}

/// Returns the text of an HTML title.
fn title_of(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let mut decoded = String::new();
    for token in Tokenizer::new(html.get(start..end)?) {
        let Ok(token) = token;
        if let Token::String(text) = token {
            decoded.push_str(&String::from_utf8_lossy(&text));
        }
    }
    let title = decoded.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

/// Makes HTML of plain text: a paragraph for each block of lines. Liquid stays as it is.
#[must_use]
pub fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    let text = text.replace("\r\n", "\n");
    for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        html.push_str("<p>");
        let mut rest = block;
        while !rest.is_empty() {
            let open = ["{{", "{%"].iter().filter_map(|open| rest.find(open)).min();
            let (plain, liquid) = rest.split_at(open.unwrap_or(rest.len()));
            let plain = plain.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>\n");
            html.push_str(&plain);
            let close = ["}}", "%}"].iter().filter_map(|close| liquid.find(close)).min();
            let end = close.map_or(liquid.len(), |close| close + 2);
            html.push_str(&liquid[..end]);
            rest = &liquid[end..];
        }
        html.push_str("</p>\n");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{Pasted, paragraphs};
    use crate::project::Channel;

    fn files(pasted: &Pasted) -> Vec<(&str, &str)> {
        pasted.files.iter().map(|(name, text)| (&**name, &**text)).collect()
    }

    #[test]
    fn html_is_an_email_with_its_title_as_subject() {
        let html =
            "<!doctype html><title>\n Your offers &amp; more</title><p>Hi {{${first_name}}}</p>";
        let pasted = Pasted::read(html.as_bytes(), None).expect("a message");
        assert_eq!(pasted.channel, Some(Channel::Email));
        assert_eq!(files(&pasted), [("subject.liquid", "Your offers & more"), ("body.html", html)]);
    }

    #[test]
    fn plain_text_fits_any_channel() {
        let pasted =
            Pasted::read("Hi {{${first_name}}}: 2 < 3".as_bytes(), None).expect("a message");
        assert_eq!(pasted.channel, None);
        assert_eq!(files(&pasted), [("body.liquid", "Hi {{${first_name}}}: 2 < 3")]);
        // A colon alone isn't a header.
        let pasted = Pasted::read(b"Note: this is late\nFrom: us", None).expect("a message");
        assert_eq!(pasted.channel, None);
    }

    #[test]
    fn an_email_file_is_decoded() {
        let mail = "From: Tea <tea@example.com>\r\nTo: anna@example.com\r\n\
            Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\
            Content-Type: multipart/alternative; boundary=y\r\n\r\n\
            --y\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n\
            --y\r\nContent-Type: text/html; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\n<p style=3D\"color:red\">{{ a }}</p>\r\n\
            --y--\r\n--x\r\nContent-Type: image/png; name=logo.png\r\n\
            Content-Disposition: attachment; filename=logo.png\r\n\r\nxx\r\n--x--\r\n";
        let pasted = Pasted::read(mail.as_bytes(), None).expect("a message");
        assert_eq!(pasted.title.as_deref(), Some("Grüße"));
        let found = files(&pasted);
        assert_eq!(found[0], ("subject.liquid", "Grüße"));
        assert_eq!(found[1].0, "body.html");
        assert_eq!(found[1].1.trim(), "<p style=\"color:red\">{{ a }}</p>");
        assert_eq!((found[2].0, found[2].1.trim()), ("plain_text.liquid", "Grüße"));
        let note = "attachments aren't imported (`logo.png`); host images and use their URLs";
        assert_eq!(pasted.notes, [note]);
    }

    #[test]
    fn templates_and_campaigns_of_braze_are_messages() {
        let template = r#"{"template_name":"Tea","subject":"S","preheader":null,"body":"<p>B</p>",
            "plaintext_body":"T"}"#;
        let pasted = Pasted::read(template.as_bytes(), None).expect("a message");
        assert_eq!(pasted.title.as_deref(), Some("Tea"));
        let expected =
            [("subject.liquid", "S"), ("body.html", "<p>B</p>"), ("plain_text.liquid", "T")];
        assert_eq!(files(&pasted), expected);
        let campaign = r#"{"name":"C","messages":{"a":{"channel":"ios_push","alert":"Hi","title":""},
            "b":{"channel":"sms","body":"x"},"c":{"channel":"content_cards"}}}"#;
        let pasted = Pasted::read(campaign.as_bytes(), None).expect("a message");
        assert_eq!(pasted.channel, Some(Channel::Push));
        assert_eq!(files(&pasted), [("message.liquid", "Hi")]);
        assert_eq!(pasted.notes, ["1 more of the campaign's messages aren't imported"]);
        let pasted = Pasted::read(campaign.as_bytes(), Some(Channel::Sms)).expect("a message");
        assert_eq!(files(&pasted), [("body.liquid", "x")]);
    }

    #[test]
    fn what_is_no_message_says_what_to_paste() {
        for bytes in [&b" "[..], b"{}", b"\xff\xfe\x00a", b"{\"messages\":{}}"] {
            let said = Pasted::read(bytes, None).expect_err("no message");
            assert!(!said.is_empty());
        }
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        let html = paragraphs("Hi {{ a | default: '<' }} & b\r\nc\n\n\n{% if a < b %}x{% endif %}");
        assert_eq!(
            html,
            "<p>Hi {{ a | default: '<' }} &amp; b<br>\nc</p>\n<p>{% if a < b %}x{% endif %}</p>\n"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let _ = Pasted::read(&bytes, None);
            let _ = Pasted::read(&[b"Subject: a\r\nFrom: b\r\n".to_vec(), bytes].concat(), None);
        }
    }
}
