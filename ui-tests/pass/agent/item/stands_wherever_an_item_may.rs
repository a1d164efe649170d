//! In modules and functions, as visible as it says, with whatever stands above it.
#![deny(warnings)]

use flock::{Agent, prelude::*};

mod desk {
    use flock::prelude::*;

    /// Writes.
    #[agent(input(topic: String))]
    pub(crate) struct Writer;

    #[agent]
    pub(super) async fn editor(text: String) -> Result<String> {
        Ok(text)
    }
}

#[allow(dead_code)]
#[agent()]
#[inline]
async fn printer() -> Result<()> {
    Ok(())
}

pub(crate) fn main() {
    #[agent]
    async fn within(text: String) -> Result<String> {
        Ok(text)
    }

    assert_eq!(desk::Writer::NAME, "writer");
    assert_eq!(desk::editor::NAME, "editor");
    assert_eq!(printer::NAME, "printer");
    assert_eq!(within::NAME, "within");
}
