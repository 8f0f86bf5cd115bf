//! The peer itself: how it does, who it is, its settings, its end.

use api::{
    Nothing, Problem, VERSION, routes,
    status::{ApiStatus, PeerStatus, Status},
};

use super::{
    app::App,
    router::{Asked, Routes},
};

pub fn routes(routes: Routes) -> Routes {
    routes
        .one::<routes::Status, _>(|a| async move { status(&a.app).await })
        .one::<routes::Id, _>(|a| async move { Ok(a.app.node().identity()) })
        .one::<routes::Settings, _>(|a| async move { Ok(a.app.node().settings()) })
        .one::<routes::Set, _>(|a| async move { a.app.node().set(a.ask).await })
        .one::<routes::Backup, _>(|a| async move { a.app.node().backup(a.ask).await })
        .one::<routes::Stop, _>(stop)
}

/// How the peer does: what the node says, and what only the program around it knows.
pub async fn status(app: &App) -> Result<Status, Problem> {
    let standing = app.node().standing().await?;
    Ok(Status {
        peer: PeerStatus {
            id: standing.peer,
            version: VERSION.into(),
            port: standing.port,
            addresses: standing.addresses,
            home: app.home.display().to_string(),
            pid: std::process::id(),
            since: app.since.to_string(),
            nearby: standing.nearby,
        },
        person: standing.person,
        api: ApiStatus { url: app.url() },
        spaces: standing.spaces,
        unread: standing.unread,
        sessions: standing.sessions,
        sent_bytes: standing.sent_bytes,
        received_bytes: standing.received_bytes,
        notices: app.notices.iter().cloned().chain(standing.notices).collect(),
    })
}

async fn stop(asked: Asked<routes::Stop>) -> Result<Nothing, Problem> {
    tracing::info!("asked to stop");
    asked.app.stop.cancel();
    Ok(Nothing {})
}
