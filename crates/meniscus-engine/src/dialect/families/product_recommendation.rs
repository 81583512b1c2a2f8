use super::Family;

/// Items that Braze recommends to the customer: `product_recommendation.${For you}`.
///
/// Each is a list of objects whose fields are the columns of the recommendation's catalog.
///
/// Source: the reference's section 12.
pub static FAMILY: Family = Family {
    name: "product_recommendation",
    table: "product_recommendation",
    summary: "Items that Braze recommends to the customer: `product_recommendation.${For you}`.",
    fields: &[],
    values: &[],
    closed: false,
    bare: false,
};
