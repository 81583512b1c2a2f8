//! The fields of each channel: the names of the files in a message's folder.
//!
//! This is the one table of them. The documentation, the rule `unknown-part`, the preview, and
//! whatever creates a message read it.

use super::message::Channel;
use crate::text::nearest;

/// What a field holds, and how its channel's frame shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text that the recipient reads.
    Text,
    /// HTML.
    Html,
    /// The address of an image.
    Image,
    /// The address that a tap opens.
    Link,
    /// The label of a button.
    Button,
    /// A setting that nobody reads.
    Setting,
}

/// Where the preview shows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPlace {
    /// In the frame, and in a cell of the grid.
    Everywhere,
    /// In the frame only.
    InFrame,
    /// Below the frame, as text.
    Below,
}

/// A field of a channel, written in a file of its name.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The file's name without its extension: `subject`.
    pub name: &'static str,
    /// Other file names for the same field, as exports and older workspaces have them.
    pub also: &'static [&'static str],
    /// Its label in Braze's composer: `Subject`.
    pub label: &'static str,
    pub kind: FieldKind,
    pub shown: FieldPlace,
    /// What it is, in a sentence.
    pub about: &'static str,
}

use FieldKind::{Button, Html, Image, Link, Setting, Text};
use FieldPlace::{Below, Everywhere, InFrame};

const fn field(
    name: &'static str,
    also: &'static [&'static str],
    (label, about): (&'static str, &'static str),
    kind: FieldKind,
    shown: FieldPlace,
) -> Field {
    Field { name, also, label, kind, shown, about }
}

const EXTRAS: Field = field(
    "extras",
    &["key_value_pairs"],
    ("Key-value pairs", "Data for the app or for webhooks; recipients don't see it."),
    Setting,
    Below,
);

const IMAGE_ALSO: &[&str] = &["image", "media_url"];
const LINK_ALSO: &[&str] = &["link", "deep_link", "on_click_url", "action"];

const EMAIL: &[Field] = &[
    field("subject", &[], ("Subject", "The line that an inbox shows first."), Text, Everywhere),
    field(
        "preheader",
        &[],
        ("Preheader", "The text that an inbox shows after the subject."),
        Text,
        Everywhere,
    ),
    field("body", &["html", "message"], ("HTML body", "The email itself."), Html, Everywhere),
    field(
        "plain_text",
        &["plaintext_body", "custom_plain_text"],
        ("Plain text", "For clients without HTML; without it, Braze makes one from the HTML."),
        Text,
        InFrame,
    ),
    field(
        "amp",
        &["amp_body"],
        ("AMP body", "The AMP version, for clients that support it."),
        Html,
        Below,
    ),
    field("from", &["from_name"], ("From", "The sender's name and address."), Setting, Below),
    field("reply_to", &[], ("Reply-to", "The address that replies go to."), Setting, Below),
    EXTRAS,
];

const PUSH: &[Field] = &[
    field(
        "title",
        &["subject", "header"],
        ("Title", "The bold line of the notification."),
        Text,
        Everywhere,
    ),
    field(
        "subtitle",
        &[],
        ("Subtitle", "A second line below the title, on iOS."),
        Text,
        Everywhere,
    ),
    field(
        "message",
        &["body", "alert"],
        ("Message", "The text of the notification."),
        Text,
        Everywhere,
    ),
    field(
        "summary",
        &[],
        ("Summary text", "A short line in the expanded view, on Android."),
        Text,
        InFrame,
    ),
    field(
        "image_url",
        IMAGE_ALSO,
        ("Image", "The address of the image in the expanded view."),
        Image,
        InFrame,
    ),
    field(
        "url",
        LINK_ALSO,
        ("On click", "The address that opens when the notification is tapped."),
        Link,
        Below,
    ),
    field("button1", &["button_1"], ("Button 1", "The first action button."), Button, InFrame),
    field(
        "button1_url",
        &["button_1_url"],
        ("Button 1 link", "The address that button 1 opens."),
        Link,
        Below,
    ),
    field("button2", &["button_2"], ("Button 2", "The second action button."), Button, InFrame),
    field(
        "button2_url",
        &["button_2_url"],
        ("Button 2 link", "The address that button 2 opens."),
        Link,
        Below,
    ),
    field("button3", &["button_3"], ("Button 3", "The third action button."), Button, InFrame),
    field(
        "button3_url",
        &["button_3_url"],
        ("Button 3 link", "The address that button 3 opens."),
        Link,
        Below,
    ),
    EXTRAS,
];

const SMS: &[Field] = &[
    field("body", &["message"], ("Message", "The text of the message."), Text, Everywhere),
    field(
        "media_url",
        &["image_url", "image"],
        ("Media", "The address of an image; makes the message an MMS."),
        Image,
        InFrame,
    ),
];

const WHATS_APP: &[Field] = &[
    field(
        "header",
        &["title", "header_text"],
        ("Header", "The bold line above the text."),
        Text,
        Everywhere,
    ),
    field(
        "body",
        &["message", "body_text"],
        ("Body", "The text of the message."),
        Text,
        Everywhere,
    ),
    field(
        "footer",
        &["footer_text"],
        ("Footer", "The gray line below the text."),
        Text,
        Everywhere,
    ),
    field(
        "image_url",
        IMAGE_ALSO,
        ("Image", "The address of the image above the text."),
        Image,
        InFrame,
    ),
    field("button1", &["button_1"], ("Button 1", "The first button."), Button, InFrame),
    field(
        "button1_url",
        &["button_1_url"],
        ("Button 1 link", "The address that button 1 opens."),
        Link,
        Below,
    ),
    field("button2", &["button_2"], ("Button 2", "The second button."), Button, InFrame),
    field(
        "button2_url",
        &["button_2_url"],
        ("Button 2 link", "The address that button 2 opens."),
        Link,
        Below,
    ),
    field("button3", &["button_3"], ("Button 3", "The third button."), Button, InFrame),
    field(
        "button3_url",
        &["button_3_url"],
        ("Button 3 link", "The address that button 3 opens."),
        Link,
        Below,
    ),
];

const IN_APP: &[Field] = &[
    field(
        "title",
        &["header", "subject"],
        ("Header", "The headline; slide-ups have none."),
        Text,
        Everywhere,
    ),
    field(
        "message",
        &["body"],
        ("Body", "The text, or the HTML of a custom message."),
        Text,
        Everywhere,
    ),
    field("image_url", IMAGE_ALSO, ("Image", "The address of the image."), Image, InFrame),
    field(
        "url",
        LINK_ALSO,
        ("On click", "The address that opens when the message is tapped."),
        Link,
        Below,
    ),
    field("button1", &["button_1"], ("Button 1", "The first button."), Button, Everywhere),
    field(
        "button1_url",
        &["button_1_url"],
        ("Button 1 link", "The address that button 1 opens."),
        Link,
        Below,
    ),
    field("button2", &["button_2"], ("Button 2", "The second button."), Button, Everywhere),
    field(
        "button2_url",
        &["button_2_url"],
        ("Button 2 link", "The address that button 2 opens."),
        Link,
        Below,
    ),
    EXTRAS,
];

const CONTENT_CARD: &[Field] = &[
    field(
        "title",
        &["subject", "header"],
        ("Title", "The headline of the card."),
        Text,
        Everywhere,
    ),
    field(
        "message",
        &["description", "body"],
        ("Message", "The text of the card."),
        Text,
        Everywhere,
    ),
    field(
        "link_text",
        &["url_text"],
        ("Link text", "The text of the link below the message."),
        Text,
        Everywhere,
    ),
    field("image_url", IMAGE_ALSO, ("Image", "The address of the image."), Image, InFrame),
    field(
        "url",
        LINK_ALSO,
        ("On click", "The address that opens when the card is tapped."),
        Link,
        InFrame,
    ),
    EXTRAS,
];

const BANNER: &[Field] = &[
    field("body", &["html", "message"], ("HTML", "The banner itself."), Html, Everywhere),
    EXTRAS,
];

const WEBHOOK: &[Field] = &[
    field("url", &[], ("Webhook URL", "The address that the request goes to."), Link, Everywhere),
    field("body", &["message"], ("Request body", "The text that is sent."), Text, Everywhere),
];

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 8] = [
        Channel::Email,
        Channel::Push,
        Channel::Sms,
        Channel::WhatsApp,
        Channel::InApp,
        Channel::ContentCard,
        Channel::Banner,
        Channel::Webhook,
    ];

    /// Returns its name in `message.toml`: `in_app`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Push => "push",
            Channel::Sms => "sms",
            Channel::WhatsApp => "whats_app",
            Channel::InApp => "in_app",
            Channel::ContentCard => "content_card",
            Channel::Banner => "banner",
            Channel::Webhook => "webhook",
        }
    }

    /// Returns its name for people: `In-app message`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Channel::Email => "Email",
            Channel::Push => "Push notification",
            Channel::Sms => "SMS",
            Channel::WhatsApp => "WhatsApp",
            Channel::InApp => "In-app message",
            Channel::ContentCard => "Content Card",
            Channel::Banner => "Banner",
            Channel::Webhook => "Webhook",
        }
    }

    /// Returns its fields, in the order in which people read them.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Channel::Email => EMAIL,
            Channel::Push => PUSH,
            Channel::Sms => SMS,
            Channel::WhatsApp => WHATS_APP,
            Channel::InApp => IN_APP,
            Channel::ContentCard => CONTENT_CARD,
            Channel::Banner => BANNER,
            Channel::Webhook => WEBHOOK,
        }
    }

    /// Returns how many buttons a message may have.
    #[must_use]
    pub fn most_buttons(self) -> usize {
        self.fields().iter().filter(|field| field.kind == Button).count()
    }

    /// Returns the field that a part is, by its own name or another one.
    #[must_use]
    pub fn field(self, part: &str) -> Option<&'static Field> {
        let fields = self.fields();
        fields
            .iter()
            .find(|field| field.name == part)
            .or_else(|| fields.iter().find(|field| field.also.contains(&part)))
    }

    /// Returns the field name that a part is probably meant to have.
    #[must_use]
    pub fn nearest_field(self, part: &str) -> Option<&'static str> {
        nearest(part, self.fields().iter().map(|field| field.name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_name_is_one_field() {
        for channel in Channel::ALL {
            let mut names = BTreeSet::new();
            for field in channel.fields() {
                for name in field.also.iter().chain([&field.name]) {
                    assert!(names.insert(*name), "{}: {name} is two fields", channel.name());
                }
                assert!(field.about.ends_with('.'), "{}: {}", channel.name(), field.about);
            }
        }
    }

    #[test]
    fn parts_find_their_field() {
        let name = |channel: Channel, part| channel.field(part).map(|field| field.name);
        assert_eq!(name(Channel::Push, "subject"), Some("title"));
        assert_eq!(name(Channel::InApp, "button_1"), Some("button1"));
        assert_eq!(name(Channel::Email, "subjct"), None);
        assert_eq!(Channel::Email.nearest_field("subjct"), Some("subject"));
        assert_eq!(Channel::Email.nearest_field("notes"), None);
    }
}
