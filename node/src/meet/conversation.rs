//! One meeting on one link: from the first message to the words, and on until people have answered.

use net::{Link, Reader, Stream, Writer};
use proto::{
    id::PeerId,
    meet::{Card, MAX_MESSAGE_BYTES, Message, Side, Step, Talk, Words},
};
use tokio::{sync::mpsc, time::timeout};

use super::{ANSWER_WITHIN, MAX_INCOMING_REQUESTS, MAX_OPEN_MEETINGS, Meet, MeetError, WORDS_WITHIN, describe, proven};

/// What the channel binding of a meeting is for.
const BINDING: &[u8] = b"peerage meet 1";

impl Meet {
    /// Agrees on words over a link we dialled, and goes on listening for the answer in the background.
    pub(super) async fn converse(&self, link: Link, incoming: bool) -> Result<api::people::Request, MeetError> {
        let peer = PeerId(link.key().0);
        let mut stream = link.open().await?;
        let agreed = timeout(WORDS_WITHIN, self.agree(&link, &mut stream, None)).await;
        let (words, card) = agreed.map_err(|_| MeetError::TimedOut)??;
        let person = proven(&card, peer)?;
        let request = self.keep(person, words, card, incoming).await?;
        let meet = self.clone();
        tokio::spawn(async move { meet.wait_for_answers(link, stream, peer).await });
        Ok(describe(&request))
    }

    /// Takes a link that somebody dialled: a new meeting, or the late answer of an old one.
    pub(super) async fn receive(&self, link: Link) -> Result<(), MeetError> {
        let peer = PeerId(link.key().0);
        let mut stream = timeout(WORDS_WITHIN, link.accept()).await.map_err(|_| MeetError::TimedOut)??;
        let first = timeout(WORDS_WITHIN, next(&mut stream.reader)).await.map_err(|_| MeetError::TimedOut)??;
        match first {
            Message::Confirm | Message::Deny => self.late_answer(&mut stream, peer, first).await,
            first => self.asked(link, stream, peer, first).await,
        }
    }

    async fn asked(&self, link: Link, mut stream: Stream, peer: PeerId, first: Message) -> Result<(), MeetError> {
        if self.is_full()? {
            return Ok(stream.send(&Message::Busy.to_bytes()).await?);
        }
        let agreed = timeout(WORDS_WITHIN, self.agree(&link, &mut stream, Some(first))).await;
        let (words, card) = agreed.map_err(|_| MeetError::TimedOut)??;
        let person = proven(&card, peer)?;
        if self.is_blocked(&person.person)? {
            return Ok(stream.send(&Message::Deny.to_bytes()).await?);
        }
        self.keep(person, words, card, true).await?;
        self.wait_for_answers(link, stream, peer).await;
        Ok(())
    }

    fn is_full(&self) -> Result<bool, MeetError> {
        let requests = self.core.store.read(|reader| reader.requests())?;
        let waiting = requests.iter().filter(|request| request.incoming).count();
        Ok(waiting >= MAX_INCOMING_REQUESTS)
    }

    /// Says what `Talk` wants said until both sides have words.
    async fn agree(
        &self,
        link: &Link,
        stream: &mut Stream,
        mut heard: Option<Message>,
    ) -> Result<(Words, Card), MeetError> {
        let side = Side {
            ours: self.core.peer(),
            theirs: PeerId(link.key().0),
            dialled: link.is_dialled(),
            binding: link.binding(BINDING),
        };
        let (mut talk, commit) = Talk::begin(side, self.card(), self.core.dice.bytes());
        stream.send(&commit.to_bytes()).await?;
        loop {
            let message = match heard.take() {
                Some(message) => message,
                None => next(&mut stream.reader).await?,
            };
            match talk.handle(message).map_err(|_| MeetError::Misbehaved)? {
                Step::Wait => {}
                Step::Send(message) => stream.send(&message.to_bytes()).await?,
                Step::Show(words, card) => return Ok((words, card)),
                Step::Busy => return Err(MeetError::Busy),
                Step::Denied => return Err(MeetError::Denied),
                Step::Confirmed => return Err(MeetError::Misbehaved),
            }
        }
    }

    /// Keeps the link while people compare words: says ours, hears theirs.
    async fn wait_for_answers(&self, link: Link, stream: Stream, peer: PeerId) {
        let (say, ours) = mpsc::channel(2);
        if !self.remember(peer, say) {
            return;
        }
        let (mut writer, mut reader) = stream.split();
        let both = async {
            tokio::join!(say_ours(ours, &mut writer), self.hear_theirs(peer, &mut reader));
        };
        let _ = timeout(ANSWER_WITHIN, both).await;
        self.open().remove(&peer);
        link.close(net::code::DONE, "the meeting is over");
    }

    fn remember(&self, peer: PeerId, say: mpsc::Sender<Message>) -> bool {
        let mut open = self.open();
        let room = open.len() < MAX_OPEN_MEETINGS || open.contains_key(&peer);
        if room {
            open.insert(peer, say);
        }
        room
    }

    async fn hear_theirs(&self, peer: PeerId, reader: &mut Reader) {
        while let Ok(message) = next(reader).await {
            if let Err(error) = self.heard(peer, &message).await {
                tracing::warn!(%error, "an answer could not be kept");
            }
        }
        // Nothing more will be heard here: without a sender the saying half ends too.
        self.open().remove(&peer);
    }
}

async fn say_ours(mut ours: mpsc::Receiver<Message>, writer: &mut Writer) {
    while let Some(message) = ours.recv().await {
        if writer.send(&message.to_bytes()).await.is_err() {
            return;
        }
    }
    writer.finish();
    let _ = writer.acknowledged().await;
}

/// The next message of a stranger.
pub(super) async fn next(reader: &mut Reader) -> Result<Message, MeetError> {
    let bytes = reader.recv(MAX_MESSAGE_BYTES).await?.ok_or(MeetError::Gone)?;
    Message::from_bytes(&bytes).map_err(|_| MeetError::Misbehaved)
}
