use crate::analyze::{ComparisonUse, Model, ReadRoot};
use crate::rules::reading::compared::{ComparedWord, compared_words};
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Expr;

rule! {
    /// A customer's gender or country compared with something that isn't its code.
    ///
    /// ## What it does
    ///
    /// Reports a comparison of `${gender}` with anything but `M`, `F`, `O`, `N`, and `P`, and of
    /// `${country}` with anything but two uppercase letters.
    ///
    /// ## Why it matters
    ///
    /// Braze stores a gender as one letter, and a country as its ISO 3166-1 code, such as `DE`: it
    /// turns `Germany` into `DE`, or discards the country. The comparison is never true, so these
    /// customers get the text for everyone else.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${country} == 'Germany' %}Hallo{% else %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if ${country} == 'DE' %}Hallo{% else %}Hello{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Standard profile attributes; Operators and truth (reference, sections 1.3 and 4). Braze:
    /// User attributes object (`_docs/_api/objects_filters/user_attributes_object.md`).
    name: "profile-code", level: Warn, check: Check::Message(check),
}

/// Filters that change the letter case alone.
const CASE: [&str; 3] = ["upcase", "downcase", "capitalize"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for compared in compared_words(model) {
            let ComparedWord { comparison, value, literal, word } = compared;
            let Some((code, ignores_case)) = code_of(subject, model, comparison, value) else {
                continue;
            };
            if word.trim().is_empty() || code.fits(word, ignores_case) {
                continue;
            }
            let message = format!("`${{{}}}` is never `{word}`: {}", code.attribute, code.form);
            findings
                .report(model, comparison.at.at(literal.span), message)
                .label("never equal")
                .help(code.help(word));
        }
    }
}

/// An attribute with a code.
struct Code {
    attribute: &'static str,
    /// What its values are.
    form: &'static str,
    is_code: fn(&str) -> bool,
    /// Words that people write instead, with the code of each.
    meant: &'static [(&'static str, &'static str)],
}

/// Returns the attribute on a side, and whether a filter changed its letter case.
fn code_of<'a>(
    subject: &Subject<'_>,
    model: &Model<'a>,
    comparison: &ComparisonUse<'a>,
    side: &'a Expr,
) -> Option<(&'static Code, bool)> {
    let origin = origin_of(model, comparison.at, side);
    let read = origin.read?;
    let ReadRoot::Attribute { name, .. } = read.root else { return None };
    let code = CODES.iter().find(|code| code.attribute == name)?;
    let is_whole = subject.family_of(&read.root) == Some("") && read.path.segments.is_empty();
    let is_changed = origin.has_filter(|name| name != "default" && !CASE.contains(&name));
    // A default may be a word of the author's.
    let has_default = origin.goes_through(&["default"]);
    (is_whole && !is_changed && !has_default).then(|| (code, origin.goes_through(&CASE)))
}

impl Code {
    fn fits(&self, word: &str, ignores_case: bool) -> bool {
        match ignores_case {
            true => (self.is_code)(&word.to_uppercase()),
            false => (self.is_code)(word),
        }
    }

    fn help(&self, word: &str) -> String {
        let word = word.trim().to_lowercase();
        let named = |names: &str| names.split('|').any(|name| name == word);
        match self.meant.iter().find(|(names, code)| named(names) || code.to_lowercase() == word) {
            Some((_, code)) => format!("use the code `'{code}'`"),
            None => {
                let examples = self.meant.iter().take(3).map(|(_, code)| format!("`'{code}'`"));
                format!("use a code such as {}", examples.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

static CODES: [Code; 2] = [
    Code {
        attribute: "gender",
        form: "it's `M`, `F`, `O`, `N`, or `P`",
        is_code: |word| matches!(word, "M" | "F" | "O" | "N" | "P"),
        meant: &[
            ("female|woman|w|weiblich|femme|mujer|女性|女", "F"),
            ("male|man|männlich|homme|hombre|男性|男", "M"),
            ("other|others|divers|diverse|nonbinary|non-binary|x", "O"),
            ("none|not applicable|n/a|na", "N"),
            ("prefer not to say|undisclosed", "P"),
        ],
    },
    Code {
        attribute: "country",
        form: "it's a code of two uppercase letters, such as `DE`",
        is_code: |word| {
            // The United Kingdom is the one country whose usual letters aren't its code.
            word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()) && word != "UK"
        },
        meant: &[
            ("germany|deutschland|deu|ger", "DE"),
            ("united states|usa|america|united states of america|u.s.|u.s.a.", "US"),
            ("united kingdom|uk|great britain|england|gbr", "GB"),
            ("japan|jpn|日本|jp", "JP"),
            ("france|fra", "FR"),
            ("spain|españa|esp", "ES"),
            ("italy|italia|ita", "IT"),
            ("canada|can", "CA"),
            ("australia|aus", "AU"),
            ("brazil|brasil|bra", "BR"),
            ("mexico|méxico|mex", "MX"),
            ("netherlands|the netherlands|nederland|nld", "NL"),
            ("switzerland|schweiz|suisse|che", "CH"),
            ("austria|österreich|aut", "AT"),
            ("china|chn", "CN"),
            ("india|ind", "IN"),
            ("singapore|sgp", "SG"),
            ("south korea|korea|kor", "KR"),
        ],
    },
];
