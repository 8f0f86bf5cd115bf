//! The kinds of transfers.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use api::{
    AnyPath, Code, Problem,
    chat::GetAttached,
    files::{Get, Progress, Share},
    send::{NewSend, Offer, Receive},
    transfers::{Transfer, TransferKind, TransferState},
};
use tokio::sync::mpsc;

use super::{Transfers, Work};
use crate::{clock::rfc3339, files::progress::tell};

impl Transfers {
    /// [`Files::get`](crate::files::Files::get) as a transfer.
    pub async fn get(&self, space: &str, ask: Get) -> Result<mpsc::Receiver<Progress>, Problem> {
        let space = self.core.resolve_space(space).await?.id().to_string();
        let mut about = self.about(TransferKind::Get, Some(&space), named(&ask.paths));
        about.to = Some(ask.to.display().into_owned());
        let (same, background, files) =
            (same(&about, ask.paths.iter().map(AnyPath::as_bytes)), ask.background, self.files.clone());
        let work = work(move || {
            let (files, space, ask) = (files.clone(), space.clone(), ask.clone());
            async move { files.get(&space, ask).await }
        });
        self.run(about, same, background, work).await
    }

    /// [`Files::share`](crate::files::Files::share) as a transfer.
    pub async fn share(&self, space: &str, ask: Share) -> Result<mpsc::Receiver<Progress>, Problem> {
        let space = self.core.resolve_space(space).await?.id().to_string();
        let about = self.about(TransferKind::Share, Some(&space), named(&ask.paths));
        let (same, background, files) =
            (same(&about, ask.paths.iter().map(AnyPath::as_bytes)), ask.background, self.files.clone());
        let work = work(move || {
            let (files, space, ask) = (files.clone(), space.clone(), ask.clone());
            async move { files.share(&space, ask).await }
        });
        self.run(about, same, background, work).await
    }

    /// [`Chat::get_attached`](crate::chat::Chat::get_attached) as a transfer.
    pub async fn get_attached(&self, id: &str, ask: GetAttached) -> Result<mpsc::Receiver<Progress>, Problem> {
        let (space, names) = self.chat.names_attached(id)?;
        let names = if ask.names.is_empty() { names } else { ask.names.clone() };
        let mut about = self.about(TransferKind::Get, Some(&space), counted(&names));
        about.to = Some(ask.to.display().into_owned());
        let (same, background) = (
            same(&about, std::iter::once(id).chain(ask.names.iter().map(String::as_str)).map(str::as_bytes)),
            ask.background,
        );
        let (chat, id) = (self.chat.clone(), id.to_owned());
        let work = work(move || {
            let (chat, id, ask) = (chat.clone(), id.clone(), ask.clone());
            async move { chat.get_attached(&id, ask).await }
        });
        self.run(about, same, background, work).await
    }

    /// [`Sends::receive`](crate::send::Sends::receive) as a transfer. Its code is a secret, and is not shown.
    pub async fn receive(&self, ask: Receive) -> Result<mpsc::Receiver<Progress>, Problem> {
        let to = ask.to.display().into_owned();
        let name = ask.to.to_path_buf().file_name().map(|name| name.to_string_lossy().into_owned());
        let mut about = self.about(TransferKind::Receive, None, name.unwrap_or_else(|| to.clone()));
        about.to = Some(to);
        let (same, background, sends) = (same(&about, [ask.code.as_bytes()]), ask.background, self.sends.clone());
        let work = work(move || {
            let (sends, ask) = (sends.clone(), ask.clone());
            async move { sends.receive(ask).await }
        });
        self.run(about, same, background, work).await
    }

    /// [`Sends::send`](crate::send::Sends::send) as a transfer: it is done once the offer stands.
    pub async fn send(&self, ask: NewSend) -> Result<Offer, Problem> {
        let about = self.about(TransferKind::Send, None, named(&ask.paths));
        let (same, sends, made) =
            (same(&about, ask.paths.iter().map(AnyPath::as_bytes)), self.sends.clone(), Arc::new(Mutex::new(None)));
        let offer = made.clone();
        let work = work(move || {
            let (sends, ask, made) = (sends.clone(), ask.clone(), made.clone());
            let lines = tell(move |teller| async move {
                let offer = sends.make(ask, teller).await?;
                *made.lock().unwrap_or_else(PoisonError::into_inner) = Some(offer);
                Ok(())
            });
            async move { Ok(lines) }
        });
        let mut lines = self.run(about, same, false, work).await?;
        while let Some(line) = lines.recv().await {
            if let Progress::Failed { error } = line {
                return Err(error);
            }
        }
        let offer = offer.lock().unwrap_or_else(PoisonError::into_inner).take();
        offer.ok_or_else(|| Problem::new(Code::Interrupted, "the peer stops"))
    }

    fn about(&self, kind: TransferKind, space: Option<&str>, name: String) -> Transfer {
        Transfer {
            id: String::new(),
            kind,
            space: space.map(Into::into),
            name,
            state: TransferState::Going,
            step: String::new(),
            bytes: 0,
            total_bytes: 0,
            files: 0,
            total_files: 0,
            rate: 0.0,
            from: vec![],
            to: None,
            problem: None,
            since: rfc3339(self.core.now()),
        }
    }
}

fn work<F>(begin: impl Fn() -> F + Send + Sync + 'static) -> Work
where
    F: Future<Output = Result<mpsc::Receiver<Progress>, Problem>> + Send + 'static,
{
    Arc::new(move || Box::pin(begin()))
}

/// The same kind of work, in the same space, to the same place, with the same things.
fn same<'a>(about: &Transfer, things: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut same = format!("{:?}\0{:?}\0{:?}", about.kind, about.space, about.to).into_bytes();
    for thing in things {
        same.push(0);
        same.extend_from_slice(thing);
    }
    same
}

/// The last part of the first path, and how many more there are.
fn named(paths: &[AnyPath]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| {
            let path = path.display();
            path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
        })
        .collect();
    counted(&names)
}

fn counted(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} + {}", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short() {
        assert_eq!(named(&["/home/mira/photos/".into()]), "photos");
        assert_eq!(named(&["a/b.txt".into(), "c".into(), "d".into()]), "b.txt + 2");
        assert_eq!(named(&[]), "");
    }
}
