//! Braze's dialect of Liquid: one file per tag, filter and object family.
//!
//! Floor 3. The lists in `tags`, `filters` and `families` are sorted by name; a test keeps them
//! so, and in step with the files.

pub mod families;
pub mod filters;
mod property;
mod sorting;
pub mod tags;

use crate::analyze::{Effect, Semantics};
use crate::render::{Engine, Filter, RenderTag};
use crate::shape::Signature;
use crate::syntax::{FamilyId, FilterId, Grammar, TagId, TagSyntax};

pub use families::Family;
pub use tags::Tag;

/// The dialect.
pub static BRAZE: Braze = Braze;

/// Braze's tags, filters and families.
#[derive(Debug)]
pub struct Braze;

/// Tags of other Liquids that people try, and what Braze has instead.
const FOREIGN_TAGS: &[(&str, &str)] = &[
    ("include", "Braze has no template files: use a content block, `{{content_blocks.${name}}}`"),
    ("render", "Braze has no template files: use a content block, `{{content_blocks.${name}}}`"),
    ("layout", "Braze has no layouts: put the message in a content block"),
    ("section", "Braze has no sections: use a content block, `{{content_blocks.${name}}}`"),
    ("cancel_message", "write `{% abort_message('reason') %}`"),
    ("while", "Liquid has no `while`: loop with `{% for i in (1..10) %}` and `{% break %}`"),
    ("set", "write `{% assign name = value %}`"),
    ("else_if", "write `{% elsif condition %}`"),
    ("elseif", "write `{% elsif condition %}`"),
];

impl Grammar for Braze {
    fn tag(&self, name: &str) -> Option<(TagId, &'static TagSyntax)> {
        let index = tags::TAGS.binary_search_by_key(&name, |tag| tag.syntax.name).ok()?;
        Some((TagId(index as u16), &tags::TAGS[index].syntax))
    }

    fn tag_names(&self) -> Vec<&'static str> {
        tags::TAGS.iter().map(|tag| tag.syntax.name).collect()
    }

    fn foreign_tag(&self, name: &str) -> Option<&'static str> {
        FOREIGN_TAGS.iter().find(|(foreign, _)| *foreign == name).map(|(_, instead)| *instead)
    }

    fn filter(&self, name: &str) -> Option<FilterId> {
        let index = filters::FILTERS.binary_search_by_key(&name, |filter| filter.name).ok()?;
        Some(FilterId(index as u16))
    }

    fn filter_names(&self) -> Vec<&'static str> {
        filters::FILTERS.iter().map(|filter| filter.name).collect()
    }

    fn foreign_filter(&self, name: &str) -> Option<&'static str> {
        filters::FOREIGN.iter().find(|(foreign, _)| *foreign == name).map(|(_, instead)| *instead)
    }

    fn family(&self, name: Option<&str>) -> Option<FamilyId> {
        let name = name.unwrap_or("");
        let index = families::FAMILIES.binary_search_by_key(&name, |family| family.name).ok()?;
        Some(FamilyId(index as u16))
    }

    fn is_block_family(&self, id: FamilyId) -> bool {
        family(id).is_blocks()
    }

    fn family_names(&self) -> Vec<&'static str> {
        families::FAMILIES
            .iter()
            .map(|family| family.name)
            .filter(|name| !name.is_empty())
            .collect()
    }
}

impl Engine for Braze {
    fn tag_renderer(&self, id: TagId) -> RenderTag {
        tags::TAGS[usize::from(id.0)].render
    }

    fn filter_definition(&self, id: FilterId) -> &'static Filter {
        filters::FILTERS[usize::from(id.0)]
    }

    fn family_table(&self, id: FamilyId) -> &'static str {
        family(id).table
    }

    fn grammar(&self) -> &dyn Grammar {
        self
    }
}

impl Semantics for Braze {
    fn effect(&self, id: TagId) -> Effect {
        tags::TAGS[usize::from(id.0)].effect
    }

    fn signature(&self, id: FilterId) -> Signature {
        filters::FILTERS[usize::from(id.0)].signature
    }

    fn family_name(&self, id: FamilyId) -> &'static str {
        family(id).name
    }

    fn bare_family(&self, name: &str) -> Option<FamilyId> {
        let id = self.family(Some(name))?;
        family(id).bare.then_some(id)
    }
}

fn family(id: FamilyId) -> &'static Family {
    families::FAMILIES[usize::from(id.0)]
}
