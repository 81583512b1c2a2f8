use super::Family;

/// Properties of the event that triggered the message.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "event_properties",
    table: "event_properties",
    summary: "Properties of the event that triggered the message.",
    fields: &[],
    values: &[],
    closed: false,
    bare: true,
};
