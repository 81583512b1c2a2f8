use super::pack::Endpoint;
use crate::recording::{Segment, UrlPattern};

/// A name of this many characters is met in one system only.
const TELLING_NAME: usize = 10;

/// How well an endpoint fits a call: the least is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    /// Names of the path for which a hole stands in.
    pub guessed: usize,
    /// Segments that a placeholder stands for though the call has a text there.
    filled: usize,
    /// Segments in front that only a hole could hold.
    hidden: usize,
}

/// How well an endpoint fits a method and URL; `None` where it does not.
///
/// Where the URL begins with a hole, that may hold the first segments of the endpoint's path, or
/// segments in front of it: then what stands in the call has to be telling by itself.
pub(super) fn fit(endpoint: &Endpoint, method: &str, url: &UrlPattern) -> Option<Fit> {
    if endpoint.method != method || !may_have_a_host(endpoint, url) {
        return None;
    }
    let wanted = endpoint.path.trim_start_matches('/').split('/').collect::<Vec<_>>();
    let mut found = url.segments().collect::<Vec<_>>();
    if found.len() > 1 && found.last().is_some_and(|last| last.is_empty()) {
        found.pop();
    }
    let hidden = wanted.len().saturating_sub(found.len());
    let in_front = found.len().saturating_sub(wanted.len());
    if (hidden > 0 || in_front > 0) && !url.is_open() {
        return None;
    }
    let mut fit = Fit { guessed: 0, filled: 0, hidden };
    let mut names = Vec::new();
    for (wanted, found) in wanted[hidden..].iter().zip(&found[in_front..]) {
        if is_placeholder(wanted) {
            if found.is_empty() {
                return None;
            }
            fit.filled += usize::from(!found.has_hole());
        } else if names_it(*found, wanted) {
            names.push(*wanted);
        } else if found.has_hole() && found.may_be(wanted) {
            fit.guessed += 1;
        } else {
            return None;
        }
    }
    let telling = names.len() > 1
        || names.iter().any(|name| name.len() >= TELLING_NAME)
        || (hidden == 0 && in_front == 0 && !names.is_empty());
    telling.then_some(fit)
}

fn may_have_a_host(endpoint: &Endpoint, url: &UrlPattern) -> bool {
    endpoint.hosts.is_empty() || endpoint.hosts.iter().any(|host| url.may_have_host(host))
}

/// Whether a segment is this name; a hole at its end may hold a query.
fn names_it(found: Segment<'_>, name: &str) -> bool {
    found.is(name) || (found.starts_with(name) && found.has_hole() && found.may_be(name))
}

fn is_placeholder(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}
