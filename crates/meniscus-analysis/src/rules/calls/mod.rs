//! Rules about `connected_content`, and about the request of a webhook.

mod body_not_json;
mod body_with_spaces;
mod body_without_post;
mod broken_url;
mod cache_age;
mod call_in_loop;
mod call_not_available;
mod counter_tag;
mod hard_coded_credential;
mod headers_json;
mod insecure_url;
mod method_not_supported;
mod misplaced_option;
mod missing_content_type;
mod nbsp_in_url;
mod option_without_value;
mod page_too_large;
mod placeholder_in_url;
mod post_without_body;
mod repeated_call;
mod retry_in_in_app;
mod two_question_marks;
mod uncached_post;
mod unchecked_call;
mod unchecked_payload;
mod unescaped_url_value;
mod unfilled_placeholder;
mod unknown_option;
mod unreachable_status;
mod url_port;
mod url_scheme;
mod write_call;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &body_not_json::RULE,
    &body_with_spaces::RULE,
    &body_without_post::RULE,
    &broken_url::RULE,
    &cache_age::RULE,
    &call_in_loop::RULE,
    &call_not_available::RULE,
    &counter_tag::RULE,
    &hard_coded_credential::RULE,
    &headers_json::RULE,
    &insecure_url::RULE,
    &method_not_supported::RULE,
    &misplaced_option::RULE,
    &missing_content_type::RULE,
    &nbsp_in_url::RULE,
    &option_without_value::RULE,
    &page_too_large::RULE,
    &placeholder_in_url::RULE,
    &post_without_body::RULE,
    &repeated_call::RULE,
    &retry_in_in_app::RULE,
    &two_question_marks::RULE,
    &uncached_post::RULE,
    &unchecked_call::RULE,
    &unchecked_payload::RULE,
    &unescaped_url_value::RULE,
    &unfilled_placeholder::RULE,
    &unknown_option::RULE,
    &unreachable_status::RULE,
    &url_port::RULE,
    &url_scheme::RULE,
    &write_call::RULE,
];
