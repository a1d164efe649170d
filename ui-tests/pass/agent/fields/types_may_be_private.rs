//! A public agent may take what only its module can name.

#![deny(warnings)]
#![allow(private_interfaces)]

use flock::prelude::*;

mod desk {
    use super::*;

    #[flock_type]
    #[derive(Debug, Clone, Default)]
    struct Ticket {
        text: String,
    }

    /// Answers.
    #[agent(input(ticket: Ticket = Ticket { text: "none".to_owned() }, urgent: bool))]
    pub struct Clerk;
}

pub(crate) fn main() {
    let input: desk::ClerkInput =
        flock::__private::serde::Deserialize::deserialize(serde_json::json!({ "urgent": true }))
            .expect("the ticket has a default");
    assert_eq!(
        format!("{:?}", input.clone()),
        r#"ClerkInput { ticket: Ticket { text: "none" }, urgent: true }"#
    );
}
