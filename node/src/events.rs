//! The one stream of what happens, for the page, `--follow` and whoever else asks.

use std::sync::Arc;

use api::event::Event;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

/// So many events are kept for a listener that is slow; beyond that it is told how many it missed.
pub const EVENTS_KEPT: usize = 4096;

/// Where events are told.
#[derive(Clone)]
pub struct Events {
    sender: broadcast::Sender<Arc<Event>>,
    end: CancellationToken,
}

/// One listener's place in the stream.
pub struct Listener {
    receiver: broadcast::Receiver<Arc<Event>>,
    end: CancellationToken,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(EVENTS_KEPT), end: CancellationToken::new() }
    }

    /// Tells everybody who listens; costs nothing where nobody does.
    pub fn tell(&self, event: Event) {
        if self.anybody() {
            let _ = self.sender.send(Arc::new(event));
        }
    }

    /// Ends the stream for everybody, once they have taken what was told before.
    pub(crate) fn end(&self) {
        self.end.cancel();
    }

    /// Whether anybody listens.
    pub fn anybody(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Listens to everything told from now on.
    pub fn listen(&self) -> Listener {
        Listener { receiver: self.sender.subscribe(), end: self.end.clone() }
    }
}

impl Listener {
    /// The next event; nothing once the node has stopped. Who is too slow gets [`Event::Lagged`] in place of what was missed.
    pub async fn next(&mut self) -> Option<Arc<Event>> {
        let event = tokio::select! {
            biased;
            event = self.receiver.recv() => event,
            () = self.end.cancelled() => return None,
        };
        match event {
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
        events.tell(Event::Nearby);
        events.end();
        assert!(listener.next().await.is_some());
        assert!(listener.next().await.is_none());
    }
}
