use std::sync::Arc;

use indexmap::IndexMap;

use super::config::Config;
use super::error::ProjectError;
use super::scenario::Scenario;
use crate::dialect::{BRAZE, families::FAMILIES};
use crate::http::{held_secrets, longest_first, secret_forms};
use crate::recording::{Fetch, Replay};
use crate::render::{ContentBlock, Settings, World};
use crate::syntax::FamilyId;
use crate::value::{Object, Time, Value};

/// Tables read by tags.
const TAG_TABLES: [&str; 6] =
    ["catalogs", "promotions", "translations", "landing_pages", "shopping_carts", "shopify_market"];

/// The default for `'now'`: fixed, so that the same inputs give the same bytes.
const DEFAULT_NOW: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z

/// Returns the default clock of a render: the first second of 2026, in UTC.
#[must_use]
pub fn default_now() -> Time {
    Time::from_epoch_seconds(DEFAULT_NOW)
        .unwrap_or_else(|| Time::from_timestamp(jiff::Timestamp::UNIX_EPOCH))
}

/// Returns the world of a scenario.
///
/// # Errors
/// If its clock isn't a valid time, or it names a missing recording.
pub fn world(
    config: &Config,
    scenario: &Scenario,
    blocks: &Arc<IndexMap<String, ContentBlock>>,
    recordings: &Replay,
) -> Result<World, ProjectError> {
    let chosen = chosen_recordings(config, scenario, recordings)?;
    live_world(config, scenario, blocks, Arc::new(chosen))
}

/// Returns the recordings that may answer a scenario: those it names, otherwise all.
///
/// # Errors
/// If it names a missing recording.
pub fn chosen_recordings(
    config: &Config,
    scenario: &Scenario,
    recordings: &Replay,
) -> Result<Replay, ProjectError> {
    let Some(names) = &scenario.recordings else { return Ok(recordings.clone()) };
    recordings.select(names).map_err(|unknown| {
        let help = match &unknown.nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("look in `{}`", config.paths.recordings),
        };
        let message = format!("there is no recording `{}`", unknown.name);
        scenario.error("recordings", message, help)
    })
}

/// Returns the world of a scenario whose calls are answered live.
///
/// # Errors
/// If its clock isn't a valid time.
pub fn live_world(
    config: &Config,
    scenario: &Scenario,
    blocks: &Arc<IndexMap<String, ContentBlock>>,
    fetch: Arc<dyn Fetch>,
) -> Result<World, ProjectError> {
    let now = clock(scenario)?;
    let mut world = World::new(&BRAZE, now, fetch);
    world.seed = scenario.seed;
    world.recordings = Arc::from(config.paths.recordings.as_str());
    world.blocks = Arc::clone(blocks);
    world.limits = config.limits();
    world.settings = config.settings();
    for (index, family) in FAMILIES.iter().enumerate() {
        let Some(values) = scenario.tables.get(family.table) else { continue };
        world.set_family(FamilyId(index as u16), values.clone());
        if family.bare {
            world.set_variable(family.name, values.clone());
        }
    }
    for table in TAG_TABLES {
        if let Some(entries) = scenario.tables.get(table) {
            world.set_table(table, entries.clone());
        }
    }
    if !config.catalogs.values().is_empty() {
        world.set_table("catalogs", catalogs(config, scenario));
    }
    for (name, value) in config.variables() {
        world.set_variable(name.as_str(), value);
    }
    if let Some(Value::Object(variables)) = scenario.tables.get("variables") {
        for (name, value) in variables.iter() {
            world.set_variable(Arc::clone(name), value.clone());
        }
    }
    world.secrets = secrets(config, scenario);
    Ok(world)
}

/// Returns the strings that are secret by their names in the workspace's variables and in a
/// scenario, in every form.
#[must_use]
pub fn secrets(config: &Config, scenario: &Scenario) -> Arc<[String]> {
    let mut found = Vec::new();
    let mut know = |text: &str| found.extend(secret_forms(text));
    for (name, value) in config.variables() {
        held_secrets(name, &value, &mut know);
    }
    for (table, value) in scenario.tables.iter() {
        held_secrets(table, value, &mut know);
    }
    longest_first(&mut found);
    found.into()
}

/// Returns the world of plain Liquid: data as variables, no recordings, errors printed in place.
///
/// # Errors
/// If the clock isn't a valid time.
pub fn plain_world(data: Object, scenario: &Scenario) -> Result<World, ProjectError> {
    let mut world = World::new(&BRAZE, clock(scenario)?, Arc::new(Replay::default()));
    world.settings = Settings::plain_liquid();
    world.seed = scenario.seed;
    world.globals = Arc::new(data);
    if let Some(Value::Object(variables)) = scenario.tables.get("variables") {
        for (name, value) in variables.iter() {
            world.set_variable(Arc::clone(name), value.clone());
        }
    }
    Ok(world)
}

/// Returns a scenario's catalogs: its own, and those of the workspace that it lacks.
fn catalogs(config: &Config, scenario: &Scenario) -> Value {
    let Some(Value::Object(own)) = scenario.tables.get("catalogs") else {
        return Value::Object(Arc::clone(config.catalogs.values()));
    };
    let mut all = (**config.catalogs.values()).clone();
    for (name, catalog) in own.iter() {
        all.insert(Arc::clone(name), catalog.clone());
    }
    Value::from(all)
}

fn clock(scenario: &Scenario) -> Result<Time, ProjectError> {
    let Some(now) = &scenario.now else { return Ok(default_now()) };
    let parsed = Time::parse(now, &default_now()).map(|time| time.into_utc());
    parsed.ok_or_else(|| {
        let message = format!("`{now}` isn't a time");
        scenario.error("now", message, "write `now = \"2026-03-01T09:00:00Z\"`".to_owned())
    })
}
