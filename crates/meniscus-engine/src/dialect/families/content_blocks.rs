use super::Family;

/// Text shared by messages, rendered where a message includes it.
///
/// Source: the reference's section 5.
pub static FAMILY: Family = Family {
    name: "content_blocks",
    table: "",
    summary: "Text shared by messages, rendered where a message includes it.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
