use crate::diagnostic::Label;
use crate::text::{DataPath, Step};

/// Where a value comes from, for explanations.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The place.
    pub source: OriginSource,
    /// The keys from there to the value.
    pub path: DataPath,
}

/// The places that values come from.
#[derive(Clone, Debug)]
pub enum OriginSource {
    /// A variable of the workspace, or the data of plain Liquid.
    Globals,
    /// A table of the scenario.
    Scenario(&'static str),
    /// The response to a call, by its place among the calls.
    Call(usize),
    /// Computed in a template.
    Template(Label),
}

/// The longest way to a value that is noted.
const MAX_STEPS: usize = 100;

impl Origin {
    /// The origin itself, with no step taken.
    #[must_use]
    pub fn of(source: OriginSource) -> Origin {
        Origin { source, path: DataPath::new() }
    }

    /// Whether another is the same place.
    #[must_use]
    pub fn is_same(&self, other: &Origin) -> bool {
        let source = match (&self.source, &other.source) {
            (OriginSource::Globals, OriginSource::Globals) => true,
            (OriginSource::Scenario(a), OriginSource::Scenario(b)) => a == b,
            (OriginSource::Call(a), OriginSource::Call(b)) => a == b,
            (OriginSource::Template(a), OriginSource::Template(b)) => {
                std::sync::Arc::ptr_eq(&a.source, &b.source) && a.span == b.span
            }
            _ => false,
        };
        source && self.path == other.path
    }

    /// One step further. Steps beyond 100 are left out: a loop can step into nothing for ever.
    #[must_use]
    pub fn then(mut self, step: Step) -> Origin {
        if self.path.len() < MAX_STEPS {
            self.path.push(step);
        }
        self
    }
}
