//! Files that a browser hands over, as streams: nothing of them is kept in memory.

use std::pin::Pin;

use api::{Code, Nothing, Problem, routes as table, uploads::Uploaded};
use axum::{
    Json,
    body::{Body, HttpBody},
    extract::{Path, State},
    routing::put,
};
use tokio::io::AsyncWriteExt;

use super::{answer::Refusal, app::App, router::Routes};

/// Once in so many bytes it is looked whether the disk has room for more.
const LOOK_EVERY_BYTES: u64 = 64 << 20;

pub fn routes(routes: Routes) -> Routes {
    routes
        .one::<table::NewUpload, _>(|a| async move { a.app.uploads.begin() })
        .one::<table::EndUpload, _>(|a| async move { a.app.uploads.end(&a.part).await.map(|()| Nothing {}) })
        .raw("/uploads/{id}/{*path}", put(receive))
}

async fn receive(
    State(app): State<App>,
    Path((id, path)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Uploaded>, Refusal> {
    let mut writing = app.uploads.write(&id, &path).await?;
    let (mut body, mut bytes, mut looked) = (Box::pin(body), 0, 0);
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(piece) = frame.map_err(|e| broken(&e))?.into_data() else { continue };
        bytes += piece.len() as u64;
        if bytes - looked >= LOOK_EVERY_BYTES {
            looked = bytes;
            writing.room()?;
        }
        writing.file.write_all(&piece).await.map_err(|e| broken(&e))?;
    }
    writing.file.flush().await.map_err(|e| broken(&e))?;
    Ok(Json(writing.finish(bytes)))
}

fn broken(error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::File, "the upload broke off").why(error.to_string())
}
