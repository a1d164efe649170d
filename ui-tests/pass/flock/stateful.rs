//! Flocks with state, at the edges of what they may be.
#![deny(warnings)]

mod desk {
    use flock::prelude::*;

    /// Signals, queries and updates have names of their own.
    #[derive(Default)]
    pub(super) struct Desk {
        pub(super) open: bool,
        pub(super) r#type: String,
    }

    /// A desk.
    #[flock(name = "front_desk", task_queue = "desks", timeout = "2d", retries = 1)]
    impl Desk {
        /// Not a handler.
        pub(super) const LEGS: u8 = 4;

        /// A context without the state does as well.
        #[run]
        pub(super) async fn sit(ctx: FlockContext) -> Result<()> {
            ctx.sleep("1s").await
        }

        #[signal(name = "open")]
        pub(super) fn unlock(
            &mut self,
            /** Who has the key. */
            by: String,
            r#type: Option<String>,
        ) {
            self.open = !by.is_empty();
            self.r#type = r#type.unwrap_or_default();
        }

        #[flock::signal]
        pub(super) async fn close(ctx: FlockContext<Self>) {
            if ctx.sleep("1ms").await.is_ok() {
                ctx.state_mut(|desk| desk.open = false);
            }
        }

        /// The same name as the signal's.
        #[query(name = "open")]
        pub(super) fn is_open(&self) -> bool {
            self.open
        }

        #[query]
        pub(super) fn sized(
            &self,
            at_most: usize,
        ) -> std::result::Result<String, std::num::ParseIntError> {
            let legs: u8 = "4".parse()?;
            Ok(self.helper(usize::from(legs).min(at_most)))
        }

        #[update]
        pub(super) fn rename(&mut self, name: String) -> Result<String> {
            Ok(std::mem::replace(&mut self.r#type, name))
        }

        /// Looks at none of the inputs.
        #[validate(rename)]
        fn may_rename(&self) -> Result<()> {
            match self.open {
                true => Ok(()),
                false => Err(Error::denied("closed")),
            }
        }

        fn helper(&self, legs: usize) -> String {
            format!("{} {legs} {}", self.open, Self::LEGS)
        }
    }

    /// An enum has states too; nothing can be told it.
    #[derive(Default)]
    pub(super) enum Lamp {
        #[default]
        Off,
        On,
    }

    #[flock]
    impl Lamp {
        #[run]
        pub(super) async fn run(ctx: FlockContext<Self>) -> Result<bool> {
            ctx.state_mut(|lamp| *lamp = Self::On);
            Ok(ctx.state(|lamp| matches!(lamp, Self::On)))
        }
    }
}

pub(crate) fn main() {
    use flock::{Flock, Signal};
    let _ = (
        desk::DeskUnlock {
            by: String::new(),
            r#type: None,
        },
        desk::DeskClose {},
    );
    let _ = (
        desk::DeskIsOpen {},
        desk::DeskSized { at_most: 1 },
        desk::DeskRename::from("x"),
    );
    assert_eq!(
        (desk::DeskUnlock::NAME, desk::Desk::NAME),
        ("open", "front_desk")
    );
    assert_eq!(desk::Lamp::NAME, "lamp");
}
