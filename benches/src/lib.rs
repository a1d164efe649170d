//! What flock costs: see `benches/local.rs`, `benches/temporal` and `benches/check`.
//!
//! A package of its own, so that the SDK, which the hand-written side names, is no dependency of the
//! lean build.
