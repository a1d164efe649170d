//! The worker binary's commands.
