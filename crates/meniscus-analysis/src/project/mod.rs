//! A workspace on disk: its configuration, messages, content blocks, scenarios, and recordings, and
//! the world they form.
//!
//! Everything here results in plain data or in a [`ProjectError`] that names the file.

mod braze;
mod catalogs;
mod config;
mod content_blocks;
mod error;
mod expectation;
mod fields;
mod host_pattern;
mod links;
mod live;
mod message;
mod overlay;
mod patterns;
mod reading;
mod scenario;
mod selector;
mod tables;
mod tags;
mod trigger;
mod unusable;
mod workspace;
mod world;

pub use crate::files::normal;
pub use braze::BrazeSettings;
pub use config::{Config, Override, Paths};
pub use content_blocks::block_of;
pub use error::ProjectError;
pub use expectation::{Claim, ClaimKind, EXPECTATION_KEYS, Expectation};
pub use fields::{Field, FieldKind, FieldPlace};
pub use host_pattern::HostPattern;
pub use live::{CredentialSettings, CredentialSource, LiveSettings, RedactSettings, parse_network};
#[cfg(test)]
pub(crate) use message::MessageFile;
pub use message::{
    Channel, Layout, MESSAGE_FILE, METHODS, Message, MessageSettings, Part, name_of,
};
pub use overlay::Overlay;
pub use reading::from_toml;
pub use scenario::{SCENARIO_KEYS, Scenario, exported_name};
pub use selector::Selector;
pub use tables::{TABLES, merge_table, remove_value, set_value, value_at};
pub use tags::TagSettings;
pub use trigger::{TriggerIds, TriggerSettings, check_endpoint, is_this_machine};
pub use unusable::{Finding, Unusable, WORKSPACE_FILE};
pub use workspace::{CONFIG_FILE, Workspace, is_workspace};
pub use world::{chosen_recordings, default_now, live_world, plain_world, secrets, world};
