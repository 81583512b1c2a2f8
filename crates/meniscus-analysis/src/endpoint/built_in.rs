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

const PACKS: [Files; 11] = [
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
    pack!(
        "voucherify":
        "change_balance.response.schema.json",
        "get_voucher.response.schema.json",
        "list_vouchers.response.schema.json",
        "memberships.response.schema.json",
        "publish_voucher.response.schema.json",
        "redeemables.response.schema.json",
        "validate_promotions.response.schema.json",
    ),
    pack!(
        "talonone":
        "balances.response.schema.json",
        "create_coupon.response.schema.json",
        "create_referral.response.schema.json",
        "inventory.response.schema.json",
        "loyalty.response.schema.json",
        "transactions.response.schema.json",
    ),
    pack!(
        "punchh":
        "mobile_balance.response.schema.json",
        "request_coupon.response.schema.json",
    ),
    pack!(
        "yotpo":
        "customer.response.schema.json",
    ),
    pack!(
        "loyaltylion":
        "customers.response.schema.json",
    ),
    pack!(
        "antavo":
        "customer.response.schema.json",
    ),
    pack!(
        "openloyalty":
        "customer_status.response.schema.json",
    ),
    pack!(
        "zinrelo":
        "redemptions.response.schema.json",
        "user.response.schema.json",
    ),
    pack!(
        "kangaroo":
        "customer.response.schema.json",
        "customers.response.schema.json",
        "offers.response.schema.json",
        "rewards.response.schema.json",
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
    let mut pack = pack_of(file, &|reference| Arc::new(schema(reference)));
    pack.endpoints.iter_mut().for_each(|endpoint| endpoint.is_built_in = true);
    Some(Arc::new(pack))
}
