//! What differs between a workspace and Braze.

use std::collections::BTreeSet;

use super::client::Client;
use super::files::place_of;
use super::kinds::{Kind, Listed};
use super::lock::Lock;
use super::names::unused;
use super::versions::{Change, Site, VersionsError};
use crate::project::Workspace;

/// A file that isn't the same here and in Braze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Relative to the workspace.
    pub path: String,
    pub change: Change,
    /// Whether nothing that is sent differs: comments, and texts that Braze doesn't return.
    pub is_noise: bool,
    /// As it is here, and as it is in Braze; nothing where it isn't.
    pub here: Option<String>,
    pub there: Option<String>,
}

/// What differs in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub listed: Listed,
    pub differences: Vec<Difference>,
}

impl Drift {
    /// Whether something that is sent differs.
    #[must_use]
    pub fn is_gating(&self) -> bool {
        self.differences.iter().any(|one| !one.is_noise)
    }
}

/// Compares an object in Braze with the workspace. An object that was never pulled is compared with
/// the files that a pull would write; `taken` are the names of its kind that are used.
///
/// # Errors
/// If Braze refuses, or a file can't be read.
pub fn drift(
    client: &Client,
    workspace: &Workspace,
    lock: &Lock,
    listed: &Listed,
    taken: &mut BTreeSet<String>,
) -> Result<Drift, VersionsError> {
    let known = lock.entry(listed).cloned();
    taken.extend(lock.places(listed.kind).map(str::to_lowercase));
    let place = known.as_ref().map(|known| known.place.clone());
    let place = place.unwrap_or_else(|| unused(&place_of(listed), taken));
    let known = known.unwrap_or_default();
    let versions = Site::of(workspace).versions(client, listed, &known, &place)?;
    let differences = versions.files.into_iter().filter_map(|file| {
        let change = file.change();
        let is_noise = file.is_noise();
        (change != Change::None).then(|| Difference {
            path: file.path,
            change,
            is_noise,
            here: file.here,
            there: file.there.map(|file| file.contents),
        })
    });
    Ok(Drift { listed: listed.clone(), differences: differences.collect() })
}

/// A content block or email template of a workspace that was never in Braze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlyHere {
    pub kind: Kind,
    pub name: String,
    /// Its files.
    pub files: Vec<String>,
}

/// Returns the objects of a kind that can be pushed and were never in Braze; `listed` is what Braze
/// has of them.
#[must_use]
pub fn only_here(
    workspace: &Workspace,
    lock: &Lock,
    kind: Kind,
    listed: &[Listed],
) -> Vec<OnlyHere> {
    let site = Site::of(workspace);
    let here = match kind {
        Kind::ContentBlock => {
            let blocks = workspace.each_content_block().into_iter().filter_map(Result::ok);
            let blocks =
                blocks.map(|(name, block)| (name, vec![block.template.source.name().to_owned()]));
            blocks.collect::<Vec<_>>()
        }
        Kind::EmailTemplate => site.email_folders(),
        _ => Vec::new(),
    };
    let own = || listed.iter().filter(|one| one.kind == kind);
    let is_known = |name: &str| {
        // A file may have another name than its object, and systems differ in whether case counts.
        lock.places(kind).any(|place| place.eq_ignore_ascii_case(name))
            || own().any(|one| one.name == name || place_of(one).eq_ignore_ascii_case(name))
    };
    let mut found = here
        .into_iter()
        .filter(|(name, _)| !is_known(name))
        .map(|(name, files)| OnlyHere { kind, name, files })
        .collect::<Vec<_>>();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}
