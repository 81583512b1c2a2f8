use super::Family;

/// Attributes that the brand defines.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "custom_attribute",
    table: "custom_attribute",
    summary: "Attributes that the brand defines.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
