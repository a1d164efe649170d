//! What `local` agents give goes with the workflow task that runs them, and nobody knows how much it is
//! before they end. So a large result stays with the worker: the attempt gives a claim on it, and the
//! flock, once it has room, has it handed out, by another local activity. A worker that does not have it,
//! such as one that took the run over, runs the agent again, as with all that a lost worker's local agents
//! have done.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use temporalio_common::{
    data_converters::{
        PayloadConversionError, SerializationContext, TemporalDeserializable, TemporalSerializable,
    },
    protos::temporal::api::common::v1::Payload as Proto,
};

use crate::{
    engine::temporal::{
        wire::{self, Wire},
        worker::attempts::{note, noted},
    },
    error::{Error, Result},
    value::payload::Payload,
};

/// What is no larger goes as it is.
pub(crate) const SMALL: usize = 8 * 1024;
/// As many bytes are kept; what has waited longest makes room.
const KEPT: usize = 64 * 1024 * 1024;

/// A claim on a result that is kept here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// By chance, so that no other worker has it.
    number: u64,
    pub(crate) bytes: usize,
}

/// What an agent's attempt gives.
pub(crate) enum Given {
    /// Its result.
    Whole(Wire),
    /// A result that was claimed.
    HandedOut(Wire),
    Claim(Claim),
}

/// Beside a claim's place in the metadata, for those who count steps.
#[derive(Serialize, Deserialize)]
struct HandedOut {
    handed_out: bool,
}

impl Given {
    /// How many bytes of JSON go with the workflow task.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Whole(wire) | Self::HandedOut(wire) => wire.len(),
            Self::Claim(_) => 0,
        }
    }

    /// The result itself.
    ///
    /// # Errors
    /// When it is a claim: the caller has asked for none.
    pub(crate) fn into_payload(self) -> Result<Payload> {
        match self {
            Self::Whole(wire) | Self::HandedOut(wire) => wire.into_payload(),
            Self::Claim(_) => Err(Error::permanent("a claim where a result was expected")),
        }
    }
}

/// Whether a result is one that was claimed: of its call, something was told already.
pub(crate) fn was_claimed(result: &Proto) -> bool {
    note::<HandedOut>(result).is_some()
}

impl TemporalSerializable for Given {
    fn to_payload(
        &self,
        context: &SerializationContext<'_>,
    ) -> Result<Proto, PayloadConversionError> {
        Ok(match self {
            Self::Whole(wire) => wire.to_payload(context)?,
            Self::HandedOut(wire) => {
                noted(wire.to_payload(context)?, &HandedOut { handed_out: true })
            }
            Self::Claim(claim) => noted(wire::write(&Payload::from_json("null")), claim),
        })
    }
}

impl TemporalDeserializable for Given {
    fn from_payload(
        context: &SerializationContext<'_>,
        proto: Proto,
    ) -> Result<Self, PayloadConversionError> {
        match note(&proto) {
            Some(claim) => Ok(Self::Claim(claim)),
            None => Wire::from_payload(context, proto).map(Self::Whole),
        }
    }

    fn from_payloads(
        context: &SerializationContext<'_>,
        protos: Vec<Proto>,
    ) -> Result<Self, PayloadConversionError> {
        match protos.first().and_then(note) {
            Some(claim) => Ok(Self::Claim(claim)),
            None => Wire::from_payloads(context, protos).map(Self::Whole),
        }
    }
}

#[derive(Default)]
struct Kept {
    results: VecDeque<(Claim, Wire)>,
    bytes: usize,
}

impl Kept {
    fn put(&mut self, claim: Claim, result: Wire) {
        self.results.push_back((claim, result));
        self.bytes += claim.bytes;
        while self.bytes > KEPT
            && let Some((oldest, _)) = self.results.pop_front()
        {
            self.bytes -= oldest.bytes;
        }
    }

    fn take(&mut self, claim: Claim) -> Option<Wire> {
        let at = self.results.iter().position(|(kept, _)| *kept == claim)?;
        let (_, result) = self.results.remove(at)?;
        self.bytes -= claim.bytes;
        Some(result)
    }
}

static RESULTS: Mutex<Option<Kept>> = Mutex::new(None);

fn kept<T>(look: impl FnOnce(&mut Kept) -> T) -> T {
    let mut kept = RESULTS.lock().unwrap_or_else(PoisonError::into_inner);
    look(kept.get_or_insert_default())
}

/// A small result as it is; a claim on a large one, which is kept.
pub(crate) fn keep(result: Wire) -> Given {
    let bytes = result.len();
    if bytes <= SMALL {
        return Given::Whole(result);
    }
    let (number, _) = uuid::Uuid::new_v4().as_u64_pair();
    let claim = Claim { number, bytes };
    kept(|kept| kept.put(claim, result));
    Given::Claim(claim)
}

/// The result, unless it is another worker's or has waited too long.
pub(crate) fn hand_out(claim: Claim) -> Option<Given> {
    kept(|kept| kept.take(claim)).map(Given::HandedOut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::temporal::wire::MAX_BYTES;

    fn wire(bytes: usize) -> Wire {
        Wire::new(Payload::from_json(vec![b'1'; bytes]), MAX_BYTES).unwrap()
    }

    #[test]
    fn what_is_claimed_is_handed_out_once() {
        assert!(matches!(keep(wire(SMALL)), Given::Whole(_)));
        let Given::Claim(claim) = keep(wire(SMALL + 1)) else {
            panic!("a large one is kept");
        };
        let result = hand_out(claim).unwrap().into_payload().unwrap();
        assert_eq!(result.as_bytes().len(), SMALL + 1);
        assert!(hand_out(claim).is_none());
    }

    #[test]
    fn what_nobody_claims_makes_room() {
        let mut kept = Kept::default();
        let bytes = 1024 * 1024;
        let claims = (0..100).map(|number| Claim { number, bytes });
        let claims: Vec<_> = claims.collect();
        for claim in &claims {
            kept.put(*claim, wire(bytes));
        }
        assert_eq!((kept.bytes, kept.results.len()), (KEPT, KEPT / bytes));
        assert!(kept.take(claims[0]).is_none());
        assert!(kept.take(claims[99]).is_some());
    }
}
