//! Making, keeping, listing and cancelling offers.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use api::{Problem, event::Event, send::NewSend};
use net::blobs::{Hash, ImportHow, Pin};
use proto::{
    files::{Batcher, FilePath, MAX_MANIFEST_BYTES, Manifest, ManifestError, Name, Source},
    id::{BlobHash, OfferId},
    send::{Code, MAX_NAMES, MAX_USES, Offer, Secret, SendLink, What},
};
use store::transfers::Transfer;

use super::{Open, SendError, Sends};
use crate::files::{
    FilesError, aside,
    import::{Batch, Import},
    progress::Teller,
    scan::scan,
};

/// How the store tells offers from other transfers.
const KIND: u8 = 1;

/// A list of files being made, with what keeps its blobs.
#[derive(Default)]
struct List {
    batcher: Batcher,
    manifest: Manifest,
    blobs: BTreeSet<BlobHash>,
    pins: Vec<Pin>,
    taken: BTreeSet<FilePath>,
}

impl Sends {
    /// Offers files and folders of this computer.
    pub async fn send(&self, ask: NewSend) -> Result<api::send::Offer, Problem> {
        Ok(self.make(ask, Arc::new(Teller::silent())).await?)
    }

    /// What is offered, the oldest first.
    pub async fn list(&self) -> Result<Vec<api::send::Offer>, Problem> {
        let kept = self.files.core.store.read(|reader| reader.transfers(KIND)).map_err(SendError::from)?;
        Ok(kept.iter().filter_map(|kept| Some(self.shown(&read(kept)?))).collect())
    }

    /// Takes an offer back.
    pub async fn cancel(&self, id: &str) -> Result<api::send::Offer, Problem> {
        let offer = self.offered(id)?;
        self.end(offer.id()).await?;
        Ok(self.shown(&offer))
    }

    /// The only offer whose id begins so, in whatever case and with hyphens wherever.
    fn offered(&self, text: &str) -> Result<Offer, SendError> {
        let letters: String = text.chars().filter(|c| *c != '-').flat_map(char::to_lowercase).collect();
        let offers = self.offers.lock();
        let mut fit = offers.iter().filter(|(id, _)| !letters.is_empty() && id.to_string().starts_with(&letters));
        match (fit.next(), fit.next()) {
            (Some((_, open)), None) => Ok(open.offer.clone()),
            (Some(_), Some(_)) => Err(SendError::Several(text.to_owned())),
            (None, _) => Err(SendError::NoOffer(text.to_owned())),
        }
    }

    /// Makes an offer, and tells how that goes.
    pub(crate) async fn make(&self, ask: NewSend, teller: Arc<Teller>) -> Result<api::send::Offer, SendError> {
        let uses = ask.uses.unwrap_or(1);
        if !(1..=MAX_USES).contains(&uses) {
            return Err(SendError::Uses);
        }
        let how = if ask.copy { ImportHow::Copy } else { ImportHow::Reference };
        let mut list = List::default();
        for path in &ask.paths {
            self.add(&path.to_path_buf(), how, &teller, &mut list).await?;
        }
        let manifest = list.finish()?;
        let (what, names) = (self.import(manifest, &mut list).await?, list.names());
        let (secret, code) = (Secret(self.files.core.dice.bytes()), self.new_code());
        let offer = Offer { secret, code, wrong: 0, uses, granted: vec![], received: vec![], what, names };
        self.keep(&offer, list).await?;
        Ok(self.shown(&offer))
    }

    /// Imports a file or folder and lists what is in it.
    async fn add(&self, path: &Path, how: ImportHow, teller: &Arc<Teller>, list: &mut List) -> Result<(), SendError> {
        let disk = |error| FilesError::Disk { path: path.to_owned(), error };
        let name = list.name_for(path)?;
        teller.step("scanning");
        let (at, top) = (path.to_owned(), name.clone());
        let (root, found) = aside(move || scan(&at, &top)).await.map_err(disk)?;
        for folder in &found.empty {
            let full = list.batcher.empty_folder(folder);
            list.manifest.0.extend(full);
        }
        let bytes = found.files.iter().fold(0u64, |sum, file| sum.saturating_add(file.stat.size));
        teller.total(found.files.len() as u64, bytes);
        teller.step("hashing");
        let mut import = Import::new(&self.files.core.blobs, root, found.files, how, teller.clone());
        while let Some(batch) = import.next().await {
            let batch = batch.map_err(FilesError::from)?;
            if let Some((left_out, why)) = batch.left_out.first() {
                let error = std::io::Error::other(why.clone());
                return Err(FilesError::Disk { path: left_out.into(), error }.into());
            }
            list.add(batch);
        }
        list.taken.insert(name);
        Ok(())
    }

    async fn import(&self, manifest: Manifest, list: &mut List) -> Result<What, SendError> {
        let bytes = manifest.to_bytes();
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLong.into());
        }
        let pin = self.files.core.blobs.import_bytes(bytes).await.map_err(FilesError::from)?;
        let hash = BlobHash(pin.hash.0);
        let what = What { manifest: hash, manifest_bytes: pin.size, files: manifest.files(), bytes: manifest.bytes() };
        list.blobs.insert(hash);
        list.pins.push(pin);
        Ok(what)
    }

    /// Words whose plate no other offer has, as long as there is one.
    fn new_code(&self) -> Code {
        let taken: BTreeSet<u8> = self.offers.lock().values().map(|open| open.offer.code.plate).collect();
        let dice = &self.files.core.dice;
        let [first] = dice.bytes();
        let free = (0..=u8::MAX).map(|step| first.wrapping_add(step)).find(|plate| !taken.contains(plate));
        Code { plate: free.unwrap_or(first), secret: dice.bytes() }
    }

    /// Blobs first, kept and on the disk; then the offer.
    async fn keep(&self, offer: &Offer, list: List) -> Result<(), SendError> {
        let (id, blobs) = (offer.id(), &self.files.core.blobs);
        for blob in &list.blobs {
            let hash = Hash(blob.0);
            blobs.protect(&format!("{}{hash}", tags(id)), hash).await.map_err(FilesError::from)?;
        }
        blobs.sync().await.map_err(FilesError::from)?;
        self.save(offer).await?;
        self.offers.lock().insert(id, Open { offer: offer.clone(), blobs: list.blobs });
        Ok(())
    }

    /// Writes down how an offer stands.
    pub(super) async fn save(&self, offer: &Offer) -> Result<(), store::Error> {
        let state = minicbor::to_vec(offer).expect("writing to memory cannot fail");
        let transfer = Transfer { id: offer.id().0, kind: KIND, begun: self.files.core.now(), state };
        self.files.core.store.write(move |tx| tx.put_transfer(&transfer)).await
    }

    /// Forgets an offer and lets its blobs go.
    pub(super) async fn end(&self, id: OfferId) -> Result<(), SendError> {
        self.offers.lock().remove(&id);
        self.files.core.store.write(move |tx| tx.drop_transfer(&id.0)).await?;
        let blobs = &self.files.core.blobs;
        for (name, _) in blobs.protected(&tags(id)).await.map_err(FilesError::from)? {
            blobs.unprotect(&name).await.map_err(FilesError::from)?;
        }
        self.tell(id);
        Ok(())
    }

    /// Tells that an offer changed or ended.
    pub(super) fn tell(&self, id: OfferId) {
        self.files.core.events.tell(Event::Send { id: id.to_string() });
    }

    pub(super) async fn load_offers(&self) -> Result<(), store::Error> {
        for kept in self.files.core.store.read(|reader| reader.transfers(KIND))? {
            let Some(offer) = read(&kept) else {
                tracing::warn!("an offer that was kept cannot be read");
                continue;
            };
            let blobs = self.blobs_of(&offer).await;
            self.offers.lock().insert(offer.id(), Open { offer, blobs });
        }
        Ok(())
    }

    /// The blobs an offer needs, as its manifest says.
    async fn blobs_of(&self, offer: &Offer) -> BTreeSet<BlobHash> {
        let What { manifest, manifest_bytes, .. } = offer.what;
        let mut blobs = BTreeSet::from([manifest]);
        match self.files.core.blobs.read(Hash(manifest.0), 0..manifest_bytes).await {
            Ok(bytes) => blobs.extend(Manifest::from_bytes(&bytes).iter().flat_map(named)),
            Err(error) => tracing::warn!(%error, "what is offered is not here any more"),
        }
        blobs
    }

    fn shown(&self, offer: &Offer) -> api::send::Offer {
        let core = &self.files.core;
        let link = SendLink { peer: core.peer(), addresses: core.net.addresses(), secret: offer.secret };
        api::send::Offer {
            id: offer.id().to_string(),
            code: offer.code.to_string(),
            link: link.to_string(),
            names: offer.names.clone(),
            files: offer.what.files,
            bytes: offer.what.bytes,
            received: u32::try_from(offer.received.len()).unwrap_or(u32::MAX),
            uses: offer.uses,
        }
    }
}

impl List {
    fn add(&mut self, batch: Batch) {
        self.pins.extend(batch.pins);
        for file in &batch.files {
            self.blobs.extend(file.blob().map(|blob| blob.hash));
            let folder = file.found.path.parent().unwrap_or_default();
            let full = self.batcher.file(&folder, file.entry(), file.packed);
            self.manifest.0.extend(full);
        }
    }

    fn finish(&mut self) -> Result<Manifest, SendError> {
        self.manifest.0.extend(self.batcher.finish());
        let manifest = std::mem::take(&mut self.manifest);
        if manifest.0.is_empty() { Err(SendError::Nothing) } else { Ok(manifest) }
    }

    fn names(&self) -> Vec<String> {
        self.taken.iter().take(MAX_NAMES).map(ToString::to_string).collect()
    }

    /// The path's own name; two of one name cannot be sent together.
    fn name_for(&self, path: &Path) -> Result<FilePath, SendError> {
        let unnamed = || FilesError::NoName(path.to_owned());
        let name = path.file_name().filter(|_| path.is_absolute()).ok_or_else(unnamed)?;
        let name = Name::new(name.as_encoded_bytes()).ok().and_then(|name| FilePath::ROOT.join(name).ok());
        let name = name.ok_or_else(unnamed)?;
        if self.taken.contains(&name) {
            let error = std::io::Error::other("something else of this name is sent already");
            return Err(FilesError::Disk { path: path.to_owned(), error }.into());
        }
        Ok(name)
    }
}

/// The blobs a manifest names.
pub(super) fn named(manifest: &Manifest) -> BTreeSet<BlobHash> {
    let mut blobs = BTreeSet::new();
    for share in &manifest.0 {
        blobs.extend(share.packs.iter().map(|pack| pack.hash));
        let whole = share.files().filter(|(_, file)| file.source == Source::Whole && file.size > 0);
        blobs.extend(whole.map(|(_, file)| file.hash));
    }
    blobs
}

/// The blobs of an offer are kept under names that begin so.
fn tags(id: OfferId) -> String {
    format!("send/{id}/")
}

fn read(kept: &Transfer) -> Option<Offer> {
    minicbor::decode(&kept.state).ok()
}
