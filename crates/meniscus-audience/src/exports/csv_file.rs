//! CSV with a header line.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::super::person::is_known_column;
use super::{Each, LONGEST_ROW, RawRow, RowPlace};

/// What a file showed of its quotes, which come in pairs.
#[derive(Default)]
struct Seen {
    quotes: Cell<u64>,
    /// Bytes since the last row.
    bytes: Cell<usize>,
    end: Cell<bool>,
}

/// Counts what is read, and ends a row that never ends.
struct Counting<R> {
    reader: R,
    seen: Rc<Seen>,
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.seen.end.set(read == 0);
        let quotes = memchr::memchr_iter(b'"', &buffer[..read]).count() as u64;
        self.seen.quotes.set(self.seen.quotes.get() + quotes);
        self.seen.bytes.set(self.seen.bytes.get() + read);
        if self.seen.bytes.get() > LONGEST_ROW {
            let message = format!("a row is larger than {} MB", LONGEST_ROW >> 20);
            return Err(io::Error::other(message));
        }
        Ok(read)
    }
}

pub(super) fn rows(
    mut place: RowPlace,
    reader: impl BufRead,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    let seen = Rc::new(Seen::default());
    let counting = Counting { reader, seen: Rc::clone(&seen) };
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(counting);
    let not_utf8 = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("its first line isn't UTF-8"),
    };
    let header = Arc::new(reader.headers().map_err(not_utf8)?.clone());
    if !header.iter().any(|name| is_known_column(name, each.key)) {
        let whole = header.iter().collect::<String>();
        return Err(io::Error::other(match () {
            () if whole.contains(';') => "its first line has semicolons instead of commas",
            () if whole.contains('\t') => "its first line has tabs instead of commas",
            () => {
                "it isn't JSON, and its first line isn't a CSV header with an ID or a profile field"
            }
        }));
    }
    let mut record = StringRecord::new();
    loop {
        let read = reader.read_record(&mut record);
        seen.bytes.set(0);
        let line = record.position().map_or(0, csv::Position::line);
        let row = match read {
            Ok(false) => return Ok(ControlFlow::Continue(())),
            Ok(true)
                if seen.end.get() && !seen.quotes.get().is_multiple_of(2) && spans(&record) =>
            {
                let message = format!("the row at line {line} has an unclosed quote");
                return Err(io::Error::other(message));
            }
            // How many there are differs from row to row; the sentence must not.
            Ok(true) if record.len() < header.len() => {
                RawRow::Broken("the row has fewer columns than the header".to_owned())
            }
            Ok(true) if record.len() > header.len() => {
                RawRow::Broken("the row has more columns than the header".to_owned())
            }
            Ok(true) => RawRow::Csv(Arc::clone(&header), record.clone()),
            Err(error) if error.is_io_error() => return Err(io::Error::other(error)),
            Err(_) => RawRow::Broken("it isn't UTF-8".to_owned()),
        };
        place.line = line;
        if (each.row)(place.clone(), row).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// Whether a field goes over the end of a line, as the last one after an open quote does.
fn spans(record: &StringRecord) -> bool {
    record.iter().next_back().is_some_and(|last| last.contains('\n'))
}
