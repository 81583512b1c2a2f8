//! Sets of characters that are percent-encoded; characters outside ASCII always are.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC};

/// What an HTTP client encodes before it sends a URL. `%` stays, so escapes are kept.
pub(crate) const NEVER_SENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'\\')
    .add(b'^');

/// All but the unreserved characters of RFC 3986.
pub(crate) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same for forms, which write a space as `+`.
pub(crate) const RESERVED_IN_FORM: &AsciiSet = &RESERVED.remove(b' ');

/// All but the reserved and unreserved characters of RFC 2396, and brackets.
pub(crate) const NOT_IN_URL: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b';')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'[')
    .remove(b']');
