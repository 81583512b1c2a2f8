use std::fmt;

use url::Url;

/// A host name pattern for live calls: `api.example.com`, an address, or `*.example.com` for all
/// subdomains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    /// The name as in URLs: lowercase, punycode.
    name: String,
    /// Whether it matches subdomains only.
    below: bool,
}

impl HostPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong: a URL, a port, or a `*` that is too broad.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (rest, below) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let refused = |why: &str| {
            Err(format!("`{text}` isn't a host such as `api.example.com` or `*.example.com`{why}"))
        };
        if below && !rest.contains('.') {
            return refused(": a `*` below a top-level domain would match anyone's hosts");
        }
        if rest.is_empty() || rest.contains(['*', '/', '@', '?', '#', '\\', ' ']) {
            return refused("");
        }
        // An IPv6 address may be written without brackets.
        let bare = rest.matches(':').count() > 1 && !rest.starts_with('[');
        let authority = if bare { format!("[{rest}]") } else { rest.to_owned() };
        match Url::parse(&format!("http://{authority}/")) {
            Ok(url) if url.port().is_none() && !authority.ends_with(":80") => {
                let name = url.host_str().unwrap_or_default();
                Ok(Self { name: plain(name).to_owned(), below })
            }
            Ok(_) => refused(": it has a port, which belongs in `allow_ports`"),
            Err(_) => refused(""),
        }
    }

    /// Whether the pattern matches a host, written as in URLs.
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        let host = plain(host);
        if !self.below {
            return host == self.name;
        }
        host.strip_suffix(&self.name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.below { "*." } else { "" }, self.name)
    }
}

/// Removes a trailing dot.
fn plain(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::HostPattern;

    #[test]
    fn patterns_stand_for_names_and_for_names_below() {
        let matches =
            |pattern: &str, host: &str| HostPattern::parse(pattern).unwrap().matches(host);
        assert!(matches("API.Example.com", "api.example.com"));
        assert!(matches("api.example.com", "api.example.com."));
        assert!(!matches("example.com", "api.example.com"));
        assert!(matches("*.example.com", "a.b.example.com"));
        assert!(!matches("*.example.com", "example.com"));
        assert!(!matches("*.example.com", "badexample.com"));
        assert!(!matches("*.example.com", ".example.com"));
        assert!(matches("bücher.example", "xn--bcher-kva.example"));
        assert!(matches("::1", "[::1]"));
        assert!(matches("127.0.0.1", "127.0.0.1"));
    }

    #[test]
    fn what_means_too_much_is_refused() {
        for odd in [
            "*",
            "*.com",
            "*.",
            "",
            "a*b.com",
            "http://x.com",
            "x.com/y",
            "x.com:80",
            "x.com:8080",
            "a b",
        ] {
            assert!(HostPattern::parse(odd).is_err(), "{odd}");
        }
    }
}
