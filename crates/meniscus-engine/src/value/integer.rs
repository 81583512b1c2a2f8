use num_bigint::BigInt;

use super::Value;

/// Longer integers aren't parsed, because parsing digits is quadratic.
pub(super) const MAX_DIGITS: usize = 10_000;

/// Parses an integer at the start like Ruby's `String#to_i`: leading white space, a sign, digits
/// with single underscores between them; 0 without digits. `None` for more than 10,000 digits.
#[must_use]
pub fn leading_integer(text: &str) -> Option<Value> {
    let text = text.trim_start_matches(is_space);
    let (digits, _) = scan(text);
    digits.map_or(Some(Value::Int(0)), |digits| number(&digits))
}

/// Parses a whole string like Ruby's `Integer(text)`: `0x1f`, `0b1`, `0o17`, and `017` are in their
/// base; `None` if Ruby raises.
#[must_use]
pub fn strict_integer(text: &str) -> Option<Value> {
    let text = text.trim_matches(is_space);
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = unsigned.to_ascii_lowercase();
    let (radix, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if let Some(rest) = lower.strip_prefix("0d") {
        (10, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower[1..].strip_prefix('_').unwrap_or(&lower[1..]))
    } else {
        (10, &*lower)
    };
    let well_formed = !digits.is_empty()
        && digits.len() <= MAX_DIGITS
        && !digits.starts_with('_')
        && !digits.ends_with('_')
        && !digits.contains("__")
        && digits.chars().all(|c| c == '_' || c.is_digit(radix));
    if !well_formed {
        return None;
    }
    let magnitude = BigInt::parse_bytes(digits.replace('_', "").as_bytes(), radix)?;
    Some(Value::integer(if negative { -magnitude } else { magnitude }))
}

/// Returns the sign and digits at the start without underscores, and the number of bytes.
fn scan(text: &str) -> (Option<String>, usize) {
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut digits = String::new();
    if bytes.first() == Some(&b'-') {
        digits.push('-');
    }
    let start = at;
    while let Some(&byte) = bytes.get(at) {
        let between =
            byte == b'_' && at > start && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if byte.is_ascii_digit() {
            digits.push(byte as char);
        } else if !between {
            break;
        }
        at += 1;
    }
    if at == start { (None, 0) } else { (Some(digits), at) }
}

fn number(digits: &str) -> Option<Value> {
    if let Ok(narrow) = digits.parse::<i64>() {
        return Some(Value::Int(narrow));
    }
    if digits.len() > MAX_DIGITS {
        return None;
    }
    digits.parse::<BigInt>().ok().map(Value::integer)
}

/// Whether Ruby considers it white space: ASCII's, and the vertical tab.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_as_ruby_reads_them() {
        assert_eq!(leading_integer(" -12abc"), Some(Value::Int(-12)));
        assert_eq!(leading_integer("1_000"), Some(Value::Int(1000)));
        assert_eq!(leading_integer("1__0"), Some(Value::Int(1)));
        assert_eq!(leading_integer("x"), Some(Value::Int(0)));
        assert_eq!(leading_integer(&"7".repeat(10_001)), None);
        assert_eq!(leading_integer("+ 1"), Some(Value::Int(0)));
        assert_eq!(strict_integer(" 42\n"), Some(Value::Int(42)));
        assert_eq!(strict_integer("0x1F"), Some(Value::Int(31)));
        assert_eq!(strict_integer("010"), Some(Value::Int(8)));
        assert_eq!(strict_integer("09"), None);
        assert_eq!(strict_integer("2.2"), None);
        assert_eq!(strict_integer(""), None);
        assert_eq!(strict_integer("-0"), Some(Value::Int(0)));
    }
}
