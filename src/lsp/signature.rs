use gen_lsp_types as lsp;

use super::completion::markdown;
use super::snapshot::Snapshot;
use crate::dialect::filters::FILTERS;
use crate::dialect::tags::CONNECTED_CONTENT_OPTIONS;
use crate::language::{option_before, usage};

/// What asks for arguments while they are typed: an option is followed by a space.
pub(super) const TRIGGERS: [&str; 3] = [":", ",", " "];

/// Returns the arguments of the filter, or the value of the option of a call, that is being written
/// at a position.
pub(super) fn at(file: &Snapshot, position: lsp::Position) -> Option<lsp::SignatureHelp> {
    if !file.is_template() {
        return None;
    }
    let offset = file.lines().offset(position);
    let before = &file.text[..offset];
    Call::before(before).and_then(|call| of_filter(&call)).or_else(|| of_option(before))
}

fn of_option(before: &str) -> Option<lsp::SignatureHelp> {
    let name = written_option(before)?;
    let option = CONNECTED_CONTENT_OPTIONS.iter().find(|option| option.name == name)?;
    let start = name.len() + 2;
    let end = start + option.value.encode_utf16().count();
    let units = |at: usize| u32::try_from(at).unwrap_or(0);
    let parameter = lsp::ParameterInformation {
        label: lsp::ParameterInformationLabel::Tuple((units(start), units(end))),
        documentation: None,
    };
    let active = (!option.value.is_empty()).then_some(lsp::ActiveParameter::Int(0));
    Some(lsp::SignatureHelp {
        signatures: vec![lsp::SignatureInformation {
            label: format!(":{name} {}", option.value),
            documentation: Some(markdown(option.summary.to_owned()).into()),
            parameters: Some(if active.is_some() { vec![parameter] } else { Vec::new() }),
            active_parameter: active,
        }],
        active_signature: Some(0),
        active_parameter: active,
    })
}

/// Returns the last option of the `connected_content` tag that a text ends in, once it is written.
fn written_option(text: &str) -> Option<&str> {
    let open = text.rfind("{%").filter(|open| !text[*open..].contains("%}"))?;
    let inside = &text[open + 2..];
    option_before(inside).filter(|name| !name.is_empty() && !inside.ends_with(&format!(":{name}")))
}

fn of_filter(call: &Call<'_>) -> Option<lsp::SignatureHelp> {
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
    use super::{Call, written_option};

    #[test]
    fn the_option_being_written_is_found() {
        let call = "{%- connected_content https://a.example/x?y=1";
        let option = |rest: &str| written_option(&format!("{call}{rest}")).map(str::to_owned);
        assert_eq!(option(" :method "), Some("method".to_owned()));
        assert_eq!(option(" :retry :headers {\"a\": \"b"), Some("headers".to_owned()));
        assert_eq!(option(" :meth"), None);
        assert_eq!(option(" "), None);
        assert_eq!(option(" :save x %} :save "), None);
        assert_eq!(written_option("{% assign x = y :save "), None);
    }

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
