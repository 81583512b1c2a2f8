use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Three braces where two belong.
    ///
    /// Other template languages write three for text that is not escaped. Braze names three as
    /// wrong around an attribute; Liquid prints nothing or a brace.
    ///
    /// Source: the reference's sections 1.1 and 7.1.
    ///
    /// ```liquid bad
    /// {{{api_trigger_properties.${title}}}}
    /// ```
    ///
    /// ```liquid good
    /// {{api_trigger_properties.${title} | default: 'News'}}
    /// ```
    name: "triple-brace", level: Error, check: Check::Parser,
}
