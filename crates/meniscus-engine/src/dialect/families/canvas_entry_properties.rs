use super::Family;

/// Properties given when a Canvas is entered; the older name of `context`.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "canvas_entry_properties",
    table: "canvas_entry_properties",
    summary: "Properties given when a Canvas is entered; the older name of `context`.",
    fields: &[],
    values: &[],
    closed: false,
    bare: true,
};
