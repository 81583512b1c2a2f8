use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::http::{held_secrets, masked_output};
use crate::value::Value;

/// Secrets in variables and scenarios, to be recognized in text.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    known: BTreeSet<String>,
    /// Finds them, the longest first; made when it is needed.
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Secrets {
    /// Adds values under secret names in a named value.
    pub fn add(&mut self, name: &str, value: &Value) {
        held_secrets(name, value, &mut |text| self.know(text));
    }

    /// Adds a secret.
    pub fn know(&mut self, text: &str) {
        if !text.is_empty() && self.known.insert(text.to_owned()) {
            self.finder = OnceLock::new();
        }
    }

    /// Adds the beginnings of secrets that are longer, for texts that show no more of them.
    pub fn know_starts(&mut self, chars: usize) {
        let starts = self.known.iter().filter_map(|known| {
            known.char_indices().nth(chars).map(|(end, _)| known[..end].to_owned())
        });
        starts.collect::<Vec<_>>().iter().for_each(|start| self.know(start));
    }

    /// Masks known secrets in a text, and what looks like one, byte for byte.
    #[must_use]
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hidden = masked_output(text);
        if self.known.is_empty() {
            return hidden;
        }
        let finder = self.finder.get_or_init(|| {
            // So that one inside another doesn't hide the rest of it.
            let longest = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).clone();
            longest.build(&self.known).ok()
        });
        let Some(finder) = finder else {
            // More than a finder holds: none of the text is shown.
            return Cow::Owned("*".repeat(text.len()));
        };
        let found = finder.find_iter(&*hidden).map(|found| found.range()).collect::<Vec<_>>();
        for range in found {
            hidden.to_mut().replace_range(range.clone(), &"*".repeat(range.len()));
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;
    use crate::value::from_json;

    #[test]
    fn what_is_secret_by_its_name_is_hidden_wherever_it_stands() {
        let mut secrets = Secrets::default();
        let values = serde_json::json!({
            "api_key": "larkspur-1", "first_name": "Anna Larkspur", "token": "short",
            "inner": [{ "client_secret": "larkspur-1-and-more" }],
        });
        secrets.add("variables", &from_json(values));
        let text = "larkspur-1 larkspur-1-and-more Anna Larkspur short";
        assert_eq!(secrets.hide(text), "********** ******************* Anna Larkspur short");
    }
}
