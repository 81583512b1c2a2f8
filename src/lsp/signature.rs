use gen_lsp_types as lsp;

use super::completion::markdown;
use super::snapshot::Snapshot;
use crate::dialect::filters::FILTERS;
use crate::language::usage;

/// What asks for the arguments of a filter while it is typed.
pub(super) const TRIGGERS: [&str; 2] = [":", ","];

/// Returns the arguments of the filter that is being written at a position.
pub(super) fn at(file: &Snapshot, position: lsp::Position) -> Option<lsp::SignatureHelp> {
    if !file.is_template() {
        return None;
    }
    let offset = file.lines().offset(position);
    let call = Call::before(&file.text[..offset])?;
    let filter = FILTERS.iter().find(|filter| filter.name == call.filter)?;
    let label = usage(filter);
    let start = label.find(": ").map_or(label.len(), |at| at + 2);
    let mut place = start;
    let parameters = label[start..].split(", ").map(|name| {
        let from = place;
        place += name.len() + 2;
        let units = |end: usize| u32::try_from(label[..end].encode_utf16().count()).unwrap_or(0);
        lsp::ParameterInformation {
            label: lsp::ParameterInformationLabel::Tuple((units(from), units(from + name.len()))),
            documentation: None,
        }
    });
    let parameters = parameters.collect::<Vec<_>>();
    let active = u32::try_from(call.arguments.min(parameters.len().saturating_sub(1)));
    let active = active.ok().map(lsp::ActiveParameter::Int);
    Some(lsp::SignatureHelp {
        signatures: vec![lsp::SignatureInformation {
            label: label.clone(),
            documentation: Some(markdown(filter.summary.to_owned()).into()),
            parameters: Some(parameters),
            active_parameter: active,
        }],
        active_signature: Some(0),
        active_parameter: active,
    })
}

/// A filter whose arguments are being written.
#[derive(Debug, PartialEq, Eq)]
struct Call<'t> {
    filter: &'t str,
    /// Arguments before the one being written.
    arguments: usize,
}

impl Call<'_> {
    /// Reads the markup that a text ends in, as far as it goes.
    fn before(text: &str) -> Option<Call<'_>> {
        let open = text.rfind("{{").max(text.rfind("{%"))?;
        let inside = &text[open + 2..];
        if inside.contains("}}") || inside.contains("%}") {
            return None;
        }
        let mut quote = None;
        let (mut filter, mut arguments) = (None, 0);
        for (at, char) in inside.char_indices() {
            match (quote, char) {
                (Some(open), _) if open == char => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(char),
                (None, '|') => (filter, arguments) = (Some(at + 1), 0),
                (None, ',') => arguments += 1,
                (None, _) => {}
            }
        }
        let (name, _) = inside[filter?..].split_once(':')?;
        Some(Call { filter: name.trim(), arguments })
    }
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn the_filter_being_written_is_found() {
        let call = |filter, arguments| Some(Call { filter, arguments });
        assert_eq!(Call::before("a {{ x | replace: 'a, b', "), call("replace", 1));
        assert_eq!(Call::before("{% assign y = x | upcase | date: "), call("date", 0));
        assert_eq!(Call::before("{{ x | upcase"), None);
        assert_eq!(Call::before("{{ x | date: 'a' }} b, "), None);
        assert_eq!(Call::before("no markup: a, b"), None);
    }
}
