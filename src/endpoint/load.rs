use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::error::PackError;
use super::pack::{Access, Endpoint, Family, Pack};
use super::schema::Schema;

/// A pack's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackFile {
    name: String,
    title: String,
    #[serde(default)]
    endpoint: Vec<EndpointEntry>,
    #[serde(default)]
    family: Vec<FamilyEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointEntry {
    name: String,
    title: String,
    method: String,
    path: String,
    #[serde(default)]
    hosts: Vec<String>,
    access: Access,
    response: Option<String>,
    request: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyEntry {
    name: String,
    schema: String,
}

/// The pack that a file describes; `schema` gives what a reference leads to.
pub(super) fn pack_of(file: PackFile, schema: &mut dyn FnMut(&str) -> Arc<Schema>) -> Pack {
    let endpoints = file.endpoint.into_iter().map(|entry| Endpoint {
        name: entry.name,
        title: entry.title,
        system: file.title.clone(),
        method: entry.method.to_ascii_uppercase(),
        path: entry.path,
        hosts: entry.hosts,
        access: entry.access,
        response: entry.response.as_deref().map(&mut *schema),
        request: entry.request.as_deref().map(&mut *schema),
    });
    let endpoints = endpoints.collect();
    let families = file.family.into_iter();
    let families =
        families.map(|entry| Family { name: entry.name, schema: schema(&entry.schema) }).collect();
    Pack { name: file.name, title: file.title, endpoints, families }
}

/// The packs below a folder.
pub(super) fn packs(
    _folder: &Path,
    _shown: &str,
    _families: &[&str],
) -> Result<Vec<Arc<Pack>>, Vec<PackError>> {
    Ok(Vec::new())
}
