use super::Family;

/// The WhatsApp message that triggered the message.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "whats_app",
    table: "whats_app",
    summary: "The WhatsApp message that triggered the message.",
    fields: &[
        "inbound_message_body",
        "inbound_media_urls",
        "inbound_flow_response",
        "inbound_product_id",
        "inbound_catalog_id",
        "inbound_profile_name",
    ],
    values: &[],
    closed: true,
    bare: false,
};
