//! What happens, as it happens, for the page: one WebSocket a tab, each message one event.

use std::time::Duration;

use api::{event::Event, session::LIVE_PROTOCOL};
use axum::{
    Extension,
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    response::Response,
};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{app::App, gate::Session};

/// A tab says nothing; what it sends all the same is at most so long, and is not read.
const MAX_HEARD_BYTES: usize = 1024;

/// So often a tab is asked whether it is still there. One that has not answered by the next time is not.
const ASK_EVERY: Duration = Duration::from_secs(25);

/// A tab that does not take what it is sent for so long is let go; it comes back and asks for the state anew.
const PATIENCE: Duration = Duration::from_secs(20);

/// The session was ended: see [`close_code`] for the other reasons.
const SIGNED_OUT: u16 = 4401;

pub async fn live(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let upgrade = upgrade.protocols([LIVE_PROTOCOL]).max_message_size(MAX_HEARD_BYTES);
    upgrade.on_upgrade(move |socket| async move {
        let mut socket = socket;
        if let Some(why) = tell(&app, &session, &mut socket).await {
            let close = Message::Close(Some(CloseFrame { code: why, reason: "".into() }));
            let _ = timeout(PATIENCE, socket.send(close)).await;
        }
    })
}

/// Tells until there is a reason to close; none if the tab has gone.
async fn tell(app: &App, session: &Session, socket: &mut WebSocket) -> Option<u16> {
    let mut listener = app.node().events();
    let mut ask = interval(ASK_EVERY);
    ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut answered = true;
    loop {
        if !app.gate.stands(session) {
            return Some(SIGNED_OUT);
        }
        tokio::select! {
            event = listener.next() => match event {
                Some(event) => send(socket, text(&event)).await?,
                // The peer takes a new key and goes on; so may the tab.
                None => return Some(close_code::RESTART),
            },
            heard = socket.recv() => match heard? {
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => answered = true,
            },
            // Looked at above; should it be missed while something is sent, then with the next question.
            () = app.gate.ended() => {}
            _ = ask.tick() => {
                if !std::mem::take(&mut answered) {
                    return None;
                }
                send(socket, Message::Ping(Default::default())).await?;
            }
            () = app.stop.cancelled() => return Some(close_code::AWAY),
        }
    }
}

fn text(event: &Event) -> Message {
    Message::Text(serde_json::to_string(event).expect("events are JSON").into())
}

async fn send(socket: &mut WebSocket, message: Message) -> Option<()> {
    timeout(PATIENCE, socket.send(message)).await.ok()?.ok()
}
