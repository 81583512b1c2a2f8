use std::ops::Range;

use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "replace",
    parameters: &[Parameter::Required("text"), Parameter::Optional("replacement")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string with every occurrence of another replaced.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    replace_all(input, &arguments.view(0).to_str(), &arguments.view(1).to_str(), context)
}

/// Ruby's replacement text: `\0` and `\&` are what was found, `\\` a backslash, numbered groups
/// are empty as there are none, and the text before and behind can be put in too.
///
/// # Errors
/// Where the result grows over the limit.
pub(super) fn expand(
    replacement: &str,
    text: &str,
    found: Range<usize>,
    out: &mut String,
    context: &FilterContext<'_>,
) -> Result<(), FilterError> {
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('0' | '&') => out.push_str(&text[found.clone()]),
            Some('1'..='9') => {}
            Some('`') => out.push_str(&text[..found.start]),
            Some('\'') => out.push_str(&text[found.end..]),
            Some('\\') => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
        context.check_bytes(out.len())?;
    }
    Ok(())
}

/// The text with every occurrence replaced; an empty pattern occurs around every character.
///
/// # Errors
/// Where the result grows over the limit.
pub(super) fn replace_all<'v>(
    input: Val<'v>,
    pattern: &str,
    replacement: &str,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.into_text();
    if !pattern.is_empty() && !text.contains(pattern) {
        return Ok(Val::Text(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (at, found) in text.match_indices(pattern) {
        out.push_str(&text[end..at]);
        expand(replacement, &text, at..at + found.len(), &mut out, context)?;
        end = at + found.len();
        context.check_bytes(out.len())?;
    }
    out.push_str(&text[end..]);
    Ok(Val::from(out))
}
