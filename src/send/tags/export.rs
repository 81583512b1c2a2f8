use std::io::{self, Write};
use std::ops::ControlFlow;

use csv::{QuoteStyle, Writer, WriterBuilder};
use thiserror::Error;

use super::error::TagError;
use super::journal::{Journal, State};
use super::segment::Segment;
use super::segment_row::RowPlace;
use super::target::Tags;

/// Why a file of customers is incomplete.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The segment can't be read.
    #[error(transparent)]
    Read(#[from] TagError),
    /// The file can't be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Writes the file for SessionM: `customer,tag,ttl`, a row for each customer and tag. Ids are
/// written unchanged, because any other id is another customer.
///
/// # Errors
///
/// If the segment can't be read, or the file can't be written.
pub fn write_export(
    segment: &mut Segment,
    tags: &Tags,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let mut writer = writer(out);
    write(&mut writer, &["customer", "tag", "ttl"])?;
    let ttl = tags.ttl().map(|ttl| ttl.to_string()).unwrap_or_default();
    each_customer(segment, |_, customer| {
        tags.names().iter().try_for_each(|tag| write(&mut writer, &[customer, tag, &ttl]))
    })?;
    Ok(writer.flush()?)
}

/// Writes the customers in a `wanted` state, with code and place.
///
/// The first column has the segment's name for it, so that the file is a segment itself.
///
/// # Errors
///
/// If the segment can't be read, or the file can't be written.
pub fn write_outcomes(
    segment: &mut Segment,
    journal: &Journal,
    wanted: impl Fn(State) -> Option<String>,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let mut writer = writer(out);
    write(&mut writer, &[segment.column(), "code", "place"])?;
    let names = segment.names();
    each_customer(segment, |place, customer| {
        let Some(code) = wanted(journal.state(place.row)) else { return Ok(()) };
        let name = names.get(usize::from(place.file)).map_or("", String::as_str);
        write(&mut writer, &[customer, &code, &format!("{name}:{}", place.line)])
    })?;
    Ok(writer.flush()?)
}

fn writer(out: &mut dyn Write) -> Writer<&mut dyn Write> {
    WriterBuilder::new().quote_style(QuoteStyle::Necessary).from_writer(out)
}

fn write(writer: &mut Writer<&mut dyn Write>, fields: &[&str]) -> io::Result<()> {
    writer.write_record(fields).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

/// Calls for each customer until that fails.
fn each_customer(
    segment: &mut Segment,
    mut each: impl FnMut(RowPlace, &str) -> io::Result<()>,
) -> Result<(), ExportError> {
    let mut failed = None;
    segment.each_customer(|place, customer| match each(place, customer) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}
