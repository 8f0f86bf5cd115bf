//! The peer itself, as its user sees it: how it does, who it is, its settings, a copy of it.

use api::{
    Problem,
    status::{BackedUp, Backup, Identity, PersonStatus, Settings},
};
use proto::meet::ContactLink;
use store::{Error, Reader};

use crate::{Node, backup, error::internal, error::store_problem};

/// The setting that says whether one wants to be seen on the local network; absent: yes.
const NEARBY: &str = "nearby";

/// How a peer does, as far as the node knows; the program around it knows the rest.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The peer's key.
    pub peer: String,
    /// Who it acts for.
    pub person: PersonStatus,
    /// The port for other peers.
    pub port: u16,
    /// The addresses others may find it at, best first.
    pub addresses: Vec<String>,
    /// Whether people on the local network can see it.
    pub nearby: bool,
    /// How many spaces one is in.
    pub spaces: usize,
    /// Unread messages in all of them.
    pub unread: u64,
    /// Peers with an open session.
    pub sessions: usize,
    /// Bytes of content sent to others since the start.
    pub sent_bytes: u64,
    /// Bytes of content received from others since the start.
    pub received_bytes: u64,
    /// What deserves attention. Whole sentences.
    pub notices: Vec<String>,
}

impl Node {
    /// How the peer does.
    pub async fn standing(&self) -> Result<Standing, Problem> {
        let core = self.core();
        let spaces = self.spaces().list().await?;
        let (sent_bytes, received_bytes) = core.blobs.traffic_bytes();
        Ok(Standing {
            peer: core.peer().to_string(),
            person: PersonStatus { id: core.me().to_string(), name: core.own_name() },
            port: core.net.port(),
            addresses: core.net.addresses().iter().map(ToString::to_string).collect(),
            nearby: core.net.discovery(),
            spaces: spaces.len(),
            unread: spaces.iter().map(|space| space.unread).sum(),
            sessions: core.sessions.count(),
            sent_bytes,
            received_bytes,
            notices: core.sessions.clock_notice().into_iter().collect(),
        })
    }

    /// What one gives to others so that they can connect.
    pub fn identity(&self) -> Identity {
        let core = self.core();
        let link = ContactLink { peer: core.peer(), addresses: core.net.addresses() };
        Identity {
            peer: core.peer().to_string(),
            person: core.me().to_string(),
            name: core.own_name(),
            link: link.to_string(),
        }
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        Settings { name: Some(self.core().own_name()), nearby: Some(self.core().net.discovery()) }
    }

    /// Changes settings; what is absent stays. Returns what holds then.
    pub async fn set(&self, new: Settings) -> Result<Settings, Problem> {
        if let Some(name) = new.name {
            self.call_me(&name).await.map_err(|error| error.problem())?;
        }
        if let Some(nearby) = new.nearby {
            self.be_seen_nearby(nearby).await.map_err(|error| store_problem(&error))?;
        }
        Ok(self.settings())
    }

    async fn be_seen_nearby(&self, nearby: bool) -> Result<(), Error> {
        self.core().store.write(move |tx| tx.set(NEARBY, &[u8::from(nearby)])).await?;
        self.core().net.set_discovery(nearby);
        Ok(())
    }

    /// Writes an encrypted copy of the keys and the store to a file.
    pub async fn backup(&self, ask: Backup) -> Result<BackedUp, Problem> {
        let core = self.core().clone();
        let file = ask.file.to_path_buf();
        let written =
            tokio::task::spawn_blocking(move || backup::write(&core.me.keys, &core.store, &file, ask.passphrase));
        let size = written.await.map_err(|error| internal(&error))??;
        Ok(BackedUp { file: ask.file.display().into_owned(), size })
    }
}

/// Whether one wants to be seen on the local network.
pub(crate) fn is_seen_nearby(reader: &Reader<'_>) -> Result<bool, Error> {
    Ok(reader.setting(NEARBY)?.is_none_or(|value| value != [0]))
}
