use std::sync::Arc;

use super::schema::Schema;

/// The endpoints of a system, and the families it fills.
#[derive(Debug)]
pub struct Pack {
    /// The name used in commands.
    pub name: String,
    pub title: String,
    pub endpoints: Vec<Endpoint>,
    pub families: Vec<Family>,
}

/// A request that a system supports.
#[derive(Debug)]
pub struct Endpoint {
    /// Unique within the pack.
    pub name: String,
    /// What it returns or does.
    pub title: String,
    /// The title of its pack.
    pub system: String,
    /// The method in uppercase.
    pub method: String,
    /// The path, where `{name}` stands for one segment.
    pub path: String,
    /// Hosts, with `*` as a wildcard; empty for any host.
    pub hosts: Vec<String>,
    /// Whether a call changes anything.
    pub access: Access,
    pub response: Option<Arc<Schema>>,
    pub request: Option<Arc<Schema>>,
    /// Whether it comes with the program, rather than from the workspace.
    pub is_built_in: bool,
    /// Where it is documented.
    pub source: Option<String>,
    pub confidence: Option<Confidence>,
}

/// How reliable the information about an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The vendor publishes it, or Braze and the vendor agree.
    High,
    /// One source: a specification, a copy of it, or public code.
    Medium,
    /// Only the start of a page was read, or it is inferred.
    Low,
}

impl Confidence {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }
}

/// A family of attributes that a system fills.
#[derive(Debug)]
pub struct Family {
    /// The word before `${…}`.
    pub name: String,
    pub schema: Arc<Schema>,
}

/// Whether an endpoint changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Responds without changing anything.
    Read,
    /// Changes something, although Braze may call it more than once.
    Write,
}

impl Endpoint {
    /// Returns the request's name for messages: `add_tags of SessionM`.
    #[must_use]
    pub fn title_of_request(&self) -> String {
        format!("`{}` of {}", self.name, self.system)
    }
}

impl Access {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
        }
    }
}
