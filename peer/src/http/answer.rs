//! Problems as responses.

use api::{Code, Problem, problem::Failure};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// A problem on its way out.
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (status(self.0.code), Json(Failure { error: self.0 })).into_response()
    }
}

/// The nearest HTTP has to say; clients go by the code in the body.
fn status(code: Code) -> StatusCode {
    match code {
        Code::Internal | Code::Home => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Usage => StatusCode::BAD_REQUEST,
        Code::NotRunning | Code::Interrupted => StatusCode::SERVICE_UNAVAILABLE,
        Code::AlreadyRunning | Code::Ambiguous | Code::NeedsAnswer => StatusCode::CONFLICT,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::NotAllowed | Code::Refused => StatusCode::FORBIDDEN,
        Code::Unreachable => StatusCode::GATEWAY_TIMEOUT,
        Code::Invitation => StatusCode::GONE,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::Storage => StatusCode::INSUFFICIENT_STORAGE,
        Code::File => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Version => StatusCode::UPGRADE_REQUIRED,
    }
}
