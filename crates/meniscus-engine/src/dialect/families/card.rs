use super::Family;

/// The Content Card.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "card",
    table: "card",
    summary: "The Content Card.",
    fields: &["api_id", "name"],
    values: &[],
    closed: true,
    bare: false,
};
