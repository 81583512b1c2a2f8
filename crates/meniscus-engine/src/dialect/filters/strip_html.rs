use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::Val;

pub static FILTER: Filter = Filter {
    name: "strip_html",
    parameters: &[],
    support: Support::Documented,
    signature: Signature { takes: Takes::Text, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The string without HTML tags, comments, scripts, and styles.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    _context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let text = input.to_str();
    let mut out = String::with_capacity(text.len());
    without_blocks(&text, &mut out);
    let text = std::mem::take(&mut out);
    let mut rest = &*text;
    while let Some(open) = rest.find('<') {
        let Some(length) = rest[open..].find('>') else { break };
        out.push_str(&rest[..open]);
        rest = &rest[open + length + 1..];
    }
    out.push_str(rest);
    Ok(Val::from(out))
}

/// What is taken out with all that stands inside.
const BLOCKS: [(&str, &str); 3] =
    [("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>")];

fn without_blocks(text: &str, out: &mut String) {
    // Once an end is missing it is missing for every later start: searched for once.
    let mut ends = [true; BLOCKS.len()];
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest[from..].find('<') {
        let open = from + found;
        from = open + 1;
        for (index, (start, end)) in BLOCKS.iter().enumerate() {
            if ends[index] && rest[open..].starts_with(start) {
                let body = open + start.len();
                match rest[body..].find(end) {
                    Some(length) => {
                        out.push_str(&rest[..open]);
                        rest = &rest[body + length + end.len()..];
                        from = 0;
                    }
                    None => ends[index] = false,
                }
                break;
            }
        }
    }
    out.push_str(rest);
}
