//! Compile-time errors of flock-agents, as users see them.
