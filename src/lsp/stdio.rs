//! The connection to an editor over standard input and output.
//!
//! Our own, since `lsp_server::Connection::stdio` reserves as many bytes as a header claims, and
//! repeats a malformed message in its error.

use std::io::{self, BufRead, Read as _};
use std::thread::JoinHandle;

use lsp_server::{Connection, Message};
use thiserror::Error;

/// Most bytes of a message: several times the largest file of a workspace.
const MAX_MESSAGE: u64 = 256 << 20;

/// Most bytes of a header line.
const MAX_HEADER: u64 = 4096;

/// Why no further message could be read. None says what was in the message.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("the editor sent a message without a valid `Content-Length`")]
    Header,
    #[error("the editor sent a message of {0} bytes, and the limit is {MAX_MESSAGE}")]
    Size(u64),
    #[error("the editor stopped in the middle of a message")]
    Cut,
    #[error("the editor sent a message that isn't valid JSON-RPC")]
    Json,
    #[error("can't read from the editor: {0}")]
    Input(#[from] io::Error),
}

/// The threads that read and write messages.
#[derive(Debug)]
pub struct Threads {
    reader: JoinHandle<Result<(), ReadError>>,
    writer: JoinHandle<io::Result<()>>,
}

/// Connects to the editor that started the program.
///
/// # Errors
/// If the system provides no thread.
pub fn connect() -> io::Result<(Connection, Threads)> {
    let (connection, Connection { sender, receiver }) = Connection::memory();
    let read = move || {
        let mut input = io::stdin().lock();
        while let Some(message) = read(&mut input)? {
            let is_last = matches!(&message, Message::Notification(one) if one.method == "exit");
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
        Ok(())
    };
    let write = move || {
        let mut output = io::stdout().lock();
        receiver.into_iter().try_for_each(|message| message.write(&mut output))
    };
    let reader = std::thread::Builder::new().name("reader".to_owned()).spawn(read)?;
    let writer = std::thread::Builder::new().name("writer".to_owned()).spawn(write)?;
    Ok((connection, Threads { reader, writer }))
}

impl Threads {
    /// Waits until everything is sent.
    ///
    /// # Errors
    /// If a message couldn't be read or written.
    pub fn join(self) -> Result<(), ReadError> {
        let Threads { reader, writer } = self;
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok(())
    }
}

/// Reads a message; nothing at the end of the input.
fn read(input: &mut impl BufRead) -> Result<Option<Message>, ReadError> {
    let mut length = None;
    let mut is_first = true;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() && is_first {
            return Ok(None);
        }
        let line = line.strip_suffix(b"\n").ok_or(ReadError::Header)?;
        let line = std::str::from_utf8(line).map_err(|_| ReadError::Header)?.trim_end();
        if line.is_empty() {
            break;
        }
        is_first = false;
        let (name, value) = line.split_once(':').ok_or(ReadError::Header)?;
        if name.eq_ignore_ascii_case("Content-Length") {
            length = Some(value.trim().parse::<u64>().map_err(|_| ReadError::Header)?);
        }
    }
    let length = length.ok_or(ReadError::Header)?;
    if length > MAX_MESSAGE {
        return Err(ReadError::Size(length));
    }
    let mut body = Vec::new();
    if input.take(length).read_to_end(&mut body)? as u64 != length {
        return Err(ReadError::Cut);
    }
    serde_json::from_slice(&body).map(Some).map_err(|_| ReadError::Json)
}

#[cfg(test)]
mod tests {
    use lsp_server::Message;

    use super::read;

    #[test]
    fn messages_are_read_one_after_another() {
        let body = r#"{"jsonrpc":"2.0","method":"shutdown"}"#;
        let text = format!("content-length: {}\r\nContent-Type: x\r\n\r\n{body}", body.len());
        let text = text.repeat(2);
        let mut input = text.as_bytes();
        for _ in 0..2 {
            let message = read(&mut input).unwrap().unwrap();
            assert!(matches!(message, Message::Notification(one) if one.method == "shutdown"));
        }
        assert!(read(&mut input).unwrap().is_none());
    }

    #[test]
    fn what_is_no_message_is_refused_without_its_text() {
        for (text, wanted) in [
            ("Content-Length: 99999999999999\r\n\r\n", "of 99999999999999 bytes"),
            ("Content-Length: 1e3\r\n\r\n{}", "without a valid"),
            ("Content-Type: x\r\n\r\n{}", "without a valid"),
            ("s3cret", "without a valid"),
            ("Content-Length: 9\r\n\r\ns3cret", "in the middle"),
            ("Content-Length: 6\r\n\r\ns3cret", "isn't valid"),
            ("Content-Length: 2", "without a valid"),
        ] {
            let error = read(&mut text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(wanted) && !error.contains("s3cret"), "{text}: {error}");
        }
        let long = "x".repeat(9000);
        assert!(read(&mut long.as_bytes()).is_err());
    }
}
