//! One signed entry of a log.

use super::header::{Header, MAX_HEADER_BYTES};
use crate::{
    id::OpId,
    key::{Domain, Sign, Signature, Verify},
};

/// One entry of a log: header, id, and, where at hand, signature and body.
///
/// The signature is absent in the middle of a run that was checked by its last op; the body is absent where it was
/// never fetched or was let go. Neither is needed to check what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    /// BLAKE3 of the header's bytes.
    pub id: OpId,
    /// What it says about itself.
    pub header: Header,
    /// The author's signature over the header's bytes.
    pub signature: Option<Signature>,
    /// The body as it travels (sealed, but for auth ops).
    pub body: Option<Vec<u8>>,
}

/// Why bytes are no op.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// Longer than [`MAX_HEADER_BYTES`].
    #[error("a header is longer than {MAX_HEADER_BYTES} bytes")]
    TooLong,
    /// Not a header in the one way a header can be written.
    #[error("the bytes are no header of a version known here")]
    Malformed,
    /// The body does not have the length and hash that the header says.
    #[error("a body is not the one its header names")]
    WrongBody,
    /// The signature is not the author's.
    #[error("a signature is not its author's")]
    BadSignature,
}

impl Op {
    /// Signs `header` over `body` (as it is to travel), setting the header's body fields.
    ///
    /// Panics if the header breaks a limit: callers compose it, strangers do not.
    pub fn sign(mut header: Header, body: Vec<u8>, key: &dyn Sign) -> Op {
        header.body_hash = *blake3::hash(&body).as_bytes();
        header.body_len = u32::try_from(body.len()).expect("a body within its limit");
        assert!(header.is_well_formed(), "a header composed here is well-formed");
        let bytes = encode(&header);
        let signature = key.sign(Domain::Op, &bytes);
        Op { id: id_of(&bytes), header, signature: Some(signature), body: Some(body) }
    }

    /// Reads a header from a stranger's bytes, without signature and body.
    ///
    /// One header has one spelling: bytes that would be written otherwise are refused, so that ids are unique.
    pub fn from_header_bytes(bytes: &[u8]) -> Result<Op, OpError> {
        if bytes.len() > MAX_HEADER_BYTES {
            return Err(OpError::TooLong);
        }
        let header: Header = minicbor::decode(bytes).map_err(|_| OpError::Malformed)?;
        if !header.is_well_formed() || encode(&header) != bytes {
            return Err(OpError::Malformed);
        }
        Ok(Op { id: id_of(bytes), header, signature: None, body: None })
    }

    /// The header's bytes: what is hashed and signed.
    pub fn header_bytes(&self) -> Vec<u8> {
        encode(&self.header)
    }

    /// Puts a body in its place, if it is the one the header names.
    pub fn with_body(mut self, body: Vec<u8>) -> Result<Op, OpError> {
        let fits =
            body.len() == self.header.body_len as usize && blake3::hash(&body).as_bytes() == &self.header.body_hash;
        if !fits {
            return Err(OpError::WrongBody);
        }
        self.body = Some(body);
        Ok(self)
    }

    /// Puts a signature in its place, if it is the author's.
    pub fn with_signature(mut self, signature: Signature, verify: &dyn Verify) -> Result<Op, OpError> {
        if !verify.verify(&self.header.peer.0, Domain::Op, &self.header_bytes(), &signature) {
            return Err(OpError::BadSignature);
        }
        self.signature = Some(signature);
        Ok(self)
    }

    /// Where it stands among all ops: by time, then id. The same everywhere.
    pub fn order(&self) -> (crate::time::Time, OpId) {
        (self.header.time, self.id)
    }
}

fn encode(header: &Header) -> Vec<u8> {
    minicbor::to_vec(header).expect("writing to memory cannot fail")
}

fn id_of(bytes: &[u8]) -> OpId {
    OpId(*blake3::hash(bytes).as_bytes())
}
