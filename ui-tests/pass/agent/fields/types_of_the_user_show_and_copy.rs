//! A generated struct with a type of the user's own is `Debug` and `Clone` as any other.
#![deny(warnings)]

use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone, PartialEq)]
struct Ticket {
    id: u32,
}

/// Writes.
#[agent(input(ticket: Ticket, r#type: String, list: Vec<Ticket>))]
struct Writer;

pub(crate) fn main() {
    let input = WriterInput {
        ticket: Ticket { id: 1 },
        r#type: "bug".to_owned(),
        list: vec![Ticket { id: 2 }],
    };
    let copy = input.clone();
    assert_eq!((&copy.ticket, &copy.list), (&input.ticket, &input.list));
    assert_eq!(
        format!("{input:?}"),
        r#"WriterInput { ticket: Ticket { id: 1 }, type: "bug", list: [Ticket { id: 2 }] }"#
    );
}
