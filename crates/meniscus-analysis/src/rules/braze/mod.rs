//! Rules about Braze's own objects, tags, and channels.

mod blank_after_comparison;
mod blank_lines;
mod block_name;
mod block_recursion;
mod block_size;
mod block_too_deep;
mod campaign_settings;
mod catalog_id_braces;
mod catalog_id_comma;
mod content_card_size;
mod deprecated_name;
mod disallowed_html;
mod empty_for_others;
mod empty_link;
mod family_not_in_channel;
mod html_in_plain_text;
mod integer_division;
mod language_word;
mod liquid_outside_body;
mod message_extras;
mod missing_block;
mod missing_default;
mod missing_json_escape;
mod missing_time_zone;
mod money_of_cents;
mod platform_case;
mod profile_code;
mod promotion_in_branches;
mod promotion_not_available;
mod push_payload;
mod quoted_number;
mod sms_segments;
mod translation_around_markup;
mod translation_id;
mod translation_nested;
mod trigger_properties_size;
mod unbalanced_html;
mod unchecked_catalog;
mod unencoded_campaign_name;
mod unescaped_script_value;
mod unknown_part;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &blank_after_comparison::RULE,
    &blank_lines::RULE,
    &block_name::RULE,
    &block_recursion::RULE,
    &block_size::RULE,
    &block_too_deep::RULE,
    &campaign_settings::RULE,
    &catalog_id_braces::RULE,
    &catalog_id_comma::RULE,
    &content_card_size::RULE,
    &deprecated_name::RULE,
    &disallowed_html::RULE,
    &empty_for_others::RULE,
    &empty_link::RULE,
    &family_not_in_channel::RULE,
    &html_in_plain_text::RULE,
    &integer_division::RULE,
    &language_word::RULE,
    &liquid_outside_body::RULE,
    &message_extras::RULE,
    &missing_block::RULE,
    &missing_default::RULE,
    &missing_json_escape::RULE,
    &missing_time_zone::RULE,
    &money_of_cents::RULE,
    &platform_case::RULE,
    &profile_code::RULE,
    &promotion_in_branches::RULE,
    &promotion_not_available::RULE,
    &push_payload::RULE,
    &quoted_number::RULE,
    &sms_segments::RULE,
    &translation_around_markup::RULE,
    &translation_id::RULE,
    &translation_nested::RULE,
    &trigger_properties_size::RULE,
    &unbalanced_html::RULE,
    &unchecked_catalog::RULE,
    &unencoded_campaign_name::RULE,
    &unescaped_script_value::RULE,
    &unknown_part::RULE,
];
