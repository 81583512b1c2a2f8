use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{closed, is_allowed_address};

/// Why a name doesn't resolve.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAddress {
    /// It resolves to an address that calls may not use.
    Closed {
        address: IpAddr,
        /// The kind of address.
        kind: &'static str,
    },
    /// The name is unknown.
    Unknown(String),
    /// The lookup took too long.
    TimedOut,
}

/// The checked addresses, by name. Connections only use these, so that a name that changes a moment
/// later (DNS rebinding) has no effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Pinned(Arc<Mutex<HashMap<String, Vec<SocketAddr>>>>);

impl Pinned {
    /// Resolves a name and checks all its addresses, taking at most the time `within`.
    ///
    /// All must be allowed: a name with an internal address can't be trusted with the others.
    pub(super) fn check(
        &self,
        host: &str,
        port: u16,
        meant: &[IpNet],
        within: Duration,
    ) -> Result<(), NoAddress> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return check_one(address, meant);
        }
        let addresses = resolve(host, port, within)?;
        addresses.iter().try_for_each(|address| check_one(address.ip(), meant))?;
        self.pin(host, addresses);
        Ok(())
    }

    /// Resolves the name of a proxy, which was configured and may be internal.
    pub(super) fn trust(&self, host: &str, port: u16, within: Duration) -> Result<(), NoAddress> {
        if host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_err() {
            self.pin(host, resolve(host, port, within)?);
        }
        Ok(())
    }

    fn pin(&self, host: &str, addresses: Vec<SocketAddr>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(host.to_ascii_lowercase(), addresses);
    }
}

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(&name.as_str().to_ascii_lowercase()).cloned();
        Box::pin(std::future::ready(match found {
            Some(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
            None => Err("its address wasn't checked".into()),
        }))
    }
}

fn check_one(address: IpAddr, meant: &[IpNet]) -> Result<(), NoAddress> {
    match closed(address) {
        Some(kind) if !is_allowed_address(meant, address) => {
            Err(NoAddress::Closed { address, kind })
        }
        _ => Ok(()),
    }
}

fn resolve(host: &str, port: u16, within: Duration) -> Result<Vec<SocketAddr>, NoAddress> {
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    let spawned = std::thread::Builder::new().name("resolve".to_owned()).spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // The receiver is gone if this took too long.
        let _late = sender.send(found.map_err(|error| error.to_string()));
    });
    spawned.map_err(|error| NoAddress::Unknown(error.to_string()))?;
    match receiver.recv_timeout(within) {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Ok(_)) => Err(NoAddress::Unknown("it has no address".to_owned())),
        Ok(Err(error)) => Err(NoAddress::Unknown(error)),
        Err(_) => Err(NoAddress::TimedOut),
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn looked_up(pinned: &Pinned, name: &str) -> Option<Vec<SocketAddr>> {
        let mut resolving = pinned.resolve(name.parse().ok()?);
        match resolving.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => found.ok().map(Iterator::collect),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_connection_goes_to_the_address_that_was_checked() {
        let pinned = Pinned::default();
        assert_eq!(looked_up(&pinned, "api.example.com"), None);
        let checked = "192.0.2.7:443".parse().expect("an address");
        pinned.pin("API.example.com", vec![checked]);
        assert_eq!(looked_up(&pinned, "api.example.com"), Some(vec![checked]));
    }

    #[test]
    fn a_name_that_leads_inside_is_not_pinned() {
        let pinned = Pinned::default();
        let wait = Duration::from_secs(2);
        let found = pinned.check("localhost", 80, &[], wait);
        assert!(matches!(found, Err(NoAddress::Closed { kind: "loopback", .. })), "{found:?}");
        assert_eq!(looked_up(&pinned, "localhost"), None);
        let meant = ["127.0.0.0/8", "::1"]
            .map(|text| super::super::parse_network(text).expect("a network"));
        assert_eq!(pinned.check("localhost", 80, &meant, wait), Ok(()));
        assert!(looked_up(&pinned, "localhost").is_some());
    }
}
