use super::pack::Endpoint;
use crate::recording::{Segment, UrlPattern};

/// A name this long is found in only one system.
const SPECIFIC_NAME: usize = 10;

/// How well an endpoint matches a call; the smallest is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    /// Literal segments of the path that match only by a placeholder of the call.
    pub guessed: usize,
    /// Path parameters that match a literal segment of the call.
    filled: usize,
    /// Leading segments that only a placeholder of the call could hold.
    hidden: usize,
}

/// Returns how well an endpoint matches a method and URL; `None` if it doesn't.
///
/// If the URL starts with a placeholder, that may hold the first segments of the endpoint's path,
/// or segments before it. The rest of the URL must then identify the endpoint.
pub(super) fn fit(endpoint: &Endpoint, method: &str, url: &UrlPattern) -> Option<Fit> {
    if endpoint.method != method || !may_have_a_host(endpoint, url) {
        return None;
    }
    // A workspace's own pack is about its own calls. Which of all vendors a call of an unknown host
    // asks can't be told.
    if endpoint.is_built_in && url.is_open() && !endpoint.hosts.is_empty() {
        return None;
    }
    let wanted = endpoint.path.trim_matches('/').split('/').collect::<Vec<_>>();
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
            fit.filled += usize::from(!found.has_placeholder());
        } else if names_it(*found, wanted) {
            names.push(*wanted);
        } else if found.has_placeholder() && found.may_be(wanted) {
            fit.guessed += 1;
        } else {
            return None;
        }
    }
    let is_specific = names.len() > 1
        || names.iter().any(|name| name.len() >= SPECIFIC_NAME)
        || (hidden == 0 && in_front == 0 && !names.is_empty());
    is_specific.then_some(fit)
}

fn may_have_a_host(endpoint: &Endpoint, url: &UrlPattern) -> bool {
    endpoint.hosts.is_empty() || endpoint.hosts.iter().any(|host| url.may_have_host(host))
}

/// Whether a segment has this name; a placeholder at its end may hold a query.
fn names_it(found: Segment<'_>, name: &str) -> bool {
    found.is(name) || (found.starts_with(name) && found.has_placeholder() && found.may_be(name))
}

fn is_placeholder(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}
