use super::Family;

/// Attributes that Braze fills in for each recipient when it sends an email.
///
/// Source: the reference's section on footers: each recipient's own URL.
pub const FILLED_IN: [&str; 8] = [
    "set_user_to_unsubscribed_url",
    "unsubscribe_url",
    "set_user_to_subscribed_url",
    "set_user_to_opted_in_url",
    "set_user_to_one_click_list_unsubscribe",
    "preference_center_url",
    "email_footer",
    "cblid",
];

/// Whether Braze gives an attribute when it sends: `table` is the key of its family in a recipient.
#[must_use]
pub fn is_filled_in(table: &str, name: &str) -> bool {
    table == FAMILY.table && FILLED_IN.contains(&name)
}

/// Attributes of the customer's profile: `${first_name}`.
///
/// Source: the reference's sections 1.3 and 12.
pub static FAMILY: Family = Family {
    name: "",
    table: "user",
    summary: "Attributes of the customer's profile: `${first_name}`.",
    fields: &[
        "city",
        "country",
        "date_of_birth",
        "email_address",
        "first_name",
        "last_name",
        "gender",
        "language",
        "last_used_app_date",
        "most_recent_app_version",
        "most_recent_locale",
        "most_recent_location",
        "phone_number",
        "time_zone",
        "user_id",
        "braze_id",
        "random_bucket_number",
        "set_user_to_unsubscribed_url",
        "unsubscribe_url",
        "set_user_to_subscribed_url",
        "set_user_to_opted_in_url",
        "set_user_to_one_click_list_unsubscribe",
        "preference_center_url",
        "email_footer",
        // The editor's link ids, `{{${cblid} | lid: '…'}}` (`unverified`, section 12).
        "cblid",
    ],
    values: &[],
    closed: true,
    bare: false,
};
