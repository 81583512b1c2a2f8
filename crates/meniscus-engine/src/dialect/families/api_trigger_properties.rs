use super::Family;

/// Properties of an API-triggered campaign.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "api_trigger_properties",
    table: "api_trigger_properties",
    summary: "Properties of an API-triggered campaign.",
    fields: &[],
    values: &[],
    closed: false,
    bare: true,
};
