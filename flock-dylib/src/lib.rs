//! flock's runtime, and all that is under it, as one shared library.
//!
//! A debug build of a program links the debugging information of some four hundred crates anew after
//! each edit. With this crate beneath it the linking is done once. It is what the feature
//! `dynamic-linking` of `flock-agents` turns on, and nothing to name by hand.
//!
//! It is no member of the workspace: Cargo links the shared libraries of members with a standard library
//! of their own, and a program cannot have two.

#![forbid(unsafe_code)]

use flock_runtime as _;
