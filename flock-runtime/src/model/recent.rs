//! What was said in the conversations that this process has lately asked models to go on with.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::agent::conversation::Said;

/// How much is kept, in bytes of JSON. What is forgotten is asked of its run again.
const MOST: usize = 32 << 20;

/// Which run's, and which of its conversations.
type Key = (String, u64);

#[derive(Default)]
pub(super) struct Recent(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    conversations: HashMap<Key, Conversation>,
    bytes: usize,
    /// Counts up with each use.
    clock: u64,
}

struct Conversation {
    said: Said,
    bytes: usize,
    used: u64,
}

impl Recent {
    /// What is known of a conversation, and its bytes: whoever takes it puts it back.
    pub(super) fn take(&self, key: &Key) -> Option<(Said, usize)> {
        let kept = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let conversation = kept.conversations.remove(key)?;
        kept.bytes -= conversation.bytes;
        Some((conversation.said, conversation.bytes))
    }

    pub(super) fn put(&self, key: Key, said: Said, bytes: usize) {
        let kept = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let used = kept.clock;
        let before = kept
            .conversations
            .insert(key, Conversation { said, bytes, used });
        kept.bytes += bytes;
        kept.bytes -= before.map_or(0, |before| before.bytes);
        while kept.bytes > MOST {
            let oldest = kept.conversations.iter().min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            let gone = kept.conversations.remove(&oldest);
            kept.bytes -= gone.map_or(0, |gone| gone.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::payload::Payload;

    #[test]
    fn the_oldest_are_forgotten_where_there_is_no_room() {
        let recent = Recent::default();
        let said = Said::about(&Payload::encode("hello").unwrap()).unwrap();
        let key = |n| ("run".to_owned(), n);
        for n in 0..4 {
            recent.put(key(n), said.clone(), MOST / 4);
        }
        let (taken, bytes) = recent.take(&key(0)).unwrap();
        recent.put(key(0), taken, bytes);
        recent.put(key(4), said, 2);
        let kept: Vec<_> = (0..5).filter(|n| recent.take(&key(*n)).is_some()).collect();
        assert_eq!(kept, [0, 2, 3, 4]);
    }
}
