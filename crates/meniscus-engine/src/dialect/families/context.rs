use super::Family;

/// Properties and variables of a Canvas.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "context",
    table: "context",
    summary: "Properties and variables of a Canvas.",
    fields: &[],
    values: &[],
    closed: false,
    bare: true,
};
