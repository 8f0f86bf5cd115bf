//! Reading around a place: a message, or a moment.

use api::chat::Read;
use proto::{chat::Position, id::OpId, id::SpaceId, time::Time};
use store::{
    Reader,
    chat::{ChatMessage, Page},
};

use super::{ChatError, find::find, read};

/// Around a place so many messages are told, if nobody says how many.
const AROUND_DEFAULT: u32 = 50;

/// Where the page is to have its middle.
struct Middle {
    /// The message that stands there, if there is one.
    message: Option<ChatMessage>,
    /// Before this, and not at it, stands what comes before.
    before: Position,
    /// After this, and not at it, stands what comes after.
    after: Position,
}

/// The messages around the place asked for, oldest first; nothing if no place is asked for.
///
/// Half of them stand before it; where there are too few on one side, the other side fills up.
pub(super) fn around(reader: &Reader<'_>, space: &SpaceId, ask: &Read) -> Result<Option<Vec<ChatMessage>>, ChatError> {
    let Some(middle) = middle(reader, space, ask)? else { return Ok(None) };
    let most = ask.last.unwrap_or(AROUND_DEFAULT) as usize;
    let most = most.saturating_sub(usize::from(middle.message.is_some()));
    let page = Page { most, ..Page::ALL };
    let mut earlier = reader.chat_page(space, &Page { before: Some(middle.before), latest: true, ..page })?;
    let mut later = reader.chat_page(space, &Page { after: Some(middle.after), ..page })?;
    let (first, last) = share(most, earlier.len(), later.len());
    earlier.drain(..earlier.len() - first);
    later.truncate(last);
    earlier.extend(middle.message);
    earlier.extend(later);
    Ok(Some(earlier))
}

fn middle(reader: &Reader<'_>, space: &SpaceId, ask: &Read) -> Result<Option<Middle>, ChatError> {
    if let Some(id) = &ask.around {
        let at = read::position(reader, space, id)?;
        return Ok(Some(Middle { message: Some(find(reader, id)?), before: at, after: at }));
    }
    let Some(moment) = &ask.at else { return Ok(None) };
    let time = read::moment(moment)?;
    let last_before = |time: Time| (Time(time.0.saturating_sub(1)), OpId([0xff; 32]));
    Ok(Some(Middle { message: None, before: (time, OpId([0; 32])), after: last_before(time) }))
}

/// How many of those before and of those after make a page of `most`.
fn share(most: usize, earlier: usize, later: usize) -> (usize, usize) {
    let last = later.min((most - most / 2).max(most.saturating_sub(earlier)));
    (earlier.min(most - last), last)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_side_with_too_few_leaves_its_room_to_the_other() {
        assert_eq!(share(10, 100, 100), (5, 5));
        assert_eq!(share(9, 100, 100), (4, 5));
        assert_eq!(share(10, 2, 100), (2, 8));
        assert_eq!(share(10, 100, 1), (9, 1));
        assert_eq!(share(10, 2, 3), (2, 3));
        assert_eq!(share(0, 2, 3), (0, 0));
    }
}
