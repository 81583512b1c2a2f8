use std::ops::Range;

use super::Writing;
use super::occurrences::{Occurrence, Occurrences};
use super::target::{Target, modeled, template_of};
use super::uses::in_blocks;
use crate::analyze::{DefinitionKind, Model};
use crate::syntax::Template;

/// Words that Liquid never takes for a variable.
const WORDS: [&str; 11] = [
    "true",
    "false",
    "nil",
    "null",
    "blank",
    "empty",
    "and",
    "or",
    "contains",
    "forloop",
    "tablerowloop",
];

/// Names to replace in the text being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// The name so far.
    pub from: String,
    /// Each place of the name, in order.
    pub places: Vec<Range<usize>>,
}

/// Why a name can't be replaced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    #[error("only variables, content blocks, and your own attributes can be renamed here")]
    NotAVariable,
    #[error("`{0}` can't be the name of a variable: use letters, digits, and `_`")]
    NotAName(String),
    #[error("`{0}` can't be the name of a content block or attribute")]
    NotASharedName(String),
    #[error("`{0}` is already used")]
    Taken(String),
    #[error("`{0}` isn't set in this template")]
    SetElsewhere(String),
    #[error("`{name}` is also used in `{file}`, where a new name would mean another variable")]
    UsedElsewhere { name: String, file: String },
    #[error("a name in brackets can mean any variable, including `{0}`")]
    Computed(String),
    #[error("`{0}` is also in markup with a syntax error; fix that first")]
    Broken(String),
    #[error("the loop over `{0}` continues another loop, which it finds by this name")]
    Continued(String),
}

/// Returns the places of the variable at an offset, if it can get another name.
///
/// # Errors
/// Why it can't.
pub fn renamable(writing: &Writing<'_>, offset: usize) -> Result<Renaming, RenameError> {
    let template = template_of(writing);
    checked(writing, &template, &Occurrences::of(&template), offset)
}

/// Returns the places to replace, so that the variable at an offset is called `to` and the text
/// prints what it did.
///
/// # Errors
/// Why that isn't possible.
pub fn rename(writing: &Writing<'_>, offset: usize, to: &str) -> Result<Renaming, RenameError> {
    let template = template_of(writing);
    let names = Occurrences::of(&template);
    let renaming = checked(writing, &template, &names, offset)?;
    if !is_name(to) {
        return Err(RenameError::NotAName(to.to_owned()));
    }
    let is_taken = || {
        names.all.iter().any(|one| one.name == to)
            || writing.known.variables.contains_key(to)
            || !in_blocks(writing, &template, to).is_empty()
    };
    if to != renaming.from && is_taken() {
        return Err(RenameError::Taken(to.to_owned()));
    }
    Ok(renaming)
}

fn checked(
    writing: &Writing<'_>,
    template: &Template,
    names: &Occurrences<'_>,
    offset: usize,
) -> Result<Renaming, RenameError> {
    let wanted = match Target::at(writing, template, names, offset).map(|found| found.target) {
        Some(Target::Variable(index)) => &names.all[index],
        _ => return Err(RenameError::NotAVariable),
    };
    let name = wanted.name;
    if !names.same(wanted).any(|one| one.is_set) || writing.known.variables.contains_key(name) {
        return Err(RenameError::SetElsewhere(name.to_owned()));
    }
    if names.computed {
        return Err(RenameError::Computed(name.to_owned()));
    }
    if wanted.scope.is_some() && names.continued.contains(&name) {
        return Err(RenameError::Continued(name.to_owned()));
    }
    if let Some(place) = in_blocks(writing, template, name).first() {
        let file = place.source.name().to_owned();
        return Err(RenameError::UsedElsewhere { name: name.to_owned(), file });
    }
    modeled(writing, writing.message, template, writing.is_block, |model| judge(model, wanted))?;
    let places = names.same(wanted).map(|one| one.at.range()).collect();
    Ok(Renaming { from: name.to_owned(), places })
}

fn judge(model: &Model<'_>, wanted: &Occurrence<'_>) -> Result<(), RenameError> {
    let name = wanted.name;
    if model.is_in_broken_markup(name) {
        return Err(RenameError::Broken(name.to_owned()));
    }
    // A tag with a fixed variable, or a call without `:save`.
    let is_fixed = model.definitions_of(name).any(|set| match set.kind {
        DefinitionKind::Fixed => true,
        DefinitionKind::Call(call) => {
            model.calls.get(call).is_none_or(|call| call.target_span.is_none())
        }
        _ => false,
    });
    if is_fixed { Err(RenameError::SetElsewhere(name.to_owned())) } else { Ok(()) }
}

fn is_name(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    // `{{a-}}` reads `a` and trims the white space after it.
    first
        && !name.ends_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !WORDS.contains(&name)
}
