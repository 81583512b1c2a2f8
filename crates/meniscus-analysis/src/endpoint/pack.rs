use std::sync::Arc;

use super::error::PackError;
use super::{built_in, load, schema::Schema};
use crate::files::Files;

/// Packs, in the order in which they are asked: the workspace's own before what is built in.
#[derive(Clone, Debug)]
pub struct Packs {
    packs: Vec<Arc<Pack>>,
}

/// The endpoints of one system, and what it sends along.
#[derive(Debug)]
pub struct Pack {
    /// Its name, as commands take it.
    pub name: String,
    /// Its name, as people read it.
    pub title: String,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
    /// The families of which it knows fields.
    pub families: Vec<Family>,
}

/// One thing that a system can be asked for.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name, of which the pack has one.
    pub name: String,
    /// What it gives or does.
    pub title: String,
    /// The title of the pack it is of.
    pub system: String,
    /// The method in upper case.
    pub method: String,
    /// The path; `{name}` stands for one segment.
    pub path: String,
    /// Hosts, with `*` for any characters; none where any host may have it.
    pub hosts: Vec<String>,
    /// Whether asking changes anything.
    pub access: Access,
    /// What it answers, where that is known.
    pub response: Option<Arc<Schema>>,
    /// What body it takes, where that is known.
    pub request: Option<Arc<Schema>>,
}

/// A family of attributes that a system fills.
#[derive(Debug)]
pub struct Family {
    /// What stands in front of `${…}`.
    pub name: String,
    /// Its fields.
    pub schema: Arc<Schema>,
}

/// Whether an endpoint changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// It answers and changes nothing.
    Read,
    /// It changes something: Braze may call more than once.
    Write,
}

impl Endpoint {
    /// Whose request it is, as messages say it: `add_tags of SessionM`.
    #[must_use]
    pub fn title_of_request(&self) -> String {
        format!("`{}` of {}", self.name, self.system)
    }
}

impl Access {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
        }
    }
}

impl Packs {
    /// The packs that the program carries.
    #[must_use]
    pub fn built_in() -> Packs {
        Packs { packs: built_in::packs() }
    }

    /// The packs and schemas below a folder, and those that the program carries.
    ///
    /// `shown` is the folder, relative to the workspace at `root`; `families` are the names that a family may have.
    /// A folder that does not exist has no packs.
    ///
    /// # Errors
    /// All that is wrong with the files, in order of path.
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

    /// The packs.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter().map(AsRef::as_ref)
    }

    /// All endpoints.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.iter().flat_map(|pack| &pack.endpoints)
    }

    /// All families; of two of one name the first counts.
    pub fn families(&self) -> impl Iterator<Item = &Family> {
        self.iter().flat_map(|pack| &pack.families)
    }
}
