//! `[telemetry]`: what those who operate the program are told of its work.

use serde::Deserialize;

/// The section `[telemetry]` of `flock.toml`. The variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_ENDPOINT` and
/// so on) are above it.
///
/// ```toml
/// [telemetry]
/// endpoint = "http://localhost:4318"
/// service = "shop"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TelemetrySection {
    /// A collector that takes OTLP over HTTP; spans go to `/v1/traces` beneath it, metrics to `/v1/metrics`. Nothing is sent where nobody
    /// names one.
    pub endpoint: Option<String>,
    /// How the program is named there; its own name when left out.
    pub service: Option<String>,
    /// Whether spans tell what models were asked and answered, and what tools took and gave. They do not
    /// unless it is `true`.
    pub content: bool,
}

impl TelemetrySection {
    pub(super) fn check(&self) -> Result<(), String> {
        let is_url = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        match &self.endpoint {
            Some(endpoint) if !is_url(endpoint) => Err(format!(
                "[telemetry] endpoint = \"{endpoint}\" is no URL: write it with `http://` or `https://`, such as \"http://localhost:4318\""
            )),
            _ => Ok(()),
        }
    }
}
