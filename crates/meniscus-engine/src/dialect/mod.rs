//! Braze's dialect of Liquid: one file per tag, filter and object family.
//!
//! The lists in `tags`, `filters` and `families` are sorted by name; a test keeps them
//! so, and in step with the files.

mod extended;
pub mod families;
pub mod filters;
mod foreign;
mod property;
mod sorting;
pub mod tags;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::render::{Dialect, Filter, Parameter, RenderTag, Support};
use crate::semantics::{Effect, Semantics};
use crate::shape::Signature;
use crate::syntax::{FamilyId, FilterId, Foreign, Grammar, TagId, TagSyntax};

pub use extended::Extended;
pub use families::Family;
pub use tags::Tag;

/// The dialect.
pub static BRAZE: Braze = Braze;

type Places = HashMap<&'static str, u16, FixedState>;

static TAG_PLACES: LazyLock<Places> =
    LazyLock::new(|| tags::TAGS.iter().map(|tag| tag.syntax.name).zip(0..).collect());

static FILTER_PLACES: LazyLock<Places> =
    LazyLock::new(|| filters::FILTERS.iter().map(|filter| filter.name).zip(0..).collect());

/// Braze's tags, filters and families.
#[derive(Debug)]
pub struct Braze;

impl Grammar for Braze {
    fn tag(&self, name: &str) -> Option<(TagId, &'static TagSyntax)> {
        let index = *TAG_PLACES.get(name)?;
        Some((TagId(index), &tags::TAGS[usize::from(index)].syntax))
    }

    fn tag_names(&self) -> Vec<&'static str> {
        tags::TAGS.iter().map(|tag| tag.syntax.name).collect()
    }

    fn foreign_tag(&self, name: &str) -> Option<Foreign> {
        foreign::tag(name)
    }

    fn filter(&self, name: &str) -> Option<FilterId> {
        FILTER_PLACES.get(name).copied().map(FilterId)
    }

    fn filter_names(&self) -> Vec<&'static str> {
        filters::FILTERS.iter().map(|filter| filter.name).collect()
    }

    fn takes(&self, filter: FilterId, positional: usize, has_named: bool) -> bool {
        self.filter_definition(filter).takes(positional, has_named)
    }

    fn most_arguments(&self, filter: FilterId) -> usize {
        Parameter::most(filters::FILTERS[usize::from(filter.0)].parameters)
    }

    fn refused_filter(&self, filter: FilterId) -> Option<Foreign> {
        let filter = filters::FILTERS[usize::from(filter.0)];
        let Support::Unsupported(reason) = filter.support else { return None };
        let instead = matches!(filter.name, "lstrip" | "rstrip").then_some("strip");
        Some(Foreign { name: filter.name, reason, instead, refused: true })
    }

    fn foreign_filter(&self, name: &str) -> Option<Foreign> {
        foreign::filter(name)
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

impl Dialect for Braze {
    fn tag_renderer(&self, id: TagId) -> RenderTag {
        tags::TAGS[usize::from(id.0)].render
    }

    fn filter_definition(&self, id: FilterId) -> &'static Filter {
        filters::FILTERS[usize::from(id.0)]
    }

    fn family_table(&self, id: FamilyId) -> &'static str {
        family(id).table
    }

    fn is_filled_in(&self, id: FamilyId, name: &str) -> bool {
        families::is_filled_in(family(id).table, name)
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
