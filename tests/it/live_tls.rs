//! Hosts behind TLS: one that is trusted answers; one that is not gets no request.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server for `localhost` whose certificate an authority of its own vouches for.
struct TlsServer {
    port: u16,
    authority: String,
    requests: Arc<AtomicUsize>,
}

impl TlsServer {
    /// A server with a certificate for `name`.
    fn named(name: &str) -> TlsServer {
        let mut authority = CertificateParams::new(Vec::new()).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let host = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = host.signed_by(&key, &authority).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a pair");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { continue };
                // A client that does not trust us goes away, which is the point.
                let _gone = answer(StreamOwned::new(connection, stream), &count);
            }
        });
        TlsServer { port, authority: authority.pem(), requests }
    }
}

fn answer(stream: impl Read + Write, requests: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line)? > 2 {}
    requests.fetch_add(1, Ordering::SeqCst);
    let body = r#"{"points": 480}"#;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let stream = stream.get_mut();
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len())?;
    stream.flush()
}

/// Renders a call to the server, with the certificates of `trusted` as those of the system.
fn render(server: &TlsServer, trusted: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    let port = server.port;
    let live = format!(
        "[live]\nallow_hosts = [\"localhost\"]\nallow_ports = [{port}]\nallow_addresses = [\"127.0.0.1/32\", \"::1/128\"]\n"
    );
    write("meniscus.toml", &live);
    write("trusted.pem", trusted);
    let call = format!(
        "{{% connected_content https://localhost:{port}/wallet :save wallet %}}{{{{wallet.points}}}} points"
    );
    write("templates/wallet.liquid", &call);
    Command::new(env!("CARGO_BIN_EXE_meniscus"))
        .args(["render", "templates/wallet.liquid", "--live", "--trace"])
        .current_dir(folder.path())
        .env("SSL_CERT_FILE", Path::new("trusted.pem"))
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("it runs")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_host_that_is_trusted_answers() {
    let server = TlsServer::named("localhost");
    let (out, notes) = said(&render(&server, &server.authority));
    assert_eq!(out, "480 points", "{notes}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}

#[test]
fn a_host_of_another_authority_or_name_gets_no_request() {
    let (server, other) = (TlsServer::named("localhost"), TlsServer::named("localhost"));
    let (out, notes) = said(&render(&server, &other.authority));
    assert_eq!(out, " points");
    assert!(notes.contains("certificate"), "{notes}");
    let server = TlsServer::named("wallet.example");
    let (out, notes) = said(&render(&server, &server.authority));
    assert_eq!((out.as_str(), server.requests.load(Ordering::SeqCst)), (" points", 0));
    assert!(notes.contains("certificate"), "{notes}");
}
