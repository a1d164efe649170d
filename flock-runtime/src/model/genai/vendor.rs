//! The vendors there are.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use genai::adapter::AdapterKind;

use super::Provider;
use crate::{
    config::ModelSection,
    error::Result,
    model::{Model, at_once::AtOnce},
};

/// A vendor.
#[derive(Debug, Clone)]
pub(super) struct Vendor {
    pub(super) name: String,
    pub(super) protocol: AdapterKind,
    /// The variable that holds the key, where one is needed.
    pub(super) key_variable: Option<&'static str>,
    /// Where the server is, where that is not the protocol's own place.
    pub(super) address: Option<&'static str>,
    /// Whether it holds a model to a JSON Schema.
    pub(super) keeps_to_schemas: bool,
}

/// The names of the vendors.
pub(in crate::model) fn vendors() -> Vec<&'static str> {
    AdapterKind::all()
        .iter()
        .map(AdapterKind::as_lower_str)
        .collect()
}

/// The variable that holds the key of this vendor, where one is needed.
#[cfg(feature = "deploy")]
pub(in crate::model) fn key_variable(vendor: &str) -> Option<&'static str> {
    Vendor::find(vendor)?.key_variable
}

impl Vendor {
    pub(super) fn find(name: &str) -> Option<Self> {
        let protocol = AdapterKind::from_lower_str(name)?;
        let vendor = Self {
            name: name.to_owned(),
            protocol,
            key_variable: protocol.default_key_env_name(),
            address: None,
            keeps_to_schemas: keeps_to_schemas(protocol),
        };
        Some(match protocol {
            // By its OpenAI protocol Ollama takes a schema; genai sends none by its own.
            AdapterKind::Ollama => Self {
                protocol: AdapterKind::OpenAI,
                address: Some("http://localhost:11434/v1/"),
                keeps_to_schemas: true,
                ..vendor
            },
            _ => vendor,
        })
    }

    /// The protocol's version, where the vendor's address is written without it.
    pub(super) fn version(&self) -> Option<&'static str> {
        match self.name.as_str() {
            "ollama" | "anthropic" => Some("v1"),
            "gemini" => Some("v1beta"),
            _ => None,
        }
    }
}

/// Where a schema is refused, or genai sends none, the model is told it in the prompt.
fn keeps_to_schemas(protocol: AdapterKind) -> bool {
    !matches!(
        protocol,
        AdapterKind::BedrockApi
            | AdapterKind::BigModel
            | AdapterKind::Cohere
            | AdapterKind::DeepSeek
            | AdapterKind::Kimi
            | AdapterKind::MiniMax
            | AdapterKind::Moonshot
            | AdapterKind::Ollama
            | AdapterKind::OllamaCloud
            | AdapterKind::Zai
    )
}

/// The built-in providers, made when they are first asked and kept for their connections. Without
/// their type: what a vendor's client is made of would be looked into by the compiler in users' crates.
#[derive(Clone, Default)]
pub(in crate::model) struct Vendors(Arc<Mutex<BTreeMap<String, Arc<dyn Model>>>>);

impl Vendors {
    /// The provider that speaks for the vendor of this name, if there is one.
    pub(in crate::model) fn get(&self, name: &str) -> Result<Option<Arc<dyn Model>>> {
        if Vendor::find(name).is_none() {
            return Ok(None);
        }
        self.kept(name, || Ok(Arc::new(Provider::new(name)?)))
            .map(Some)
    }

    /// What speaks for the models of a section of its own.
    pub(in crate::model) fn apart(
        &self,
        name: &str,
        vendor: &str,
        section: &ModelSection,
    ) -> Result<Arc<dyn Model>> {
        self.kept(&format!("models.{name}"), || {
            let mut provider = Provider::new(vendor)?;
            if let Some(url) = &section.base_url {
                provider = provider.base_url(url);
            }
            if let Some(variable) = &section.api_key_env {
                provider = provider.key_variable(variable);
            }
            if let Some(timeout) = section.timeout {
                provider = provider.timeout(timeout);
            }
            Ok(match section.at_once {
                Some(most) => Arc::new(AtOnce::new(provider, most)),
                None => Arc::new(provider),
            })
        })
    }

    fn kept(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Arc<dyn Model>>,
    ) -> Result<Arc<dyn Model>> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(provider) = made.get(name) {
            return Ok(Arc::clone(provider));
        }
        let provider = make()?;
        made.insert(name.to_owned(), Arc::clone(&provider));
        Ok(provider)
    }
}
