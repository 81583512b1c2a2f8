use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `$` without its braces.
    ///
    /// ## What it does
    ///
    /// Reports `$name` inside Liquid, and a `${ }` without a name.
    ///
    /// ## Why it matters
    ///
    /// Other tools write their variables as `$name`. Liquid ignores the `$` and prints the variable
    /// `name`, which is never set, so customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Sent at {{$isoTimestamp}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write attributes as `${name}`, or use Liquid's own way to get the value.
    ///
    /// ```liquid good
    /// Sent at {{ 'now' | date: '%Y-%m-%dT%H:%M:%SZ' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form (reference, sections 1.1 and 7.1).
    name: "dollar-name", level: Error, check: Check::Parser,
}
