//! The filters, one file each: Liquid's own and Braze's.

mod abs;
mod append;
mod as_json_string;
mod at_least;
mod at_most;
mod base64_decode;
mod base64_encode;
mod base64_url_safe_decode;
mod base64_url_safe_encode;
mod capitalize;
mod ceil;
mod compact;
mod concat;
mod date;
mod default;
mod divided_by;
mod downcase;
mod escape;
mod escape_once;
mod find;
mod find_index;
mod first;
mod floor;
mod has;
mod hmac_sha1;
mod hmac_sha1_base64;
mod hmac_sha1_hex;
mod hmac_sha256;
mod hmac_sha256_base64;
mod hmac_sha256_hex;
mod hmac_sha512;
mod id;
mod join;
mod json_escape;
mod json_parse;
mod last;
mod lid;
mod lstrip;
mod map;
mod md5;
mod minus;
mod modulo;
mod money;
mod newline_to_br;
mod number_with_delimiter;
mod plus;
mod prepend;
mod property_accessor;
mod reject;
mod remove;
mod remove_first;
mod remove_last;
mod replace;
mod replace_first;
mod replace_last;
mod reverse;
mod round;
mod rstrip;
mod sha1;
mod sha2;
mod size;
mod slice;
mod sort;
mod sort_natural;
mod split;
mod strip;
mod strip_html;
mod strip_newlines;
mod sum;
mod time_zone;
mod times;
mod truncate;
mod truncatewords;
mod uniq;
mod upcase;
mod url_decode;
mod url_encode;
mod url_escape;
mod url_param_escape;
mod where_;

use crate::render::Filter;

/// All filters, sorted by name.
pub static FILTERS: &[&Filter] = &[
    &abs::FILTER,
    &append::FILTER,
    &as_json_string::FILTER,
    &at_least::FILTER,
    &at_most::FILTER,
    &base64_decode::FILTER,
    &base64_encode::FILTER,
    &base64_url_safe_decode::FILTER,
    &base64_url_safe_encode::FILTER,
    &capitalize::FILTER,
    &ceil::FILTER,
    &compact::FILTER,
    &concat::FILTER,
    &date::FILTER,
    &default::FILTER,
    &divided_by::FILTER,
    &downcase::FILTER,
    &escape::FILTER,
    &escape_once::FILTER,
    &find::FILTER,
    &find_index::FILTER,
    &first::FILTER,
    &floor::FILTER,
    &has::FILTER,
    &hmac_sha1::FILTER,
    &hmac_sha1_base64::FILTER,
    &hmac_sha1_hex::FILTER,
    &hmac_sha256::FILTER,
    &hmac_sha256_base64::FILTER,
    &hmac_sha256_hex::FILTER,
    &hmac_sha512::FILTER,
    &id::FILTER,
    &join::FILTER,
    &json_escape::FILTER,
    &json_parse::FILTER,
    &last::FILTER,
    &lid::FILTER,
    &lstrip::FILTER,
    &map::FILTER,
    &md5::FILTER,
    &minus::FILTER,
    &modulo::FILTER,
    &money::FILTER,
    &newline_to_br::FILTER,
    &number_with_delimiter::FILTER,
    &plus::FILTER,
    &prepend::FILTER,
    &property_accessor::FILTER,
    &reject::FILTER,
    &remove::FILTER,
    &remove_first::FILTER,
    &remove_last::FILTER,
    &replace::FILTER,
    &replace_first::FILTER,
    &replace_last::FILTER,
    &reverse::FILTER,
    &round::FILTER,
    &rstrip::FILTER,
    &sha1::FILTER,
    &sha2::FILTER,
    &size::FILTER,
    &slice::FILTER,
    &sort::FILTER,
    &sort_natural::FILTER,
    &split::FILTER,
    &strip::FILTER,
    &strip_html::FILTER,
    &strip_newlines::FILTER,
    &sum::FILTER,
    &time_zone::FILTER,
    &times::FILTER,
    &truncate::FILTER,
    &truncatewords::FILTER,
    &uniq::FILTER,
    &upcase::FILTER,
    &url_decode::FILTER,
    &url_encode::FILTER,
    &url_escape::FILTER,
    &url_param_escape::FILTER,
    &where_::FILTER,
];
