use std::sync::Arc;

use super::date::to_time;
use crate::render::{Arguments, Facts, Filter, FilterContext, FilterError, Parameter, Support};
use crate::shape::{Gives, Signature, Takes};
use crate::value::{Time, Val, Value, View};

/// An unknown or empty zone leaves the time as it is; a number is hours, or seconds where it is
/// greater than 13 (reference 3.8; both `unverified`).
pub static FILTER: Filter = Filter {
    name: "time_zone",
    parameters: &[Parameter::Required("zone")],
    support: Support::Documented,
    signature: Signature { takes: Takes::Time, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "The time in a time zone, such as `America/Chicago`.",
    eval,
};

fn eval<'v>(
    input: Val<'v>,
    arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let Some(time) = to_time(input.view(), context) else { return Ok(input) };
    let moved = match arguments.view(0) {
        View::Int(offset) => at_offset(&time, offset),
        zone => {
            let zone = zone.to_str();
            if zone.is_empty() { None } else { time.in_zone(zone.trim()) }
        }
    };
    Ok(Val::Own(Value::Time(Arc::new(moved.unwrap_or(time)))))
}

fn at_offset(time: &Time, offset: i64) -> Option<Time> {
    let seconds = if offset.abs() <= 13 { offset * 3600 } else { offset };
    time.at_offset_seconds(i32::try_from(seconds).ok()?)
}
