//! Whether a request is meant for a server on this machine, and comes from its own page.
//!
//! Another site's page can send requests to 127.0.0.1, and with a name that resolves to it (DNS
//! rebinding) could read the responses. So `Host` and `Origin` must be the server's.

use axum::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};

/// Returns what is wrong with a request for a server on this port, if anything.
pub(super) fn wrong(headers: &HeaderMap, port: u16) -> Option<&'static str> {
    if !only(headers, &HOST).is_some_and(|host| is_own(host, port)) {
        return Some("the `Host` header isn't this server's");
    }
    let is_own_page = || {
        only(headers, &ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|host| is_own(host, port))
    };
    let is_foreign = headers.contains_key(ORIGIN) && !is_own_page();
    is_foreign.then_some("requests from other sites aren't allowed")
}

/// Returns the value of a header that occurs once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

fn is_own(host: &str, port: u16) -> bool {
    let is_here = |name: &str| name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost");
    match host.rsplit_once(':') {
        Some((name, number)) => number == port.to_string() && is_here(name),
        // The default port, which clients leave out.
        None => port == 80 && is_here(host),
    }
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn a_host_is_this_machine_and_port_alone() {
        for host in ["127.0.0.1:8080", "localhost:8080", "LocalHost:8080"] {
            assert!(is_own(host, 8080), "{host}");
        }
        for host in
            ["127.0.0.1", "127.0.0.1:80", "allowed:80@evil", "a@127.0.0.1:8080", "evil:8080", ""]
        {
            assert!(!is_own(host, 8080), "{host}");
        }
    }
}
