//! Where a collector is, and what it is sent beside: the variables of OpenTelemetry, and `[telemetry]`.

use std::{borrow::Cow, fmt, time::Duration};

use percent_encoding::percent_decode_str;
use reqwest::{
    Url,
    header::{HeaderName, HeaderValue},
};

use crate::error::StartError;

/// A collector that is up answers sooner.
const TIMEOUT: Duration = Duration::from_secs(10);
/// So long spans wait for others. OpenTelemetry's own five seconds are lost with a process that is killed.
const DELAY: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_secs(60);

/// How a collector is reached.
#[derive(Clone, PartialEq)]
pub(crate) struct Settings {
    pub(super) traces: Option<Target>,
    pub(super) metrics: Option<Target>,
    /// How long spans wait for others.
    pub(super) delay: Duration,
    /// How often metrics are sent.
    pub(super) period: Duration,
    /// What the program is.
    pub(super) resource: Vec<(String, String)>,
}

/// Where one kind of what is told goes.
#[derive(Clone, PartialEq)]
pub(super) struct Target {
    pub(super) url: Url,
    /// The address without what may be secret in it.
    pub(super) shown: String,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) timeout: Duration,
}

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Nothing where nobody names a collector, or where it is turned off.
    pub(super) fn of(
        endpoint: Option<&str>,
        service: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, StartError> {
        let is_on = |name: &str| variable(name).is_some_and(|value| value == "true");
        let is_none = |name: &str| variable(name).is_some_and(|value| value == "none");
        if is_on("OTEL_SDK_DISABLED") {
            return Ok(None);
        }
        let wanted = |kind: &str, path| match is_none(&format!("OTEL_{kind}_EXPORTER")) {
            true => Ok(None),
            false => Target::of(kind, path, endpoint, &variable),
        };
        let traces = wanted("TRACES", "v1/traces")?;
        let metrics = wanted("METRICS", "v1/metrics")?;
        if traces.is_none() && metrics.is_none() {
            return Ok(None);
        }
        let period = milliseconds("OTEL_METRIC_EXPORT_INTERVAL", &variable)?;
        Ok(Some(Self {
            traces,
            metrics,
            delay: milliseconds("OTEL_BSP_SCHEDULE_DELAY", &variable)?.unwrap_or(DELAY),
            period: period.filter(|period| !period.is_zero()).unwrap_or(PERIOD),
            resource: resource(service, &variable),
        }))
    }
}

impl Target {
    /// Where what is of this kind goes: its own variable names the whole address, the others what it is
    /// beneath.
    fn of(
        kind: &str,
        path: &str,
        endpoint: Option<&str>,
        variable: Variable<'_>,
    ) -> Result<Option<Self>, StartError> {
        let of_kind = |what: &str| format!("OTEL_EXPORTER_OTLP_{kind}_{what}");
        let either = |what: &str| {
            let names = [of_kind(what), format!("OTEL_EXPORTER_OTLP_{what}")];
            names
                .into_iter()
                .find_map(|name| Some((variable(&name)?, name)))
        };
        let own = variable(&of_kind("ENDPOINT")).map(|url| (url, of_kind("ENDPOINT")));
        let below = |url: &str| format!("{}/{path}", url.trim_end_matches('/'));
        let shared = || {
            let name = "OTEL_EXPORTER_OTLP_ENDPOINT";
            Some((below(&variable(name)?), name.to_owned()))
        };
        let of_file = || Some((below(endpoint?), "[telemetry] endpoint".to_owned()));
        let Some((url, name)) = own.or_else(shared).or_else(of_file) else {
            return Ok(None);
        };
        let url = url
            .parse::<Url>()
            .ok()
            .filter(|url| ["http", "https"].contains(&url.scheme()));
        let Some(url) = url else {
            let message = "it is no URL: write it with `http://` or `https://`, such as `http://localhost:4318`";
            return Err(wrong(name, message));
        };
        if let Some((protocol, name)) = either("PROTOCOL")
            && protocol != "http/protobuf"
        {
            let message = format!(
                "`{protocol}` is not spoken here: leave it out, or say `http/protobuf`; collectors take that at port 4318"
            );
            return Err(wrong(name, &message));
        }
        let headers = match either("HEADERS") {
            Some((text, name)) => headers(&text).map_err(|message| wrong(name, message))?,
            None => Vec::new(),
        };
        let timeout = match either("TIMEOUT") {
            Some((_, name)) => milliseconds(&name, variable)?,
            None => None,
        };
        Ok(Some(Self {
            shown: shown(&url),
            url,
            headers,
            timeout: timeout.unwrap_or(TIMEOUT),
        }))
    }
}

fn wrong(name: impl Into<String>, message: &str) -> StartError {
    StartError::Setting {
        name: name.into(),
        message: message.to_owned(),
    }
}

fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}"));
    format!("{host}{}", port.unwrap_or_default())
}

fn milliseconds(name: &str, variable: Variable<'_>) -> Result<Option<Duration>, StartError> {
    let Some(text) = variable(name) else {
        return Ok(None);
    };
    match text.trim().parse() {
        Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
        Err(_) => Err(wrong(
            name,
            "it is a number of milliseconds, such as `10000`",
        )),
    }
}

/// A list such as `api-key=secret,x-team=shop`. What is wrong with it is told without its values.
fn headers(list: &str) -> Result<Vec<(HeaderName, HeaderValue)>, &'static str> {
    const FORM: &str = "write headers as `name=value,name=value`";
    let entries = list
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let read = |entry: &str| {
        let (name, value) = entry.split_once('=').ok_or(FORM)?;
        let name = name.trim().parse::<HeaderName>().map_err(|_| FORM)?;
        let mut value = HeaderValue::from_str(&decoded(value.trim())).map_err(|_| FORM)?;
        value.set_sensitive(true);
        Ok((name, value))
    };
    entries.map(read).collect()
}

/// Without `%20` and its like.
fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

fn resource(service: Option<&str>, variable: Variable<'_>) -> Vec<(String, String)> {
    let given = variable("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    let given = given.split(',').filter_map(|entry| {
        let (name, value) = entry.split_once('=')?;
        Some((name.trim().to_owned(), decoded(value.trim()).into_owned()))
    });
    let mut resource: Vec<_> = given.collect();
    let has = |resource: &[(String, String)], name: &str| resource.iter().any(|(n, _)| n == name);
    let named = variable("OTEL_SERVICE_NAME").or_else(|| match has(&resource, "service.name") {
        true => None,
        false => Some(service.map_or_else(program, str::to_owned)),
    });
    if let Some(name) = named {
        resource.retain(|(key, _)| key != "service.name");
        resource.push(("service.name".to_owned(), name));
    }
    let own = [
        ("process.pid", std::process::id().to_string()),
        ("telemetry.sdk.name", "flock".to_owned()),
        ("telemetry.sdk.language", "rust".to_owned()),
        (
            "telemetry.sdk.version",
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
    ];
    for (name, value) in own {
        if !has(&resource, name) {
            resource.push((name.to_owned(), value));
        }
    }
    resource
}

/// The program's own name.
fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&path).file_stem();
    name.map_or("flock".into(), |name| name.to_string_lossy().into_owned())
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let targets = [&self.traces, &self.metrics].into_iter().flatten();
        let shown: Vec<_> = targets.map(|target| &target.shown).collect();
        f.debug_tuple("Settings").field(&shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(
        endpoint: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Result<Option<Settings>, StartError> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Settings::of(endpoint, Some("shop"), variable)
    }

    fn url(endpoint: Option<&str>, variables: &[(&str, &str)]) -> Option<String> {
        let settings = of(endpoint, variables).unwrap();
        settings.and_then(|settings| Some(settings.traces?.url.to_string()))
    }

    #[test]
    fn the_environment_is_above_the_file() {
        let file = Some("http://file:4318/");
        let all = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318/base");
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://own/t");
        assert_eq!(url(None, &[]), None);
        assert_eq!(url(file, &[]).unwrap(), "http://file:4318/v1/traces");
        assert_eq!(url(file, &[all]).unwrap(), "http://all:4318/base/v1/traces");
        assert_eq!(url(file, &[all, own]).unwrap(), "http://own/t");
        assert_eq!(url(file, &[("OTEL_SDK_DISABLED", "true")]), None);
        assert_eq!(url(file, &[("OTEL_TRACES_EXPORTER", "none")]), None);
    }

    #[test]
    fn headers_are_read_and_what_is_wrong_shows_none_of_them() {
        let key = ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b, x-team = shop");
        let settings = of(Some("http://u:secret@h/"), &[key]).unwrap().unwrap();
        assert_eq!(format!("{settings:?}"), "Settings([\"h\", \"h\"])");
        let headers = settings.traces.unwrap().headers;
        let values: Vec<_> = headers.iter().map(|(_, v)| v).collect();
        assert_eq!(values, ["a b", "shop"]);
        let wrong = ("OTEL_EXPORTER_OTLP_HEADERS", "secret");
        let error = of(Some("http://h/"), &[wrong]).unwrap_err().to_string();
        assert!(
            !error.contains("secret") && error.contains("name=value"),
            "{error}"
        );
    }

    #[test]
    fn what_is_not_spoken_is_told() {
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        let error = of(Some("http://h/"), &[grpc]).unwrap_err().to_string();
        assert!(
            error.contains("http/protobuf") && error.contains("4318"),
            "{error}"
        );
        let none = ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318");
        let error = of(None, &[none]).unwrap_err().to_string();
        assert!(error.contains("http://localhost:4318"), "{error}");
    }

    #[test]
    fn a_program_is_named_by_the_nearest() {
        let service = |variables: &[(&str, &str)]| {
            let resource = of(Some("http://h/"), variables).unwrap().unwrap().resource;
            let mut named = resource
                .into_iter()
                .filter(|(key, _)| key == "service.name");
            named.next().unwrap().1
        };
        let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute,a=b");
        assert_eq!(service(&[]), "shop");
        assert_eq!(service(&[attributes]), "attribute");
        assert_eq!(service(&[attributes, ("OTEL_SERVICE_NAME", "own")]), "own");
    }
}
