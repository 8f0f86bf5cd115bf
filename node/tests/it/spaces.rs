use api::{
    Code,
    spaces::{Kind, NewSpace, Rename, Role},
};

use crate::world::{Body, node};

fn group(name: &str) -> NewSpace {
    NewSpace { name: name.into(), kind: Kind::Group }
}

#[tokio::test]
async fn a_space_is_made_named_renamed_and_left() {
    let ann = node("Ann", 1).await;
    let lab = ann.spaces().create(group("  Lab ")).await.unwrap().space;
    assert_eq!(
        (lab.name.as_str(), lab.kind, lab.role, lab.members, lab.online),
        ("Lab", Kind::Group, Role::Owner, 1, 1)
    );
    let members = ann.spaces().members("lab").await.unwrap();
    assert_eq!((members[0].name.as_str(), members[0].me), ("Ann", true));
    ann.spaces().rename("Lab", Rename { name: "Garden".into() }).await.unwrap();
    assert_eq!(ann.spaces().get(&lab.id[..6]).await.unwrap().name, "Garden");
    assert_eq!(ann.spaces().get("Lab").await.unwrap_err().code, Code::NotFound);
    ann.spaces().leave("Garden").await.unwrap();
    assert!(ann.spaces().list().await.unwrap().is_empty());
    ann.stop().await;
}

#[tokio::test]
async fn two_of_one_name_are_told_apart_by_id() {
    let ann = node("Ann", 1).await;
    let first = ann.spaces().create(group("Lab")).await.unwrap().space;
    ann.spaces().create(group("Lab")).await.unwrap();
    let problem = ann.spaces().get("Lab").await.unwrap_err();
    assert_eq!(problem.code, Code::Ambiguous);
    assert!(problem.why.unwrap().contains(&first.id[..4]));
    assert_eq!(ann.spaces().get(&first.id).await.unwrap().id, first.id);
    ann.stop().await;
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart_without_stop() {
    let dir = tempfile::tempdir().unwrap();
    let body = Body::on("Ann", 1, store::Store::open(dir.path().join("db")).unwrap());
    let ann = body.start().await;
    let lab = ann.spaces().create(group("Lab")).await.unwrap().space;
    ann.core().net.close().await;
    drop(ann);
    let ann = body.start().await;
    let again = ann.spaces().get("Lab").await.unwrap();
    assert_eq!((again.id, again.members), (lab.id, 1));
    ann.spaces().rename("Lab", Rename { name: "Garden".into() }).await.unwrap();
    ann.stop().await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let ann = node("Ann", 1).await;
    let made = |name: &str, kind| NewSpace { name: name.into(), kind };
    assert_eq!(ann.spaces().create(made(" ", Kind::Group)).await.unwrap_err().code, Code::Usage);
    assert_eq!(ann.spaces().create(made(&"x".repeat(200), Kind::Group)).await.unwrap_err().code, Code::TooLarge);
    assert_eq!(ann.spaces().create(made("Lab", Kind::Direct)).await.unwrap_err().code, Code::Usage);
    assert_eq!(ann.spaces().get("@Bob").await.unwrap_err().code, Code::NotFound);
    assert_eq!(ann.spaces().get("@Ann").await.unwrap_err().code, Code::Usage);
    ann.stop().await;
}
