//! Yes and no: ours made durable and said, theirs heard, and two of them a contact.

use api::{event::Event, people as api_people};
use net::{Protocol, Stream};
use proto::{id::PeerId, meet::Message};
use store::people::Request;
use tokio::time::timeout;

use super::{Meet, MeetError, WORDS_WITHIN, conversation::next, describe};

impl Meet {
    /// Our person's answer to the request of whoever is meant by `who`.
    pub async fn answer(&self, who: &str, confirm: bool) -> Result<api_people::Request, MeetError> {
        let mut request = self.which(who)?;
        if confirm {
            request.confirmed_here = true;
            self.store(request.clone()).await?;
        } else {
            self.end(&request).await?;
        }
        let message = if confirm { Message::Confirm } else { Message::Deny };
        if !self.say_on_open_link(request.peer, message.clone()) {
            let (meet, peer) = (self.clone(), request.peer);
            tokio::spawn(async move { meet.say_by_dialling(peer, message).await });
        }
        Ok(describe(&request))
    }

    fn which(&self, who: &str) -> Result<Request, MeetError> {
        let requests = self.core.store.read(|reader| reader.requests())?;
        let mut found: Vec<Request> = requests.into_iter().filter(|request| is_meant(request, who)).collect();
        match found.len() {
            0 => Err(MeetError::NoRequest(who.to_owned())),
            1 => Ok(found.remove(0)),
            _ => Err(MeetError::Several {
                name: who.to_owned(),
                ids: found.iter().map(|request| request.peer.short()).collect(),
            }),
        }
    }

    fn say_on_open_link(&self, peer: PeerId, message: Message) -> bool {
        self.open().get(&peer).is_some_and(|say| say.try_send(message).is_ok())
    }

    /// Dials once more, says it, and hears whether they have said yes meanwhile.
    async fn say_by_dialling(&self, peer: PeerId, message: Message) {
        let said = async {
            let addresses = crate::people::addresses_of(&self.core, &peer);
            let link = self.core.net.dial(net::Key(peer.0), &addresses, Protocol::Meet).await?;
            let mut stream = link.open().await?;
            stream.send(&message.to_bytes()).await?;
            stream.finish();
            while let Ok(answer) = timeout(WORDS_WITHIN, next(&mut stream.reader)).await {
                self.heard(peer, &answer?).await?;
            }
            Ok::<(), MeetError>(())
        };
        if let Err(error) = said.await {
            tracing::debug!(%error, peer = %peer.short(), "an answer was not heard yet");
        }
    }

    /// Says again every yes of ours that has had no answer.
    pub(super) async fn say_again(&self) {
        let Ok(requests) = self.core.store.read(|reader| reader.requests()) else { return };
        for request in requests.iter().filter(|request| request.confirmed_here) {
            if !self.open().contains_key(&request.peer) {
                self.say_by_dialling(request.peer, Message::Confirm).await;
            }
        }
    }

    /// Somebody answers on a link of its own: we say how it stands on our side.
    pub(super) async fn late_answer(
        &self,
        stream: &mut Stream,
        peer: PeerId,
        message: Message,
    ) -> Result<(), MeetError> {
        let ours = self.core.store.read(|reader| reader.request(&peer))?;
        let yes = ours.map_or_else(|| self.is_contact(peer), |request| Ok(request.confirmed_here))?;
        self.heard(peer, &message).await?;
        if yes {
            stream.send(&Message::Confirm.to_bytes()).await?;
        }
        stream.finish();
        let _ = timeout(WORDS_WITHIN, stream.writer.acknowledged()).await;
        Ok(())
    }

    fn is_contact(&self, peer: PeerId) -> Result<bool, MeetError> {
        let person = self.core.store.read(|reader| {
            let peer = reader.peer(&peer)?;
            peer.map(|peer| reader.person(&peer.person)).transpose()
        })?;
        Ok(person.flatten().is_some_and(|person| person.contact_since.is_some() && !person.blocked))
    }

    /// What the other person says of an open request; without one it means nothing.
    pub(super) async fn heard(&self, peer: PeerId, message: &Message) -> Result<(), MeetError> {
        let Some(mut request) = self.core.store.read(|reader| reader.request(&peer))? else { return Ok(()) };
        match message {
            Message::Confirm => {
                request.confirmed_there = true;
                self.store(request).await
            }
            Message::Deny => self.end(&request).await,
            _ => Err(MeetError::Misbehaved),
        }
    }

    /// Keeps a request as it stands now; with two yeses it becomes a contact.
    async fn store(&self, request: Request) -> Result<(), MeetError> {
        let both = request.confirmed_here && request.confirmed_there;
        if !both {
            let kept = request.clone();
            self.core.store.write(move |tx| tx.put_request(&kept)).await?;
        } else if let Some(person) = request.person {
            let proof = request.proof.clone().unwrap_or_default();
            crate::people::befriend(&self.core, request.peer, request.name.clone(), proof).await?;
            self.core.events.tell(Event::Person { person: person.to_string(), online: false });
        }
        self.tell(&request);
        Ok(())
    }

    async fn end(&self, request: &Request) -> Result<(), MeetError> {
        let peer = request.peer;
        self.core.store.write(move |tx| tx.drop_request(&peer)).await?;
        self.tell(request);
        Ok(())
    }

    fn tell(&self, request: &Request) {
        let person = request.person.map(|person| person.to_string()).unwrap_or_default();
        self.core.events.tell(Event::Request { person });
    }
}

fn is_meant(request: &Request, who: &str) -> bool {
    let who = who.trim_start_matches('@').to_lowercase();
    let id = who.replace('-', "");
    let begins = |text: String| id.len() >= crate::spaces::MIN_PREFIX_LETTERS && text.starts_with(&id);
    request.name.to_lowercase() == who
        || begins(request.peer.to_string())
        || request.person.is_some_and(|person| begins(person.to_string()))
}
