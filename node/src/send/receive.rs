//! The receiver's side: with a code to whoever knows it, then its files like a member's.

use std::{
    collections::BTreeSet,
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use api::{Problem, files::Progress, send::Receive};
use data_encoding::HEXLOWER;
use net::{FrameError, Key, Link, Protocol, Stream, blobs::Hash};
use proto::{
    files::{FilePath, MAX_MANIFEST_BYTES, Manifest, ManifestError, Pack, Source},
    id::{OfferId, PeerId, SpaceId},
    send::{Answer, Code, Exchange, LINK_PREFIX, MAX_MESSAGE_BYTES, Outcome, Refusal, Request, SendLink, What, Which},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::{SendError, Sends};
use crate::files::{
    FilesError, Writing,
    bring::Wanted,
    fetch::{Fetcher, GetError, Holder},
    progress::{Teller, tell},
    writer::Marks,
};

/// How long somebody with the code is looked for on the local network.
const LOOK: Duration = Duration::from_secs(8);

/// How often it is looked who has come meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long the sender may take over what it has to say next.
const PATIENCE: Duration = Duration::from_secs(15);

/// What somebody typed.
enum Typed {
    Words(Code),
    Link(SendLink),
}

/// A sender that has granted its offer.
struct Sender {
    link: Link,
    holder: Holder,
    offer: OfferId,
    what: What,
}

impl Sends {
    /// Fetches what a code stands for into a folder. Dropping the receiver stops it; the same again goes on where it was.
    pub async fn receive(&self, ask: Receive) -> Result<mpsc::Receiver<Progress>, Problem> {
        let typed = Typed::read(&ask.code)?;
        let (sends, to) = (self.clone(), ask.to.to_path_buf());
        Ok(tell(|teller| async move { Ok(sends.fetch(typed, to, teller).await?) }))
    }

    async fn fetch(&self, typed: Typed, to: PathBuf, teller: Arc<Teller>) -> Result<(), SendError> {
        teller.step("waiting");
        let sender = match typed {
            Typed::Words(code) => self.find(code).await?,
            Typed::Link(link) => {
                let holder = Holder { key: Key(link.peer.0), addrs: link.addresses, name: link.peer.short() };
                self.redeem(holder, Which::Offer(link.secret.offer()), &link.secret.0).await?
            }
        };
        let writing = self.writing(&sender, &to)?;
        let fetcher = self.fetcher(sender.holder.clone(), teller);
        let tag = format!("receive/{}", writing.name);
        let manifest = self.manifest(&fetcher, &tag, sender.what).await?;
        // As if it were a space of its own.
        let space = SpaceId(sender.what.manifest.0);
        self.files.bring(space, &tag, fetcher, wanted(&manifest), (to, writing)).await?;
        self.let_go(&tag).await?;
        said_received(&sender).await;
        Ok(())
    }

    /// Tries the words with everybody on the local network who has an offer with their plate.
    async fn find(&self, code: Code) -> Result<Sender, SendError> {
        let net = &self.files.core.net;
        if !net.discovery() {
            return Err(SendError::DiscoveryOff);
        }
        let (begun, mut tried, mut worst) = (Instant::now(), BTreeSet::new(), None);
        loop {
            let near = net.nearby().into_iter().find(|near| tried.insert(near.key));
            match near {
                Some(near) => {
                    let holder = Holder { key: near.key, addrs: near.addrs, name: near.name };
                    match self.redeem(holder, Which::Plate(code.plate), &code.secret).await {
                        Ok(sender) => return Ok(sender),
                        Err(SendError::Refused(Refusal::Unknown) | SendError::Unreachable(_)) => {}
                        Err(error) => worst = Some(error),
                    }
                }
                // Somebody knew the plate and not the words: they are wrong, or another sender has yet to be seen.
                None if begun.elapsed() >= if worst.is_some() { LOOK / 4 } else { LOOK } => {
                    return Err(worst.unwrap_or(SendError::NobodyNear));
                }
                None => sleep(LOOK_EVERY).await,
            }
        }
    }

    /// Proves the code to somebody, who proves to know it too.
    async fn redeem(&self, holder: Holder, which: Which, password: &[u8]) -> Result<Sender, SendError> {
        let core = &self.files.core;
        let dialled = core.net.dial(holder.key, &holder.addrs, Protocol::Send).await;
        let link = dialled.map_err(|error| SendError::Unreachable(error.to_string()))?;
        let mut stream = link.open().await.map_err(lost)?;
        let sender = PeerId(holder.key.0);
        let (exchange, ours) = Exchange::ask(password, core.peer(), sender, &mut core.dice.fork());
        write(&mut stream, &Request::Redeem { which, pake: ours }.to_bytes(), PATIENCE).await?;
        let theirs = match Answer::from_bytes(&read(&mut stream, PATIENCE).await?)? {
            Answer::Pake(theirs) => theirs,
            Answer::Refused(refusal) => return Err(SendError::Refused(refusal)),
        };
        let keys = exchange.finish(&theirs).map_err(|_| SendError::Impostor)?;
        write(&mut stream, &keys.receiver().to_bytes(), PATIENCE).await?;
        match Outcome::from_bytes(&read(&mut stream, PATIENCE).await?)? {
            Outcome::Granted { confirmation, offer, what } if confirmation.is(&keys.sender()) => {
                Ok(Sender { link, holder, offer, what })
            }
            Outcome::Granted { .. } => Err(SendError::Impostor),
            Outcome::Refused(refusal) => Err(SendError::Refused(refusal)),
        }
    }

    async fn manifest(&self, fetcher: &Fetcher, tag: &str, what: What) -> Result<Manifest, SendError> {
        if what.manifest_bytes > MAX_MANIFEST_BYTES as u64 {
            return Err(ManifestError::TooLong.into());
        }
        let hash = Hash(what.manifest.0);
        fetcher.blobs.protect(&format!("{tag}/{hash}"), hash).await.map_err(FilesError::from)?;
        fetcher.fetch(hash, std::slice::from_ref(&(0..what.manifest_bytes))).await.map_err(|error| match error {
            GetError::Store(error) => FilesError::from(error).into(),
            error => SendError::Unreachable(error.to_string()),
        })?;
        let bytes = fetcher.blobs.read(hash, 0..what.manifest_bytes).await;
        let bytes = bytes.map_err(|error| FilesError::Blobs(error.to_string()))?;
        Ok(Manifest::from_bytes(&bytes)?)
    }

    fn fetcher(&self, holder: Holder, teller: Arc<Teller>) -> Fetcher {
        let holders = Arc::new(move || vec![holder.clone()]);
        Fetcher { blobs: self.files.core.blobs.clone(), links: self.files.links.clone(), holders, teller }
    }

    /// The same files to the same folder are one work.
    fn writing(&self, sender: &Sender, to: &Path) -> Result<Writing, SendError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&sender.what.manifest.0).update(to.as_os_str().as_encoded_bytes());
        let name = HEXLOWER.encode(&hasher.finalize().as_bytes()[..8]);
        Ok(self.files.begin_writing(name).ok_or(FilesError::UnderWay)?)
    }

    /// What was received is nobody's to fetch from here: its blobs are kept no longer.
    async fn let_go(&self, tag: &str) -> Result<(), SendError> {
        let blobs = &self.files.core.blobs;
        for (name, _) in blobs.protected(&format!("{tag}/")).await.map_err(FilesError::from)? {
            blobs.unprotect(&name).await.map_err(FilesError::from)?;
        }
        Ok(())
    }
}

impl Typed {
    fn read(text: &str) -> Result<Self, SendError> {
        if text.trim_start().starts_with(LINK_PREFIX) || text.contains("://") {
            return Ok(Self::Link(text.parse()?));
        }
        Ok(Self::Words(text.parse()?))
    }
}

/// Files and empty folders that a manifest lists.
fn wanted(manifest: &Manifest) -> (Vec<Wanted>, Vec<FilePath>) {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for share in &manifest.0 {
        folders.extend(share.empty_folders().cloned());
        for (path, file) in share.files() {
            let (blob, offset) = match file.source {
                Source::Packed { pack, offset } => (share.packs.get(pack as usize).copied(), Some(offset)),
                Source::Whole if file.size == 0 => (None, None),
                Source::Whole => (Some(Pack { hash: file.hash, size: file.size }), None),
            };
            let marks = Marks { executable: file.executable, modified: file.modified };
            files.push(Wanted { path, hash: file.hash, size: file.size, marks, blob, offset });
        }
    }
    (files, folders)
}

/// Tells the sender that all has come. Should it not hear, its offer stays open for us alone.
async fn said_received(sender: &Sender) {
    let saying = async {
        let mut stream = sender.link.open().await.map_err(lost)?;
        write(&mut stream, &Request::Received(sender.offer).to_bytes(), PATIENCE).await?;
        finish(&mut stream, PATIENCE).await
    };
    if let Err(error) = saying.await {
        tracing::debug!(%error, "the sender does not know that all has come");
    }
}

/// Receives one message.
pub(super) async fn read(stream: &mut Stream, patience: Duration) -> Result<Vec<u8>, SendError> {
    let bytes = within(patience, stream.recv(MAX_MESSAGE_BYTES)).await?;
    bytes.ok_or_else(|| SendError::Unreachable("it ended the conversation".into()))
}

/// Sends one message.
pub(super) async fn write(stream: &mut Stream, bytes: &[u8], patience: Duration) -> Result<(), SendError> {
    within(patience, stream.send(bytes)).await
}

/// Says that no more will be sent, and waits until all of it has arrived.
pub(super) async fn finish(stream: &mut Stream, patience: Duration) -> Result<(), SendError> {
    stream.finish();
    within(patience, stream.writer.acknowledged()).await
}

async fn within<T>(patience: Duration, work: impl Future<Output = Result<T, FrameError>>) -> Result<T, SendError> {
    match timeout(patience, work).await {
        Ok(result) => result.map_err(lost),
        Err(_) => Err(SendError::Unreachable("it fell silent".into())),
    }
}

fn lost(error: FrameError) -> SendError {
    SendError::Unreachable(error.to_string())
}
