use std::net::{IpAddr, Ipv4Addr};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::live::credential::Secret;

/// The beginnings and endings of invented names: 768 names in total.
const HEADS: [&str; 32] = [
    "Al", "Bar", "Bel", "Bran", "Cal", "Cor", "Dal", "Den", "Ed", "El", "Fen", "Gar", "Gil", "Hal",
    "Har", "Is", "Jar", "Kel", "Ken", "Lan", "Lor", "Mar", "Mil", "Nor", "Or", "Pel", "Ros", "Sel",
    "Tal", "Ul", "Ver", "Wil",
];
const TAILS: [&str; 24] = [
    "a", "an", "by", "da", "den", "dis", "don", "er", "ford", "ia", "in", "is", "la", "ley", "lin",
    "lo", "mar", "mond", "na", "ric", "sey", "ton", "vin", "wen",
];
/// Days that every month has.
const DAYS: u64 = 28;
/// Attempts to find a replacement that differs from the real value.
const TRIES: u8 = 16;

/// Invents values in the format of real ones: always the same for the same value, which keeps them
/// consistent.
#[derive(Clone, Debug, Default)]
pub(super) struct Inventor {
    pub(super) key: Option<Secret>,
}

/// A stream of bytes derived from a value.
struct Chance<'i> {
    inventor: &'i Inventor,
    seed: Vec<u8>,
    block: u32,
    bytes: Vec<u8>,
}

impl Inventor {
    /// Invents a string: an address for an address, a GUID for a GUID, a date for a date, a name
    /// for a name, otherwise a letter for each letter and a digit for each digit. An empty string
    /// is kept.
    pub(super) fn text(&self, real: &str) -> String {
        self.other_than(real, |chance| text(real, chance))
    }

    /// Invents a JSON number with the same number of digits.
    pub(super) fn number(&self, real: &str) -> String {
        self.other_than(real, |chance| {
            let (mantissa, exponent) = real.split_at(real.find(['e', 'E']).unwrap_or(real.len()));
            format!("{}{exponent}", characters(mantissa, chance))
        })
    }

    fn other_than(&self, real: &str, invent: impl Fn(&mut Chance<'_>) -> String) -> String {
        let mut invented = real.to_owned();
        for attempt in 0..TRIES {
            let mut seed = vec![attempt];
            // A customer's address is the same in any case.
            seed.extend(real.to_lowercase().as_bytes());
            invented = invent(&mut Chance { inventor: self, seed, block: 0, bytes: Vec::new() });
            if invented != real {
                break;
            }
        }
        invented
    }
}

impl Chance<'_> {
    /// Returns a number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        let mut number = 0_u64;
        for _ in 0..4 {
            number = number << 8 | u64::from(self.byte());
        }
        number % limit.max(1)
    }

    /// Returns random bits, at most 32.
    fn bits(&mut self, count: u32) -> u32 {
        u32::try_from(self.below(1 << count)).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        if self.bytes.is_empty() {
            let key = self.inventor.key.as_ref().map_or("meniscus", Secret::expose);
            // HMAC accepts keys of any length.
            if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) {
                mac.update(&self.block.to_be_bytes());
                mac.update(&self.seed);
                self.bytes = mac.finalize().into_bytes().to_vec();
            }
            self.block += 1;
        }
        self.bytes.pop().unwrap_or_default()
    }

    fn of<'t>(&mut self, table: &[&'t str]) -> &'t str {
        let index = self.below(table.len() as u64);
        usize::try_from(index).ok().and_then(|index| table.get(index).copied()).unwrap_or_default()
    }
}

fn text(real: &str, chance: &mut Chance<'_>) -> String {
    if is_email(real) {
        let name = format!("{}{}", chance.of(&HEADS), chance.of(&TAILS)).to_lowercase();
        return format!("{name}.{:08x}@example.com", chance.below(1 << 32));
    }
    if let Some((scheme, _)) =
        real.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
    {
        return format!("{scheme}://example.com/{:08x}", chance.below(1 << 32));
    }
    if let Some(guid) = guid(real, chance) {
        return guid;
    }
    if let Some(date) = date(real, chance) {
        return date;
    }
    match real.parse() {
        Ok(IpAddr::V4(_)) => return Ipv4Addr::from(10 << 24 | chance.bits(24)).to_string(),
        // 2001:db8::/32 is for documentation: RFC 3849.
        Ok(IpAddr::V6(_)) => {
            let [first, second] = [chance.bits(16), chance.bits(16)];
            return format!("2001:db8::{first:x}:{second:x}");
        }
        Err(_) => {}
    }
    let letters = real.chars().filter(|c| c.is_alphabetic()).count();
    if letters >= 2 && real.chars().all(|c| c.is_alphabetic() || " '’-.".contains(c)) {
        return names(real, chance.inventor);
    }
    characters(real, chance)
}

/// Whether a string is an email address.
pub(super) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let plain = !text.contains([' ', '\t', '\n', '/', ',', ';', '<', '>']);
    plain
        && !name.is_empty()
        && host.split('.').count() > 1
        && host.split('.').all(|part| !part.is_empty())
}

/// Invents a GUID with or without dashes: other digits, the same version and variant.
fn guid(real: &str, chance: &mut Chance<'_>) -> Option<String> {
    let plain = real.len() == 32;
    let dashed = real.len() == 36
        && real
            .bytes()
            .enumerate()
            .all(|(at, byte)| (byte == b'-') == matches!(at, 8 | 13 | 18 | 23));
    let hexadecimal = real.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if !hexadecimal || !(dashed || (plain && !real.contains('-'))) {
        return None;
    }
    let upper = real.bytes().any(|byte| byte.is_ascii_uppercase());
    let digits: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut nibble = 0;
    let invented = real.chars().map(|c| {
        if c == '-' {
            return c;
        }
        let place = nibble;
        nibble += 1;
        let random = usize::try_from(chance.below(16)).unwrap_or_default();
        match place {
            12 | 16 => c,
            _ => char::from(digits[random]),
        }
    });
    Some(invented.collect())
}

/// Invents a date in an unambiguous format, or a timestamp that starts with one; the time of day is
/// kept.
fn date(real: &str, chance: &mut Chance<'_>) -> Option<String> {
    let bytes = real.as_bytes();
    let digits = |from: usize, to: usize| {
        let part = real.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u64>().ok()).flatten()
    };
    let separator =
        |at: usize| bytes.get(at).copied().filter(|byte| b"-/.".contains(byte)).map(char::from);
    let day = |year: u64, chance: &mut Chance<'_>| {
        let year = (year + chance.below(7)).saturating_sub(3).max(1);
        (year, 1 + chance.below(12), 1 + chance.below(DAYS))
    };
    let sound = |month: u64, day: u64| (1..=12).contains(&month) && (1..=31).contains(&day);
    if let (Some(year), Some(mark), Some(month), Some(of_month)) =
        (digits(0, 4), separator(4), digits(5, 7), digits(8, 10))
        && separator(7) == Some(mark)
        && sound(month, of_month)
        && matches!(bytes.get(10), None | Some(b'T' | b't' | b' '))
    {
        let (year, month, of_month) = day(year, chance);
        let rest = real.get(10..).unwrap_or_default();
        return Some(format!("{year:04}{mark}{month:02}{mark}{of_month:02}{rest}"));
    }
    if let (Some(first), Some(mark), Some(second), Some(year)) =
        (digits(0, 2), separator(2), digits(3, 5), digits(6, 10))
        && separator(5) == Some(mark)
        && real.len() == 10
        && (sound(first, second) || sound(second, first))
    {
        // Month and day can't be distinguished, so both are at most 12.
        let (year, month, _) = day(year, chance);
        let other = 1 + chance.below(12);
        return Some(format!("{month:02}{mark}{other:02}{mark}{year:04}"));
    }
    if let (8, Some(year), Some(month), Some(of_month)) =
        (real.len(), digits(0, 4), digits(4, 6), digits(6, 8))
        && (1900..2100).contains(&year)
        && sound(month, of_month)
    {
        let (year, month, of_month) = day(year, chance);
        return Some(format!("{year:04}{month:02}{of_month:02}"));
    }
    None
}

/// Invents a name word by word, so that a first name is the same alone and before a last name.
fn names(real: &str, inventor: &Inventor) -> String {
    let mut invented = String::with_capacity(real.len());
    let mut word = String::new();
    for c in real.chars().chain(['\0']) {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            invented.push_str(&name(&word, inventor));
            word.clear();
        }
        if c != '\0' {
            invented.push(c);
        }
    }
    invented
}

fn name(real: &str, inventor: &Inventor) -> String {
    inventor.other_than(real, |chance| {
        if real.chars().count() == 1 {
            return characters(real, chance);
        }
        let name = format!("{}{}", chance.of(&HEADS), chance.of(&TAILS));
        if real.chars().all(char::is_uppercase) {
            name.to_uppercase()
        } else if real.chars().next().is_some_and(char::is_lowercase) {
            name.to_lowercase()
        } else {
            name
        }
    })
}

/// Replaces digits and letters one by one; only leading zeros are kept.
fn characters(real: &str, chance: &mut Chance<'_>) -> String {
    let mut in_front = true;
    let invented = real.chars().map(|c| {
        let letter = |first: u8, chance: &mut Chance<'_>| {
            char::from(first + u8::try_from(chance.below(26)).unwrap_or_default())
        };
        match c {
            '0' if in_front => {
                in_front = false;
                c
            }
            '0'..='9' => {
                let lowest = u64::from(in_front);
                in_front = false;
                let digit = lowest + chance.below(10 - lowest);
                char::from(b'0' + u8::try_from(digit).unwrap_or_default())
            }
            _ if c.is_uppercase() => letter(b'A', chance),
            _ if c.is_alphabetic() => letter(b'a', chance),
            _ => c,
        }
    });
    invented.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invented(real: &str) -> String {
        Inventor::default().text(real)
    }

    #[test]
    fn invented_values_have_the_form_of_real_ones() {
        let email = invented("Ada.Lovelace@analytical.example.org");
        assert!(is_email(&email) && email.ends_with("@example.com"), "{email}");
        assert_eq!(email, invented("ada.lovelace@ANALYTICAL.example.org"));
        let guid = invented("6b7e42b8-8fc3-406f-a3a4-20628f513077");
        assert_eq!((guid.len(), &guid[14..15], &guid[19..20]), (36, "4", "a"), "{guid}");
        assert_eq!(invented("+44 (0)20 7946 0958").len(), "+44 (0)20 7946 0958".len());
        assert!(invented("07700900123").starts_with('0'));
        let date = invented("1990-05-17");
        assert!(date.parse::<jiff::civil::Date>().is_ok() && date != "1990-05-17", "{date}");
        assert!(invented("1990-05-17T00:00:00Z").ends_with("T00:00:00Z"));
        assert!(invented("31/12/1990")[..2].parse::<u8>().unwrap() <= 12);
        assert!(invented("19901231").parse::<u64>().unwrap() > 19_000_000);
        assert_eq!(invented("https://x.example/ada"), invented("https://x.example/ada"));
        assert_eq!(invented(""), "");
    }

    #[test]
    fn a_name_is_the_same_alone_and_among_others() {
        let full = invented("Ada O'Brien-Löwe");
        assert_eq!(full.split(' ').next(), Some(&*invented("Ada")));
        assert_eq!(invented("ADA"), invented("Ada").to_uppercase());
        assert!(full.contains('\'') && full.contains('-'));
    }

    #[test]
    fn numbers_keep_their_digits_and_a_key_changes_all() {
        let plain = Inventor::default();
        assert_eq!(plain.number("-1234.50").len(), 8);
        assert!(plain.number("1234.50e3").ends_with("e3"));
        assert!(!plain.number("12345").starts_with('0'));
        let keyed = Inventor { key: Some(Secret::new("k")) };
        assert_ne!(
            plain.text("6b7e42b8-8fc3-406f-a3a4-20628f513077"),
            keyed.text("6b7e42b8-8fc3-406f-a3a4-20628f513077")
        );
    }

    #[test]
    fn odd_texts_are_no_trouble() {
        for odd in [
            "é",
            "@",
            "a@b",
            "\u{0}",
            "2026-99-99",
            "32/32/2026",
            "😀",
            "a b c",
            "𐍈𐍈",
            "--------------------------------",
        ] {
            let _ = invented(odd);
            let _ = Inventor::default().number(odd);
        }
    }
}
