//! What the preview page asks of a session, and what it is shown.

pub mod ask;
pub mod calls;
pub mod channel;
pub mod counting;
pub mod editable;
pub mod frame_html;
pub mod frames;
pub mod grid;
pub mod help;
pub mod listing;
pub mod local;
pub mod marks;
pub mod numbers;
pub mod printed;
pub mod questions;
pub mod recipient_form;
pub mod refusal;
pub mod rendering;
pub mod search;
pub mod shown;
pub mod sides;
pub mod snapshots;
pub mod webhook;
