//! Names that authors choose, and the files that they become.

use meniscus_preview::page::refusal::Refusal;

use crate::project::{Channel, Workspace};
use crate::session::is_pattern;

/// Length limit of a name, in bytes.
const LONGEST: usize = 100;

/// Names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Whether a checkout on Windows can't have a file of this name.
fn is_device(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = matches!(stem, "com" | "lpt");
    DEVICES.contains(&stem) && (word.len() == stem.len()) != numbered
}

/// Checks a name: letters, digits, `-` and `_`; with folders, `/` between them.
///
/// # Errors
/// What it has to be.
pub(super) fn check(name: &str, with_folders: bool) -> Result<(), Refusal> {
    let is_plain = |word: &str| {
        !word.is_empty()
            && !word.starts_with('-')
            && !is_device(word)
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let is_name = match with_folders {
        true => name.split('/').all(is_plain),
        false => is_plain(name),
    };
    if is_name && name.len() <= LONGEST {
        return Ok(());
    }
    let folders = if with_folders { ", `/` between folders" } else { "" };
    if name.len() > LONGEST {
        let message = format!("the name is longer than {LONGEST} bytes");
        return Err(Refusal::wrong(message).help("choose a shorter name"));
    }
    let message = match name.is_empty() {
        true => "the name is missing".to_owned(),
        false => format!("`{name}` can't be a name"),
    };
    Err(Refusal::wrong(message).help(format!("use letters, digits, `-`, and `_`{folders}")))
}

/// Returns the folder of templates: the first that a pattern begins with.
pub(super) fn templates_folder(workspace: &Workspace) -> String {
    let patterns = workspace.config.paths.templates.iter();
    let mut fixed = patterns.map(|pattern| {
        let names = pattern.split('/').take_while(|name| !is_pattern(name));
        names.collect::<Vec<_>>().join("/")
    });
    fixed.find(|folder| !folder.is_empty()).unwrap_or_else(|| "templates".to_owned())
}

/// Returns the main part of a channel, where a text goes that has no part of its own.
pub(super) fn main_file(channel: Option<Channel>) -> &'static str {
    match channel {
        Some(Channel::Email | Channel::Banner) => "body.html",
        Some(Channel::Push | Channel::InApp | Channel::ContentCard) => "message.liquid",
        Some(Channel::Sms | Channel::WhatsApp | Channel::Webhook) | None => "body.liquid",
    }
}
