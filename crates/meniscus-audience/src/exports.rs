//! Files of recipients: Braze's segment exports as they are, NDJSON, JSON arrays and CSV, also
//! packed with gzip or zip. Rows are read one by one.

mod csv_file;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use globset::GlobBuilder;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use zip::ZipArchive;

use crate::error::AudienceError;
use meniscus_analysis::files::check_regular;
use meniscus_engine::value::Object;

/// The longest row that is read, in bytes.
const LONGEST_ROW: usize = 64 << 20;

const BUFFER: usize = 256 << 10;

/// Where a row is: `segment/part-1.zip/users.txt:17`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPlace {
    pub file: Arc<str>,
    /// From 1; the number of the element in an array.
    pub line: u64,
}

impl std::fmt::Display for RowPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A row as it is in its file.
#[derive(Clone, Debug)]
pub enum RawRow {
    Json(Vec<u8>),
    /// Columns with their names.
    Csv(Arc<StringRecord>, StringRecord),
    /// Columns with values of their kinds; objects may be JSON.
    Columns(Object),
    /// Why it can't be read.
    Broken(String),
}

/// The files of an audience, in order.
#[derive(Clone, Debug)]
pub struct Users {
    files: Vec<PathBuf>,
    /// The field with the id, where it isn't one of Braze's.
    key: Option<String>,
}

/// Alias for what `find` takes: files, folders, and patterns such as `segment/**/*.zip`.
pub type Exports = [String];

/// Whoever takes the rows, with the name of the field that has the id.
struct Each<'e> {
    row: &'e mut dyn FnMut(RowPlace, RawRow) -> ControlFlow<()>,
    key: Option<&'e str>,
}

impl Users {
    /// Finds files by path, folder or pattern. A folder stands for all files in it. `key` names the
    /// field with the id, where it isn't one of Braze's.
    ///
    /// # Errors
    /// If one of them finds nothing, or can't be looked into.
    pub fn find(patterns: &Exports, key: Option<&str>) -> Result<Users, AudienceError> {
        let mut files = Vec::new();
        for pattern in patterns {
            let found = matching(pattern)?;
            if found.is_empty() {
                return Err(nothing(pattern));
            }
            files.extend(found);
        }
        files.sort();
        // One file by two names is one file.
        let mut known = HashSet::new();
        files.retain(|path| known.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
        Ok(Users { files, key: key.map(str::to_owned) })
    }

    /// Returns the files.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Returns each file alone.
    pub fn each_file(&self) -> impl Iterator<Item = Users> {
        self.files.iter().map(|file| Users { files: vec![file.clone()], key: self.key.clone() })
    }

    /// Returns the field with the id, where it isn't one of Braze's.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Calls `each` for every row, until told to stop. A row that can't be read is one of them.
    ///
    /// # Errors
    /// If a file can't be read to its end.
    pub fn each(
        &self,
        each: &mut dyn FnMut(RowPlace, RawRow) -> ControlFlow<()>,
    ) -> Result<(), AudienceError> {
        let mut each = Each { row: each, key: self.key.as_deref() };
        for path in &self.files {
            let flow =
                file(path, &mut each).map_err(|error| AudienceError::unreadable(path, &error))?;
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Says why a path or pattern finds nothing.
fn nothing(pattern: &str) -> AudienceError {
    let has_wildcard = pattern.contains(['*', '?', '[', '{']);
    let (message, help) = match pattern {
        "-" => ("standard input isn't supported".to_owned(), "write it to a file first"),
        folder if Path::new(folder).is_dir() => {
            (format!("`{folder}` has no files"), "use the folder of the export")
        }
        _ if has_wildcard => (
            format!("`{pattern}` matches no file"),
            "check the pattern; put it in quotes to keep the shell from expanding it",
        ),
        _ => (format!("there is no `{pattern}`"), "check the path"),
    };
    AudienceError::new(message, help)
}

fn matching(pattern: &str) -> Result<Vec<PathBuf>, AudienceError> {
    let path = Path::new(pattern);
    if path.is_dir() {
        return below(path);
    }
    if path.exists() {
        check_regular(path).map_err(|error| AudienceError::unreadable(path, &error))?;
        return Ok(vec![path.to_owned()]);
    }
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| {
        AudienceError::new(
            format!("`{pattern}` isn't a valid pattern: {error}"),
            "write a pattern such as `folder/*.zip`",
        )
    })?;
    let fixed = pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{']));
    let mut top = fixed.collect::<Vec<_>>().join("/");
    if top.is_empty() {
        top = if pattern.starts_with('/') { "/" } else { "." }.to_owned();
    }
    let matcher = glob.compile_matcher();
    let top = Path::new(&top);
    let all = if top.exists() { below(top)? } else { Vec::new() };
    Ok(all
        .into_iter()
        .filter(|path| matcher.is_match(path.strip_prefix("./").unwrap_or(path)))
        .collect())
}

/// Returns all files in a folder, sorted; what is hidden isn't an export.
fn below(folder: &Path) -> Result<Vec<PathBuf>, AudienceError> {
    let mut walk = ignore::WalkBuilder::new(folder);
    let walk = walk.standard_filters(false).hidden(true).follow_links(true).build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| {
            let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            let message = format!("can't read the folder `{}`: {why}", folder.display());
            AudienceError::new(message, "check the permissions and links, or list the files")
        })?;
        if entry.file_type().is_none_or(|kind| !kind.is_dir()) {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether an entry of an archive is what a system keeps there for itself.
fn is_hidden(entry: &str) -> bool {
    entry.split('/').any(|piece| piece.starts_with('.') || piece == "__MACOSX")
}

fn file(path: &Path, each: &mut Each<'_>) -> io::Result<ControlFlow<()>> {
    check_regular(path)?;
    let shown = path.strip_prefix("./").unwrap_or(path).display().to_string();
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    match *file.fill_buf()? {
        [0x1f, 0x8b, ..] => {
            rows(&shown, BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file)), each)
        }
        [b'P', b'K', 3 | 5, ..] => {
            let mut archive = ZipArchive::new(file).map_err(io::Error::other)?;
            if archive.index_for_name("[Content_Types].xml").is_some() {
                return Err(io::Error::other("it's a workbook; save it as comma-separated CSV"));
            }
            for index in 0..archive.len() {
                let entry = archive.by_index(index).map_err(io::Error::other)?;
                if !entry.is_file() {
                    continue;
                }
                let name = entry.name().map_err(io::Error::other)?.replace(char::is_control, "?");
                if is_hidden(&name) {
                    continue;
                }
                let shown = format!("{shown}/{name}");
                let flow = rows(&shown, BufReader::with_capacity(BUFFER, entry), each)?;
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            Ok(ControlFlow::Continue(()))
        }
        [b'P', b'A', b'R', b'1', ..] => Err(io::Error::other(
            "it's Parquet; use `audience.tally(table)` in the Python module (docs/reference/engines.md)",
        )),
        _ => rows(&shown, file, each),
    }
}

/// Reads rows in whatever form they are.
fn rows(shown: &str, mut reader: impl BufRead, each: &mut Each<'_>) -> io::Result<ControlFlow<()>> {
    if matches!(reader.fill_buf()?, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return Err(io::Error::other("it's UTF-16; save it as UTF-8"));
    }
    if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    let file = Arc::<str>::from(shown);
    let mut place = RowPlace { file, line: 1 };
    loop {
        let byte = match reader.fill_buf()? {
            [] => return Ok(ControlFlow::Continue(())),
            [byte, ..] => *byte,
        };
        match byte {
            b'\n' => place.line += 1,
            byte if byte.is_ascii_whitespace() => {}
            b'[' => {
                reader.consume(1);
                return elements(&place.file, reader, each);
            }
            b'{' => return objects(place, reader, each),
            _ => return csv_file::rows(place, reader, each),
        }
        reader.consume(1);
    }
}

/// What Braze's endpoints for single users answer.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    users: Vec<&'a RawValue>,
}

/// Reads an object a line, or one object with `users`.
fn objects(
    place: RowPlace,
    mut reader: impl BufRead,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    let mut first = Vec::new();
    let read = line(&mut reader, &mut first)?;
    if matches!(read, Line::TooLong) {
        if (each.row)(place.clone(), too_long()).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        return lines(RowPlace { line: place.line + 1, ..place }, reader, each);
    }
    let goes_on = matches!(read, Line::Whole)
        && serde_json::from_slice::<IgnoredAny>(&first).is_err_and(|error| error.is_eof());
    if goes_on || serde_json::from_slice::<Answer<'_>>(&first).is_ok() {
        let mut all = first;
        all.push(b'\n');
        reader.by_ref().take(LONGEST_ROW as u64).read_to_end(&mut all)?;
        if let Ok(answer) = serde_json::from_slice::<Answer<'_>>(&all) {
            for (index, user) in answer.users.into_iter().enumerate() {
                let at = RowPlace { file: Arc::clone(&place.file), line: index as u64 + 1 };
                if (each.row)(at, RawRow::Json(user.get().as_bytes().to_vec())).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            return Ok(ControlFlow::Continue(()));
        }
        return lines(place, Cursor::new(all).chain(reader), each);
    }
    first.push(b'\n');
    lines(place, Cursor::new(first).chain(reader), each)
}

fn lines(
    mut place: RowPlace,
    mut reader: impl BufRead,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    loop {
        let mut bytes = Vec::new();
        let row = match line(&mut reader, &mut bytes)? {
            Line::End => return Ok(ControlFlow::Continue(())),
            Line::Whole if bytes.trim_ascii().is_empty() => None,
            Line::Whole => Some(RawRow::Json(bytes)),
            Line::TooLong => Some(too_long()),
        };
        if let Some(row) = row
            && (each.row)(place.clone(), row).is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        place.line += 1;
    }
}

fn too_long() -> RawRow {
    RawRow::Broken(format!("the row is larger than {} MB", LONGEST_ROW >> 20))
}

enum Line {
    Whole,
    TooLong,
    End,
}

/// Reads a line without its end; of one that is too long, nothing is kept.
fn line(reader: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<Line> {
    let read = reader.by_ref().take(LONGEST_ROW as u64 + 1).read_until(b'\n', bytes)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        return Ok(Line::Whole);
    }
    if bytes.len() <= LONGEST_ROW {
        return Ok(Line::Whole);
    }
    bytes.clear();
    loop {
        let buffer = reader.fill_buf()?;
        let end = memchr::memchr(b'\n', buffer);
        let (used, is_end) = match end {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(used);
        if is_end {
            return Ok(Line::TooLong);
        }
    }
}

/// Reads the elements of a JSON array, and of arrays after it.
fn elements(
    file: &Arc<str>,
    reader: impl BufRead,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    let mut number = 0;
    let mut element = Vec::new();
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut is_over = false;
    let mut give = |element: &mut Vec<u8>| {
        if element.trim_ascii().is_empty() {
            return ControlFlow::Continue(());
        }
        number += 1;
        let place = RowPlace { file: Arc::clone(file), line: number };
        let bytes = std::mem::take(element);
        let row = if bytes.len() > LONGEST_ROW { too_long() } else { RawRow::Json(bytes) };
        (each.row)(place, row)
    };
    for byte in reader.bytes() {
        let byte = byte?;
        match byte {
            b'[' if is_over => {
                is_over = false;
                continue;
            }
            byte if is_over && byte.is_ascii_whitespace() => continue,
            _ if is_over => {
                return Err(io::Error::other("there is more text after the end of the list"));
            }
            _ if in_string => {
                in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            }
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' if depth == 0 => {
                if give(&mut element).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                is_over = true;
                continue;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                if give(&mut element).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            }
            _ => {}
        }
        // One byte more tells that it is too long.
        if element.len() <= LONGEST_ROW {
            element.push(byte);
        }
    }
    if is_over {
        return Ok(ControlFlow::Continue(()));
    }
    // The list ends too early: its last element is broken as well.
    let place = RowPlace { file: Arc::clone(file), line: number + 1 };
    Ok((each.row)(place, RawRow::Broken("the file ends before the list does".to_owned())))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;

    fn all(folder: &Path, pattern: &str) -> Vec<String> {
        let pattern = format!("{}/{pattern}", folder.display());
        let users = Users::find(&[pattern], None).unwrap();
        let mut found = Vec::new();
        let mut each = |place: RowPlace, row: RawRow| {
            let name = place.to_string();
            let name = name.strip_prefix(&format!("{}/", folder.display())).unwrap().to_owned();
            found.push(match row {
                RawRow::Json(bytes) => format!("{name} {}", String::from_utf8_lossy(&bytes).trim()),
                RawRow::Csv(_, record) => {
                    format!("{name} {}", record.iter().collect::<Vec<_>>().join("|"))
                }
                RawRow::Broken(why) => format!("{name} {why}"),
                RawRow::Columns(_) => unreachable!("no file has columns of kinds"),
            });
            ControlFlow::Continue(())
        };
        users.each(&mut each).unwrap();
        found
    }

    #[test]
    fn rows_are_read_in_every_form() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let put = |name: &str, bytes: &[u8]| {
            std::fs::create_dir_all(path.join(name).parent().unwrap()).unwrap();
            std::fs::write(path.join(name), bytes).unwrap();
        };
        let ndjson = b"{\"a\":1}\n\n{\"a\":\n{\"a\":2}";
        put("s/1.txt", ndjson);
        let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(ndjson).unwrap();
        put("s/2.gz", &gzip.finish().unwrap());
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("users.txt", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"{\"z\":1}\n").unwrap();
        put("s/3.zip", &zip.finish().unwrap().into_inner());
        assert_eq!(
            all(path, "s"),
            [
                "s/1.txt:1 {\"a\":1}",
                "s/1.txt:3 {\"a\":",
                "s/1.txt:4 {\"a\":2}",
                "s/2.gz:1 {\"a\":1}",
                "s/2.gz:3 {\"a\":",
                "s/2.gz:4 {\"a\":2}",
                "s/3.zip/users.txt:1 {\"z\":1}",
            ]
        );
        put("a.json", b"\xef\xbb\xbf [ {\"a\": \"],\\\"\"} ,\n[1, 2],3]");
        assert_eq!(
            all(path, "a.*"),
            ["a.json:1 {\"a\": \"],\\\"\"}", "a.json:2 [1, 2]", "a.json:3 3"]
        );
        put("cut.json", b"[{\"a\": 1}, {\"a\"");
        assert_eq!(all(path, "cut.json")[1], "cut.json:2 the file ends before the list does");
        put(
            "api.json",
            b"{\n \"message\": \"success\",\n \"users\": [{\"a\": 1}, {\"a\": 2}]\n}\n",
        );
        assert_eq!(all(path, "api.json"), ["api.json:1 {\"a\": 1}", "api.json:2 {\"a\": 2}"]);
        put("c.csv", b"user_id,first_name\n1,\"An\nna\"\n2\n3,C\n");
        assert_eq!(
            all(path, "c.csv"),
            [
                "c.csv:2 1|An\nna",
                "c.csv:4 the row has fewer columns than the header",
                "c.csv:5 3|C"
            ]
        );
        assert!(Users::find(&["nowhere/*.zip".to_owned()], None).is_err());
        put("p/users.parquet", b"PAR1\x15\x04");
        let parquet = Users::find(&[format!("{}/p", path.display())], None).unwrap();
        let error = parquet.each(&mut |_, _| ControlFlow::Continue(())).unwrap_err();
        assert!(error.to_string().contains("it's Parquet; use `audience.tally(table)`"), "{error}");
    }
}
