//! Colors of inline styles, and how well one is read on another.

/// An opaque color: red, green, and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) struct Color([u8; 3]);

/// Names of colors that emails use.
const NAMES: [(&str, [u8; 3]); 18] = [
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
    ("gray", [128, 128, 128]),
    ("grey", [128, 128, 128]),
    ("silver", [192, 192, 192]),
    ("lightgray", [211, 211, 211]),
    ("lightgrey", [211, 211, 211]),
    ("red", [255, 0, 0]),
    ("maroon", [128, 0, 0]),
    ("orange", [255, 165, 0]),
    ("yellow", [255, 255, 0]),
    ("green", [0, 128, 0]),
    ("lime", [0, 255, 0]),
    ("teal", [0, 128, 128]),
    ("blue", [0, 0, 255]),
    ("navy", [0, 0, 128]),
    ("purple", [128, 0, 128]),
    ("fuchsia", [255, 0, 255]),
];

impl Color {
    /// Reads a color; `None` for one that isn't opaque, or isn't known.
    pub fn of(text: &str) -> Option<Color> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(hex) = text.strip_prefix('#') {
            return of_hex(hex);
        }
        if let Some(inner) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
            let mut channels = inner.split(',').map(|channel| channel.trim().parse::<u8>().ok());
            let rgb = [channels.next()??, channels.next()??, channels.next()??];
            return channels.next().is_none().then_some(Color(rgb));
        }
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, rgb)| Color(*rgb))
    }

    /// Returns the contrast of two colors, from 1 to 21, as WCAG 2.2 defines it.
    pub fn contrast(self, other: Color) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            match channel <= 0.04045 {
                true => channel / 12.92,
                false => ((channel + 0.055) / 1.055).powf(2.4),
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Color([red, green, blue]) = self;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

fn of_hex(hex: &str) -> Option<Color> {
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digit = |at: usize, length: usize| u8::from_str_radix(&hex[at..at + length], 16).ok();
    match hex.len() {
        3 => Some(Color([digit(0, 1)? * 17, digit(1, 1)? * 17, digit(2, 1)? * 17])),
        6 => Some(Color([digit(0, 2)?, digit(2, 2)?, digit(4, 2)?])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn colors_are_read_and_compared() {
        let of = |text| Color::of(text);
        assert_eq!(of("#FFF"), of("white"));
        assert_eq!(of(" rgb(0, 0,0) "), of("black"));
        assert_eq!(
            (of("#ffff"), of("rgba(0,0,0,.5)"), of("inherit"), of("#é1")),
            (None, None, None, None)
        );
        let contrast = |one, two| Some(of(one)?.contrast(of(two)?));
        assert!(contrast("white", "black").is_some_and(|found| (found - 21.0).abs() < 0.01));
        assert!(contrast("#767676", "#fff").is_some_and(|found| (found - 4.54).abs() < 0.01));
    }
}
