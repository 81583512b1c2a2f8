use crate::analyze::{ComparisonUse, Model, ReadRoot};
use crate::rules::reading::compared::{ComparedWord, compared_words};
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Expr;

rule! {
    /// A customer's language compared with something that isn't a language code.
    ///
    /// ## What it does
    ///
    /// Reports a comparison of `${language}` or `${most_recent_locale}` with a word such as
    /// `'spanish'`, and of `${language}` with an uppercase code such as `'ES'`.
    ///
    /// ## Why it matters
    ///
    /// `${language}` is a code of two lowercase letters, such as `es`, and `${most_recent_locale}`
    /// is a code such as `pt_BR`. The comparison is never true, so these customers get the text of
    /// another language.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${language} == 'spanish' %}Hola{% else %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if ${language} == 'es' %}Hola{% else %}Hello{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Standard profile attributes; Operators and truth (reference, sections 1.3 and 4).
    name: "language-word", level: Warn, check: Check::Message(check),
}

/// Profile attributes with a language code.
const CODES: [&str; 2] = ["language", "most_recent_locale"];

/// Filters that change case or cut the code.
const CHANGING: [&str; 7] =
    ["upcase", "downcase", "capitalize", "slice", "split", "truncate", "replace"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for compared in compared_words(model) {
            let ComparedWord { comparison, value, literal, word } = compared;
            let Some((attribute, changed)) = attribute(subject, model, comparison, value) else {
                continue;
            };
            let Some((code, help)) = wrong(attribute, word, changed) else { continue };
            let message = format!("`${{{attribute}}}` is never `{word}`: {code}");
            findings
                .report(model, comparison.at.at(literal.span), message)
                .label("never equal")
                .help(help);
        }
    }
}

/// Returns the attribute on a side, and whether filters changed it.
fn attribute<'a>(
    subject: &Subject<'_>,
    model: &Model<'a>,
    comparison: &ComparisonUse<'a>,
    side: &'a Expr,
) -> Option<(&'a str, bool)> {
    let origin = origin_of(model, comparison.at, side);
    let read = origin.read?;
    let ReadRoot::Attribute { name, .. } = read.root else { return None };
    let is_code = subject.family_of(&read.root) == Some("") && CODES.contains(&name);
    (is_code && read.path.segments.is_empty()).then(|| (name, origin.goes_through(&CHANGING)))
}

/// Returns why a word isn't a code, and what to write instead.
fn wrong(attribute: &str, word: &str, changed: bool) -> Option<(&'static str, String)> {
    let letters = |text: &str| !text.is_empty() && text.chars().all(char::is_alphabetic);
    if letters(word) && word.chars().count() >= 4 {
        let help = match CODE_OF
            .iter()
            .find(|(names, _)| names.split(' ').any(|name| word.to_lowercase() == name))
        {
            Some((_, code)) => format!("use the code `'{code}'`"),
            None => "use the language code, such as `'es'`".to_owned(),
        };
        return Some(("it's a code such as `es`", help));
    }
    let is_short = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if attribute == "language"
        && is_short
        && !changed
        && word.bytes().any(|b| b.is_ascii_uppercase())
    {
        let help = format!("use `'{}'`", word.to_ascii_lowercase());
        return Some(("language codes are lowercase", help));
    }
    None
}

/// Language names with their codes.
const CODE_OF: [(&str, &str); 16] = [
    ("english anglais englisch inglés ingles inglês", "en"),
    ("spanish español espanol espagnol spanisch castellano", "es"),
    ("german deutsch alemán aleman allemand", "de"),
    ("french français francais französisch francés frances", "fr"),
    ("italian italiano italienisch italien", "it"),
    ("portuguese português portugues portugais portugiesisch", "pt"),
    ("japanese 日本語 japanisch japonais", "ja"),
    ("chinese mandarin chinesisch chinois", "zh"),
    ("korean koreanisch", "ko"),
    ("dutch nederlands niederländisch", "nl"),
    ("polish polski polnisch", "pl"),
    ("russian russisch", "ru"),
    ("turkish türkisch türkçe", "tr"),
    ("arabic arabisch", "ar"),
    ("swedish svenska schwedisch", "sv"),
    ("danish dansk dänisch", "da"),
];
