use super::Family;

/// The device that receives the message.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "targeted_device",
    table: "targeted_device",
    summary: "The device that receives the message.",
    fields: &[
        "id",
        "carrier",
        "idfa",
        "google_ad_id",
        "roku_ad_id",
        "model",
        "os",
        "platform",
        "foreground_push_enabled",
    ],
    values: &[("platform", &["ios", "android", "kindle", "android_china", "web", "tvos"])],
    closed: true,
    bare: false,
};
