use crate::rules::reading::outgoing::urls;
use crate::rules::reading::url::{Url, begins_unknown};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A port other than 80 or 443 in the URL of a call or webhook.
    ///
    /// ## What it does
    ///
    /// Reports a URL with a port other than 80 or 443. Test servers often use other ports.
    ///
    /// ## Why it matters
    ///
    /// Braze doesn't make the call and saves nothing, so everything that needs the response is
    /// missing from the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example:8443/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Responses and timing (reference, sections 2.1.4 and 2.1.6).
    name: "url-port", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let allowed = &subject.known.config.live.allow_ports;
    for flat in urls(subject) {
        let url = Url::of(&flat.text, flat.trimmed());
        // Without a scheme it isn't a URL, unless a value provides one.
        if url.scheme.is_none() && !begins_unknown(&flat.text) {
            continue;
        }
        let Some((range, port)) = url.port(&flat.text) else { continue };
        if matches!(port, 80 | 443) || allowed.iter().any(|known| u32::from(*known) == port) {
            continue;
        }
        let message = format!("Braze allows only ports 80 and 443, not {port}");
        findings
            .report(flat.model, flat.site(range), message)
            .label("the call isn't made")
            .help("remove the port");
    }
}
