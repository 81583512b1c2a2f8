use super::Family;

/// The app that shows an in-app message.
///
/// Source: the reference's section 1.4.
pub static FAMILY: Family = Family {
    name: "app",
    table: "app",
    summary: "The app that shows an in-app message.",
    fields: &["api_id", "name"],
    values: &[],
    closed: true,
    bare: false,
};
