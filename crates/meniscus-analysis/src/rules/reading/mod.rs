//! What several rules need to know about a message: where a value comes from, what a call sends and
//! who responds, and its strings with interpolations.

pub(super) mod answers;
pub(super) mod color;
pub(super) mod compared;
pub(super) mod constant;
pub(super) mod dates;
pub(super) mod evidence;
pub(super) mod filters;
pub(super) mod flat;
pub(super) mod html;
pub(super) mod html_place;
pub(super) mod implied;
pub(super) mod json_member;
pub(super) mod json_text;
pub(super) mod markup;
pub(super) mod origin;
pub(super) mod outgoing;
pub(super) mod partial_json;
pub(super) mod placeholder;
pub(super) mod profile;
pub(super) mod ranges;
pub(super) mod rendered;
pub(super) mod rendered_bodies;
pub(super) mod same_call;
pub(super) mod sentence;
pub(super) mod templates;
pub(super) mod url;
pub(super) mod values;
pub(super) mod ways;
