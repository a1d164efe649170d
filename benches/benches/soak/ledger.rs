//! What the ledger of effects says.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use serde::Serialize;

use crate::{Result, voyages::EFFECTS};

/// The count.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Effects {
    /// That were to be made.
    pub(crate) wanted: u64,
    /// That were made, by their keys.
    pub(crate) made: u64,
    /// Entries under a key that was entered before: asked for again, and the same effect.
    pub(crate) asked_again: u64,
    /// Effects that were never made.
    pub(crate) lost: u64,
    /// Effects that were made under more than one key.
    pub(crate) twice: u64,
    /// Entries of no run, or cut off.
    pub(crate) strange: u64,
}

impl Effects {
    /// Counts for these runs.
    pub(crate) fn count(ledger: &Path, runs: u64) -> Result<Self> {
        let text = std::fs::read_to_string(ledger)?;
        let mut keys: BTreeMap<(u64, u64), HashSet<&str>> = BTreeMap::new();
        let mut effects = Self {
            wanted: runs * EFFECTS,
            ..Self::default()
        };
        for line in text.lines() {
            let mut words = line.split(' ');
            let mut number = || words.next()?.parse().ok();
            let (Some(run), Some(effect)) = (number(), number()) else {
                effects.strange += 1;
                continue;
            };
            let (Some(key), true) = (words.next(), run < runs && (1..=EFFECTS).contains(&effect))
            else {
                effects.strange += 1;
                continue;
            };
            match keys.entry((run, effect)).or_default().insert(key) {
                true => effects.made += 1,
                false => effects.asked_again += 1,
            }
        }
        effects.lost = effects.wanted - keys.len() as u64;
        effects.twice = keys.values().filter(|keys| keys.len() > 1).count() as u64;
        Ok(effects)
    }

    /// Whether each was made once.
    pub(crate) fn are_sound(&self) -> bool {
        self.made == self.wanted && self.lost + self.twice + self.strange == 0
    }
}
