//! Names of things: fixed 32-byte values that are keys or hashes, never chosen by anybody.
//!
//! Every id prints as 52 letters of lower-case base 32 and reads back from that; people see [`short`](PeerId::short),
//! four groups of four. Any unambiguous prefix names a thing on the command line.

use std::{fmt, str::FromStr};

use data_encoding::{Encoding, Specification};

/// Letters of an id as text: RFC 4648 base 32 in lower case, without padding. 32 bytes are 52 letters.
fn base32() -> &'static Encoding {
    static ENCODING: std::sync::OnceLock<Encoding> = std::sync::OnceLock::new();
    ENCODING.get_or_init(|| {
        let mut spec = Specification::new();
        spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
        spec.translate.from.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        spec.translate.to.push_str("abcdefghijklmnopqrstuvwxyz");
        spec.encoding().expect("the alphabet is a constant")
    })
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 52 letters a-z and digits 2-7")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Four groups of four letters, for people: 80 bits, enough to tell apart, not to trust.
            pub fn short(&self) -> String {
                let text = self.to_string();
                [&text[..4], &text[4..8], &text[8..12], &text[12..16]].join("-")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base32().encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), &base32().encode(&self.0)[..8])
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let bytes = base32().decode(text.as_bytes()).map_err(|_| NotAnId)?;
                Ok(Self(bytes.try_into().map_err(|_| NotAnId)?))
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                let bytes = bytes
                    .try_into()
                    .map_err(|_| minicbor::decode::Error::message("an id has 32 bytes"))?;
                Ok(Self(bytes))
            }
        }
    };
}

id! {
    /// A peer: its Ed25519 public key, which is also its network address.
    PeerId
}
id! {
    /// A person: the id of the person's own space of kind `self`.
    PersonId
}
id! {
    /// A space: the id of the op that created it.
    SpaceId
}
id! {
    /// An op: the BLAKE3 of its header.
    OpId
}
id! {
    /// An epoch: a hash of its secret.
    EpochId
}
id! {
    /// A blob: the BLAKE3 of its content.
    BlobHash
}
id! {
    /// An invitation: the Ed25519 public key whose secret half is in the link.
    InvitationId
}
id! {
    /// What is offered to whoever has its code: a hash of the offer's secret.
    OfferId
}
id! {
    /// A peer's X25519 public key, to which epoch secrets are wrapped.
    KemKey
}

impl PersonId {
    /// The person's own space.
    pub const fn own_space(self) -> SpaceId {
        SpaceId(self.0)
    }
}

impl SpaceId {
    /// What a space's creating op says in its header, as it cannot name itself.
    pub const UNBORN: SpaceId = SpaceId([0; 32]);

    /// The person whose own space this is, should it be of kind `self`.
    pub const fn as_person(self) -> PersonId {
        PersonId(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = PeerId([7; 32]);
        assert_eq!(id.to_string().len(), 52);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        assert_eq!("short".parse::<PeerId>(), Err(NotAnId));
        assert_eq!(id.short().len(), 19);
    }
}
