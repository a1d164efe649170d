//! What stands on a board: values of many types, each known by its type.

use std::{
    any::{Any, TypeId, type_name},
    fmt,
    rc::Rc,
};

use crate::{
    error::Result,
    value::{flock_type::FlockType, payload::Payload},
};

/// What can stand on a [`Blackboard`](super::Blackboard): what agents take and give, where it can be copied.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a fact on a blackboard",
    label = "not a type that travels and can be copied",
    note = "write `#[flock_type] #[derive(Debug, Clone)]` above the type; what an agent gives is a fact as it is, `WriterOutput` for `writer`"
)]
pub trait Fact: FlockType + Clone {}

#[diagnostic::do_not_recommend]
impl<T: FlockType + Clone> Fact for T {}

/// A value of some type.
pub(super) type Value = Rc<dyn Any>;

/// A type of facts.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) id: TypeId,
    name: &'static str,
    pub(super) encode: fn(&dyn Any) -> Result<Payload>,
    pub(super) decode: fn(&Payload) -> Result<Value>,
}

impl Kind {
    pub(super) fn of<T: Fact>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
            encode: |value| match value.downcast_ref::<T>() {
                Some(value) => Payload::encode(value),
                None => Payload::encode(&()),
            },
            decode: |payload| Ok(Rc::new(payload.decode::<T>()?)),
        }
    }

    /// As it is written, without the paths: `Vec<Money>`.
    pub(super) fn name(&self) -> String {
        let mut name = String::new();
        let mut word = 0;
        for letter in self.name.chars() {
            match letter {
                ':' => name.truncate(word),
                letter if letter.is_alphanumeric() || letter == '_' => name.push(letter),
                letter => {
                    name.push(letter);
                    word = name.len();
                }
            }
        }
        name
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name())
    }
}

/// A fact to be published.
pub(super) struct Told {
    pub(super) kind: Kind,
    pub(super) value: Value,
}

impl Told {
    pub(super) fn new<T: Fact>(fact: T) -> Self {
        Self {
            kind: Kind::of::<T>(),
            value: Rc::new(fact),
        }
    }
}

/// A fact on the board.
pub(super) struct Posted {
    pub(super) kind: Kind,
    pub(super) value: Value,
    /// Whether the flock has asked for it and has it.
    pub(super) given: bool,
}
