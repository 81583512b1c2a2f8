use std::path::PathBuf;
use std::sync::Arc;

use super::load::{PackFile, pack_of};
use super::pack::Pack;
use super::schema::{Documents, Schema};

/// The files of SessionM's pack.
const SESSIONM: &str = include_str!("../../packs/sessionm/pack.toml");

macro_rules! schemas {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../packs/sessionm/", $name)))),*]
    };
}

const SESSIONM_SCHEMAS: [(&str, &str); 10] = schemas![
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
];

/// The packs that the program carries; a test holds that they can be read.
pub(super) fn packs() -> Vec<Arc<Pack>> {
    let documents: Documents = Arc::new(|name: &str| {
        let (_, text) = SESSIONM_SCHEMAS.iter().find(|(known, _)| *known == name)?;
        serde_json::from_str(text).ok()
    });
    let file = toml::from_str::<PackFile>(SESSIONM).ok();
    let schema = |reference: &str| {
        Schema::new(reference, String::new(), PathBuf::new(), Arc::clone(&documents))
    };
    file.map(|file| Arc::new(pack_of(file, &|reference| Arc::new(schema(reference)))))
        .into_iter()
        .collect()
}
