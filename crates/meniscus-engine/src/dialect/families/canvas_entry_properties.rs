use super::Family;

/// Properties passed when a customer enters a Canvas; the older name for `context`.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "canvas_entry_properties",
    table: "canvas_entry_properties",
    summary: "Properties passed when a customer enters a Canvas; the older name for `context`.",
    fields: &[],
    values: &[],
    closed: false,
    bare: true,
};
