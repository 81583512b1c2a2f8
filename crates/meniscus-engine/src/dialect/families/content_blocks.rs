use super::Family;

/// Texts shared by messages, rendered where they stand.
///
/// Source: the reference's section 5.
pub static FAMILY: Family = Family {
    name: "content_blocks",
    table: "",
    summary: "Texts shared by messages, rendered where they stand.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
