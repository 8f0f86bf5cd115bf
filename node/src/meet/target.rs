//! Whom people mean when they say `peer connect`: an address, a link, somebody nearby.

use std::net::{IpAddr, SocketAddr};

use net::Nearby;
use proto::{id::PeerId, meet::ContactLink};

use super::{Meet, MeetError};

/// Where a greeting is asked for if no port is said.
pub const DEFAULT_PORT: u16 = 4919;

/// A peer to dial.
pub(super) struct Target {
    pub peer: PeerId,
    pub addresses: Vec<SocketAddr>,
}

impl Meet {
    /// Finds out the key behind `to`, and where it may be.
    pub(super) async fn find(&self, to: &str) -> Result<Target, MeetError> {
        if let Ok(link) = to.parse::<ContactLink>() {
            return Ok(Target { peer: link.peer, addresses: link.addresses });
        }
        match address(to) {
            _ if to.contains("://") => Err(MeetError::NotALink),
            Some(address) => self.greet(address).await,
            None => self.nearby(to),
        }
    }

    async fn greet(&self, address: SocketAddr) -> Result<Target, MeetError> {
        let greeting = self.core.net.greet(address).await?;
        let addresses = vec![SocketAddr::new(address.ip(), greeting.port)];
        Ok(Target { peer: PeerId(greeting.key.0), addresses })
    }

    fn nearby(&self, to: &str) -> Result<Target, MeetError> {
        let all = self.core.net.nearby();
        let found: Vec<&Nearby> = all.iter().filter(|nearby| is_meant(nearby, to)).collect();
        match found.as_slice() {
            [] => Err(MeetError::Nobody(to.to_owned())),
            [one] => Ok(Target { peer: PeerId(one.key.0), addresses: one.addrs.clone() }),
            several => {
                let ids = several.iter().map(|nearby| PeerId(nearby.key.0).short());
                Err(MeetError::Several { name: to.to_owned(), ids: ids.collect() })
            }
        }
    }
}

/// `IP` or `IP:PORT`, also `[IPv6]:PORT`.
fn address(text: &str) -> Option<SocketAddr> {
    let ip = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    text.parse().ok().or_else(|| ip.ok().map(|ip| SocketAddr::new(ip, DEFAULT_PORT)))
}

/// By name, in any case, or by the beginning of the key, with or without the hyphens that people see.
fn is_meant(nearby: &Nearby, text: &str) -> bool {
    let text = text.trim_start_matches('@').to_lowercase();
    let key = text.replace('-', "");
    nearby.name.to_lowercase() == text
        || (key.len() >= crate::spaces::MIN_PREFIX_LETTERS && PeerId(nearby.key.0).to_string().starts_with(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_and_without_port() {
        assert_eq!(address("203.0.113.7"), Some("203.0.113.7:4919".parse().unwrap()));
        assert_eq!(address("203.0.113.7:80"), Some("203.0.113.7:80".parse().unwrap()));
        assert_eq!(address("2001:db8::1"), Some("[2001:db8::1]:4919".parse().unwrap()));
        assert_eq!(address("[2001:db8::1]"), Some("[2001:db8::1]:4919".parse().unwrap()));
        assert_eq!(address("[2001:db8::1]:80"), Some("[2001:db8::1]:80".parse().unwrap()));
        assert_eq!(address("Anna"), None);
    }

    #[test]
    fn a_name_or_the_beginning_of_a_key_means_somebody() {
        let nearby = Nearby { key: net::Key([7; 32]), name: "Anna".into(), addrs: Vec::new() };
        let key = PeerId([7; 32]);
        for text in ["anna", "@Anna", &key.short(), &key.to_string()[..8]] {
            assert!(is_meant(&nearby, text), "{text}");
        }
        assert!(!is_meant(&nearby, "ann"));
        assert!(!is_meant(&nearby, ""));
    }
}
