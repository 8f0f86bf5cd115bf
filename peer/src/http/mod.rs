//! The local API as HTTP: on a Unix socket for the user's own commands, on loopback for the page.
//!
//! Every handler is one call of `node`; what is asked and answered stands in `api`'s table of routes. The socket is
//! trusted because the kernel says who calls; the TCP listener is not, and gives out nothing without a session.

mod answer;
mod app;
mod assets;
mod chat;
mod content;
mod events;
mod files;
mod folders;
mod gate;
mod lines;
mod live;
mod page;
mod people;
mod pieces;
mod preview;
mod range;
mod router;
mod send;
mod session;
mod spaces;
mod status;
mod tcp;
mod transfers;
mod unix;
mod uploads;

use std::{net::Ipv4Addr, path::Path, time::Duration};

use api::{Code, Problem};
use axum::routing::any;
use tokio::net::TcpListener;

pub use app::App;
pub use gate::Gate;
pub use status::status;

use router::Routes;
use tcp::Browsers;
use unix::Callers;

/// How long calls may go on once the peer stops. Streams end at once, the rest is short.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// All routes of the local API, as both listeners have them.
fn routes() -> Routes {
    let routes = [
        status::routes,
        events::routes,
        people::routes,
        spaces::routes,
        chat::routes,
        files::routes,
        content::routes,
        folders::routes,
        uploads::routes,
        transfers::routes,
        send::routes,
    ];
    routes.iter().fold(Routes::default(), |all, add| add(all))
}

/// Answers calls on the home's socket until the peer is told to stop.
pub async fn serve_socket(app: App, home: &Path) -> Result<impl Future<Output = ()> + use<>, Problem> {
    let (socket, listener) = crate::home::socket::Socket::listen(home)?;
    let stop = app.stop.clone();
    let router = session::open(routes()).into_router(any(router::nothing)).with_state(app);
    Ok(async move {
        let stopped = stop.clone().cancelled_owned();
        let server = axum::serve(Callers(listener), router).with_graceful_shutdown(stopped);
        finish(server, stop).await;
        drop(socket);
    })
}

/// Answers browsers on loopback until the peer is told to stop.
pub async fn serve_page(app: App, listener: TcpListener) {
    let stop = app.stop.clone();
    let stopped = stop.clone().cancelled_owned();
    let server = axum::serve(Browsers::new(listener), page::router(app)).with_graceful_shutdown(stopped);
    finish(server, stop).await;
}

/// The listener of the page; the port may be 0.
pub async fn listen_page(port: u16) -> Result<TcpListener, Problem> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|e| {
        Problem::new(Code::Usage, format!("port {port} cannot be used for the page"))
            .why(e.to_string())
            .hint("set PEER_API_PORT to another, or to 0 for any free one")
    })
}

async fn finish(server: impl IntoFuture<Output = std::io::Result<()>>, stop: tokio_util::sync::CancellationToken) {
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(STOP_PATIENCE).await;
    };
    tokio::select! {
        ended = server.into_future() => {
            if let Err(error) = ended {
                tracing::error!(%error, "the local API has ended");
            }
        }
        () = patience => {}
    }
}
