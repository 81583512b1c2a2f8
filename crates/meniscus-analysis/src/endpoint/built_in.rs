use std::path::PathBuf;
use std::sync::Arc;

use super::load::{PackFile, pack_of};
use super::pack::Pack;
use super::schema::{Documents, Schema};

/// A pack's file, and its schemas by name.
type Files = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! pack {
    ($folder:literal: $($name:literal),* $(,)?) => {
        (
            include_str!(concat!("../../packs/", $folder, "/pack.toml")),
            &[$(($name, include_str!(concat!("../../packs/", $folder, "/", $name)))),*],
        )
    };
}

const PACKS: [Files; 2] = [
    pack!(
        "sessionm":
        "braze_trigger_payload.schema.json",
        "core_user.response.schema.json",
        "error_envelope.schema.json",
        "get_reward_store_offers.response.schema.json",
        "get_user_offers.request.schema.json",
        "get_user_offers.response.schema.json",
        "point_audit_logs.response.schema.json",
        "tags.request.schema.json",
        "tags.response.schema.json",
        "user_campaigns.response.schema.json",
    ),
    pack!(
        "braze":
        "campaigns_trigger_send.request.schema.json",
        "canvas_trigger_send.request.schema.json",
        "trigger_send.response.schema.json",
    ),
];

/// Returns the built-in packs. A test ensures that they can be read.
pub(super) fn packs() -> Vec<Arc<Pack>> {
    PACKS.iter().filter_map(pack).collect()
}

fn pack((file, schemas): &'static Files) -> Option<Arc<Pack>> {
    let documents: Documents = Arc::new(|name: &str| {
        let (_, text) = schemas.iter().find(|(known, _)| *known == name)?;
        serde_json::from_str(text).ok()
    });
    let file = toml::from_str::<PackFile>(file).ok()?;
    let schema = |reference: &str| {
        Schema::new(reference, String::new(), PathBuf::new(), Arc::clone(&documents))
    };
    Some(Arc::new(pack_of(file, &|reference| Arc::new(schema(reference)))))
}
