use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use super::lint::targets;
use crate::files::write_changes;
use crate::http::masked;
use crate::mcp::answer::{page_of_text, place, some};
use crate::mcp::desk::{Desk, Texts};
use crate::mcp::tool::{Effect, Tool};
use crate::report::unified_diff;
use crate::rules::fix_rounds::fixed;
use crate::session::Session;

pub(in crate::mcp) struct Fix;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, content block, or a file of one; all by default.
    of: Option<String>,
    /// Also apply fixes that may change what is sent.
    #[serde(rename = "unsafe")]
    also_unsafe: Option<bool>,
    /// Write the files; only if the user allowed it, and not with `files`.
    write: Option<bool>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Character of the diff to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    fixes: usize,
    files: Vec<String>,
    written: bool,
    /// Remaining findings, including unreadable files.
    left: usize,
    /// Files that can't be read, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<String>,
    /// Whether a secret is masked, so the diff can't be applied.
    masked: bool,
    /// Unified diff.
    diff: String,
    /// Where the diff continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

impl Tool for Fix {
    const NAME: &'static str = "fix";
    const TITLE: &'static str = "Fix mistakes";
    const DESCRIPTION: &'static str = "Returns a diff of automatic fixes. Safe fixes never change \
        what is sent. Writes files only with `write`.";
    const EFFECT: Effect = Effect::Writes;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let should_write = input.write.unwrap_or_default();
        if should_write {
            desk.require_write()?;
            if input.files.as_ref().is_some_and(|files| !files.is_empty()) {
                return Err(Refusal::wrong("unsaved text can't be fixed on disk").help(
                    "call `fix` without `write` and apply its diff, or call it without `files`",
                ));
            }
        }
        let session = desk.read(input.files.as_ref())?;
        let mut targets = targets(&session, input.of.as_deref())?;
        let (mut known, _) = Session::knowledge(&session.workspace);
        let also_unsafe = input.also_unsafe.unwrap_or_default();
        let (linted, changed, fixes) =
            fixed(&mut known, &session.levels, &mut targets, also_unsafe);
        let mut diff = String::new();
        let mut has_masked = false;
        for (name, (before, after)) in &changed {
            let texts = [before.text(), after.text()];
            has_masked |=
                texts.iter().any(|text| masked(text) != **text || desk.hide(text) != **text);
            unified_diff(name, before.text(), after.text(), false, &mut diff);
        }
        if should_write {
            write_changes(&session.workspace, &changed)
                .map_err(|error| Refusal::wrong(error.to_string()))?;
        }
        let (diff, next) = page_of_text(&desk.hide(&diff), input.from.unwrap_or_default());
        let files = changed.into_keys().collect::<Vec<_>>();
        let unread = session.findings().into_iter();
        let unread = unread.map(|found| format!("{}: {}", place(&found.primary), found.message));
        Ok(Output {
            fixes,
            written: should_write && !files.is_empty(),
            files,
            left: linted.diagnostics.len() + session.unread.len(),
            unread: some(unread.collect()),
            masked: has_masked,
            diff,
            next,
        })
    }
}
