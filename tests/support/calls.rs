//! Calls as templates make them, written as texts in which `*` is a hole.

use meniscus::endpoint::{CallPattern, Piece};

/// A call.
pub fn call(method: &str, url: &str, body: Option<&str>) -> CallPattern {
    CallPattern { method: method.to_owned(), url: pieces(url), body: body.map(pieces) }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, part) in text.split('*').enumerate() {
        if index > 0 {
            pieces.push(Piece::Placeholder);
        }
        if !part.is_empty() {
            pieces.push(Piece::Text(part.to_owned()));
        }
    }
    pieces
}
