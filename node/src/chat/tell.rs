//! Messages as the local API tells them.

use std::collections::{BTreeMap, BTreeSet};

use api::chat as told;
use proto::{
    chat::{Attachment, Reaction, Say},
    id::{OpId, PersonId, SpaceId},
    log::LogKey,
};
use store::{Error, Reader, chat::ChatMessage};

use crate::{clock::rfc3339_exact, spaces::name_in};

/// Tells messages, looking up each name and each report once.
pub struct Teller<'r, 'c> {
    reader: &'r Reader<'c>,
    me: PersonId,
    names: BTreeMap<(SpaceId, PersonId), String>,
    reports: BTreeMap<(SpaceId, LogKey), Vec<(PersonId, u64)>>,
}

impl<'r, 'c> Teller<'r, 'c> {
    /// From what the store says.
    pub fn new(reader: &'r Reader<'c>, me: PersonId) -> Self {
        Self { reader, me, names: BTreeMap::new(), reports: BTreeMap::new() }
    }

    /// One message, if there is such a one.
    pub fn message(&mut self, id: &OpId) -> Result<Option<told::Message>, Error> {
        self.reader.chat_message(id)?.map(|message| self.tell(message)).transpose()
    }

    /// Many, in the order given.
    pub fn all(&mut self, messages: Vec<ChatMessage>) -> Result<Vec<told::Message>, Error> {
        messages.into_iter().map(|message| self.tell(message)).collect()
    }

    fn tell(&mut self, ChatMessage { space, message, mine, unread }: ChatMessage) -> Result<told::Message, Error> {
        let delivered_to = if mine { self.delivered_to(&message.id)? } else { Vec::new() };
        let Say { reply_to, attachments, .. } = message.say;
        let stands = message.standing;
        let attachments = if stands.withdrawn { Vec::new() } else { attachments };
        Ok(told::Message {
            id: message.id.to_string(),
            space: space.to_string(),
            author: self.name(space, message.author)?,
            author_id: message.author.to_string(),
            text: stands.text,
            time: rfc3339_exact(message.time),
            edited: stands.edited,
            withdrawn: stands.withdrawn,
            reply_to: reply_to.map(|id| id.to_string()),
            attachments: attachments.into_iter().map(attachment).collect(),
            reactions: stands.reactions.into_iter().map(reaction).collect(),
            mentions: stands.mentions.iter().map(PersonId::to_string).collect(),
            mine,
            unread,
            delivered_to,
        })
    }

    fn name(&mut self, space: SpaceId, person: PersonId) -> Result<String, Error> {
        if let Some(name) = self.names.get(&(space, person)) {
            return Ok(name.clone());
        }
        let name = name_in(self.reader, &space, &person)?;
        self.names.insert((space, person), name.clone());
        Ok(name)
    }

    /// The persons, but oneself, of whose peers one has said to hold this op of one's own, by id.
    fn delivered_to(&mut self, id: &OpId) -> Result<Vec<String>, Error> {
        let Some(place) = self.reader.place(id)? else { return Ok(Vec::new()) };
        let key = (place.space, place.log);
        if !self.reports.contains_key(&key) {
            self.reports.insert(key, self.reports_on(&place.space, &place.log)?);
        }
        let holders: BTreeSet<PersonId> =
            self.reports[&key].iter().filter(|(_, upto)| *upto >= place.seq).map(|(person, _)| *person).collect();
        Ok(holders.iter().map(PersonId::to_string).collect())
    }

    fn reports_on(&self, space: &SpaceId, log: &LogKey) -> Result<Vec<(PersonId, u64)>, Error> {
        let mut reports = Vec::new();
        for (peer, upto) in self.reader.delivered(space, log)? {
            match self.reader.peer(&peer)? {
                Some(peer) if peer.person != self.me => reports.push((peer.person, upto)),
                _ => {}
            }
        }
        Ok(reports)
    }
}

fn attachment(Attachment { name, size, hash }: Attachment) -> told::Attachment {
    told::Attachment { name, size, hash: data_encoding::HEXLOWER.encode(&hash.0) }
}

fn reaction(Reaction { emoji, by }: Reaction) -> told::Reaction {
    told::Reaction { emoji, by: by.iter().map(PersonId::to_string).collect() }
}
