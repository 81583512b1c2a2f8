use super::escape::entity;
use crate::render::{Arguments, Encoding, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "escape_once",
    parameters: &[],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::encodes(Encoding::Html),
    summary: "The string escaped for HTML; existing entities are kept.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.to_str();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match entity(c) {
            Some(entity) if c != '&' || !starts_entity(&text[at + 1..]) => out.push_str(entity),
            _ => out.push(c),
        }
    }
    Ok(Val::from(out))
}

/// Entities longer than this are not entities: bounds the look ahead.
const LONGEST_ENTITY: usize = 40;

fn starts_entity(rest: &str) -> bool {
    let rest = rest.as_bytes();
    let (digits, body) = match rest.first() {
        Some(b'#') => (true, &rest[1..]),
        _ => (false, rest),
    };
    let belongs = |b: &u8| if digits { b.is_ascii_digit() } else { b.is_ascii_alphabetic() };
    let length = body.iter().take(LONGEST_ENTITY).take_while(|b| belongs(b)).count();
    length > 0 && body.get(length) == Some(&b';')
}
