//! `curl` options that don't change the request, and credentials in their values.

use crate::http::secret::{is_mixed, is_secret_header, url_secrets};

/// Options whose value is neither part of the request nor a credential.
const PLAIN: [&str; 47] = [
    "-r",
    "--range",
    "-z",
    "--time-cond",
    "-C",
    "--continue-at",
    "-t",
    "--telnet-option",
    "-y",
    "--speed-time",
    "-Y",
    "--speed-limit",
    "-Q",
    "--quote",
    "-P",
    "-o",
    "--output",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "-w",
    "--write-out",
    "-D",
    "--dump-header",
    "-c",
    "--cookie-jar",
    "--cacert",
    "--capath",
    "--proxy-cacert",
    "--key",
    "--key-type",
    "--cert-type",
    "--resolve",
    "--connect-to",
    "--noproxy",
    "--interface",
    "--limit-rate",
    "--max-redirs",
    "--max-filesize",
    "--ciphers",
    "--netrc-file",
    "--trace-ascii",
    "-A",
    "--user-agent",
];
/// Options whose value is a URL, possibly with user and password.
const URLS: [&str; 10] = [
    "-x",
    "--proxy",
    "--proxy1.0",
    "--preproxy",
    "--socks4",
    "--socks4a",
    "--socks5",
    "--socks5-hostname",
    "-e",
    "--referer",
];
/// Options whose value is `USER:PASSWORD`.
const USERS: [&str; 2] = ["-U", "--proxy-user"];
/// Options whose value is `FILE:PASSWORD`.
const CERTIFICATES: [&str; 3] = ["-E", "--cert", "--proxy-cert"];
/// Options whose value is a password.
const PASSWORDS: [&str; 4] = ["--pass", "--proxy-pass", "--tlspassword", "--proxy-tlspassword"];
/// Options whose value is a header for the proxy.
const HEADERS: [&str; 1] = ["--proxy-header"];

/// Short options with a value; all others are flags, which may be combined: `-sSi`.
pub(super) const SHORT_WITH_VALUE: &str = "XHdubAeoFTmwDcExUYyzCKtrhQP";

/// Long options without a value.
pub(super) const LONG_FLAGS: [&str; 22] = [
    "--silent",
    "--show-error",
    "--include",
    "--location",
    "--insecure",
    "--fail",
    "--globoff",
    "--verbose",
    "--compressed",
    "--no-buffer",
    "--remote-name",
    "--http1.1",
    "--http2",
    "--http2-prior-knowledge",
    "--http1.0",
    "--ipv4",
    "--ipv6",
    "--tlsv1.2",
    "--tlsv1.3",
    "--no-progress-meter",
    "--progress-bar",
    "--fail-with-body",
];

/// Whether an option takes a value that isn't part of the request.
pub(super) fn is_valued(option: &str) -> bool {
    let lists: [&[&str]; 6] = [&PLAIN, &URLS, &USERS, &CERTIFICATES, &PASSWORDS, &HEADERS];
    lists.iter().any(|list| list.contains(&option))
}

/// Returns the credentials in the value of an option that [`is_valued`].
pub(super) fn credentials(option: &str, value: &str) -> Vec<String> {
    // A user name may be a word that also occurs in responses.
    let user = |written: &str| {
        let (name, password) = written.split_once(':').unwrap_or((written, ""));
        let name = Some(decoded(name)).filter(|name| is_mixed(name));
        let password = Some(decoded(password)).filter(|password| !password.is_empty());
        name.into_iter().chain(password).collect::<Vec<_>>()
    };
    match option {
        _ if URLS.contains(&option) => {
            // curl accepts a proxy without a scheme.
            let url = match value.contains("://") {
                true => value.to_owned(),
                false => format!("http://{value}"),
            };
            let secrets = url_secrets(&url).into_iter();
            secrets
                .flat_map(|(range, name)| match &*name {
                    "password" => user(&url[range]),
                    _ => vec![decoded(&url[range])],
                })
                .collect()
        }
        _ if USERS.contains(&option) => user(value),
        // `C:\keys.pem` has no password.
        _ if CERTIFICATES.contains(&option) => {
            let password = value.get(2..).and_then(|rest| rest.rsplit_once(':'));
            password.into_iter().map(|(_, password)| password.to_owned()).collect()
        }
        _ if PASSWORDS.contains(&option) => vec![value.to_owned()],
        _ if HEADERS.contains(&option) => {
            let header = value.split_once(':').filter(|(name, _)| is_secret_header(name.trim()));
            let value = header.map(|(_, value)| value.trim());
            let behind_scheme = value.and_then(|value| value.split_once(' ')).map(|(_, rest)| rest);
            let basic = value.map(crate::live::credential::decoded_basic);
            let words = value.into_iter().chain(behind_scheme).map(str::to_owned);
            words.chain(basic.into_iter().flatten()).collect()
        }
        _ => Vec::new(),
    }
}

fn decoded(part: &str) -> String {
    crate::http::request::decode_component(part).into_owned()
}

#[cfg(test)]
mod tests {
    use super::credentials;

    #[test]
    fn credentials_are_found_in_every_option() {
        for (option, value, found) in [
            ("-x", "http://bo:pr0xy-pw@p.example:8080", &["pr0xy-pw"] as &[&str]),
            ("--proxy", "us3r-0042:pr0xy%2Dpw@p.example", &["us3r-0042", "pr0xy-pw"]),
            ("--socks5", "p.example:1080", &[]),
            ("-U", "bo:pr0xy-pw", &["pr0xy-pw"]),
            ("-E", "keys.pem:k3y-pw", &["k3y-pw"]),
            ("--cert", "C:\\keys.pem", &[]),
            ("--pass", "k3y-pw", &["k3y-pw"]),
            (
                "--proxy-header",
                "Proxy-Authorization: Bearer t0ken-9",
                &["Bearer t0ken-9", "t0ken-9"],
            ),
            ("--proxy-header", "X-Tier: gold", &[]),
            ("-e", "https://a.example/?api_key=r3f-key&b=1", &["r3f-key"]),
            ("-o", "out.json", &[]),
        ] {
            assert_eq!(credentials(option, value), found, "{option} {value}");
        }
    }
}
