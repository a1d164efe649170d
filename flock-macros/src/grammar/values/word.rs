//! One of a few words, which darling tells apart.

use darling::FromMeta;
use syn::{Expr, Lit};

use crate::{
    diag::{Sentence, say},
    grammar::{
        options::{Constant, Derived, Entry, Form, ToConstant},
        own::literal,
    },
};

/// The enum of the runtime that has the same variants, and the words as they are written.
macro_rules! words {
    ($($(#[$attr:meta])* $name:ident, $unknown:path, { $($word:literal = $variant:ident,)* })*) => {
        $($(#[$attr])*
        #[derive(Debug, Clone, Copy, FromMeta)]
        pub(crate) enum $name {
            $(#[darling(rename = $word)] $variant,)*
        }

        impl Derived for $name {
            const FORM: Form = Form::Word;

            fn refused(entry: &Entry, value: &Expr) -> Sentence {
                $unknown(entry.key(), &quoted(value), &[$($word),*])
            }
        }

        impl ToConstant for $name {
            fn constant(&self) -> Constant {
                Constant::Word(stringify!($name), format!("{self:?}"))
            }
        })*
    };
}

words! {
    /// What a step does outside.
    Effect, say::unknown_effect, {
        "read" = Read,
        "idempotent" = Idempotent,
        "write" = Write,
    }

    /// A class of task queues.
    Pool, say::unknown_pool, {
        "high" = High,
        "standard" = Standard,
        "background" = Background,
        "scheduled" = Scheduled,
    }

    /// What becomes of what has used up its budget.
    OnExceeded, say::unknown_word, {
        "fail" = Fail,
        "park" = Park,
    }

    /// Where a model's conversation with its tools is held.
    Loop, say::unknown_word, {
        "flock" = Flock,
        "activity" = Activity,
    }

    /// How much a model thinks.
    Reasoning, say::unknown_word, {
        "none" = None,
        "low" = Low,
        "medium" = Medium,
        "high" = High,
    }

    /// Where the runs of a flock go on when workers of a new build come.
    Versioning, say::unknown_word, {
        "pinned" = Pinned,
        "auto_upgrade" = AutoUpgrade,
    }

    /// Whether a workflow id may be used again.
    IdReuse, say::unknown_word, {
        "allow_duplicate" = AllowDuplicate,
        "allow_duplicate_failed_only" = AllowDuplicateFailedOnly,
        "reject_duplicate" = RejectDuplicate,
    }

    /// What happens when the last run goes on.
    Overlap, say::bad_overlap, {
        "skip" = Skip,
        "buffer_one" = BufferOne,
        "buffer_all" = BufferAll,
        "cancel_other" = CancelOther,
        "terminate_other" = TerminateOther,
        "allow_all" = AllowAll,
    }
}

fn quoted(value: &Expr) -> String {
    match literal(value) {
        Some(Lit::Str(text)) => text.value(),
        _ => String::new(),
    }
}
