//! How often one address may ask.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use tokio::time::Instant;

/// Requests one address may make in a minute; for IPv6 one network of 64 bits counts as an address.
pub const MAX_REQUESTS_PER_ADDRESS: u32 = 30;

/// Requests that are answered in a minute, and so the most addresses that are remembered.
pub const MAX_REQUESTS_PER_MINUTE: u32 = 6000;

/// The time for which requests are counted together.
const WINDOW: Duration = Duration::from_secs(60);

/// Counts requests.
#[derive(Debug)]
pub(super) struct Limit {
    since: Instant,
    total: u32,
    of: HashMap<IpAddr, u32>,
}

impl Limit {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), total: 0, of: HashMap::new() }
    }

    /// Whether a request from this address may be answered now; counts it if so.
    pub(super) fn admits(&mut self, ip: IpAddr) -> bool {
        if self.since.elapsed() >= WINDOW {
            *self = Self::new();
        }
        let own = self.of.get(&payer(ip)).copied().unwrap_or(0);
        if self.total >= MAX_REQUESTS_PER_MINUTE || own >= MAX_REQUESTS_PER_ADDRESS {
            return false;
        }
        self.total += 1;
        self.of.insert(payer(ip), own + 1);
        true
    }
}

/// Who an address counts for: with IPv6 a single customer owns a whole network.
fn payer(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_address_is_limited_and_pardoned_after_a_minute() {
        let mut limit = Limit::new();
        let (a, b) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        assert!((0..MAX_REQUESTS_PER_ADDRESS).all(|_| limit.admits(a)));
        assert!(!limit.admits(a));
        assert!(limit.admits(b));
        tokio::time::advance(WINDOW).await;
        assert!(limit.admits(a));
    }

    #[tokio::test(start_paused = true)]
    async fn all_addresses_together_are_limited() {
        let mut limit = Limit::new();
        let ip = |i: u32| IpAddr::from(i.to_be_bytes());
        assert!((0..MAX_REQUESTS_PER_MINUTE).all(|i| limit.admits(ip(i))));
        assert!(!limit.admits(ip(u32::MAX)));
        assert_eq!(limit.of.len(), MAX_REQUESTS_PER_MINUTE as usize);
    }

    #[test]
    fn a_network_of_64_bits_counts_once() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(payer(ip("2001:db8::1")), payer(ip("2001:db8::ffff:1")));
        assert_ne!(payer(ip("2001:db8::1")), payer(ip("2001:db8:0:1::1")));
        assert_eq!(payer(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
