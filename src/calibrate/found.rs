use html5gum::{Token, Tokenizer};
use mail_parser::MessageParser;

/// A text in which marks may be, in every way in which it may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// As it is, and as its HTML reads.
    pub texts: Vec<String>,
}

/// Reads a result: text, HTML, or a message that was sent (`.eml`).
///
/// # Errors
/// If it isn't UTF-8, or has no mark.
pub fn readable(bytes: &[u8]) -> Result<Readable, String> {
    let mut texts = Vec::new();
    let whole = String::from_utf8_lossy(bytes);
    let looks_sent = whole.lines().take(400).any(|line| {
        let line = line.to_ascii_lowercase();
        ["mime-version:", "content-type:", "received:"].iter().any(|name| line.starts_with(name))
    });
    if looks_sent && let Some(message) = MessageParser::default().parse(bytes) {
        let html = (0..message.html_body_count()).filter_map(|part| message.body_html(part));
        let text = (0..message.text_body_count()).filter_map(|part| message.body_text(part));
        texts.extend(html.chain(text).map(|text| text.into_owned()));
    }
    if texts.is_empty() {
        let text = std::str::from_utf8(bytes).map_err(|_| "it isn't UTF-8".to_owned())?;
        texts.push(text.trim_start_matches('\u{feff}').to_owned());
    }
    let visible = texts.iter().map(|text| visible(text)).collect::<Vec<_>>();
    texts.extend(visible);
    texts.dedup();
    match texts.iter().any(|text| text.contains('⟦')) {
        true => Ok(Readable { texts }),
        false => Err("it contains no marks such as `⟦001⟧`".to_owned()),
    }
}

/// Returns what HTML shows: its text, with entities as their characters.
fn visible(html: &str) -> String {
    let mut shown = String::new();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::String(text) => shown.push_str(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) if *tag.name == b"br"[..] || *tag.name == b"p"[..] => {
                shown.push('\n')
            }
            _ => {}
        }
    }
    shown
}

/// Returns a text without what mail programs change: quotes, blanks, ends of lines.
pub(super) fn loosely(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '‘' | '’' | '‚' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' => '-',
        '\u{a0}' | '\u{200b}' | '\u{feff}' => ' ',
        other => other,
    });
    let plain = plain.collect::<String>().replace('…', "...");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
