//! `[telemetry]`: what those who operate the program are told of its work.

use super::frame::{Said, section};

section! {
    /// The section `[telemetry]` of `flock.toml`. The variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_ENDPOINT` and
    /// so on) are above it.
    ///
    /// ```toml
    /// [telemetry]
    /// endpoint = "http://localhost:4318"
    /// service = "shop"
    /// ```
    #[derive(Eq)]
    pub struct TelemetrySection {
        /// A collector that takes OTLP over HTTP; spans go to `/v1/traces` beneath it, metrics to `/v1/metrics`. Nothing is sent where nobody
        /// names one.
        pub endpoint: Option<String> = "none: nothing is sent",
        /// How the program is named there; its own name when left out.
        pub service: Option<String> = "its own name",
        /// Whether spans tell what models were asked and answered, and what tools took and gave. They do not
        /// unless it is `true`.
        pub content: bool = "`false`",
    }
}

impl TelemetrySection {
    fn check(&self, said: &mut Said<'_>) {
        let is_url = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        if let Some(endpoint) = self.endpoint.as_deref().filter(|text| !is_url(text)) {
            said.at(
                "endpoint",
                format!(
                    "endpoint = \"{endpoint}\" is no URL: write it with `http://` or `https://`, such as \"http://localhost:4318\""
                ),
            );
        }
    }
}
