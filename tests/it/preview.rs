//! The preview over HTTP: what its routes answer, what it refuses, what it tells by itself, what it writes.

use crate::http;
use crate::program;
mod answers;
mod begin;
mod editing;
mod export;
mod guard;
mod help;
mod labels;
mod live;
mod reading;
mod rendering;
mod search;
mod shop;
