//! Kinds and roles in the three tongues: the rules', the store's and the local API's.

use proto::space::{Kind, Role};

/// As the store keeps it.
pub(crate) fn kind_number(kind: Kind) -> u8 {
    match kind {
        Kind::Own => 0,
        Kind::Direct => 1,
        Kind::Group => 2,
        Kind::Channel => 3,
    }
}

/// As people see it.
pub fn api_kind(kind: Kind) -> api::spaces::Kind {
    match kind {
        Kind::Own => api::spaces::Kind::Own,
        Kind::Direct => api::spaces::Kind::Direct,
        Kind::Group => api::spaces::Kind::Group,
        Kind::Channel => api::spaces::Kind::Channel,
    }
}

/// As people see it.
pub fn api_role(role: Role) -> api::spaces::Role {
    match role {
        Role::Owner => api::spaces::Role::Owner,
        Role::Manager => api::spaces::Role::Manager,
        Role::Writer => api::spaces::Role::Writer,
        Role::Reader => api::spaces::Role::Reader,
    }
}

/// As the rules have it.
pub fn proto_role(role: api::spaces::Role) -> Role {
    match role {
        api::spaces::Role::Owner => Role::Owner,
        api::spaces::Role::Manager => Role::Manager,
        api::spaces::Role::Writer => Role::Writer,
        api::spaces::Role::Reader => Role::Reader,
    }
}
