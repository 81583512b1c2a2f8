/// Customers above which SessionM's guide wants bulk data in place of calls for one customer each
/// (<https://www.braze.com/docs/partners/sessionm>).
const MOST_CALLS: u64 = 500;

/// What to say of so many customers, where they are more than single calls are meant for.
#[must_use]
pub fn bulk_hint(customers: u64) -> Option<String> {
    (customers > MOST_CALLS).then(|| {
        format!(
            "note: {customers} customers are more than {MOST_CALLS}: for these SessionM's guide wants bulk data, agreed \
             with your account team\n"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::bulk_hint;

    #[test]
    fn the_hint_has_the_numbers() {
        assert_eq!(bulk_hint(500), None);
        let hint = bulk_hint(501).expect("a hint");
        assert!(hint.contains("501") && hint.contains("500"), "{hint}");
    }
}
