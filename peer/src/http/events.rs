//! The stream of events.

use api::{Problem, event::Event, routes};
use tokio::sync::mpsc;

use super::router::{Asked, Routes};

/// Events on their way to one listener; those that wait longer wait in the node, which counts what it drops.
const ON_THE_WAY: usize = 64;

pub fn routes(routes: Routes) -> Routes {
    routes.lines::<routes::Events, _>(events)
}

async fn events(asked: Asked<routes::Events>) -> Result<mpsc::Receiver<Event>, Problem> {
    let mut listener = asked.app.node().events();
    let (sender, receiver) = mpsc::channel(ON_THE_WAY);
    tokio::spawn(async move {
        loop {
            let event = tokio::select! {
                event = listener.next() => event,
                () = sender.closed() => return,
            };
            let Some(event) = event else { return };
            if sender.send((*event).clone()).await.is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}
