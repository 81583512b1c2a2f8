use super::Family;

/// The customer's state in a subscription group, by the group's ID.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "subscribed_state",
    table: "subscribed_state",
    summary: "The customer's state in a subscription group, by the group's ID.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
