use std::time::Duration;

use api::{
    Code,
    spaces::{InvitationState, Join, NewInvitation, OfSpace, Role},
};
use node::Node;

use crate::world::{Body, lab, node, say, texts, until};

const ANY: NewInvitation = NewInvitation { role: None, uses: None, expires_s: None };

async fn link(of: &Node, ask: NewInvitation) -> String {
    of.join().invite("Lab", ask).await.unwrap().link.unwrap()
}

async fn join(who: &Node, link: &str) -> Result<api::spaces::Space, api::Problem> {
    who.join().join(Join { link: link.to_owned() }).await.map(|entered| entered.space)
}

#[tokio::test]
async fn who_joins_sees_what_was_said_and_is_heard() {
    let (ann, bob) = (node("Ann", 1).await, node("Bob", 2).await);
    let id = lab(&ann).await;
    say(&ann, "Lab", "before").await;
    let link = link(&ann, ANY).await;
    let preview = bob.join().preview(Join { link: link.clone() }).await.unwrap();
    assert_eq!((preview.name.as_str(), preview.by.as_str(), preview.role), ("Lab", "Ann", Role::Writer));
    assert!(!preview.member);
    let joined = join(&bob, &link).await.unwrap();
    assert_eq!((joined.id.as_str(), joined.members), (id.as_str(), 2));
    until("history has come", async || texts(&bob, &id).await == ["before"]).await;
    say(&bob, &id, "hello").await;
    until("Ann hears Bob", async || texts(&ann, "Lab").await == ["before", "hello"]).await;
    until("names are known", async || {
        let members = bob.spaces().members("Lab").await.unwrap();
        members.iter().map(|member| member.name.as_str()).eq(["Bob", "Ann"])
    })
    .await;
    assert_eq!(join(&bob, &link).await.unwrap().id, id, "again: nothing happens");
    assert_eq!(ann.join().invitations(OfSpace::default()).await.unwrap()[0].used, 1);
    ann.stop().await;
    bob.stop().await;
}

#[tokio::test]
async fn a_third_member_lets_in_while_the_inviter_is_away() {
    let (ann, bob, cleo) = (node("Ann", 1).await, node("Bob", 2).await, node("Cleo", 3).await);
    let id = lab(&ann).await;
    let first = link(&ann, ANY).await;
    join(&bob, &first).await.unwrap();
    let second = link(&ann, ANY).await;
    until("Bob has heard of it", async || bob.join().invitations(OfSpace::default()).await.unwrap().len() == 2).await;
    say(&ann, "Lab", "gone").await;
    until("Bob has it", async || texts(&bob, &id).await == ["gone"]).await;
    ann.stop().await;
    let joined = join(&cleo, &second).await.unwrap();
    assert_eq!(joined.members, 3);
    until("Cleo has what Ann said", async || texts(&cleo, &id).await == ["gone"]).await;
    bob.stop().await;
    cleo.stop().await;
}

#[tokio::test]
async fn an_invitation_that_is_no_good_is_refused_with_its_reason() {
    let (body, mut bobs) = (Body::new("Ann", 1), Body::new("Bob", 2));
    bobs.clock = body.clock.clone();
    let (ann, bob, cleo) = (body.start().await, bobs.start().await, node("Cleo", 3).await);
    lab(&ann).await;
    let once = link(&ann, NewInvitation { uses: Some(1), ..ANY }).await;
    join(&bob, &once).await.unwrap();
    let used_up = join(&cleo, &once).await.unwrap_err();
    assert_eq!((used_up.code, used_up.message.as_str()), (Code::Invitation, "the invitation has been used up"));
    let over = link(&ann, NewInvitation { expires_s: Some(60), ..ANY }).await;
    body.clock.pass(Duration::from_secs(61));
    let expired = join(&cleo, &over).await.unwrap_err();
    assert_eq!((expired.code, expired.message.as_str()), (Code::Invitation, "the invitation has expired"));
    let taken = ann.join().invite("Lab", ANY).await.unwrap();
    assert_eq!(ann.join().uninvite(&taken.id[..10]).await.unwrap().state, InvitationState::Withdrawn);
    let withdrawn = join(&cleo, &taken.link.unwrap()).await.unwrap_err();
    assert_eq!((withdrawn.code, withdrawn.message.as_str()), (Code::Invitation, "the invitation was withdrawn"));
    let cut = link(&ann, ANY).await;
    assert_eq!(join(&cleo, &cut[..cut.len() - 5]).await.unwrap_err().code, Code::Invitation);
    assert_eq!(ann.spaces().get("Lab").await.unwrap().members, 2);
    for node in [ann, bob, cleo] {
        node.stop().await;
    }
}

#[tokio::test]
async fn a_newcomer_gets_a_thousand_messages_while_their_author_is_away() {
    let (ann, bob, cleo) = (node("Ann", 1).await, node("Bob", 2).await, node("Cleo", 3).await);
    let id = lab(&ann).await;
    join(&bob, &link(&ann, ANY).await).await.unwrap();
    for i in 0..1000 {
        say(&ann, "Lab", &i.to_string()).await;
    }
    until("Bob has all", async || texts(&bob, &id).await.len() == 1000).await;
    ann.stop().await;
    let invitation = bob.join().invite(&id, ANY).await.unwrap().link.unwrap();
    join(&cleo, &invitation).await.unwrap();
    until("Cleo has all", async || texts(&cleo, &id).await.len() == 1000).await;
    assert_eq!(texts(&cleo, &id).await, texts(&bob, &id).await);
    bob.stop().await;
    cleo.stop().await;
}

#[tokio::test]
async fn what_was_said_while_one_was_down_arrives_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let body = Body::on("Bob", 2, store::Store::open(dir.path().join("db")).unwrap());
    let (ann, bob) = (node("Ann", 1).await, body.start().await);
    let id = lab(&ann).await;
    join(&bob, &link(&ann, ANY).await).await.unwrap();
    bob.core().net.close().await;
    drop(bob);
    say(&ann, "Lab", "are you there?").await;
    let bob = body.start().await;
    until("Bob catches up", async || texts(&bob, &id).await == ["are you there?"]).await;
    say(&bob, &id, "now I am").await;
    until("Ann hears", async || texts(&ann, &id).await.len() == 2).await;
    ann.stop().await;
    bob.stop().await;
}

#[tokio::test]
async fn members_talk_directly() {
    let (ann, bob) = (node("Ann", 1).await, node("Bob", 2).await);
    lab(&ann).await;
    join(&bob, &link(&ann, ANY).await).await.unwrap();
    until("Ann knows Bob's name", async || ann.core().resolve_person("Bob").is_ok()).await;
    say(&ann, "@Bob", "psst").await;
    until("Bob reads it", async || texts(&bob, "@Ann").await == ["psst"]).await;
    say(&bob, "@Ann", "what?").await;
    until("Ann reads the answer", async || texts(&ann, "@Bob").await == ["psst", "what?"]).await;
    assert_eq!(bob.spaces().list().await.unwrap().len(), 2);
    ann.stop().await;
    bob.stop().await;
}

#[tokio::test]
async fn a_stranger_with_a_made_up_secret_learns_nothing() {
    let (ann, eve) = (node("Ann", 1).await, node("Eve", 2).await);
    lab(&ann).await;
    let text = link(&ann, ANY).await;
    let mut forged = proto::space::Link::from_text(&text).unwrap();
    forged.secret = [7; 32];
    let problem = join(&eve, &forged.to_text().unwrap()).await.unwrap_err();
    assert_eq!(problem.code, Code::Invitation);
    forged.space = proto::id::SpaceId([9; 32]);
    let other = join(&eve, &forged.to_text().unwrap()).await.unwrap_err();
    assert_eq!(problem, other, "a space that is not there looks the same");
    ann.stop().await;
    eve.stop().await;
}

#[tokio::test]
async fn who_leaves_is_seen_to_and_may_come_again() {
    let (ann, bob) = (node("Ann", 1).await, node("Bob", 2).await);
    let id = lab(&ann).await;
    join(&bob, &link(&ann, ANY).await).await.unwrap();
    bob.spaces().leave("Lab").await.unwrap();
    until("Ann sees it", async || ann.spaces().members("Lab").await.unwrap().len() == 1).await;
    assert!(bob.spaces().list().await.unwrap().is_empty());
    assert_eq!(crate::world::try_say(&bob, &id, "still here").await.unwrap_err().code, Code::NotAllowed);
    say(&ann, "Lab", "he is gone").await;
    join(&bob, &link(&ann, ANY).await).await.unwrap();
    until("Bob is back", async || texts(&bob, &id).await == ["he is gone"]).await;
    say(&bob, &id, "back").await;
    until("Ann hears", async || texts(&ann, &id).await == ["he is gone", "back"]).await;
    ann.stop().await;
    bob.stop().await;
}
