//! The one stream of what happens, for the page, `--follow` and whoever else asks.

use std::sync::Arc;

use api::event::Event;
use tokio::sync::broadcast::{self, error::RecvError};

/// So many events are kept for a listener that is slow; beyond that it is told how many it missed.
pub const EVENTS_KEPT: usize = 4096;

/// Where events are told.
#[derive(Clone)]
pub struct Events(broadcast::Sender<Arc<Event>>);

/// One listener's place in the stream.
pub struct Listener(broadcast::Receiver<Arc<Event>>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(EVENTS_KEPT))
    }

    /// Tells everybody who listens; costs nothing where nobody does.
    pub fn tell(&self, event: Event) {
        if self.anybody() {
            let _ = self.0.send(Arc::new(event));
        }
    }

    /// Whether anybody listens.
    pub fn anybody(&self) -> bool {
        self.0.receiver_count() > 0
    }

    /// Listens to everything told from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

impl Listener {
    /// The next event; nothing once the node has stopped. Who is too slow gets [`Event::Lagged`] in place of what was missed.
    pub async fn next(&mut self) -> Option<Arc<Event>> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(missed)) => Some(Arc::new(Event::Lagged { missed })),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_listener_is_told_what_it_missed() {
        let events = Events::new();
        let mut listener = events.listen();
        (0..EVENTS_KEPT + 7).for_each(|_| events.tell(Event::Nearby));
        assert_eq!(*listener.next().await.unwrap(), Event::Lagged { missed: 7 });
        assert_eq!(*listener.next().await.unwrap(), Event::Nearby);
    }

    #[tokio::test]
    async fn the_stream_ends_with_the_node() {
        let events = Events::new();
        let mut listener = events.listen();
        drop(events);
        assert!(listener.next().await.is_none());
    }
}
