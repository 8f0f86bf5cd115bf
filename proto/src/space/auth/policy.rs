//! Kinds, roles, and who may do what.
//!
//! | act | owner | manager | writer | reader |
//! |---|---|---|---|---|
//! | invite, with a role not above one's own | as the policy says | as the policy says | as the policy says | as the policy says |
//! | withdraw an invitation | any | any | one's own | one's own |
//! | admit by an invitation | yes | yes | yes | yes |
//! | remove somebody else | anybody | writers, readers | | |
//! | leave | yes | yes | yes | yes |
//! | change a role | any to any | writer and reader | | |
//! | change the policy | yes | | | |
//! | mint or hand on an epoch | yes | yes | yes | yes |
//! | add a peer of one's own | yes | yes | yes | yes |
//! | post, share | as the policy says | as the policy says | as the policy says | as the policy says |
//! | say a name | yes | yes | yes | yes |
//!
//! In a space of kind *direct* nobody can be invited or removed by the other: both are writers. A space of kind *self*
//! cannot be left.

use minicbor::{Decode, Encode};

use crate::log::Area;

/// What a space is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// A person: its members are that person's peers (kind *self*).
    #[n(0)]
    Own,
    /// Two persons.
    #[n(1)]
    Direct,
    /// Private to those who were let in.
    #[n(2)]
    Group,
    /// Publishers and their readers.
    #[n(3)]
    Channel,
}

/// What a person may do in a space; a later one may all that an earlier one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Role {
    /// Reads.
    #[n(0)]
    Reader,
    /// Reads and writes.
    #[n(1)]
    Writer,
    /// Also sees to members.
    #[n(2)]
    Manager,
    /// May everything.
    #[n(3)]
    Owner,
}

/// What newcomers receive of what was said before they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum History {
    /// All of it.
    #[n(0)]
    All,
    /// Nothing.
    #[n(1)]
    None,
}

/// The rules a space sets for itself: the least role for each act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Policy {
    /// What newcomers receive.
    #[n(0)]
    pub history: History,
    /// The least role that may write (messages, and all that is neither a name nor a file).
    #[n(1)]
    pub post: Role,
    /// The least role that may share files.
    #[n(2)]
    pub share: Role,
    /// The least role that may invite.
    #[n(3)]
    pub invite: Role,
}

impl Policy {
    /// What a new space of this kind begins with.
    pub const fn of(kind: Kind) -> Policy {
        let invite = match kind {
            Kind::Own | Kind::Direct => Role::Owner,
            Kind::Group => Role::Writer,
            Kind::Channel => Role::Manager,
        };
        Policy { history: History::All, post: Role::Writer, share: Role::Writer, invite }
    }

    /// The least role that may write in this area.
    pub fn least(&self, area: Area) -> Role {
        match area {
            Area::AUTH | Area::ABOUT => Role::Reader,
            Area::FILES => self.share,
            _ => self.post,
        }
    }
}

impl Role {
    /// Whether this role may remove somebody of role `whom`.
    pub fn may_remove(self, whom: Role) -> bool {
        self == Role::Owner || (self == Role::Manager && whom < Role::Manager)
    }

    /// Whether this role may make somebody of role `from` one of role `to`.
    pub fn may_change(self, from: Role, to: Role) -> bool {
        self.may_remove(from) && self.may_remove(to)
    }
}
