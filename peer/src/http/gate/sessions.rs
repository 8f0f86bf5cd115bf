//! Sessions of browsers, kept in the home as hashes, so that a page goes on after its peer was started again.
//!
//! The cookie is the only place that holds a session's secret. The tokens of its tabs are made from that secret and a number
//! of their own, so that none has to be kept.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use api::{Code, Problem};
use blake3::Hash;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::secret;
use crate::home::write_private;

/// A session that nobody uses ends after so long.
pub const IDLE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// So many sessions there are at most; the one not used for longest gives way.
const MOST: usize = 32;

/// That a session is used is written down once in so long.
const NOTED_EVERY_S: u64 = 24 * 60 * 60;

/// Bytes of a token that are its own; the rest is made from them.
const OWN_BYTES: usize = 16;

/// For what the key of the tokens is made from the session's secret.
const TOKENS: &str = "peerage 2026-11-22 tokens of a browser's tabs";

/// The file in the home.
const FILE: &str = "sessions";

/// All sessions of this home.
pub struct Sessions {
    file: PathBuf,
    kept: Vec<Kept>,
}

/// One, as the file has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    /// BLAKE3 of the cookie.
    #[serde(with = "hex")]
    hash: Hash,
    /// When it was last used, seconds since 1970, to about a day.
    used: u64,
}

/// A hash as text.
mod hex {
    use blake3::Hash;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hash.to_hex())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        Hash::from_hex(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// One, as a request has shown it.
#[derive(Clone)]
pub struct Session {
    id: Hash,
    key: [u8; 32],
}

impl Session {
    fn new(cookie: &str) -> Self {
        Self { id: blake3::hash(cookie.as_bytes()), key: blake3::derive_key(TOKENS, cookie.as_bytes()) }
    }

    /// Which one.
    pub fn id(&self) -> Hash {
        self.id
    }

    /// A token for one more tab.
    pub fn token(&self) -> Result<String, Problem> {
        let own = crate::home::random::<OWN_BYTES>()?;
        Ok(BASE64URL_NOPAD.encode(&[&own[..], blake3::keyed_hash(&self.key, &own).as_bytes()].concat()))
    }

    /// Whether this is a token of this session.
    pub fn knows(&self, token: &str) -> bool {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap_or_default();
        let Some((own, made)) = bytes.split_at_checked(OWN_BYTES) else { return false };
        made.try_into().is_ok_and(|made| Hash::from_bytes(made) == blake3::keyed_hash(&self.key, own))
    }
}

impl Sessions {
    /// Those the home keeps. A file that cannot be read keeps none.
    pub fn load(home: &Path, now_s: u64) -> Self {
        let file = home.join(FILE);
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let mut sessions = Self { file, kept: serde_json::from_str(&text).unwrap_or_default() };
        sessions.expire(now_s);
        sessions
    }

    /// Begins one; returns its secret, for the cookie.
    pub fn begin(&mut self, now_s: u64) -> Result<String, Problem> {
        let cookie = secret::new()?;
        self.expire(now_s);
        if self.kept.len() >= MOST {
            let unused = self.kept.iter().enumerate().min_by_key(|(_, kept)| kept.used).map(|(at, _)| at);
            unused.map(|at| self.kept.remove(at));
        }
        self.kept.push(Kept { hash: blake3::hash(cookie.as_bytes()), used: now_s });
        self.save()?;
        Ok(cookie)
    }

    /// The session of a cookie. All are compared, whichever fits.
    pub fn find(&mut self, cookie: &str, now_s: u64) -> Option<Session> {
        self.expire(now_s);
        let session = Session::new(cookie);
        let found =
            self.kept.iter_mut().fold(None, |found, kept| if kept.hash == session.id { Some(kept) } else { found })?;
        if now_s.saturating_sub(found.used) >= NOTED_EVERY_S {
            found.used = now_s;
            if let Err(problem) = self.save() {
                tracing::warn!(%problem, "that a browser was here cannot be noted");
            }
        }
        Some(session)
    }

    /// Whether there is such a session.
    pub fn stands(&self, id: &Hash) -> bool {
        self.kept.iter().any(|kept| kept.hash == *id)
    }

    /// Ends one.
    pub fn end(&mut self, id: &Hash) -> Result<(), Problem> {
        self.kept.retain(|kept| kept.hash != *id);
        self.save()
    }

    fn expire(&mut self, now_s: u64) {
        self.kept.retain(|kept| now_s.saturating_sub(kept.used) < IDLE.as_secs());
    }

    fn save(&self) -> Result<(), Problem> {
        let text = serde_json::to_string(&self.kept)
            .map_err(|e| Problem::new(Code::Internal, "sessions cannot be written down").why(e.to_string()))?;
        write_private(&self.file, &(text + "\n"))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_session_outlives_the_peer_and_its_secret_is_nowhere_on_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let cookie = Sessions::load(home.path(), NOW).begin(NOW).unwrap();
        let token = Sessions::load(home.path(), NOW).find(&cookie, NOW).unwrap().token().unwrap();
        let mut again = Sessions::load(home.path(), NOW + 5);
        assert!(again.find(&cookie, NOW + 5).unwrap().knows(&token));
        let file = home.path().join(FILE);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!std::fs::read_to_string(&file).unwrap().contains(&cookie));
        again.end(&blake3::hash(cookie.as_bytes())).unwrap();
        assert!(Sessions::load(home.path(), NOW).find(&cookie, NOW).is_none());
    }

    #[test]
    fn unused_sessions_end_and_used_ones_do_not() {
        let home = tempfile::tempdir().unwrap();
        let mut sessions = Sessions::load(home.path(), NOW);
        let (used, unused) = (sessions.begin(NOW).unwrap(), sessions.begin(NOW).unwrap());
        let half = NOW + IDLE.as_secs() / 2;
        assert!(sessions.find(&used, half).is_some());
        let mut later = Sessions::load(home.path(), NOW + IDLE.as_secs());
        assert!(later.find(&used, NOW + IDLE.as_secs()).is_some());
        assert!(later.find(&unused, NOW + IDLE.as_secs()).is_none());
    }

    #[test]
    fn not_more_are_kept_than_there_is_room_for() {
        let home = tempfile::tempdir().unwrap();
        let mut sessions = Sessions::load(home.path(), NOW);
        let cookies: Vec<String> = (0..=MOST as u64).map(|n| sessions.begin(NOW + n).unwrap()).collect();
        assert!(sessions.find(&cookies[0], NOW + 40).is_none());
        assert!(cookies[1..].iter().all(|cookie| sessions.find(cookie, NOW + 40).is_some()));
    }

    #[test]
    fn a_token_is_of_one_session() {
        let (one, two) = (Session::new("one"), Session::new("two"));
        let token = one.token().unwrap();
        assert!(one.knows(&token) && !two.knows(&token));
        assert_ne!(token, one.token().unwrap());
        for nonsense in ["", "a", &token[..20], &format!("{token}AA"), "!!!!"] {
            assert!(!one.knows(nonsense), "{nonsense}");
        }
    }
}
