//! What else a deployment is made of, by version: one place, so that all files name the same.

use serde::Serialize;

/// Images and charts of other people's, as the templates call them.
#[derive(Debug, Serialize)]
pub(super) struct Versions {
    /// The compiler of the image that builds the program: the one that has built this one.
    pub(super) rust: &'static str,
    /// The release of Debian below the program and its build.
    pub(super) debian: &'static str,
    /// `temporalio/server` and `temporalio/admin-tools`, which go together.
    pub(super) temporal: &'static str,
    /// `temporalio/ui`.
    pub(super) temporal_ui: &'static str,
    /// `postgres`.
    pub(super) postgres: &'static str,
    /// Temporal's Helm chart.
    pub(super) temporal_chart: &'static str,
}

pub(super) const VERSIONS: Versions = Versions {
    rust: env!("FLOCK_RUST_RELEASE"),
    debian: "trixie",
    temporal: "1.31.0",
    temporal_ui: "2.49.1",
    postgres: "16",
    temporal_chart: "1.6.0",
};
