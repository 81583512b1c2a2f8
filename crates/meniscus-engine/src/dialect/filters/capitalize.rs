use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "capitalize",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string with its first letter in uppercase and the rest in lowercase.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.to_str();
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len());
    if let Some(first) = chars.next() {
        push_title_case(first, &mut out);
    }
    out.extend(chars.flat_map(char::to_lowercase));
    Ok(Val::from(out))
}

/// The title case of a character, which is its upper case but for digraphs and ligatures.
fn push_title_case(c: char, out: &mut String) {
    match c {
        'Ǆ'..='ǆ' => out.push('ǅ'),
        'Ǉ'..='ǉ' => out.push('ǈ'),
        'Ǌ'..='ǌ' => out.push('ǋ'),
        'Ǳ'..='ǳ' => out.push('ǲ'),
        // Georgian letters have no title case of their own.
        'ა'..='ჺ' | 'ჽ'..='ჿ' => out.push(c),
        // Greek letters with an iota below keep it below.
        '\u{1f80}'..='\u{1faf}' => out.push(char::from_u32(c as u32 | 8).unwrap_or(c)),
        'ᾳ' | 'ῃ' | 'ῳ' => out.push(char::from_u32(c as u32 + 9).unwrap_or(c)),
        'ᾼ' | 'ῌ' | 'ῼ' => out.push(c),
        // What upper case writes with several letters: the first is a capital.
        _ => {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            let rest = upper.collect::<String>();
            let keeps = rest
                .chars()
                .all(|mark| ('\u{300}'..='\u{36f}').contains(&mark) || mark == 'Ν' || mark == 'N');
            if keeps {
                out.push_str(&rest)
            } else {
                out.extend(rest.chars().flat_map(char::to_lowercase))
            }
        }
    }
}
