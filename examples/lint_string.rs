//! Lints a text against what a workspace knows: `cargo run --example lint_string`.

use std::path::Path;
use std::sync::Arc;

use meniscus::project::{Message, Workspace};
use meniscus::rules::{Levels, Targets, lint};
use meniscus::session::Session;
use meniscus::text::Source;

const TEXT: &str = "{% connected_content https://domains-connecteast1.ent-sessionm.com/x :save wallet %}\n\
                    Hello {{${frist_name} | default: 'you'}}\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Scenarios, recordings, content blocks and packs of the example workspace, and what of it can't be read.
    let workspace = Workspace::at(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let (known, unread) = Session::knowledge(&workspace);
    assert!(unread.is_empty(), "{unread:?}");

    let source = Arc::new(Source::new("note.liquid", TEXT));
    let message = Message::of_text("note", &source, workspace.config.settings().parse);
    let targets = Targets { messages: vec![Arc::new(message)], ..Targets::default() };
    let found = lint(&known, &Levels::default(), &targets);
    for finding in &found.diagnostics {
        let place = finding.primary.source.position(finding.primary.span.start as usize);
        println!("{}:{}: {}: {}", place.line, place.column, finding.code, finding.message);
    }
    assert!(found.diagnostics.iter().any(|finding| finding.code == "unknown-attribute"));
    Ok(())
}
