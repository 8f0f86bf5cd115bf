//! Who is on the local network: name and short id, nothing else.

use api::people as api_people;
use proto::id::PeerId;

use super::{People, presentable};

impl People {
    /// Who is on the local network, by name.
    pub fn nearby(&self) -> api_people::NearbyList {
        let on = self.core.net.discovery();
        let mut people: Vec<_> = self.core.net.nearby().iter().map(describe).collect();
        people.sort_by_key(|person| person.name.to_lowercase());
        let hint = (on && people.is_empty()).then(|| self.hint());
        api_people::NearbyList { on, people, hint }
    }

    /// What may hide us. A program cannot ask every firewall, so it says which ports must be open.
    fn hint(&self) -> String {
        let port = self.core.net.port();
        format!(
            "Nobody is heard. If somebody should be, a firewall on one of the computers may be in the way: \
             open UDP 5353 (to be seen), UDP {port} and TCP {port} (to be reached)."
        )
    }
}

fn describe(nearby: &net::Nearby) -> api_people::Nearby {
    let id = PeerId(nearby.key.0);
    api_people::Nearby { id: id.to_string(), short: id.short(), name: presentable(&nearby.name) }
}
