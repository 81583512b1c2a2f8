use crate::render::{Dialect, Filter, Parameter, RenderTag};
use crate::syntax::{FamilyId, FilterId, Foreign, Grammar, TagId, TagSyntax};

/// A dialect with filters of somebody's own over those of another: `static MINE: Extended = Extended::new(&BRAZE, &[&SHOUT]);`.
pub struct Extended {
    base: &'static dyn Dialect,
    filters: &'static [&'static Filter],
}

/// The number of the first filter that is not the other dialect's.
const OWN: u16 = 1 << 15;

impl Extended {
    /// Puts filters over those of a dialect; one of the same name takes the place of the other.
    #[must_use]
    pub const fn new(base: &'static dyn Dialect, filters: &'static [&'static Filter]) -> Extended {
        Extended { base, filters }
    }

    fn own(&self, id: FilterId) -> Option<&'static Filter> {
        self.filters.get(usize::from(id.0.checked_sub(OWN)?)).copied()
    }
}

impl Grammar for Extended {
    fn tag(&self, name: &str) -> Option<(TagId, &'static TagSyntax)> {
        self.base.tag(name)
    }

    fn tag_names(&self) -> Vec<&'static str> {
        self.base.tag_names()
    }

    fn foreign_tag(&self, name: &str) -> Option<Foreign> {
        self.base.foreign_tag(name)
    }

    fn filter(&self, name: &str) -> Option<FilterId> {
        let own = self.filters.iter().position(|filter| filter.name == name);
        let own = own.and_then(|index| OWN.checked_add(u16::try_from(index).ok()?));
        own.map(FilterId).or_else(|| self.base.filter(name))
    }

    fn filter_names(&self) -> Vec<&'static str> {
        let mut names = self.base.filter_names();
        names.extend(self.filters.iter().map(|filter| filter.name));
        names
    }

    fn takes(&self, filter: FilterId, positional: usize, has_named: bool) -> bool {
        self.filter_definition(filter).takes(positional, has_named)
    }

    fn most_arguments(&self, filter: FilterId) -> usize {
        self.own(filter).map_or_else(
            || self.base.most_arguments(filter),
            |filter| Parameter::most(filter.parameters),
        )
    }

    fn refused_filter(&self, filter: FilterId) -> Option<Foreign> {
        self.own(filter).map_or_else(|| self.base.refused_filter(filter), |_| None)
    }

    fn foreign_filter(&self, name: &str) -> Option<Foreign> {
        self.base.foreign_filter(name)
    }

    fn family(&self, name: Option<&str>) -> Option<FamilyId> {
        self.base.family(name)
    }

    fn is_block_family(&self, id: FamilyId) -> bool {
        self.base.is_block_family(id)
    }

    fn family_names(&self) -> Vec<&'static str> {
        self.base.family_names()
    }
}

impl Dialect for Extended {
    fn tag_renderer(&self, id: TagId) -> RenderTag {
        self.base.tag_renderer(id)
    }

    fn filter_definition(&self, id: FilterId) -> &'static Filter {
        self.own(id).unwrap_or_else(|| self.base.filter_definition(id))
    }

    fn family_table(&self, id: FamilyId) -> &'static str {
        self.base.family_table(id)
    }

    fn is_filled_in(&self, id: FamilyId, name: &str) -> bool {
        self.base.is_filled_in(id, name)
    }

    fn grammar(&self) -> &dyn Grammar {
        self
    }
}
