/// Customers past which SessionM's guide recommends bulk data over individual calls
/// (<https://www.braze.com/docs/partners/sessionm>).
const MAX_CALLS: u64 = 500;

/// Suggests bulk data if there are too many customers for individual calls.
#[must_use]
pub fn bulk_hint(customers: u64) -> Option<String> {
    (customers > MAX_CALLS).then(|| {
        format!(
            "note: {customers} customers are more than {MAX_CALLS}: SessionM's guide asks for \
             bulk data here, agreed with your account team\n"
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
