//! Reading answers: whole ones, refusals, and those of another version.

use http_body_util::{BodyExt, Limited};
use hyper::{Response, body::Incoming};
use serde::de::DeserializeOwned;

use super::cut_short;
use crate::{
    Code, Problem,
    problem::Failure,
    route::{Route, VERSION, VERSION_HEADER},
    routes,
};

/// The largest answer taken in one piece: a list of a million files fits.
const MAX_ANSWER_BYTES: usize = 1 << 30;

/// Says so if the peer is of another version than this program. Stopping it works all the same.
pub(super) fn same_version<R: Route>(response: &Response<Incoming>) -> Result<(), Problem> {
    let theirs = response.headers().get(VERSION_HEADER).and_then(|v| v.to_str().ok()).unwrap_or("unknown");
    if theirs == VERSION || R::PATH == routes::Stop::PATH {
        return Ok(());
    }
    Err(Problem::new(Code::Version, "the running peer is of another version than this command")
        .why(format!("the peer is version {theirs}, the command is version {VERSION}"))
        .hint("restart it: peer down, then peer up --background"))
}

/// The response, unless it is a refusal.
pub(super) async fn checked(response: Response<Incoming>) -> Result<Response<Incoming>, Problem> {
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let body = collect(response).await?;
    Err(match serde_json::from_slice::<Failure>(&body) {
        Ok(failure) => failure.error,
        Err(_) => Problem::new(Code::Internal, format!("the peer answered {status} without saying why")),
    })
}

/// The whole answer, read as JSON.
pub(super) async fn whole<T: DeserializeOwned>(response: Response<Incoming>) -> Result<T, Problem> {
    let body = collect(checked(response).await?).await?;
    serde_json::from_slice(&body).map_err(|e| not_understood(&e))
}

/// The peer said something this program does not know.
pub(super) fn not_understood(error: &serde_json::Error) -> Problem {
    Problem::new(Code::Internal, "the peer's answer is not understood").why(error.to_string())
}

async fn collect(response: Response<Incoming>) -> Result<bytes::Bytes, Problem> {
    let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES);
    Ok(body.collect().await.map_err(|e| cut_short(&*e))?.to_bytes())
}
