use super::Family;

/// The SMS that triggered the message.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "sms",
    table: "sms",
    summary: "The SMS that triggered the message.",
    fields: &["inbound_message_body", "inbound_media_urls"],
    values: &[],
    closed: true,
    bare: false,
};
