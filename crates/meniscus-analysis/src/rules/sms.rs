//! Counts text message segments (reference 6).

/// An alphabet's capacity: units of a single message, and of each segment of a longer one.
pub const GSM: (usize, usize) = (160, 153);
const UCS: (usize, usize) = (70, 67);

/// The characters of GSM-7; those after the bar count twice.
const SMALL: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const DOUBLE: &str = "\u{c}^{}\\[~]|€";

/// The encoding of a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// GSM-7: 160 units, or 153 in each of several segments.
    Gsm,
    /// UCS-2: 70 units, or 67 in each of several segments.
    Ucs,
}

/// A character outside GSM-7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    pub character: char,
    /// Its first offset, in UTF-16 units.
    pub first: usize,
    /// How often it occurs.
    pub count: usize,
}

/// The size of a text message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments {
    /// The alphabet that its characters require.
    pub alphabet: Alphabet,
    /// Number of units in that alphabet.
    pub units: usize,
    /// Number of segments; 1 for an empty string.
    pub segments: usize,
    /// Capacity of each segment in units.
    pub per_segment: usize,
    /// Where the second segment starts, and each after it, in UTF-16 units.
    pub starts: Vec<usize>,
    /// Characters that require UCS-2, in order of first occurrence.
    pub forced_by: Vec<Odd>,
}

#[must_use]
pub fn segments(text: &str) -> Segments {
    let mut forced_by: Vec<Odd> = Vec::new();
    let (mut small_units, mut wide_units) = (0, 0);
    for c in text.chars() {
        if is_double(c) {
            small_units += 2;
        } else if is_small(c) {
            small_units += 1;
        } else if let Some(odd) = forced_by.iter_mut().find(|odd| odd.character == c) {
            odd.count += 1;
        } else {
            forced_by.push(Odd { character: c, first: wide_units, count: 1 });
        }
        wide_units += c.len_utf16();
    }
    let (alphabet, units, (alone, each)) = match forced_by.is_empty() {
        true => (Alphabet::Gsm, small_units, GSM),
        false => (Alphabet::Ucs, wide_units, UCS),
    };
    let (segments, per_segment) =
        if units <= alone { (1, alone) } else { (units.div_ceil(each), each) };
    let starts = if segments > 1 { starts(text, alphabet, each) } else { Vec::new() };
    Segments { alphabet, units, segments, per_segment, starts, forced_by }
}

/// Returns where the second segment starts, and each after it, in UTF-16 units.
fn starts(text: &str, alphabet: Alphabet, each: usize) -> Vec<usize> {
    let (mut starts, mut units, mut place) = (Vec::new(), 0, 0);
    for c in text.chars() {
        if units >= (starts.len() + 1) * each {
            starts.push(place);
        }
        units += match alphabet {
            Alphabet::Gsm => 1 + usize::from(is_double(c)),
            Alphabet::Ucs => c.len_utf16(),
        };
        place += c.len_utf16();
    }
    starts
}

/// Whether GSM-7 has a character.
pub fn in_small_alphabet(c: char) -> bool {
    is_small(c) || is_double(c)
}

fn is_small(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == ' ' || SMALL.contains(c)
}

fn is_double(c: char) -> bool {
    DOUBLE.contains(c)
}

#[cfg(test)]
mod tests {
    use super::{Alphabet, Odd, segments};

    #[test]
    fn one_character_decides_the_alphabet() {
        let plain = segments(&"a".repeat(161));
        assert_eq!((plain.alphabet, plain.units, plain.segments), (Alphabet::Gsm, 161, 2));
        assert_eq!(plain.starts, [153]);
        assert_eq!(segments(&"€".repeat(81)).starts, [77]);
        assert_eq!(segments(&"ł".repeat(140)).starts, [67, 134]);
        let euro = segments("€");
        assert_eq!((euro.alphabet, euro.units, euro.per_segment), (Alphabet::Gsm, 2, 160));
        let odd = segments("zł 🥐 ł");
        assert_eq!((odd.alphabet, odd.units, odd.segments), (Alphabet::Ucs, 7, 1));
        let first = Odd { character: 'ł', first: 1, count: 2 };
        assert_eq!(odd.forced_by, [first, Odd { character: '🥐', first: 3, count: 1 }]);
    }
}
