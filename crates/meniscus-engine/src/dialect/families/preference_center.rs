use super::Family;

/// URLs of preference centers by name: `preference_center.${Home}`.
///
/// Source: the reference's section 12. For emails; in a test send there is none.
pub static FAMILY: Family = Family {
    name: "preference_center",
    table: "preference_center",
    summary: "URLs of preference centers by name: `preference_center.${Home}`.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
