use std::cell::Cell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use foldhash::fast::RandomState;
use sha2::{Digest as _, Sha256};

use super::error::TagError;
use super::segment_row::{Problem, RowPlace, customer, is_formula, is_guid, known_columns};
use crate::files::{FileError, check_regular};
use crate::text::nearest;

/// Size limit of a row in bytes: an unclosed quote would otherwise consume the rest of the file.
const LONGEST_ROW: u64 = 1 << 20;
/// Bytes read at a time.
const BUFFER: usize = 64 * 1024;
/// Size limit of standard input in bytes: an endless pipe would fill the disk.
const MAX_PIPED: u64 = 16 << 30;
/// Most column names listed in an error.
const SHOWN_COLUMNS: usize = 12;

/// Exports of a segment, which are read from start to end as often as needed.
#[derive(Debug)]
pub struct Segment {
    files: Vec<SegmentFile>,
    /// The customer column's name in the first file.
    column: String,
}

#[derive(Debug)]
struct SegmentFile {
    shown: String,
    file: File,
    delimiter: u8,
    column: usize,
    fields: usize,
}

/// The contents of a segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Rows, except the header lines.
    pub rows: u32,
    /// Distinct customers.
    pub customers: u32,
    /// Rows whose customer is in an earlier row.
    pub repeated: u32,
    /// Rows without a customer.
    pub unread: u32,
    /// Customers whose id looks like SessionM's own.
    pub guids: u32,
    /// Customers whose id a spreadsheet would treat as a formula.
    pub formulas: u32,
    /// SHA-256 of all files in order, in hexadecimal.
    pub digest: String,
}

/// A row with its customer, from [`Segment::walk`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'r> {
    pub(super) place: RowPlace,
    /// The customer; `None` if it is in an earlier row.
    pub(super) customer: Result<Option<&'r str>, &'r Problem>,
}

impl Segment {
    /// Opens exports; `-` is standard input, which is copied to an unnamed temporary file so that
    /// it can be read again.
    ///
    /// `column` is the customer column's name; by default, Braze's names are tried.
    ///
    /// # Errors
    ///
    /// If a file can't be read, isn't UTF-8 with a header line, or doesn't have exactly one such
    /// column.
    pub fn open(paths: &[PathBuf], column: Option<&str>) -> Result<Self, TagError> {
        let mut files = Vec::new();
        let mut name = None;
        for path in paths {
            let (file, found) = open(path, column)?;
            name.get_or_insert(found);
            files.push(file);
        }
        Ok(Self { files, column: name.unwrap_or_default() })
    }

    /// Returns the customer column's name in the first file.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Writes a place for people: `segment.csv:17`.
    #[must_use]
    pub fn shown(&self, place: RowPlace) -> String {
        let file = self.files.get(usize::from(place.file));
        format!("{}:{}", file.map_or("", |file| &file.shown), place.line)
    }

    /// Returns the names of the files, as shown.
    pub(super) fn names(&self) -> Vec<String> {
        self.files.iter().map(|file| file.shown.clone()).collect()
    }

    /// Reads everything once, counts, and reports each row without a customer.
    ///
    /// # Errors
    ///
    /// If a file can't be read to its end, or a row doesn't end.
    pub fn survey(&mut self, mut problem: impl FnMut(&str, &Problem)) -> Result<Survey, TagError> {
        let mut survey = Survey::default();
        let names = self.names();
        let digest = self.walk(|row| {
            survey.rows += 1;
            match row.customer {
                Err(found) => {
                    survey.unread += 1;
                    let RowPlace { file, line, .. } = row.place;
                    let name = names.get(usize::from(file)).map_or("", String::as_str);
                    problem(&format!("{name}:{line}"), found);
                }
                Ok(None) => survey.repeated += 1,
                Ok(Some(customer)) => {
                    survey.customers += 1;
                    survey.guids += u32::from(is_guid(customer));
                    survey.formulas += u32::from(is_formula(customer));
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        survey.digest = digest.unwrap_or_default();
        Ok(survey)
    }

    /// Calls for each customer's first row, until told to stop.
    ///
    /// # Errors
    ///
    /// If a file can't be read to its end.
    pub fn each_customer(
        &mut self,
        mut each: impl FnMut(RowPlace, &str) -> ControlFlow<()>,
    ) -> Result<(), TagError> {
        let walked = self.walk(|row| match row.customer {
            Ok(Some(customer)) => Ok(each(row.place, customer)),
            _ => Ok(ControlFlow::Continue(())),
        });
        walked.map(drop)
    }

    /// Visits every row in order, and returns the digest of all files unless told to stop.
    pub(super) fn walk(
        &mut self,
        mut each: impl FnMut(Row<'_>) -> Result<ControlFlow<()>, TagError>,
    ) -> Result<Option<String>, TagError> {
        let mut seen = HashSet::<[u8; 16], RandomState>::default();
        let mut digest = Sha256::new();
        let mut row = 0u32;
        for (number, input) in self.files.iter_mut().enumerate() {
            let file = u16::try_from(number).map_err(|_| {
                TagError::new("more than 65,535 files aren't supported", "combine some of them")
            })?;
            let path = PathBuf::from(&input.shown);
            input
                .file
                .seek(SeekFrom::Start(0))
                .map_err(|e| TagError::of_file("read", &path, &e))?;
            let progress = Progress::default();
            let bounded = Bounded { inner: &input.file, progress: &progress, digest: &mut digest };
            let mut reader = reader(bounded, input.delimiter);
            let mut record = ByteRecord::new();
            let mut is_header = true;
            loop {
                let before = reader.position().line();
                progress.left.set(LONGEST_ROW);
                match reader.read_byte_record(&mut record) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => return Err(broken(&input.shown, before, error)),
                }
                // An empty line that ends in `\r\n` leaves the `\r`.
                let is_blank = record.len() == 1 && record.get(0) == Some(b"\r");
                if std::mem::take(&mut is_header) || is_blank {
                    continue;
                }
                let line = start_of(&record, reader.position(), &progress);
                let place = RowPlace { row, file, line };
                row = row.checked_add(1).ok_or_else(|| {
                    TagError::new(
                        "more than 4,294,967,295 rows aren't supported",
                        "split the segment and send the parts",
                    )
                })?;
                let found = customer(&record, input.column, input.fields);
                let found = match &found {
                    Ok(id) => Ok(seen.insert(fingerprint(id)).then_some(*id)),
                    Err(problem) => Err(problem),
                };
                if each(Row { place, customer: found })?.is_break() {
                    return Ok(None);
                }
            }
            // UTF-8 never contains this byte: two files differ from their concatenation.
            digest.update([0xff]);
        }
        Ok(Some(format!("{:x}", HexOf(&digest.finalize()))))
    }
}

/// Returns 128 bits of a cryptographic digest: collisions don't occur, and it doesn't reveal the
/// id.
fn fingerprint(id: &str) -> [u8; 16] {
    let digest = Sha256::digest(id);
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}

/// Bytes in hexadecimal.
pub(super) struct HexOf<'b>(pub(super) &'b [u8]);

impl std::fmt::LowerHex for HexOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn reader<R: Read>(inner: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        // White space around the last field, including `\r`, is trimmed. As a separate terminator,
        // `\r` would be counted apart from its `\n`, and so would lines.
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(BUFFER)
        .from_reader(inner)
}

/// Returns the line that a record starts on, given the reader's position after it. Blank lines
/// before it don't belong to it.
fn start_of(record: &ByteRecord, behind: &csv::Position, progress: &Progress) -> u64 {
    let within = record.iter().map(|field| memchr::memchr_iter(b'\n', field).count() as u64);
    let ends_the_file = progress.total.get() == behind.byte() && progress.last.get() != b'\n';
    behind.line().saturating_sub(within.sum::<u64>() + u64::from(!ends_the_file))
}

/// How much a reader owned by another has read.
#[derive(Default)]
struct Progress {
    /// Bytes that may still be read for this row.
    left: Cell<u64>,
    total: Cell<u64>,
    last: Cell<u8>,
}

fn broken(shown: &str, line: u64, error: csv::Error) -> TagError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::QuotaExceeded => {
            TagError::new(
                format!("the row at {shown}:{line} is longer than {LONGEST_ROW} bytes"),
                "check for a quote that is never closed",
            )
        }
        csv::ErrorKind::Io(error) => TagError::of_file("read", Path::new(shown), &error),
        _ => TagError::new(
            format!("{shown}:{line} isn't CSV"),
            "export the segment again, or save it as CSV (UTF-8)",
        ),
    }
}

/// A reader that feeds a digest, and fails if a row exceeds the limit.
struct Bounded<'f> {
    inner: &'f File,
    progress: &'f Progress,
    digest: &'f mut Sha256,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Progress { left, total, last } = self.progress;
        if left.get() == 0 {
            return Err(std::io::ErrorKind::QuotaExceeded.into());
        }
        let count = self.inner.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        left.set(left.get().saturating_sub(count as u64));
        total.set(total.get() + count as u64);
        last.set(bytes.last().copied().unwrap_or(last.get()));
        self.digest.update(bytes);
        Ok(count)
    }
}

fn open(path: &Path, column: Option<&str>) -> Result<(SegmentFile, String), TagError> {
    let unreadable = |error: &std::io::Error| TagError::of_file("read", path, error);
    let is_input = path == Path::new("-") || path == Path::new("/dev/stdin");
    let shown = if is_input { "stdin".to_owned() } else { path.display().to_string() };
    let mut file = if is_input {
        spooled(&mut std::io::stdin().lock()).map_err(|error| unreadable(&error))?
    } else {
        if let Err(error) = check_regular(path) {
            return Err(match FileError::of(&error) {
                Some(FileError::Folder) => TagError::new(
                    format!("`{shown}` is a folder, not a CSV file"),
                    "name the files in it",
                ),
                Some(_) => TagError::new(
                    format!("`{shown}` isn't a regular file"),
                    "pipe its contents to stdin and use `--csv -`",
                ),
                None => unreadable(&error),
            });
        }
        File::open(path).map_err(|error| unreadable(&error))?
    };
    let mut start = [0; 2];
    let count = file.read(&mut start).map_err(|error| unreadable(&error))?;
    if matches!(start, [0xff, 0xfe] | [0xfe, 0xff]) {
        return Err(TagError::new(
            format!("`{shown}` is UTF-16, not UTF-8"),
            "save it as `CSV UTF-8`",
        ));
    }
    let header = |delimiter: u8| -> Result<ByteRecord, TagError> {
        (&file).seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
        let mut digest = Sha256::new();
        let progress = Progress::default();
        progress.left.set(LONGEST_ROW);
        let bounded = Bounded { inner: &file, progress: &progress, digest: &mut digest };
        let mut reader = reader(bounded, delimiter);
        let mut record = ByteRecord::new();
        let read = reader.read_byte_record(&mut record);
        read.map_err(|error| broken(&shown, 1, error))?;
        Ok(record)
    };
    if count == 0 {
        return Err(TagError::new(
            format!("`{shown}` is empty; its first line must contain column names"),
            "export the segment again",
        ));
    }
    let mut failure = None;
    // Spreadsheets in some countries write `;`, and copying from one gives tabs.
    for delimiter in [b',', b';', b'\t'] {
        let header = header(delimiter)?;
        match column_of(&header, column, &shown) {
            Ok(found) => {
                let name = header.get(found).unwrap_or_default();
                let name = String::from_utf8_lossy(name).trim().to_owned();
                let fields = header.len();
                return Ok((SegmentFile { shown, file, delimiter, column: found, fields }, name));
            }
            // The error for the first delimiter that splits columns is the most helpful.
            Err((columns, error)) => match &failure {
                Some((known, _)) if *known >= columns => {}
                _ => failure = Some((columns, error)),
            },
        }
    }
    let unknown = || TagError::new(format!("`{shown}` isn't CSV"), "export the segment again");
    Err(failure.map_or_else(unknown, |(_, error)| error))
}

/// Returns the customer's column, or the number of columns and what is wrong with them.
fn column_of(
    header: &ByteRecord,
    wanted: Option<&str>,
    shown: &str,
) -> Result<usize, (usize, TagError)> {
    let names = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned());
    let names = names.collect::<Vec<_>>();
    let fail = |message: String, help: String| Err((names.len(), TagError::new(message, help)));
    let list = |indices: &mut dyn Iterator<Item = usize>| {
        let quoted = indices.map(|index| format!("`{}`", names[index].escape_debug()));
        quoted.take(SHOWN_COLUMNS).collect::<Vec<_>>().join(", ")
    };
    let mut found = match wanted {
        None => known_columns(header),
        Some(wanted) => {
            let exact = |name: &String| name == wanted.trim();
            let loose = |name: &String| name.to_lowercase() == wanted.trim().to_lowercase();
            let all = |is: &dyn Fn(&String) -> bool| {
                (0..names.len()).filter(|index| is(&names[*index])).collect::<Vec<_>>()
            };
            let found = all(&exact);
            if found.is_empty() { all(&loose) } else { found }
        }
    };
    match (found.len(), wanted) {
        (1, _) => Ok(found.remove(0)),
        (0, Some(wanted)) => {
            let near = nearest(wanted, names.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of {}", list(&mut (0..names.len()))),
            };
            fail(format!("`{shown}` has no column `{wanted}`"), help)
        }
        (0, None) => fail(
            format!(
                "`{shown}` has no column `external_id` or `user_id` among {}",
                list(&mut (0..names.len()))
            ),
            "choose the column with `--column NAME`; the first line contains the names".to_owned(),
        ),
        (_, Some(wanted)) => fail(
            format!("{} columns are named `{wanted}` in `{shown}`", found.len()),
            "give them different names in the first line".to_owned(),
        ),
        (_, None) => fail(
            format!(
                "several columns of `{shown}` may contain the customers' IDs: {}",
                list(&mut found.into_iter())
            ),
            "choose the column with the IDs with `--column NAME`".to_owned(),
        ),
    }
}

/// Copies a pipe, which can only be read once, to an unnamed file that disappears with the program.
///
/// # Errors
/// If the file can't be written, or the pipe exceeds [`MAX_PIPED`].
fn spooled(from: &mut dyn Read) -> std::io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let copied = std::io::copy(&mut from.take(MAX_PIPED + 1), &mut file)?;
    if copied > MAX_PIPED {
        return Err(FileError::TooLarge(MAX_PIPED).into());
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.csv");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    fn rows(text: &[u8]) -> Vec<(u64, Option<String>)> {
        let (_folder, path) = segment(text);
        let mut segment = Segment::open(&[path], None).unwrap();
        let mut rows = Vec::new();
        let each = |row: Row<'_>| {
            rows.push((row.place.line, row.customer.ok().flatten().map(str::to_owned)));
            Ok(ControlFlow::Continue(()))
        };
        segment.walk(each).unwrap();
        rows
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let some = |line: u64, id: &str| (line, Some(id.to_owned()));
        let expected = [some(2, "a"), some(4, "b"), some(5, "c")];
        for text in [
            "user_id,n\na,\"x\ny\"\nb,1\nc,2\n",
            "user_id,n\r\na,\"x\r\ny\"\r\nb,1\r\nc,2",
            "\u{feff}user_id,n\r\na,\"x\r\ny\"\r\nb,1\r\nc,2\r\n",
            "user_id;n\na;\"x\ny\"\nb;1\nc;2\n",
            "user_id\tn\n\"a\"\t\"x\ny\"\nb\t1\nc\t2\n",
        ] {
            assert_eq!(rows(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(rows(b"user_id\n\n\na\n"), [some(4, "a")]);
        assert_eq!(rows(b"user_id\r\n\r\n\"a\"\r\n\r\nb"), [some(3, "a"), some(5, "b")]);
        assert_eq!(rows("\u{feff}user_id\na\n\"b\"".as_bytes()), [some(2, "a"), some(3, "b")]);
        assert_eq!(rows(b"user_id\n"), []);
    }

    #[test]
    fn a_customer_counts_once_and_a_bad_row_is_told() {
        let (_folder, path) = segment(b"n,External ID\n1,a\n2\n3,\n4,a\n5,b\xff\n6,=b\n");
        let mut segment = Segment::open(&[path], None).unwrap();
        assert_eq!(segment.column(), "External ID");
        let mut told = Vec::new();
        let survey = segment.survey(|_, problem| told.push(problem.clone())).unwrap();
        assert_eq!((survey.rows, survey.customers, survey.repeated), (6, 2, 1));
        assert_eq!((survey.unread, survey.formulas, survey.guids), (3, 1, 0));
        let fields = Problem::Fields { found: 1, expected: 2 };
        assert_eq!(told, [fields, Problem::Empty, Problem::NotUtf8]);
        assert_eq!(segment.survey(|_, _| {}).unwrap(), survey, "it can be read again");
    }

    #[test]
    fn an_open_quote_does_not_take_in_the_file() {
        let mut text = b"user_id\na\n\"".to_vec();
        text.extend(std::iter::repeat_n(b"xxxxxxx\n", 300_000).flatten());
        let (_folder, path) = segment(&text);
        let error = Segment::open(&[path], None).unwrap().survey(|_, _| {}).unwrap_err();
        assert!(error.message.contains("s.csv:3 is longer than 1048576 bytes"), "{error}");
    }

    #[test]
    fn columns_are_found_named_or_asked_for() {
        let open = |text: &[u8], column: Option<&str>| {
            let (_folder, path) = segment(text);
            Segment::open(&[path], column).map(|segment| segment.column().to_owned())
        };
        assert_eq!(open(b"Loyalty Nr,x\n", Some("loyalty nr")).unwrap(), "Loyalty Nr");
        let error = open(b"Email;Loyalty\n", None).unwrap_err();
        assert!(error.message.contains("`Email`, `Loyalty`"), "{error}");
        let error = open(b"user_id,external_id\n", None).unwrap_err();
        assert!(error.message.contains("several columns"), "{error}");
        assert_eq!(
            open(b"a,loyalty\n", Some("loyalti")).unwrap_err().help,
            "did you mean `loyalty`?"
        );
        assert!(open(b"\xff\xfeu\0", None).unwrap_err().message.contains("UTF-16"));
        assert!(open(b"", None).unwrap_err().message.contains("s.csv` is empty"));
    }
}
