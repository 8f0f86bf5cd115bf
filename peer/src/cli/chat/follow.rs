//! `peer read --follow`: the history, then what comes.

use std::collections::{HashSet, VecDeque};

use api::{
    Code, Nothing, Problem,
    chat::{Message, Read},
    event::Event,
    routes,
};

use super::{super::context::Context, read};
use crate::cli::messages::Page;

/// So many of the latest ids are kept to tell what was shown already. More than come while the history is read.
const REMEMBERED: usize = 8192;

/// Listens first and reads then, so that nothing falls between the two.
pub(super) async fn run(cx: &Context, space: &str, ask: Read) -> Result<(), Problem> {
    let client = cx.client()?;
    let mut events = client.lines::<routes::Events>("", &Nothing {}).await?;
    let id = client.one::<routes::Space>(space, &Nothing {}).await?.id;
    let mut shown = Shown { page: Page::new(&cx.now), recent: Recent::default(), last: None };
    read(cx, space, ask, |messages| shown.add(cx, messages)).await?;
    while let Some(event) = events.next().await? {
        match event {
            Event::Message { message, new } if message.space == id => shown.changed(cx, *message, new)?,
            Event::Lagged { .. } => {
                let missed = Read { after: shown.last.clone(), ..Read::default() };
                read(cx, space, missed, |messages| shown.add(cx, messages)).await?;
            }
            _ => {}
        }
    }
    Err(Problem::new(Code::NotRunning, "the peer has stopped").hint("peer up --background"))
}

struct Shown {
    page: Page,
    recent: Recent,
    last: Option<String>,
}

impl Shown {
    fn add(&mut self, cx: &Context, messages: &[Message]) -> Result<(), Problem> {
        let fresh: Vec<Message> = messages.iter().filter(|m| self.recent.is_new(&m.id)).cloned().collect();
        self.last = fresh.last().map(|m| m.id.clone()).or(self.last.take());
        cx.out.list(&fresh, || self.page.add(&fresh))
    }

    fn changed(&mut self, cx: &Context, message: Message, new: bool) -> Result<(), Problem> {
        if new {
            self.add(cx, &[message])
        } else {
            cx.out.list(&[&message], || self.page.add(std::slice::from_ref(&message)))
        }
    }
}

/// The ids seen last.
#[derive(Default)]
struct Recent {
    order: VecDeque<String>,
    ids: HashSet<String>,
}

impl Recent {
    /// Whether this id was not seen lately; remembers it.
    fn is_new(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED {
            self.ids.remove(&self.order.pop_front().unwrap_or_default());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_ids_are_remembered_within_bounds() {
        let mut recent = Recent::default();
        assert!(recent.is_new("a"));
        assert!(!recent.is_new("a"));
        for number in 0..REMEMBERED {
            assert!(recent.is_new(&number.to_string()));
        }
        assert!(recent.is_new("a"), "long ago");
        assert_eq!(recent.ids.len(), REMEMBERED);
    }
}
