//! A routing function takes the output, or what it dereferences to, from wherever it is.
#![deny(warnings)]

use flock::{Agent, prelude::*};

mod routes {
    use super::{LongOutput, editor};
    use flock::prelude::*;

    pub(crate) fn by_output(output: &LongOutput) -> Next {
        if output.text.is_empty() {
            Next::end()
        } else {
            Next::to::<editor>()
        }
    }

    pub(crate) fn by_text(text: &str) -> Next {
        if text.is_empty() {
            Next::end()
        } else {
            Next::to::<editor>()
        }
    }
}

#[agent(output = "text", hand_off(routes::by_output, among = [editor]))]
async fn long(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(hand_off(routes::by_text, among = [editor]))]
async fn short(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent]
async fn editor(text: String) -> Result<String> {
    Ok(text)
}

pub(crate) fn main() {
    assert_eq!(short::route(&String::new()), Next::end());
    assert_eq!(short::route(&"x".to_owned()), Next::to::<editor>());
    assert_eq!(
        long::route(&LongOutput {
            text: String::new()
        }),
        Next::end()
    );
}
