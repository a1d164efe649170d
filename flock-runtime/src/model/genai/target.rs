//! Where a question goes, and with which key.

use genai::{
    ModelIden, ServiceTarget,
    resolver::{AuthData, Endpoint},
};

use super::{Provider, status};
use crate::{
    error::{Error, Result},
    model::ModelRequest,
};

/// Where a question goes.
pub(in crate::model) struct Target {
    pub(super) service: ServiceTarget,
    /// The vendor and its address, without anything secret, for error messages.
    pub(in crate::model) shown: String,
    /// The variable that holds the key, where it came from one.
    pub(in crate::model) key_variable: Option<String>,
    /// The key, to keep it out of error messages.
    pub(in crate::model) key: Option<String>,
}

impl Provider {
    pub(super) async fn target(&self, request: &ModelRequest) -> Result<Target> {
        let model = ModelIden::new(self.vendor.protocol, request.model.as_str());
        let mut service = self
            .client
            .resolve_service_target(model)
            .await
            .map_err(|failure| status::misconfigured(&self.vendor.name, &failure))?;
        let own = self.own_address()?;
        let key = self.own_key();
        if key.is_none()
            && (own.is_none() || self.key_variable.is_some())
            && let Some(name) = self.named_key()
        {
            return Err(Error::denied(format!(
                "there is no key for `{}`: set {name} where the agent runs",
                self.vendor.name
            ))
            .with_type("MissingKey"));
        }
        let address = own.or_else(|| self.vendor.address.map(str::to_owned));
        let own_address = address.is_some();
        if let Some(url) = address {
            service.endpoint = Endpoint::from_owned(url);
        }
        if let Some(key) = &key {
            service.auth = AuthData::from_single(key.as_str());
        } else if own_address {
            // The protocol wants a key, where the server may not.
            service.auth = AuthData::from_single("none");
        }
        Ok(Target {
            shown: format!(
                "`{}` at {}",
                self.vendor.name,
                host(service.endpoint.base_url())
            ),
            key_variable: self
                .named_key()
                .filter(|_| self.key.is_none())
                .map(str::to_owned),
            key,
            service,
        })
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    fn own_address(&self) -> Result<Option<String>> {
        let variable = format!("{}_BASE_URL", self.vendor.name.to_uppercase());
        let ollama = || {
            let host = self
                .variable("OLLAMA_HOST")
                .filter(|_| self.vendor.name == "ollama")?;
            Some(ollama_address(&host))
        };
        let url = self
            .base_url
            .clone()
            .or_else(|| self.variable(&variable))
            .or_else(ollama);
        let Some(url) = url else {
            return Ok(None);
        };
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err(Error::permanent(format!(
                "the address of `{}` must begin with http:// or https://: see `{variable}`",
                self.vendor.name
            ))
            .with_type("BadAddress"));
        }
        Ok(Some(complete(&url, self.vendor.version())))
    }

    fn named_key(&self) -> Option<&str> {
        self.key_variable.as_deref().or(self.vendor.key_variable)
    }

    fn own_key(&self) -> Option<String> {
        let named = || self.variable(self.named_key()?);
        self.key.clone().or_else(named)
    }
}

/// An address that paths can be added to.
fn complete(url: &str, version: Option<&str>) -> String {
    if url.contains('?') {
        return url.to_owned();
    }
    let url = url.trim_end_matches('/');
    let bare = url
        .split_once("://")
        .is_some_and(|(_, rest)| !rest.contains('/'));
    match version {
        Some(version) if bare => format!("{url}/{version}/"),
        _ => format!("{url}/"),
    }
}

/// `OLLAMA_HOST` may leave out scheme and port, and may be what the server listens on.
fn ollama_address(host: &str) -> String {
    let (scheme, rest) = host.split_once("://").unwrap_or(("http", host));
    let rest = rest.trim_end_matches('/').replace("0.0.0.0", "127.0.0.1");
    let port = rest
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if port || rest.contains('/') {
        format!("{scheme}://{rest}")
    } else {
        format!("{scheme}://{rest}:11434")
    }
}

/// The host and port in `url`: the rest may hold a password or a key.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        for (url, version, expected) in [
            ("http://h:1/v1", None, "http://h:1/v1/"),
            ("http://h:1", None, "http://h:1/"),
            (
                "https://api.anthropic.com",
                Some("v1"),
                "https://api.anthropic.com/v1/",
            ),
            (
                "https://api.anthropic.com/v1/",
                Some("v1"),
                "https://api.anthropic.com/v1/",
            ),
            (
                "https://h/x?api-version=1",
                None,
                "https://h/x?api-version=1",
            ),
        ] {
            assert_eq!(complete(url, version), expected);
        }
    }

    #[test]
    fn ollama_hosts_are_addresses() {
        for (host, expected) in [
            ("gpu", "http://gpu:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("gpu:80", "http://gpu:80"),
            ("https://gpu", "https://gpu:11434"),
        ] {
            assert_eq!(ollama_address(host), expected);
        }
    }

    #[test]
    fn a_shown_host_has_no_secret() {
        assert_eq!(host("https://user:secret@h:1/v1?key=secret"), "h:1");
    }
}
