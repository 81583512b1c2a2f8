//! Responses by customer, in files that are as large as they like: only where each row is, is in
//! memory (16 bytes a row).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::AudienceError;
use crate::person::hash_of;
use crate::row_answers::{AnswerSource, RowAnswers, json_response};
use meniscus_analysis::endpoint::Endpoint;
use meniscus_analysis::files::check_regular;
use meniscus_engine::http::Response;

/// The longest row, in bytes.
const LONGEST: u64 = 64 << 20;

/// What is read at once: customers most often come in the order of their rows.
const BUFFER: usize = 64 << 10;

/// Tables of responses, which answer calls for the customer whose row is rendered.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    tables: Vec<Arc<Table>>,
}

#[derive(Debug)]
struct Table {
    source: Arc<AnswerSource>,
    /// Hashes of keys with the offsets of their rows, sorted.
    index: Vec<(u64, u64)>,
}

/// A row of a table. The first of its ids counts.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    key: Option<Key<'a>>,
    #[serde(borrow)]
    user_id: Option<Key<'a>>,
    #[serde(borrow)]
    external_id: Option<Key<'a>>,
    #[serde(borrow)]
    external_user_id: Option<Key<'a>>,
    #[serde(borrow)]
    id: Option<Key<'a>>,
    #[serde(borrow)]
    response: &'a RawValue,
    status: Option<u16>,
}

impl<'a> Row<'a> {
    /// Returns the key and the rest; nothing if it isn't a row.
    fn read(line: &'a [u8]) -> Option<(Key<'a>, Row<'a>)> {
        // A list could be read as an object's values in order.
        if !line.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        let mut row = serde_json::from_slice::<Row<'_>>(line).ok()?;
        let ids = [&mut row.key, &mut row.user_id, &mut row.external_id, &mut row.external_user_id];
        let key = ids.into_iter().find_map(Option::take).or_else(|| row.id.take())?;
        Some((key, row))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Key<'a> {
    Text(#[serde(borrow)] std::borrow::Cow<'a, str>),
    Number(serde_json::Number),
}

impl Key<'_> {
    fn is(&self, wanted: &str) -> bool {
        match self {
            Key::Text(text) => text == wanted,
            Key::Number(number) => number.to_string() == wanted,
        }
    }

    fn hash(&self) -> u64 {
        match self {
            Key::Text(text) => hash_of(text),
            Key::Number(number) => hash_of(&number.to_string()),
        }
    }
}

impl Answers {
    /// Reads where the rows of a file are: `{"user_id": …, "response": {…}}`, one a line.
    ///
    /// # Errors
    /// If a line isn't one, or the file is packed.
    pub fn add(&mut self, path: &Path, endpoint: Option<&Endpoint>) -> Result<u64, AudienceError> {
        let unreadable = |error: io::Error| AudienceError::unreadable(path, &error);
        check_regular(path).map_err(unreadable)?;
        let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(unreadable)?);
        let start = reader.fill_buf().map_err(unreadable)?;
        if start.starts_with(&[0x1f, 0x8b]) || start.starts_with(b"PK") {
            let message = format!(
                "`{}` is a gzip or zip file, from which single rows can't be read",
                path.display()
            );
            return Err(AudienceError::new(message, "unpack it first"));
        }
        let shown = path.display().to_string();
        let mut index = Vec::new();
        let (mut offset, mut number, mut line) = (0_u64, 0_u64, Vec::new());
        if start.starts_with(b"\xef\xbb\xbf") {
            reader.consume(3);
            offset = 3;
        }
        loop {
            line.clear();
            let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line);
            let read = read.map_err(unreadable)? as u64;
            if read == 0 {
                break;
            }
            number += 1;
            if !line.trim_ascii().is_empty() {
                // What is wrong with it could say who it is about.
                let (key, _) = Row::read(&line).ok_or_else(|| {
                    AudienceError::new(
                        format!("`{shown}:{number}` isn't a customer's response"),
                        "write `{\"user_id\": \"…\", \"response\": {…}}` on each line",
                    )
                })?;
                index.push((key.hash(), offset));
            }
            offset += read;
        }
        // Of two rows of a customer the later one counts.
        index.sort_unstable();
        let rows = index.len() as u64;
        let source = Arc::new(AnswerSource::new(&shown, endpoint));
        self.tables.push(Arc::new(Table { source, index }));
        // Those of one endpoint are asked before those of all.
        self.tables.sort_by_key(|table| table.source.endpoint.is_none());
        Ok(rows)
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Reads what answers the calls of one customer.
    ///
    /// # Errors
    /// If a file can't be read any more.
    pub fn of(&self, id: Option<&str>) -> io::Result<RowAnswers> {
        self.open()?.of(id)
    }

    /// Opens the files for a thread.
    pub(super) fn open(&self) -> io::Result<OpenAnswers> {
        let tables = self.tables.iter().map(|table| {
            let file = BufReader::with_capacity(BUFFER, File::open(&table.source.path)?);
            Ok((Arc::clone(table), Reader { file, at: 0 }))
        });
        Ok(OpenAnswers { tables: tables.collect::<io::Result<_>>()? })
    }
}

/// The tables as one thread reads them.
pub(super) struct OpenAnswers {
    tables: Vec<(Arc<Table>, Reader)>,
}

/// A file that is read at places, most often one after the other.
struct Reader {
    file: BufReader<File>,
    at: u64,
}

impl Reader {
    /// Reads the line at an offset; what is in memory isn't read again.
    fn line(&mut self, offset: u64, line: &mut Vec<u8>) -> io::Result<()> {
        line.clear();
        match i64::try_from(offset).ok().zip(i64::try_from(self.at).ok()) {
            Some((to, from)) => self.file.seek_relative(to - from)?,
            None => drop(self.file.seek(SeekFrom::Start(offset))?),
        }
        self.at = offset;
        self.at += self.file.by_ref().take(LONGEST).read_until(b'\n', line)? as u64;
        Ok(())
    }
}

impl OpenAnswers {
    /// Returns what answers the calls of a customer.
    pub fn of(&mut self, id: Option<&str>) -> io::Result<RowAnswers> {
        let mut answers = RowAnswers::default();
        for (table, reader) in &mut self.tables {
            let response = id.map(|id| table.find(reader, id)).transpose()?.flatten();
            answers.add(&table.source, response);
        }
        Ok(answers)
    }
}

impl Table {
    fn find(&self, reader: &mut Reader, id: &str) -> io::Result<Option<Arc<Response>>> {
        let wanted = hash_of(id);
        let start = self.index.partition_point(|(hash, _)| *hash < wanted);
        let same = self.index[start..].iter().take_while(|(hash, _)| *hash == wanted);
        for (_, offset) in same.collect::<Vec<_>>().into_iter().rev() {
            let mut line = Vec::new();
            reader.line(*offset, &mut line)?;
            let changed = || {
                io::Error::other(format!("`{}` has changed since it was read", self.source.shown))
            };
            let (key, row) = Row::read(&line).ok_or_else(changed)?;
            if key.hash() != wanted {
                return Err(changed());
            }
            if key.is(id) {
                let body = row.response.get().as_bytes();
                return Ok(Some(json_response(row.status.unwrap_or(200), body)));
            }
        }
        Ok(None)
    }
}
