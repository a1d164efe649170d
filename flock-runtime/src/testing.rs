//! Tests of flocks, by their users.
