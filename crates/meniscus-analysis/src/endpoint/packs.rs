use std::sync::Arc;

use super::error::PackError;
use super::pack::{Endpoint, Family, Pack};
use super::{built_in, load};
use crate::files::Files;

/// Packs in lookup order: the workspace's own before the built-in ones.
#[derive(Clone, Debug)]
pub struct Packs {
    packs: Vec<Arc<Pack>>,
}

impl Packs {
    /// Returns the built-in packs.
    #[must_use]
    pub fn built_in() -> Packs {
        Packs { packs: built_in::packs() }
    }

    pub fn load(
        files: &Arc<dyn Files>,
        root: &std::path::Path,
        shown: &str,
        families: &[&str],
    ) -> Result<Packs, Vec<PackError>> {
        let mut packs = load::packs(files, root, shown, families)?;
        packs.extend(built_in::packs());
        Ok(Packs { packs })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter().map(AsRef::as_ref)
    }

    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.iter().flat_map(|pack| &pack.endpoints)
    }

    /// Yields all families; the first with a name wins.
    pub fn families(&self) -> impl Iterator<Item = &Family> {
        self.iter().flat_map(|pack| &pack.families)
    }
}
