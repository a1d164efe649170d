//! What the macros write and say.

mod agreed;
mod expansions;
mod half_typed;
mod options;
mod replay;
mod roots;
mod sentences;
mod stays;
mod words;
