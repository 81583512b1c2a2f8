use super::Family;

/// The state of a subscription group, by its id.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "subscribed_state",
    table: "subscribed_state",
    summary: "The state of a subscription group, by its id.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
