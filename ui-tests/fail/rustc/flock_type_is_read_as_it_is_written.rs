use flock::prelude::*;

type Maybe<T> = Option<T>;

#[flock_type]
struct Ticket {
    #[serde(skip_serializing)]
    secret: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Maybe<String>,
}

fn main() {}
