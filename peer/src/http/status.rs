//! The peer itself: how it does, who it is, its settings, its end.

use api::{
    Nothing, Problem, routes,
    status::{ApiStatus, Status},
};

use super::{
    app::App,
    router::{Asked, Routes},
};

pub fn routes(routes: Routes) -> Routes {
    routes
        .one::<routes::Status, _>(|a| async move { status(&a.app).await })
        .one::<routes::Id, _>(|a| async move { a.app.node.id().await })
        .one::<routes::Settings, _>(|a| async move { a.app.node.settings().await })
        .one::<routes::Set, _>(|a| async move { a.app.node.set(a.ask).await })
        .one::<routes::Backup, _>(|a| async move { a.app.node.backup(a.ask).await })
        .one::<routes::Stop, _>(stop)
}

/// How the peer does: what the node says, and what only the program around it knows.
pub async fn status(app: &App) -> Result<Status, Problem> {
    let mut status = app.node.status().await?;
    status.api = ApiStatus { url: app.url() };
    status.peer.home = app.home.display().to_string();
    status.peer.pid = std::process::id();
    status.notices.splice(0..0, app.notices.iter().cloned());
    Ok(status)
}

async fn stop(asked: Asked<routes::Stop>) -> Result<Nothing, Problem> {
    tracing::info!("asked to stop");
    asked.app.stop.cancel();
    Ok(Nothing {})
}
