//! What strangers may send, thrown at every decoder: no panic, no unbounded memory, and what was read is written
//! back to what reads the same.
//!
//! `cargo xtask fuzz` runs libFuzzer over these; the normal tests replay the corpus.

use proto::{chat, files, key::Ed25519, log, meet, session};

/// One decoder under attack.
pub type Target = fn(&[u8]);

/// Every decoder of strangers' bytes, by name. A folder of that name in `corpus/` holds its inputs.
pub const TARGETS: &[(&str, Target)] = &[
    ("chat_body", chat_body),
    ("contact_link", contact_link),
    ("files_body", files_body),
    ("files_manifest", files_manifest),
    ("meet_message", meet_message),
    ("op_header", op_header),
    ("run", run),
    ("session_frame", session_frame),
];

fn op_header(bytes: &[u8]) {
    if let Ok(op) = log::Op::from_header_bytes(bytes) {
        assert_eq!(op.header_bytes(), bytes, "one header has one spelling");
    }
}

fn run(bytes: &[u8]) {
    if let Ok(run) = minicbor::decode::<log::Run>(bytes) {
        let _ = run.open(&Ed25519);
    }
}

fn session_frame(bytes: &[u8]) {
    if let Ok(Some(frame)) = session::Frame::from_bytes(bytes) {
        let again = session::Frame::from_bytes(&frame.to_bytes());
        assert_eq!(again, Ok(Some(frame)), "a frame reads back as itself");
    }
}

fn chat_body(bytes: &[u8]) {
    if let Ok(body) = chat::Body::from_bytes(bytes) {
        let written = body.to_bytes().expect("what was read is within the limits");
        assert_eq!(chat::Body::from_bytes(&written).as_ref(), Ok(&body));
    }
}

fn files_body(bytes: &[u8]) {
    if let Ok(body) = files::Body::from_bytes(bytes) {
        if let files::Body::Share(share) = &body {
            share.files().for_each(|(path, _)| assert!(path.parts().count() > 0, "a file has a name"));
        }
        assert_eq!(files::Body::from_bytes(&body.to_bytes()).as_ref(), Ok(&body));
    }
}

fn files_manifest(bytes: &[u8]) {
    if let Ok(manifest) = files::Manifest::from_bytes(bytes) {
        let _ = (manifest.files(), manifest.bytes());
        assert_eq!(files::Manifest::from_bytes(&manifest.to_bytes()).as_ref(), Ok(&manifest));
    }
}

fn meet_message(bytes: &[u8]) {
    if let Ok(message) = meet::Message::from_bytes(bytes) {
        assert_eq!(meet::Message::from_bytes(&message.to_bytes()).as_ref(), Ok(&message));
    }
}

fn contact_link(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(link) = text.parse::<meet::ContactLink>()
    {
        assert_eq!(link.to_string().parse::<meet::ContactLink>().as_ref(), Ok(&link));
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::TARGETS;

    fn corpus() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
    }

    #[test]
    fn the_corpus_is_harmless() {
        let mut replayed = 0;
        for (name, target) in TARGETS {
            for entry in fs::read_dir(corpus().join(name)).into_iter().flatten() {
                target(&fs::read(entry.unwrap().path()).unwrap());
                replayed += 1;
            }
        }
        assert!(replayed > 0, "the corpus is part of the repository");
    }

    #[test]
    fn every_corpus_has_its_target() {
        for entry in fs::read_dir(corpus()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(TARGETS.iter().any(|(target, _)| *target == name), "{name} is no target");
        }
    }
}
