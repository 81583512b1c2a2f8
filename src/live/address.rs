use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Non-public IPv4 networks (IANA's registry of special-purpose addresses, multicast, and reserved
/// ranges).
const CLOSED_V4: [([u8; 4], u8, &str); 16] = [
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "shared by a provider"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([169, 254, 0, 0], 16, "link-local"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved"),
    ([192, 0, 2, 0], 24, "for documentation"),
    ([192, 88, 99, 0], 24, "reserved"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "for benchmarks"),
    ([198, 51, 100, 0], 24, "for documentation"),
    ([203, 0, 113, 0], 24, "for documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([255, 255, 255, 255], 32, "broadcast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

/// Returns the kind of a non-public address; `None` for a public one.
pub fn closed(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => closed_v4(address),
        IpAddr::V6(address) => closed_v6(address),
    }
}

/// Whether an allowed network contains the address, however it is written.
pub(super) fn is_allowed_address(networks: &[IpNet], address: IpAddr) -> bool {
    let plain = address.to_canonical();
    networks.iter().any(|network| network.contains(&address) || network.contains(&plain))
}

fn closed_v4(address: Ipv4Addr) -> Option<&'static str> {
    CLOSED_V4.iter().find_map(|(start, prefix, kind)| {
        let network = Ipv4Net::new(Ipv4Addr::from(*start), *prefix).ok()?;
        network.contains(&address).then_some(*kind)
    })
}

fn closed_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return closed_v4(mapped);
    }
    let within = |start: [u16; 8], prefix: u8| {
        Ipv6Net::new(Ipv6Addr::from(start), prefix).is_ok_and(|network| network.contains(&address))
    };
    let segments = address.segments();
    let v4_of = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    // NAT64 and 6to4 lead to the embedded address.
    if within([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96) {
        return closed_v4(v4_of(segments[6], segments[7]));
    }
    if within([0x2002, 0, 0, 0, 0, 0, 0, 0], 16) {
        return closed_v4(v4_of(segments[1], segments[2]));
    }
    if address.is_loopback() {
        return Some("loopback");
    }
    if within([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10) {
        return Some("link-local");
    }
    if within([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7) {
        return Some("private");
    }
    if address.is_multicast() {
        return Some("multicast");
    }
    // Addresses outside global unicast aren't assigned.
    let given = within([0x2000, 0, 0, 0, 0, 0, 0, 0], 3)
        && !within([0x2001, 0, 0, 0, 0, 0, 0, 0], 23)
        && !within([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32)
        && !within([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20);
    (!given).then_some("reserved")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::parse_network;

    #[test]
    fn addresses_that_lead_inside_are_known_however_they_are_written() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.100.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.1.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "fec0::1",
            "2001::1",
            "2001:db8::1",
            "100::1",
        ] {
            assert!(closed(address.parse().unwrap()).is_some(), "{address}");
        }
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1",
            "64:ff9b::101:101",
            "2002:101:101::",
        ] {
            assert_eq!(closed(address.parse().unwrap()), None, "{address}");
        }
    }

    #[test]
    fn networks_may_be_single_addresses() {
        let meant = ["127.0.0.1", "10.0.0.0/8"].map(|text| parse_network(text).unwrap());
        assert!(is_allowed_address(&meant, "::ffff:127.0.0.1".parse().unwrap()));
        assert!(is_allowed_address(&meant, "10.9.9.9".parse().unwrap()));
        assert!(!is_allowed_address(&meant, "127.0.0.2".parse().unwrap()));
        assert!(parse_network("localhost").is_err());
        assert!(parse_network("10.0.0.0/33").is_err());
    }
}
