//! The running peer: opens the home, starts the node, serves the API, stops cleanly.

pub mod background;

use std::{path::Path, sync::Arc};

use api::{
    Code, Problem,
    status::{BackedUp, Status},
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    home::{Home, log, ports::Kept},
    http::{self, App},
};

/// Where the peer's notes go besides the home's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// Nowhere.
    None,
    /// To the terminal it was started from.
    Terminal,
}

/// Is the peer until it is stopped: by a signal or by `peer down`. `ready` is called once it can be used.
pub fn run(home: &Home, console: Console, ready: impl FnOnce(&Status) -> Result<(), Problem>) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| internal(&e))?;
    let ended = runtime.block_on(live(home, console, ready));
    runtime.shutdown_background();
    ended
}

async fn live(
    home: &Home,
    console: Console,
    ready: impl FnOnce(&Status) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let stop = stop_on_signals()?;
    crate::home::make_private_folder(home.folder()).map_err(|e| internal(&e))?;
    log::start(&home.log(), console == Console::Terminal).map_err(|e| internal(&e))?;
    let kept = Kept::load(home.folder());
    let (_port, api_port) = (kept.choose()?, kept.choose_api()?);
    let page = http::listen_page(api_port.port).await?;
    let api_port = page.local_addr().map_err(|e| internal(&e))?.port();
    let app = App {
        node: crate::http::stub::Node::new(),
        stop,
        home: Arc::from(home.folder()),
        api_port,
        notices: [].into(),
    };
    let socket = http::serve_socket(app.clone(), home.folder()).await?;
    let status = http::status(&app).await?;
    kept.with(status.peer.port, api_port)?.save(home.folder())?;
    tracing::info!(port = status.peer.port, page = app.url(), "the peer is up");
    ready(&status)?;
    tokio::join!(socket, http::serve_page(app.clone(), page));
    app.node.stop().await;
    tracing::info!("the peer has stopped");
    Ok(())
}

/// Cancelled by the signals that ask a program to stop.
fn stop_on_signals() -> Result<CancellationToken, Problem> {
    let stop = CancellationToken::new();
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let mut signals = signal(kind).map_err(|e| internal(&e))?;
        let stop = stop.clone();
        tokio::spawn(async move {
            signals.recv().await;
            stop.cancel();
        });
    }
    Ok(stop)
}

/// Makes the home from a backup.
pub fn restore(home: &Home, file: &Path, passphrase: String) -> Result<BackedUp, Problem> {
    let _ = (home, file, passphrase);
    Err(Problem::new(Code::Internal, "not there yet"))
}

fn internal(error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::Internal, "the peer cannot run here").why(error.to_string())
}
