use super::Family;

/// The Canvas.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "canvas",
    table: "canvas",
    summary: "The Canvas.",
    fields: &["name", "api_id", "variant_name", "variant_api_id"],
    values: &[],
    closed: true,
    bare: false,
};
