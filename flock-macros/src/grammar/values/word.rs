//! One of a few words.

use darling::FromMeta;
use syn::{Lit, Meta, spanned::Spanned};

use super::{key, literal, value};
use crate::{diag::say, grammar::options};

/// Where the runs of a flock go on when workers of a new build come: the variant's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Versioning(pub(crate) &'static str);

impl FromMeta for Versioning {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        const WORDS: &[(&str, &str)] = &[("pinned", "Pinned"), ("auto_upgrade", "AutoUpgrade")];
        word(item, WORDS).map(Self)
    }
}

/// Whether a workflow id may be used again: the variant's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdReuse(pub(crate) &'static str);

impl FromMeta for IdReuse {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        const WORDS: &[(&str, &str)] = &[
            ("allow_duplicate", "AllowDuplicate"),
            ("allow_duplicate_failed_only", "AllowDuplicateFailedOnly"),
            ("reject_duplicate", "RejectDuplicate"),
        ];
        word(item, WORDS).map(Self)
    }
}

/// What stands beside the word in `words`.
fn word(item: &Meta, words: &[(&'static str, &'static str)]) -> darling::Result<&'static str> {
    let expr = value(item)?;
    let key = key(item);
    let Some(Lit::Str(text)) = literal(expr) else {
        return Err(say::takes_text(&key, options::example(&key)).at(expr.span()));
    };
    let found = text.value();
    let variant = words.iter().find(|(word, _)| *word == found);
    variant.map(|(_, variant)| *variant).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        say::unknown_word(&key, &found, &known).at(text.span())
    })
}
