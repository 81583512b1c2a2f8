use super::Family;

/// The device that the customer used last.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "most_recently_used_device",
    table: "most_recently_used_device",
    summary: "The device that the customer used last.",
    fields: &[
        "browser",
        "id",
        "carrier",
        "ad_tracking_enabled",
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
