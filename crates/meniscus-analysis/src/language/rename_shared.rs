//! Other names for what the whole workspace shares: content blocks and attributes.

use std::ops::Range;
use std::sync::Arc;

use super::Writing;
use super::data_file;
use super::rename::RenameError;
use super::target::template_of;
use super::uses::templates;
use crate::diagnostic::Label;
use crate::dialect::families::{FAMILIES, Family};
use crate::files::locate_toml_key;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Root};
use crate::syntax::{FamilyId, Template, Visitor, walk_expr, walk_nodes};
use crate::text::{DataPath, Source, Span, locate_json_key};

/// A content block or an attribute that can get another name.
#[derive(Clone, Debug)]
pub struct SharedName {
    /// The name at the position.
    pub range: Range<usize>,
    family: FamilyId,
    name: String,
}

/// What to write where, for another name.
#[derive(Clone, Debug)]
pub struct SharedRenaming {
    /// Each place in a file, with what to write there.
    pub places: Vec<(Arc<Source>, Span, String)>,
    /// The file of a content block, and its new path, as shown.
    pub file: Option<(String, String)>,
}

/// Returns the content block or attribute at an offset; `None` if there is none, or its names are
/// Braze's.
#[must_use]
pub fn shared_name(writing: &Writing<'_>, offset: usize) -> Option<SharedName> {
    if data_file::is_known_data(writing) {
        let (range, family, name) = data_file::attribute(writing, offset)?;
        let is_ours = FAMILIES.get(usize::from(family.0)).is_some_and(|family| is_free(family));
        return is_ours.then_some(SharedName { range, family, name });
    }
    let template = template_of(writing);
    let found = attributes(&template)
        .into_iter()
        .find(|(_, name)| (name.start as usize..=name.end as usize).contains(&offset))?;
    let (family, span) = found;
    let known = FAMILIES.get(usize::from(family.0))?;
    let name = template.source.slice(span);
    let is_ours = known.is_blocks() || is_free(known);
    (is_ours && !name.is_empty()).then(|| SharedName {
        range: span.range(),
        family,
        name: name.to_owned(),
    })
}

impl SharedName {
    /// Returns what to write everywhere, so that the name is `to`: in templates, and in recipients
    /// that have the attribute.
    ///
    /// # Errors
    /// If `to` can't be the name, or something has it.
    pub fn renamed(&self, writing: &Writing<'_>, to: &str) -> Result<SharedRenaming, RenameError> {
        let Some(family) = FAMILIES.get(usize::from(self.family.0)) else {
            return Err(RenameError::NotAVariable);
        };
        let is_block = family.is_blocks();
        let is_name = match is_block {
            true => !to.is_empty() && to.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c)),
            false => {
                !to.trim().is_empty() && !to.contains(['{', '}', '$', '\n', '"', '\\', '[', ']'])
            }
        };
        if !is_name || to.trim() != to {
            return Err(RenameError::NotASharedName(to.to_owned()));
        }
        let own = template_of(writing);
        let all = templates(writing, &own);
        let mut renaming = SharedRenaming { places: Vec::new(), file: None };
        for template in all {
            for (id, span) in attributes(template) {
                if id != self.family {
                    continue;
                }
                let name = template.source.slice(span);
                if name == to && to != self.name {
                    return Err(RenameError::Taken(to.to_owned()));
                }
                if name == self.name {
                    let label =
                        Label { source: Arc::clone(&template.source), span, text: String::new() };
                    let place = label.in_file();
                    renaming.add(&place.source, place.span, to.to_owned());
                }
            }
        }
        match is_block {
            true => self.rename_block(writing, to, &mut renaming)?,
            false => self.rename_keys(writing, family, to, &mut renaming)?,
        }
        Ok(renaming)
    }

    fn rename_block(
        &self,
        writing: &Writing<'_>,
        to: &str,
        renaming: &mut SharedRenaming,
    ) -> Result<(), RenameError> {
        let blocks = &writing.known.blocks;
        if to != self.name && blocks.contains_key(to) {
            return Err(RenameError::Taken(to.to_owned()));
        }
        let Some(block) = blocks.get(&self.name) else { return Ok(()) };
        let file = block.template.source.name();
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let ending = name.strip_prefix(&*self.name).unwrap_or(".liquid");
        renaming.file = Some((file.to_owned(), format!("{folder}/{to}{ending}")));
        Ok(())
    }

    fn rename_keys(
        &self,
        writing: &Writing<'_>,
        family: &Family,
        to: &str,
        renaming: &mut SharedRenaming,
    ) -> Result<(), RenameError> {
        let (old, new) = ([family.table, &*self.name], [family.table, to]);
        for source in writing.known.scenarios.iter().flat_map(|scenario| &scenario.sources) {
            if to != self.name && key_in(source, &new).is_some() {
                return Err(RenameError::Taken(to.to_owned()));
            }
            let Some(range) = key_in(source, &old) else { continue };
            let is_bare = source.name().ends_with(".toml")
                && to.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            let key = if is_bare { to.to_owned() } else { format!("\"{to}\"") };
            renaming.add(source, Span::new(range.start, range.end), key);
        }
        Ok(())
    }
}

impl SharedRenaming {
    fn add(&mut self, source: &Arc<Source>, span: Span, text: String) {
        let is_known = |(known, at, _): &(Arc<Source>, Span, String)| {
            known.name() == source.name() && *at == span
        };
        if !self.places.iter().any(is_known) {
            self.places.push((Arc::clone(source), span, text));
        }
    }
}

/// Whether a brand chooses the names of a family.
fn is_free(family: &Family) -> bool {
    matches!(
        family.name,
        "custom_attribute"
            | "api_trigger_properties"
            | "event_properties"
            | "canvas_entry_properties"
            | "context"
    )
}

fn key_in(source: &Source, path: &[&str]) -> Option<Range<usize>> {
    let path = DataPath::of_keys(path);
    match source.name().ends_with(".json") {
        true => locate_json_key(source.text(), &path),
        false => locate_toml_key(source.text(), &path),
    }
}

/// Returns the attributes that a template names, with the places of their names.
fn attributes(template: &Template) -> Vec<(FamilyId, Span)> {
    struct Finder(Vec<(FamilyId, Span)>);
    impl Visitor for Finder {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Path(path) = &expr.kind
                && let Root::Attribute(Attribute { id: Some(id), name, .. }) = &path.root
            {
                self.0.push((*id, *name));
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder(Vec::new());
    walk_nodes(&mut finder, &template.nodes);
    finder.0
}
