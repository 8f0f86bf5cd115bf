//! Who is writing: what we say, what we hear, what we pass on. Among members only.

use api::event::Event;
use proto::{
    id::SpaceId,
    session::{Frame, Typing},
};

use super::{
    Sessions,
    run::{End, Running},
    spread::News,
    view::is_member,
};
use crate::shared::Core;

impl Running {
    pub(super) fn pass_on_typing(&mut self, typing: Typing) -> Result<(), End> {
        let partner = self.partner.peer;
        if typing.peer == partner || !is_member(&self.core, typing.space, &partner) {
            return Ok(());
        }
        Ok(self.outbox.send(&Frame::Typing(typing))?)
    }

    /// The partner says who is writing, itself or another member: what is news is told and passed on.
    pub(super) fn heard_typing(&mut self, typing: Typing) -> Result<(), End> {
        let core = self.core.clone();
        let fit = typing.peer != core.me.peer
            && is_member(&core, typing.space, &self.partner.peer)
            && is_member(&core, typing.space, &typing.peer);
        if fit && core.sessions.is_news(&typing) {
            tell(&core, &typing);
            core.sessions.tell(Some(self.number), &News::Typing(typing));
        }
        Ok(())
    }
}

impl Sessions {
    /// Tells the members of a space that one is writing, unless that was told just now.
    pub(crate) fn say_typing(&self, core: &Core, space: SpaceId) {
        let typing = Typing { space, peer: core.me.peer };
        if self.is_news(&typing) {
            self.tell(None, &News::Typing(typing));
        }
    }

    fn is_news(&self, typing: &Typing) -> bool {
        let now = self.now();
        self.state().writers.heard(*typing, now)
    }
}

fn tell(core: &Core, typing: &Typing) {
    let person = core.store.read(|reader| {
        let peer = reader.peer(&typing.peer)?;
        peer.map(|peer| Ok((peer.person, reader.person(&peer.person)?))).transpose()
    });
    if let Ok(Some((id, person))) = person
        && id != core.me.person
        && person.is_none_or(|person| !person.blocked)
    {
        core.events.tell(Event::Typing { space: typing.space.to_string(), person: id.to_string() });
    }
}
