//! The mock's connections, which can be broken as a recording's `fault` requires.
//!
//! A server library sends complete, valid responses, so faults happen below it: the response to a
//! request that should fail sets [`Switch`], and the first byte that the library then writes
//! triggers the fault.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::http::Fault;

/// Garbage: the same in every run.
const GARBAGE: &[u8] = b"\x00\x9f\xffmeniscus\r\n\x80\x81 garbage, as the recording wants\x00\x00";
/// A valid head, and a body that contradicts it.
const MALFORMED: &[u8] =
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\x80 no chunk, as the recording wants";

/// Breaks the connection at its next write.
#[derive(Debug, Clone, Default)]
pub(super) struct Switch(Arc<Mutex<Option<Fault>>>);

impl Switch {
    pub(super) fn set(&self, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    fn get(&self) -> Option<Fault> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub(super) struct Wires(pub(super) TcpListener);

impl Listener for Wires {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Otherwise, small responses would be delayed; that is slower, but not wrong.
        let _ = stream.set_nodelay(true);
        (Wire { stream, switch: Switch::default(), sent: 0 }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Wires>> for Switch {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Self {
        stream.io().switch.clone()
    }
}

/// A connection with a [`Switch`].
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    switch: Switch,
    /// How many of a fault's own bytes were sent.
    sent: usize,
}

impl Wire {
    /// Sends the fault's bytes; the error then makes the server drop the connection, which closes
    /// or resets it.
    fn fail(&mut self, fault: Fault, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let bytes = match fault {
            Fault::EmptyResponse => &[],
            Fault::MalformedResponseChunk => MALFORMED,
            Fault::RandomDataThenClose => GARBAGE,
            Fault::ConnectionResetByPeer => {
                self.stream.set_zero_linger()?;
                &[]
            }
        };
        while let Some(rest) = bytes.get(self.sent..).filter(|rest| !rest.is_empty()) {
            self.sent += ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.switch.get() {
            Some(fault) => self.fail(fault, context),
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
