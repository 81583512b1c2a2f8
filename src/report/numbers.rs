//! Numbers for people.

/// Writes a number with thousands separators.
pub fn grouped(count: impl TryInto<u64>) -> String {
    let digits = count.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a number with its noun: `1 customer`, `12,000 customers`.
pub fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    let text = grouped(count);
    let noun = if text == "1" { one } else { many };
    format!("{text} {noun}")
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn numbers_have_commas_and_nouns() {
        let numbers = [0_u64, 999, 1_000, 12_345_678].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "12,345,678"]);
        assert_eq!(counted(1_usize, "row", "rows"), "1 row");
        assert_eq!(counted(1_001_u32, "row", "rows"), "1,001 rows");
    }
}
