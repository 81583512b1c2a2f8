//! Rules about how templates are written.

mod abort_misplaced;
mod all_branches_abort;
mod assign_syntax;
mod bare_attribute;
mod branch_after_else;
mod break_outside_loop;
mod c_style_operator;
mod capture_syntax;
mod case_syntax;
mod condition_syntax;
mod curly_quote;
mod cycle_syntax;
mod dollar_name;
mod duplicate_else;
mod else_takes_nothing;
mod filter_arguments;
mod filter_in_condition;
mod filter_in_index;
mod filter_in_loop;
mod filter_outside_output;
mod html_entity;
mod incomplete_markup;
mod index_inside_dollar;
mod inline_comment;
mod invisible_character;
mod jinja_comment;
mod key_needs_brackets;
mod liquid_in_argument;
mod liquid_in_html_comment;
mod liquid_in_string;
mod loop_syntax;
mod missing_colon;
mod missing_comma;
mod missing_dollar;
mod missing_parentheses;
mod mixed_and_or;
mod nameless_tag;
mod nested_too_deep;
mod non_ascii_name;
mod operator_in_value;
mod parentheses_in_condition;
mod raw_syntax;
mod reserved_name;
mod single_equals;
mod stray_tag;
mod tag_in_output;
mod tag_takes_nothing;
mod triple_brace;
mod unclosed_block;
mod unclosed_output;
mod unclosed_quote;
mod unclosed_tag;
mod unexpected_markup;
mod unknown_family;
mod unknown_filter;
mod unknown_operator;
mod unknown_rule;
mod unknown_tag;
mod unlisted_filter;
mod unquoted_argument;
mod unreachable_branch;
mod unsupported_filter;
mod unused_suppression;
mod variable_name;
mod when_syntax;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &abort_misplaced::RULE,
    &all_branches_abort::RULE,
    &assign_syntax::RULE,
    &bare_attribute::RULE,
    &branch_after_else::RULE,
    &break_outside_loop::RULE,
    &c_style_operator::RULE,
    &capture_syntax::RULE,
    &case_syntax::RULE,
    &condition_syntax::RULE,
    &curly_quote::RULE,
    &cycle_syntax::RULE,
    &dollar_name::RULE,
    &duplicate_else::RULE,
    &else_takes_nothing::RULE,
    &filter_arguments::RULE,
    &filter_in_condition::RULE,
    &filter_in_index::RULE,
    &filter_in_loop::RULE,
    &filter_outside_output::RULE,
    &html_entity::RULE,
    &incomplete_markup::RULE,
    &index_inside_dollar::RULE,
    &inline_comment::RULE,
    &invisible_character::RULE,
    &jinja_comment::RULE,
    &key_needs_brackets::RULE,
    &liquid_in_argument::RULE,
    &liquid_in_html_comment::RULE,
    &liquid_in_string::RULE,
    &loop_syntax::RULE,
    &missing_colon::RULE,
    &missing_comma::RULE,
    &missing_dollar::RULE,
    &missing_parentheses::RULE,
    &mixed_and_or::RULE,
    &nameless_tag::RULE,
    &nested_too_deep::RULE,
    &non_ascii_name::RULE,
    &operator_in_value::RULE,
    &parentheses_in_condition::RULE,
    &raw_syntax::RULE,
    &reserved_name::RULE,
    &single_equals::RULE,
    &stray_tag::RULE,
    &tag_in_output::RULE,
    &tag_takes_nothing::RULE,
    &triple_brace::RULE,
    &unclosed_block::RULE,
    &unclosed_output::RULE,
    &unclosed_quote::RULE,
    &unclosed_tag::RULE,
    &unexpected_markup::RULE,
    &unknown_family::RULE,
    &unknown_filter::RULE,
    &unknown_operator::RULE,
    &unknown_rule::RULE,
    &unknown_tag::RULE,
    &unlisted_filter::RULE,
    &unquoted_argument::RULE,
    &unreachable_branch::RULE,
    &unsupported_filter::RULE,
    &unused_suppression::RULE,
    &variable_name::RULE,
    &when_syntax::RULE,
];

/// Returns the rule about comments that allow something not reported.
pub(super) fn unused_suppression() -> &'static Rule {
    &unused_suppression::RULE
}

/// Returns the rule about comments that allow an unknown rule.
pub(super) fn unknown_rule() -> &'static Rule {
    &unknown_rule::RULE
}
