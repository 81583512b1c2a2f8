use indexmap::IndexMap;

use super::front_matter::{self, Entry};

/// A snapshot's header: its origin, and short digests of everything it depends on, so that a later
/// run can say what changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub message: String,
    pub part: String,
    pub scenario: String,
    /// The template's file, relative to the workspace.
    pub source: String,
    /// The version of meniscus that wrote it.
    pub version: String,
    /// Digests of the template and its lines.
    pub template: String,
    /// Content blocks it may include, by name, with the same digests.
    pub blocks: IndexMap<String, String>,
    /// Recordings that answered, by name, with a digest of each response.
    pub recordings: IndexMap<String, String>,
    /// The scenario's values by path, including `now` and `seed`; long ones are shortened, secrets
    /// left out.
    pub values: IndexMap<String, String>,
    /// Workspace variables that the template names.
    pub variables: IndexMap<String, String>,
    /// Non-default settings of the workspace.
    pub settings: IndexMap<String, String>,
}

/// Strings in a header's `info`, before the tables.
const TEXTS: [&str; 5] = ["message", "part", "scenario", "meniscus", "template"];
const TABLES: [&str; 5] = ["blocks", "recordings", "variables", "settings", "values"];

impl Header {
    /// Writes the header with its fences. `source` and `expression` are insta's own keys, which it
    /// shows in a review.
    pub(super) fn write(&self) -> String {
        let mut info = IndexMap::new();
        for name in TEXTS {
            info.insert(name.to_owned(), Entry::Text(self.text(name).clone()));
        }
        for name in TABLES {
            let table = self.table(name);
            if !table.is_empty() {
                let entries = table.iter();
                let entries = entries.map(|(key, text)| (key.clone(), Entry::Text(text.clone())));
                info.insert(name.to_owned(), Entry::Map(entries.collect()));
            }
        }
        let mut head = IndexMap::new();
        let title = format!("{} · {} · {}", self.message, self.part, self.scenario);
        head.insert("source".to_owned(), Entry::Text(self.source.clone()));
        head.insert("expression".to_owned(), Entry::Text(title));
        head.insert("info".to_owned(), Entry::Map(info));
        front_matter::write(&head)
    }

    /// Parses a header; `None` if it isn't ours.
    pub(super) fn read(head: &str) -> Option<Header> {
        let mut head = front_matter::read(head);
        let Some(Entry::Map(mut info)) = head.shift_remove("info") else { return None };
        info.get("meniscus")?;
        let mut header = Header::default();
        if let Some(Entry::Text(source)) = head.shift_remove("source") {
            header.source = source;
        }
        for name in TEXTS {
            if let Some(Entry::Text(text)) = info.shift_remove(name) {
                *header.text_mut(name) = text;
            }
        }
        for name in TABLES {
            if let Some(Entry::Map(table)) = info.shift_remove(name) {
                let entries = table.into_iter().filter_map(|(key, entry)| match entry {
                    Entry::Text(text) => Some((key, text)),
                    Entry::Map(_) => None,
                });
                *header.table_mut(name) = entries.collect();
            }
        }
        Some(header)
    }

    fn text(&self, name: &str) -> &String {
        match name {
            "message" => &self.message,
            "part" => &self.part,
            "scenario" => &self.scenario,
            "meniscus" => &self.version,
            _ => &self.template,
        }
    }

    fn text_mut(&mut self, name: &str) -> &mut String {
        match name {
            "message" => &mut self.message,
            "part" => &mut self.part,
            "scenario" => &mut self.scenario,
            "meniscus" => &mut self.version,
            _ => &mut self.template,
        }
    }

    fn table(&self, name: &str) -> &IndexMap<String, String> {
        match name {
            "blocks" => &self.blocks,
            "recordings" => &self.recordings,
            "variables" => &self.variables,
            "settings" => &self.settings,
            _ => &self.values,
        }
    }

    fn table_mut(&mut self, name: &str) -> &mut IndexMap<String, String> {
        match name {
            "blocks" => &mut self.blocks,
            "recordings" => &mut self.recordings,
            "variables" => &mut self.variables,
            "settings" => &mut self.settings,
            _ => &mut self.values,
        }
    }
}
