//! Channel-specific properties of a text: segments, sizes, and which parts are HTML.

use super::rendering::Rendering;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::{Channel, Field, FieldKind, FieldPlace, Message, Part};
use crate::rules::sms::{Alphabet, segments};
use crate::text::Span;
use crate::wire::{Size, Sms, SmsOdd};

/// Gmail's size limit for the HTML of an email, in bytes.
const GMAIL: usize = 102 * 1024;

/// Size limit of a rendered Content Card, in bytes.
const CONTENT_CARD: usize = 2 * 1024;

/// Size limit of a push payload on Android, in bytes.
const ANDROID: usize = 3_930;
const IOS: usize = 3_960;

/// Returns the field of its channel that a part is.
pub fn field_of(message: &Message, part: &Part) -> Option<&'static Field> {
    message.channel?.field(&part.name)
}

/// Returns where the page shows a part: in the frame and the grid, in the frame, or below it.
pub fn place_of(message: &Message, part: &Part) -> &'static str {
    match field_of(message, part).map(|field| field.shown) {
        Some(FieldPlace::Everywhere) => "everywhere",
        Some(FieldPlace::InFrame) => "frame",
        // The page shows the headers of a webhook in its request.
        None if part.name.starts_with("header.") => "frame",
        None if message.channel.is_none() => "everywhere",
        Some(FieldPlace::Below) | None => "below",
    }
}

/// Whether a part is shown as HTML: by its field, its file, or how it starts.
pub fn is_html(message: &Message, part: &Part, output: &str) -> bool {
    let is_file = part.path.extension().is_some_and(|ending| ending == "html");
    let begins = || {
        let start = output.trim_start();
        start.starts_with("<!")
            || start
                .strip_prefix('<')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    match field_of(message, part).map(|field| field.kind) {
        Some(FieldKind::Html) if message.channel == Some(Channel::Email) => return true,
        Some(FieldKind::Image | FieldKind::Link | FieldKind::Button | FieldKind::Setting) => {
            return false;
        }
        _ => {}
    }
    match message.channel {
        Some(Channel::Email | Channel::ContentCard) => is_file,
        Some(Channel::InApp | Channel::Banner) | None => is_file || begins(),
        Some(Channel::Webhook | Channel::Push | Channel::Sms | Channel::WhatsApp) => false,
    }
}

/// Whether a part is the address of an image that its channel shows.
pub fn is_picture(message: &Message, part: &Part) -> bool {
    field_of(message, part).is_some_and(|field| field.kind == FieldKind::Image)
}

/// Counts the segments of a text message.
pub fn sms(rendering: &Rendering) -> Option<Sms> {
    if rendering.asked.message.channel != Some(Channel::Sms) {
        return None;
    }
    let is_text = |part: &Part| {
        field_of(&rendering.asked.message, part).is_none_or(|field| field.kind == FieldKind::Text)
    };
    let parts = rendering.parts().filter(|(part, _)| is_text(part));
    let outputs = parts.map(|(_, outcome)| &*outcome.output);
    Some(sms_of(outputs.max_by_key(|output| output.trim().len())?))
}

/// Counts the segments of a text.
pub fn sms_of(output: &str) -> Sms {
    let counted = segments(output.trim());
    let space = output.len() - output.trim_start().len();
    let space = output[..space].encode_utf16().count();
    let forced = counted.forced_by.iter().map(|odd| SmsOdd {
        character: odd.character.to_string(),
        code: format!("U+{:04X}", u32::from(odd.character)),
        utf16: odd.first,
        count: odd.count,
    });
    Sms {
        encoding: match counted.alphabet {
            Alphabet::Gsm => "GSM-7",
            Alphabet::Ucs => "UCS-2",
        },
        units: counted.units,
        segments: counted.segments,
        per_segment: counted.per_segment,
        left: counted.segments * counted.per_segment - counted.units,
        starts: counted.starts.iter().map(|start| start + space).collect(),
        forced_by: forced.collect(),
    }
}

/// Reports sizes over the limits of the channel.
pub fn oversize(rendering: &Rendering) -> Vec<Diagnostic> {
    let parts = &rendering.asked.message.parts;
    let main = parts.iter().find(|part| matches!(&*part.name, "body" | "message"));
    let Some(main) = main.or(parts.first()) else { return Vec::new() };
    let over = sizes(rendering).into_iter().filter(|size| size.over);
    let over = over.map(|Size { what, bytes, .. }| {
        let message = format!("{what}; this message has {bytes} bytes");
        Diagnostic::new("message-size", Severity::Warning, main.source(), Span::default(), message)
            .help("shorten the text, or move styles and images out of it")
    });
    over.collect()
}

/// Returns the sizes that a channel limits.
pub fn sizes(rendering: &Rendering) -> Vec<Size> {
    limits_of(rendering.asked.message.channel, &|name| {
        let named = rendering.parts().filter(|(part, _)| name.is_none_or(|name| part.name == name));
        named.map(|(_, outcome)| outcome.output.len()).sum()
    })
}

/// Returns the sizes that a channel limits; `bytes` are those of a part, or of all parts.
pub fn limits_of(channel: Option<Channel>, bytes: &dyn Fn(Option<&str>) -> usize) -> Vec<Size> {
    let all = || bytes(None);
    let size = |what: &'static str, bytes: usize, limit: usize| Size {
        what,
        bytes,
        limit,
        over: bytes > limit,
    };
    match channel {
        Some(Channel::Email) => {
            vec![size("Gmail cuts off a body over 102 KB", bytes(Some("body")), GMAIL)]
        }
        Some(Channel::ContentCard) => {
            vec![size("a Content Card can have at most 2 KB", all(), CONTENT_CARD)]
        }
        Some(Channel::Push) => vec![
            size("a push can have at most 3,930 bytes on Android", all(), ANDROID),
            size("a push can have at most 3,960 bytes on iOS", all(), IOS),
        ],
        _ => Vec::new(),
    }
}
