use rand_core::SeedableRng;

use super::*;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn keys_are_made_once_and_are_the_owners_only() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("home");
    let first = Home::open(&folder, &mut rng(1)).unwrap().keys();
    let again = Home::open(&folder, &mut rng(2)).unwrap().keys();
    assert_eq!(first.id(), again.id());
    assert_eq!(mode(&folder), 0o700);
    for file in ["keys", "place", "version", "lock"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[test]
fn a_second_one_is_told_who_runs() {
    let dir = tempfile::tempdir().unwrap();
    let _first = Home::open(dir.path(), &mut rng(1)).unwrap();
    let Err(error) = Home::open(dir.path(), &mut rng(2)) else { panic!("two on one home") };
    assert!(matches!(error, HomeError::Running(pid) if pid == std::process::id()));
    assert_eq!(error.problem().code, Code::AlreadyRunning);
}

#[test]
fn a_newer_home_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("version"), "2\n").unwrap();
    let before = fs::metadata(dir.path()).unwrap().permissions().mode();
    let Err(error) = Home::open(dir.path(), &mut rng(1)) else { panic!("opened a newer home") };
    assert!(matches!(error, HomeError::Newer { found: 2 }));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing was added");
    assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode(), before);
}

#[test]
fn a_copied_home_takes_a_new_key_and_keeps_the_old_one_to_vouch() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("a"), dir.path().join("b"));
    let keys = Home::open(&here, &mut rng(1)).unwrap().keys();
    fs::create_dir(&there).unwrap();
    for file in ["keys", "place", "version"] {
        fs::copy(here.join(file), there.join(file)).unwrap();
    }
    let copy = Home::open(&there, &mut rng(2)).unwrap().keys();
    assert_ne!(copy.id(), keys.id());
    assert_eq!(copy.former[0].peer, keys.peer);
    assert_eq!(Home::open(&there, &mut rng(3)).unwrap().keys().id(), copy.id(), "only once");
    let moved = dir.path().join("c");
    fs::rename(&here, &moved).unwrap();
    assert_eq!(Home::open(&moved, &mut rng(4)).unwrap().keys().id(), keys.id(), "a renamed home is no copy");
}

#[test]
fn damaged_keys_are_said_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("keys"), b"nonsense").unwrap();
    assert!(matches!(Home::open(dir.path(), &mut rng(1)), Err(HomeError::Damaged(_))));
    assert_eq!(fs::read(dir.path().join("keys")).unwrap(), b"nonsense");
}
