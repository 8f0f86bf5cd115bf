//! Reading and searching.

use api::{
    Problem,
    chat::{Message, Read, Search},
};
use proto::{
    chat::Position,
    id::{OpId, PersonId, SpaceId},
    time::Time,
};
use store::{Reader, chat::Page};

use super::{Chat, ChatError, around::around, find::find, tell::Teller};

/// A search that does not say how much it wants gets so many messages.
const SEARCH_DEFAULT: u32 = 50;

/// A search gets at most so many messages.
const MAX_SEARCH: u32 = 1000;

/// What a list of spaces shows of each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Messages one has not read.
    pub unread: u64,
    /// Whether one of them mentions oneself.
    pub mentioned: bool,
    /// The latest message.
    pub last: Option<Message>,
}

/// What a list of spaces shows of one, for use within reads.
pub fn summary(reader: &Reader<'_>, me: PersonId, space: &SpaceId) -> Result<Summary, store::Error> {
    let unread = reader.chat_unread(space)?;
    let latest = reader.chat_page(space, &Page { most: 1, latest: true, ..Page::ALL })?;
    let last = Teller::new(reader, me).all(latest)?.pop();
    Ok(Summary { unread: unread.messages, mentioned: unread.mentions > 0, last })
}

impl Chat {
    /// Messages of a space, oldest first.
    pub async fn messages(&self, space: &str, ask: Read) -> Result<Vec<Message>, Problem> {
        // A person to whom nothing was ever said: there is nothing to read, and nothing is made.
        let Some(space) = self.core.find_space(space)?.map(|space| space.id()) else { return Ok(Vec::new()) };
        let me = self.core.me();
        let messages = self.read(|reader| {
            let messages = match around(reader, &space, &ask)? {
                Some(messages) => messages,
                None => reader.chat_page(&space, &page(reader, &space, &ask)?)?,
            };
            Ok(Teller::new(reader, me).all(messages)?)
        })?;
        Ok(messages)
    }

    /// Messages that have all the words asked for, newest first.
    pub async fn search(&self, ask: Search) -> Result<Vec<Message>, Problem> {
        let space = match &ask.space {
            Some(space) => match self.core.find_space(space)? {
                Some(space) => Some(space.id()),
                None => return Ok(Vec::new()),
            },
            None => None,
        };
        let most = ask.limit.unwrap_or(SEARCH_DEFAULT).min(MAX_SEARCH) as usize;
        let me = self.core.me();
        let found = self.read(|reader| {
            let found = reader.chat_search(&ask.text, space.as_ref(), most)?;
            Ok(Teller::new(reader, me).all(found)?)
        })?;
        Ok(found)
    }

    /// Reads one moment of the store; a problem of one's own breaks it off.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, ChatError>) -> Result<T, ChatError> {
        self.core.store.read(|reader| Ok(read(reader)))?
    }
}

/// What is asked for: `last` beats `first`.
fn page(reader: &Reader<'_>, space: &SpaceId, ask: &Read) -> Result<Page, ChatError> {
    let after = ask.after.as_deref().map(|id| position(reader, space, id)).transpose()?;
    let before = ask.before.as_deref().map(|id| position(reader, space, id)).transpose()?;
    let since = ask.since.as_deref().map(just_before).transpose()?.flatten();
    let most = ask.last.or(ask.first).map_or(usize::MAX, |most| most as usize);
    Ok(Page { after: after.max(since), before, most, latest: ask.last.is_some() })
}

/// Where a message of this space stands.
pub(super) fn position(reader: &Reader<'_>, space: &SpaceId, id: &str) -> Result<Position, ChatError> {
    let found = find(reader, id)?;
    if found.space != *space {
        return Err(ChatError::NoMessage(id.to_owned()));
    }
    Ok((found.message.time, found.message.id))
}

/// The last place before a moment, if there is one.
fn just_before(since: &str) -> Result<Option<Position>, ChatError> {
    let before = moment(since)?.0.checked_sub(1);
    Ok(before.map(|before| (Time(before), OpId([0xff; 32]))))
}

/// A moment as people and programs write it; all before 1970 is one.
pub(super) fn moment(text: &str) -> Result<Time, ChatError> {
    let moment: jiff::Timestamp = text.parse().map_err(|_| ChatError::NotATime(text.to_owned()))?;
    Ok(Time(u64::try_from(moment.as_microsecond()).unwrap_or(0)))
}
