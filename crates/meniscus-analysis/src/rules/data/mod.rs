//! Rules about what is read: fields, variables, kinds of values.

mod array_equals;
mod constant_condition;
mod contradictory_condition;
mod date_format;
mod division_by_zero;
mod field_of_scalar;
mod filter_on_wrong_kind;
mod gap_between_branches;
mod identical_branches;
mod impossible_comparison;
mod impossible_date_part;
mod inconsistent_name;
mod index_out_of_range;
mod ineffective_check;
mod inverted_check;
mod loop_over_scalar;
mod math_on_date_string;
mod maybe_missing_field;
mod or_instead_of_and;
mod partly_set_variable;
mod printed_object;
mod property_accessor_fallback;
mod reset_in_loop;
mod seconds_as_days;
mod swapped_plural;
mod total_points_as_balance;
mod two_letter_culture;
mod undefined_variable;
mod unguarded_date_math;
mod unguarded_list;
mod unknown_attribute;
mod unknown_field;
mod unknown_property;
mod unknown_time_zone;
mod unordered_dates;
mod unreachable_default;
mod unstable_offer_id;
mod unused_save;
mod unused_variable;
mod used_before_saved;
mod user_id_not_guid;
mod value_outside_enumeration;
mod variable_of_other_part;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &array_equals::RULE,
    &constant_condition::RULE,
    &contradictory_condition::RULE,
    &date_format::RULE,
    &division_by_zero::RULE,
    &field_of_scalar::RULE,
    &filter_on_wrong_kind::RULE,
    &gap_between_branches::RULE,
    &identical_branches::RULE,
    &impossible_comparison::RULE,
    &impossible_date_part::RULE,
    &inconsistent_name::RULE,
    &index_out_of_range::RULE,
    &ineffective_check::RULE,
    &inverted_check::RULE,
    &loop_over_scalar::RULE,
    &math_on_date_string::RULE,
    &maybe_missing_field::RULE,
    &or_instead_of_and::RULE,
    &partly_set_variable::RULE,
    &printed_object::RULE,
    &property_accessor_fallback::RULE,
    &reset_in_loop::RULE,
    &seconds_as_days::RULE,
    &swapped_plural::RULE,
    &total_points_as_balance::RULE,
    &two_letter_culture::RULE,
    &undefined_variable::RULE,
    &unguarded_date_math::RULE,
    &unguarded_list::RULE,
    &unknown_attribute::RULE,
    &unknown_field::RULE,
    &unknown_property::RULE,
    &unknown_time_zone::RULE,
    &unordered_dates::RULE,
    &unreachable_default::RULE,
    &unstable_offer_id::RULE,
    &unused_save::RULE,
    &unused_variable::RULE,
    &used_before_saved::RULE,
    &user_id_not_guid::RULE,
    &value_outside_enumeration::RULE,
    &variable_of_other_part::RULE,
];

pub(super) use inconsistent_name::{Named, across, names};

/// Returns the rule that compares names across messages.
pub(super) fn inconsistent_name() -> &'static Rule {
    &inconsistent_name::RULE
}
