//! What strangers may send, thrown at every decoder: no panic, no unbounded memory, and what was read is written
//! back to what reads the same.
//!
//! `cargo xtask fuzz` runs libFuzzer over these; the normal tests replay the corpus.

use proto::{about, chat, files, join, key::Ed25519, log, meet, send, session, space};

/// One decoder under attack.
pub type Target = fn(&[u8]);

/// Every decoder of strangers' bytes, by name. A folder of that name in `corpus/` holds its inputs.
pub const TARGETS: &[(&str, Target)] = &[
    ("about_body", about_body),
    ("auth_body", auth_body),
    ("chat_body", chat_body),
    ("contact_link", contact_link),
    ("files_body", files_body),
    ("files_manifest", files_manifest),
    ("files_path", files_path),
    #[cfg(feature = "net")]
    ("greeting", greeting),
    ("invitation_link", invitation_link),
    ("join_message", join_message),
    ("meet_message", meet_message),
    ("op_header", op_header),
    ("person_proof", person_proof),
    ("run", run),
    ("send_code", send_code),
    ("send_message", send_message),
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

fn auth_body(bytes: &[u8]) {
    if let Ok(act) = space::auth::Act::decode(bytes) {
        assert_eq!(space::auth::Act::decode(&act.encode()).as_ref(), Ok(&act));
    }
}

fn about_body(bytes: &[u8]) {
    if let Some(about) = about::About::from_bytes(bytes) {
        assert_eq!(about::About::from_bytes(&about.to_bytes()).as_ref(), Some(&about));
    }
}

fn person_proof(bytes: &[u8]) {
    if let Ok(proof) = minicbor::decode::<space::PersonProof>(bytes) {
        let _ = proof.verify(&Ed25519);
    }
}

fn invitation_link(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(link) = space::Link::from_text(text)
    {
        let again = link.to_text().expect("what was read is within the limits");
        assert!(space::Link::from_text(&again).is_ok_and(|again| again == link));
    }
}

fn join_message(bytes: &[u8]) {
    if let Ok(ask) = join::Ask::from_bytes(bytes) {
        assert!(join::Ask::from_bytes(&ask.to_bytes()).is_ok());
    }
    if let Ok(answer) = join::Answer::from_bytes(bytes) {
        assert!(join::Answer::from_bytes(&answer.to_bytes()).is_ok());
    }
}

fn send_message(bytes: &[u8]) {
    let _ = send::Request::from_bytes(bytes);
    let _ = send::Answer::from_bytes(bytes);
    let _ = send::Confirmation::from_bytes(bytes);
    let _ = send::Outcome::from_bytes(bytes);
}

fn send_code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = text.parse::<send::Code>() {
        assert!(code.to_string().parse::<send::Code>().is_ok());
    }
    if let Ok(link) = text.parse::<send::SendLink>() {
        assert!(link.to_string().parse::<send::SendLink>().is_ok());
    }
}

#[cfg(feature = "net")]
fn greeting(bytes: &[u8]) {
    if let Ok(greeting) = net::greeting::Greeting::parse(bytes) {
        assert_eq!(net::greeting::Greeting::parse(greeting.to_json().as_bytes()).as_ref(), Ok(&greeting));
    }
}

fn files_path(bytes: &[u8]) {
    if let Ok(path) = files::FilePath::from_bytes(bytes) {
        let safe = |part: &[u8]| !part.is_empty() && part != b"." && part != b".." && !part.contains(&0);
        assert!(path.is_root() || path.as_bytes().split(|byte| *byte == b'/').all(safe), "no way out of a folder");
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

    /// Valid inputs for the decoders that chance alone does not get into: `cargo test -p fuzz -- --ignored`.
    #[test]
    #[ignore = "writes into the corpus"]
    fn seeds() {
        use proto::{
            key::SecretKey,
            log::Run,
            space::{Hpke, KemSecret, NewSpace, PersonProof, Replica, Unwrap as _, Writer},
            time::Time,
        };
        use rand_core::SeedableRng;
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
        let (signer, kem) = (SecretKey::from_bytes(&[1; 32]), KemSecret::from_bytes(&[2; 32]));
        let mut writer = Writer { now: Time(1_790_000_000_000_000), signer: &signer, wrap: &Hpke, rng: &mut rng };
        let (_, op) = Replica::create(NewSpace::own(kem.key()), &mut writer, &super::Ed25519).unwrap();
        let run = Run::new(std::slice::from_ref(&op)).unwrap();
        let proof = PersonProof::new(&op).unwrap();
        let inputs = [
            ("op_header", op.header_bytes()),
            ("auth_body", op.body.clone().unwrap()),
            ("run", minicbor::to_vec(run).unwrap()),
            ("person_proof", minicbor::to_vec(proof).unwrap()),
            #[cfg(feature = "net")]
            ("greeting", {
                let greeting = net::greeting::Greeting { key: net::Key([3; 32]), name: "Mira".into(), port: 4919 };
                greeting.to_json().into_bytes()
            }),
        ];
        for (target, bytes) in inputs {
            fs::create_dir_all(corpus().join(target)).unwrap();
            fs::write(corpus().join(target).join("seed"), bytes).unwrap();
        }
    }

    #[test]
    fn every_corpus_has_its_target() {
        for entry in fs::read_dir(corpus()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(TARGETS.iter().any(|(target, _)| *target == name), "{name} is no target");
        }
    }
}
