use super::Family;

/// The campaign, or a step of a Canvas.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "campaign",
    table: "campaign",
    summary: "The campaign, or a step of a Canvas.",
    fields: &["api_id", "dispatch_id", "name", "message_name", "message_api_id"],
    values: &[],
    closed: true,
    bare: false,
};
