use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::plain_words::plain_words;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{Source, Span, nearest};

/// Deserializes TOML. Errors have a span, and suggest the closest key for an unknown one.
///
/// # Errors
/// If it isn't valid TOML or doesn't match the type.
pub fn read_toml<T: DeserializeOwned>(source: &Arc<Source>) -> Result<T, Box<Diagnostic>> {
    toml::from_str(source.text()).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        let span = Span::new(range.start, range.end.max(range.start));
        content_error(source, span, error.message())
    })
}

/// Makes an error in a file's content, suggesting the closest key for an unknown one.
#[must_use]
pub fn content_error(source: &Arc<Source>, span: Span, message: &str) -> Box<Diagnostic> {
    let message = message.lines().next().unwrap_or_default();
    let names = message.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    let mut diagnostic = Diagnostic::new("workspace-file", Severity::Error, source, span, message);
    if let Some((found, known)) = names.split_first()
        && (message.starts_with("unknown field") || message.starts_with("unknown variant"))
    {
        let what = if message.starts_with("unknown field") { "key" } else { "value" };
        diagnostic.message = format!("unknown {what} `{found}`");
        diagnostic.help = Some(match nearest(found, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of {}", known.join(", ")),
        });
    } else if let Some((plain, help)) = plain_words(message) {
        diagnostic.message = plain;
        diagnostic.help = help;
    }
    Box::new(diagnostic)
}
