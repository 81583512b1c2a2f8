use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Size limit for a compiled regex in states: about ten megabytes, and tenths of a second.
pub const MAX_REGEX_SIZE: usize = 400_000;

/// Estimates the compiled size of a regex in states, counting repetitions.
///
/// # Errors
/// The `regex` crate's error, or that it is larger than [`MAX_REGEX_SIZE`].
pub fn regex_size(pattern: &str) -> Result<usize, String> {
    let mut parser = ParserBuilder::new().dot_matches_new_line(true).build();
    let hir = parser.parse(pattern).map_err(|error| error.to_string())?;
    match size_of(&hir) {
        size if size > MAX_REGEX_SIZE => Err(format!(
            "it needs about {size} states, the limit is {MAX_REGEX_SIZE}: use fewer repetitions \
             or smaller classes"
        )),
        size => Ok(size),
    }
}

/// The parser limits the depth, so recursion is safe.
fn size_of(hir: &Hir) -> usize {
    let sum = |all: &[Hir]| all.iter().fold(0, |sum: usize, one| sum.saturating_add(size_of(one)));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len().max(1),
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            size_of(&repetition.sub).saturating_add(1).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => size_of(&capture.sub).saturating_add(2),
        HirKind::Concat(all) => sum(all),
        HirKind::Alternation(all) => sum(all).saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use super::regex_size;

    #[test]
    fn what_is_repeated_counts_as_often() {
        assert_eq!(regex_size("abc"), Ok(3));
        assert_eq!(regex_size("[a-z]{4}"), Ok(8));
        assert!(regex_size(r"^/users/\w{36}/offers$").is_ok());
        assert!(regex_size(r"(?i)dear [\p{L} -]{1,80},").is_ok());
        assert!(regex_size("(((a{1,1000}){1,1000}){1,100})").unwrap_err().contains("the limit is"));
        assert!(regex_size(r"[\w\p{L}]{900}").unwrap_err().contains("the limit is"));
        assert!(regex_size("a{4294967295,}").unwrap_err().contains("the limit is"));
        assert!(regex_size(r"[\p{L}\p{N}_-]{1,200}").is_ok());
        assert!(regex_size("a)|(b").unwrap_err().contains("unopened group"));
    }
}
