use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use indexmap::IndexMap;

use crate::analyze::{Blocks, Known};
use crate::dialect::BRAZE;
use crate::dialect::families::FAMILIES;
use crate::endpoint::Endpoints;
use crate::files::Files;
use crate::http::{SHORTEST_SECRET, held_secrets, longest_first, masked_by, secret_forms};
use crate::project::{Config, Scenario, Workspace};
use crate::render::ContentBlock;
use crate::semantics::Semantics;
use crate::shape::{
    Field, Inference, Kinds, Object, Openness, Sample, SampleKind, Scalar, Seen, Shape, Values,
    combine,
};
use crate::syntax::Template;
use crate::text::{DataPath, Source};
use crate::value::{Value, View, to_json};

/// What is known about a workspace: everything rules may depend on besides the message.
#[derive(Debug)]
pub struct Knowledge {
    pub config: Config,
    pub scenarios: Vec<Scenario>,
    pub blocks: Arc<IndexMap<String, ContentBlock>>,
    /// Known endpoints with their recordings.
    pub endpoints: Arc<Endpoints>,
    /// The recordings, for rendering.
    pub recordings: crate::recording::Replay,
    /// Variables of every template.
    pub variables: IndexMap<Arc<str>, Arc<Shape>>,
    /// Strings that are secret by their names in variables and scenarios.
    secrets: Vec<String>,
    /// The workspace's folder.
    pub root: PathBuf,
    source: Arc<dyn Files>,
    files: Mutex<HashMap<PathBuf, Option<Arc<Source>>>>,
    families: Mutex<HashMap<Vec<usize>, Families>>,
}

/// The shape of each family's attributes, by number; shared by messages with the same scenarios.
type Families = Arc<Vec<Arc<Shape>>>;

/// Tables that vary by message: trigger data.
const TRIGGERS: [&str; 4] =
    ["api_trigger_properties", "event_properties", "context", "canvas_entry_properties"];

impl Knowledge {
    /// Combines what is known about a workspace.
    #[must_use]
    pub fn new(
        workspace: &Workspace,
        scenarios: Vec<Scenario>,
        blocks: Arc<IndexMap<String, ContentBlock>>,
        recordings: crate::recording::Replay,
        endpoints: impl Into<Arc<Endpoints>>,
    ) -> Knowledge {
        let endpoints = endpoints.into();
        let config = workspace.config.clone();
        let mut variables = IndexMap::new();
        let mut secrets = Vec::new();
        let mut know = |text: &str| secrets.extend(secret_forms(text));
        for (name, value) in config.variables() {
            held_secrets(name, &value, &mut know);
            variables.insert(Arc::from(name.as_str()), Arc::new(shape_of(&value)));
        }
        for scenario in &scenarios {
            for (table, value) in scenario.tables.iter() {
                held_secrets(table, value, &mut know);
            }
            if let Some(View::Object(table)) = scenario.tables.get("variables").map(Value::view) {
                for (name, value) in table.iter() {
                    let kinds = Kinds::of(value.view());
                    let shape = variables
                        .entry(Arc::clone(name))
                        .or_insert_with(|| Arc::new(Shape::of_kinds(kinds)));
                    *shape = Arc::new(Shape::of_kinds(shape.kinds | kinds));
                }
            }
        }
        longest_first(&mut secrets);
        Knowledge {
            config,
            scenarios,
            blocks,
            endpoints,
            recordings,
            variables,
            secrets,
            root: workspace.root.clone(),
            source: Arc::clone(&workspace.files),
            files: Mutex::default(),
            families: Mutex::default(),
        }
    }

    #[must_use]
    pub fn semantics(&self) -> &'static dyn Semantics {
        &BRAZE
    }

    /// Masks the secrets of variables and scenarios in a text.
    #[must_use]
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        masked_by(text, &self.secrets)
    }

    /// Whether a value, which may be quoted and cut, is or contains a secret of a variable or a
    /// scenario, whatever it is called there.
    #[must_use]
    pub fn holds_secret(&self, value: &str) -> bool {
        let value = value.trim_matches(['"', '…']);
        let of_recordings = self.recordings.iter().flat_map(|recording| recording.secrets());
        let mut all = self.secrets.iter().chain(of_recordings);
        value.len() >= SHORTEST_SECRET
            && all.any(|secret| {
                let is_long = secret.len() >= SHORTEST_SECRET;
                is_long && (value.contains(secret.as_str()) || secret.starts_with(value))
            })
    }

    /// Returns what a template of a message starts from; `families` are those of the message.
    #[must_use]
    pub fn before<'k>(&'k self, families: &'k [Arc<Shape>]) -> Known<'k> {
        Known {
            semantics: self.semantics(),
            variables: &self.variables,
            families,
            blocks: self,
            catalogs: &self.config.catalogs,
            endpoints: &self.endpoints,
            is_block: false,
            keeps_printed: false,
        }
    }

    /// Returns a file that evidence comes from, cached; `None` if it can't be read.
    #[must_use]
    pub fn file(&self, path: &Path) -> Option<Arc<Source>> {
        if path.as_os_str().is_empty() {
            return None;
        }
        let mut files = self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let entry = files.entry(path.to_owned()).or_insert_with(|| {
            let text = self.source.read_to_string(&self.root.join(path)).ok()?;
            Some(Arc::new(Source::new(self.shown(path), text)))
        });
        entry.clone()
    }

    fn shown(&self, path: &Path) -> String {
        let inner = path.strip_prefix(&self.root).unwrap_or(path);
        let parts = inner.components().map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }

    /// Returns the shape of each family's attributes for a message.
    #[must_use]
    pub fn families(&self, message: &str) -> Arc<Vec<Arc<Shape>>> {
        let applies = self.scenarios.iter().enumerate();
        let applies = applies.filter(|(_, scenario)| scenario.applies_to(message));
        let applies = applies.map(|(index, _)| index).collect::<Vec<_>>();
        let mut known = self.families.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let entry = known.entry(applies);
        let applies = entry.key().clone();
        let families = entry.or_insert_with(|| Arc::new(self.families_for(&applies)));
        Arc::clone(families)
    }

    /// Whether a schema lists all attributes of a family, as that of `meniscus pull` does for custom
    /// attributes.
    #[must_use]
    pub fn lists_all(&self, family: &str) -> bool {
        self.endpoints.family(family).is_some_and(|shape| is_whole_list(&shape))
    }

    fn families_for(&self, applies: &[usize]) -> Vec<Arc<Shape>> {
        let families = FAMILIES.iter().map(|family| {
            let mut inference = Inference::default();
            let mut count = 0;
            for (index, scenario) in self.scenarios.iter().enumerate() {
                let for_message = applies.contains(&index);
                if !for_message && (TRIGGERS.contains(&family.table) || family.closed) {
                    continue;
                }
                let Some(table) = scenario.tables.get(family.table) else {
                    continue;
                };
                let json = to_json(table.view()).to_string();
                let Ok(json) = serde_json::from_str(&json) else { continue };
                inference.add(&sample_of(scenario, family.table), &json);
                count += 1;
            }
            let seen = inference.finish();
            let documented = documented(family);
            let packs = self.endpoints.family(family.name);
            let is_listed = packs.as_deref().is_some_and(is_whole_list);
            let documented = match packs {
                Some(shape) => combine(&documented, &shape),
                None => documented,
            };
            let shape = combine(&documented, &seen);
            // Without scenarios, documentation, or a whole list, nothing is known.
            if count == 0 && !family.closed && family.fields.is_empty() && !is_listed {
                return opened(&shape);
            }
            if family.closed { closed(&shape) } else { shape }
        });
        families.collect()
    }
}

impl Blocks for Knowledge {
    fn block(&self, name: &str) -> Option<&Template> {
        self.blocks.get(name).map(|block| &*block.template)
    }
}

/// Whether an object's schema lists all of its fields.
fn is_whole_list(shape: &Shape) -> bool {
    shape.object.as_ref().is_some_and(|object| object.openness <= Openness::Observed)
}

/// Returns an object of the attributes that Braze documents.
fn documented(family: &crate::dialect::Family) -> Arc<Shape> {
    if family.fields.is_empty() {
        return Arc::new(Shape::any());
    }
    let fields = family.fields.iter().map(|name| {
        let seen = Seen { documented: true, ..Seen::default() };
        (Arc::from(*name), Field { shape: Arc::new(listed(family, name)), seen })
    });
    let object = Object {
        fields: fields.collect(),
        openness: if family.closed { Openness::Closed } else { Openness::Open },
        ..Object::default()
    };
    Arc::new(Shape { kinds: Kinds::OBJECT, object: Some(Arc::new(object)), ..Shape::default() })
}

/// Returns an enumeration if Braze lists the values, otherwise any shape.
fn listed(family: &crate::dialect::Family, name: &str) -> Shape {
    let Some((_, values)) = family.values.iter().find(|(known, _)| *known == name) else {
        return Shape::any();
    };
    let values = values.iter().map(|value| Value::from(*value)).collect();
    let scalar = Some(Arc::new(Scalar { values, known: Values::Documented }));
    Shape { kinds: Kinds::TEXT, scalar, ..Shape::default() }
}

fn closed(shape: &Arc<Shape>) -> Arc<Shape> {
    with_openness(shape, Openness::Closed)
}

fn opened(shape: &Arc<Shape>) -> Arc<Shape> {
    with_openness(shape, Openness::Free)
}

fn with_openness(shape: &Arc<Shape>, openness: Openness) -> Arc<Shape> {
    let Some(object) = &shape.object else { return Arc::clone(shape) };
    let object = Object { openness, ..(**object).clone() };
    Arc::new(Shape { object: Some(Arc::new(object)), ..(**shape).clone() })
}

/// Returns a scenario's table as a sample, for evidence.
pub(super) fn sample_of(scenario: &Scenario, table: &str) -> Arc<Sample> {
    let source = scenario.sources.first();
    let shown = source.map(|source| source.name().to_owned()).unwrap_or_default();
    Arc::new(Sample {
        name: scenario.name.clone(),
        kind: SampleKind::Scenario,
        file: PathBuf::from(&shown),
        shown,
        base: DataPath::of_keys(&[table]),
    })
}

/// Returns the shape of a workspace variable, whose value is known.
fn shape_of(value: &Value) -> Shape {
    let kinds = Kinds::of(value.view());
    if kinds.within(Kinds::SCALAR) {
        Shape::constant(value.clone())
    } else {
        Shape::of_kinds(kinds)
    }
}
