//! Requests to Braze that trigger messages: built from scenarios, checked, and optionally sent.
//!
//! Source: reference 9, and its section on what SessionM sends.

mod body;
mod check;
mod deliver;
mod recipient;
mod settings;
mod target;

pub use body::{TriggerBody, TriggerOptions, build};
pub use check::check_body;
pub use deliver::{Delivery, NotDelivered, deliver};
pub use recipient::Identifier;
pub use settings::{advanced_settings, check_settings};
pub use target::{Kind, Target, Wanted, choose};
