//! A server on 127.0.0.1 that answers well or fails in every way there is, by path.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A request as it arrived. Each test file asks for some of it.
#[allow(dead_code)]
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// Lines of the head, as they are.
    pub head: String,
    pub body: String,
}

/// What answers a path that no fault has: status, content type, body.
pub type Answerer = Arc<dyn Fn(&Seen) -> (u16, String, String) + Send + Sync>;

/// A running server; it ends with the test.
pub struct FaultServer {
    pub port: u16,
    log: Arc<Mutex<Vec<Seen>>>,
}

#[allow(dead_code)]
impl FaultServer {
    /// A server that answers `{"ok": true}` where nothing else is asked for.
    pub fn start() -> FaultServer {
        let ok = |_: &Seen| (200, "application/json".to_owned(), r#"{"ok": true}"#.to_owned());
        FaultServer::answering(Arc::new(ok))
    }

    /// A server with answers of its own.
    pub fn answering(answerer: Answerer) -> FaultServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&log);
        let flaky = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, flaky) = (Arc::clone(&seen), Arc::clone(&flaky));
                let answerer = Arc::clone(&answerer);
                thread::spawn(move || {
                    // A client that goes away is part of the game.
                    let _gone = serve(stream, &seen, &flaky, &answerer);
                });
            }
        });
        FaultServer { port, log }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.log.lock().expect("no panic").clone()
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Seen>>,
    flaky: &AtomicUsize,
    answerer: &Answerer,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    let mut words = head.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default().to_owned();
    if fault_of(&path) == "/reset" {
        // What is not read when a connection closes makes it a reset.
        let seen = Seen { method, path, head, body: String::new() };
        log.lock().expect("no panic").push(seen);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":")?;
        thread::sleep(Duration::from_millis(50));
        return Ok(());
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let seen = Seen { method, path, head, body: String::from_utf8_lossy(&body).into_owned() };
    log.lock().expect("no panic").push(seen.clone());
    let path = &*fault_of(&seen.path);
    let fixed = |status: &str, more: &str, body: &[u8]| {
        let mut all = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len()).into_bytes();
        all.extend_from_slice(body);
        all
    };
    let all = match path {
        "/slow-headers" => {
            thread::sleep(Duration::from_secs(4));
            fixed("200 OK", "", b"{}")
        }
        "/slow-body" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")?;
            for _ in 0..100 {
                stream.write_all(b" ")?;
                thread::sleep(Duration::from_millis(50));
            }
            return Ok(());
        }
        "/too-short" => b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"a\": 1}".to_vec(),
        "/too-long" => {
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}{}{}{}".to_vec()
        }
        "/garbage" => b"\x00\x01\x02 not http at all\r\n\r\n".to_vec(),
        "/empty" => Vec::new(),
        "/bomb" => {
            let body = zipped(256 << 20);
            fixed("200 OK", "Content-Encoding: gzip\r\n", &body)
        }
        "/gzip" => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::best());
            packer.write_all(b"{\"packed\": true}")?;
            fixed("200 OK", "Content-Encoding: gzip\r\n", &packer.finish()?)
        }
        "/broken-gzip" => fixed("200 OK", "Content-Encoding: gzip\r\n", b"{\"not\": \"packed\"}"),
        "/brotli" => fixed("200 OK", "Content-Encoding: br\r\n", b"xyz"),
        "/most" => fixed("200 OK", "", &vec![b'x'; 1 << 20]),
        "/too-much" => fixed("200 OK", "", &vec![b'x'; (1 << 20) + 1]),
        "/not-utf8" => fixed("200 OK", "", b"caf\xe9 \xff\xfe"),
        "/not-json" => fixed("200 OK", "", b"{\"a\": "),
        "/redirect" => {
            fixed("302 Found", "Location: http://169.254.169.254/latest/meta-data\r\n", b"")
        }
        "/busy" => fixed("429 Too Many Requests", "Retry-After: 1\r\n", b"{}"),
        "/long-wait" => fixed("429 Too Many Requests", "Retry-After: 86400\r\n", b"{}"),
        "/storm" => fixed("503 Service Unavailable", "", b"{}"),
        "/unauthorized" => fixed("401 Unauthorized", "", b"{}"),
        "/flaky" if flaky.fetch_add(1, Ordering::SeqCst) < 2 => {
            fixed("502 Bad Gateway", "", b"oops")
        }
        "/echo" => {
            let said = format!("{}\n{}", seen.head, seen.body);
            let body = serde_json::json!({"you_said": said}).to_string();
            fixed(
                "200 OK",
                &format!("X-Echo: {}\r\n", seen.body.replace(['\r', '\n'], " ")),
                body.as_bytes(),
            )
        }
        _ => {
            let (status, kind, body) = answerer(&seen);
            format!("HTTP/1.1 {status} S\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).into_bytes()
        }
    };
    stream.write_all(&all)?;
    stream.flush()
}

/// The path that a fault is known by: `/busy`, or any with a segment `fault-busy` or `fault-busy~7`.
fn fault_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let named = path.split('/').find_map(|segment| segment.strip_prefix("fault-"));
    named.map_or_else(
        || path.to_owned(),
        |name| format!("/{}", name.split('~').next().unwrap_or_default()),
    )
}

/// So many zeros, packed.
fn zipped(bytes: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        packer.write_all(&zeros).expect("memory");
    }
    packer.finish().expect("memory")
}
