//! A server on 127.0.0.1 that says the same bytes to everybody, and keeps what came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

pub struct RawServer {
    pub port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// One that answers with these bytes; with none it hangs up.
    pub fn saying(bytes: &str) -> RawServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (kept, bytes) = (Arc::clone(&log), bytes.to_owned());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while reader.read_line(&mut head).unwrap_or(0) > 2 {}
                let length = head.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
                });
                let mut body = vec![0; length.unwrap_or(0)];
                // Whoever goes away is not waited for.
                let _ = reader.read_exact(&mut body);
                kept.lock().unwrap().push(format!("{head}{}", String::from_utf8_lossy(&body)));
                let _ = stream.write_all(bytes.as_bytes());
            }
        });
        RawServer { port, log }
    }

    /// One that answers with a status and a body of JSON.
    pub fn answering(status: u16, headers: &str, body: &str) -> RawServer {
        RawServer::saying(&format!(
            "HTTP/1.1 {status} S\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    /// The requests that came, head and body.
    pub fn seen(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}
