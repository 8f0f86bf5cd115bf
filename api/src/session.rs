//! The session of a browser with its peer. How it comes about is told in docs/spec/page.md.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/open`, over the Unix socket only: lets one browser in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Opened {
    /// The page's address with a code in its fragment. The code works once, and not for long.
    pub url: String,
    /// Seconds until the code is worth nothing.
    pub expires_s: u64,
}

/// `POST /api/v1/session`, of the page only: trades the code for a session, which is a cookie.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Login {
    /// The code of the address's fragment.
    pub code: String,
}

/// The answer to `POST /api/v1/session` and `POST /api/v1/tab`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tab {
    /// What this tab sends with every change, in the header [`TAB_HEADER`], and offers when it opens `/live`.
    pub token: String,
}

/// The header in which a tab shows its token.
pub const TAB_HEADER: &str = "x-peerage-tab";

/// The WebSocket protocol of `GET /api/v1/live`: each text message is one [`crate::event::Event`].
pub const LIVE_PROTOCOL: &str = "peerage.1";

/// What stands before the tab's token among the WebSocket protocols offered.
pub const TAB_PROTOCOL_PREFIX: &str = "tab.";
