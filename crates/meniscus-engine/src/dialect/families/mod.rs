//! The object families of `${…}`, one file each.

mod api_trigger_properties;
mod app;
mod campaign;
mod canvas;
mod canvas_entry_properties;
mod card;
mod content_blocks;
mod context;
mod custom_attribute;
mod event_properties;
mod most_recently_used_device;
mod preference_center;
mod product_recommendation;
mod profile;
mod sms;
mod subscribed_state;
mod targeted_device;
mod whats_app;

/// A family of attributes: what stands in front of `${…}`.
#[derive(Debug)]
pub struct Family {
    /// The word in front of the dot; empty for the profile's own attributes.
    pub name: &'static str,
    /// The table of a scenario that holds its values; empty for content blocks.
    pub table: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// The names that Braze documents.
    pub fields: &'static [&'static str],
    /// Names of which Braze lists the values, with those.
    pub values: &'static [(&'static str, &'static [&'static str])],
    /// Whether those are all the names there are.
    pub closed: bool,
    /// Whether the word alone, without `${…}`, is the whole object (`unverified`: no page shows
    /// it printed; samples of Braze's own tools do).
    pub bare: bool,
}

impl Family {
    /// Whether the attributes are content blocks.
    #[must_use]
    pub fn is_blocks(&self) -> bool {
        self.table.is_empty()
    }
}

pub use profile::{FILLED_IN, is_filled_in};

/// All families, sorted by name.
pub static FAMILIES: &[&Family] = &[
    &profile::FAMILY,
    &api_trigger_properties::FAMILY,
    &app::FAMILY,
    &campaign::FAMILY,
    &canvas::FAMILY,
    &canvas_entry_properties::FAMILY,
    &card::FAMILY,
    &content_blocks::FAMILY,
    &context::FAMILY,
    &custom_attribute::FAMILY,
    &event_properties::FAMILY,
    &most_recently_used_device::FAMILY,
    &preference_center::FAMILY,
    &product_recommendation::FAMILY,
    &sms::FAMILY,
    &subscribed_state::FAMILY,
    &targeted_device::FAMILY,
    &whats_app::FAMILY,
];
