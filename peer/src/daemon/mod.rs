//! The running peer: opens the home, starts the node, serves the API, stops cleanly.

pub mod background;
mod chance;
mod clock;

use std::{
    path::Path,
    sync::{Arc, RwLock},
};

use api::{
    Code, Problem,
    status::{BackedUp, Status},
};
use node::{Config, Ended, Node, home::Home as Opened};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    home::{
        Home, log,
        ports::{Choice, Kept},
        uploads::Uploads,
    },
    http::{self, App},
};
use clock::WallClock;

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
    // Locked before anything else is touched, and until nothing is left to be done.
    let opened = Opened::open(home.folder(), &mut chance::rng()?)?;
    let ended = runtime.block_on(live(home, &opened, console, ready));
    runtime.shutdown_background();
    // The lock goes with the process, so that whoever waits for it finds nothing left of us.
    std::mem::forget(opened);
    if let Err(problem) = &ended {
        tracing::error!("{}", problem.message);
    }
    ended
}

async fn live(
    home: &Home,
    opened: &Opened,
    console: Console,
    ready: impl FnOnce(&Status) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let stop = stop_on_signals()?;
    log::start(&home.log(), console == Console::Terminal).map_err(|e| internal(&e))?;
    let kept = Kept::load(home.folder());
    let (port, api_port) = (kept.choose()?, kept.choose_api()?);
    let page = http::listen_page(api_port.port).await?;
    let (node, set_aside) = open(opened, port.port).await?;
    let app = App {
        node: Arc::new(RwLock::new(node)),
        stop,
        home: Arc::from(home.folder()),
        since: WallClock::text().into(),
        uploads: Arc::new(Uploads::new(home.folder())),
        gate: Arc::new(http::Gate::new(home.folder())),
        api_port: page.local_addr().map_err(|e| internal(&e))?.port(),
        notices: notices([port, api_port], set_aside),
    };
    let served = serve(home, opened, &app, kept, page, ready).await;
    app.node().stop().await;
    tracing::info!("the peer has stopped");
    served
}

async fn serve(
    home: &Home,
    opened: &Opened,
    app: &App,
    kept: Kept,
    page: tokio::net::TcpListener,
    ready: impl FnOnce(&Status) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let socket = http::serve_socket(app.clone(), home.folder()).await?;
    let status = http::status(app).await?;
    kept.with(status.peer.port, app.api_port)?.save(home.folder())?;
    tracing::info!("the peer is up on port {}, its page is {}", status.peer.port, app.url());
    ready(&status)?;
    tokio::join!(socket, http::serve_page(app.clone(), page), keep_in_step(opened, app));
    Ok(())
}

fn notices(choices: [Choice; 2], set_aside: Vec<String>) -> Arc<[String]> {
    let notices: Vec<String> = choices.into_iter().filter_map(|choice| choice.notice).chain(set_aside).collect();
    notices.iter().for_each(|notice| tracing::warn!("{notice}"));
    notices.into()
}

async fn open(opened: &Opened, port: u16) -> Result<(Node, Vec<String>), Problem> {
    let config = Config { port, name: first_name() };
    node::open(opened, config, Arc::new(WallClock), chance::rng()?).await.map_err(|e| e.problem())
}

/// What a person is called until they say otherwise: as the computer calls them.
fn first_name() -> String {
    let known = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    let name = known.unwrap_or_else(|| "somebody".into());
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Starts the peer again with a new key, as often as it finds that others hold more of its logs than it does itself.
async fn keep_in_step(opened: &Opened, app: &App) {
    loop {
        let node = app.node();
        let ended = tokio::select! {
            ended = node.ended() => ended,
            () = app.stop.cancelled() => return,
        };
        if ended == Ended::Stopped {
            return;
        }
        if let Err(problem) = renew(opened, app, node).await {
            tracing::error!("the peer cannot go on with a new key: {problem}");
            app.stop.cancel();
            return;
        }
    }
}

async fn renew(opened: &Opened, app: &App, old: Node) -> Result<(), Problem> {
    tracing::warn!("this home was restored or copied from an older state; the peer takes a new key and goes on");
    let port = old.core().net.port();
    old.stop().await;
    opened.set_keys(opened.keys().renewed(&mut chance::rng()?))?;
    let (node, _) = open(opened, port).await?;
    app.set_node(node);
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

/// Makes the home from a backup; it must be empty or not there.
pub fn restore(home: &Home, file: &Path, passphrase: String) -> Result<BackedUp, Problem> {
    node::backup::restore(file, passphrase, home.folder(), &mut chance::rng()?)?;
    let size = file.metadata().map_or(0, |about| about.len());
    Ok(BackedUp { file: file.display().to_string(), size })
}

fn internal(error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::Internal, "the peer cannot run here").why(error.to_string())
}
