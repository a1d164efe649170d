//! A bucket of a cloud that keeps values, as the drivers of Temporal's SDKs do.

use std::{
    env,
    error::Error as _,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
#[cfg(feature = "cli")]
use futures_util::TryStreamExt;
use object_store::{
    BackoffConfig, ClientConfigKey, Error, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::AmazonS3Builder,
    azure::MicrosoftAzureBuilder,
    gcp::{GoogleCloudStorageBuilder, GoogleConfigKey},
    path::Path,
};

#[cfg(feature = "cli")]
use super::Object;
use super::Trouble;
use crate::config::Cloud;

/// One that fails is made again for so long: a workflow task waits for two of them, and has ten seconds to say why.
const AGAIN: Duration = Duration::from_secs(3);
/// Between two tries, at most.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Bucket {
    cloud: Cloud,
    name: String,
    store: Box<dyn ObjectStore>,
}

impl Bucket {
    /// A bucket. Where its cloud is and who asks stand in the variables that the cloud's own tools read.
    pub(super) fn of(cloud: Cloud, name: &str) -> Result<Self, String> {
        // Who had installed one before has the say.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let again = RetryConfig {
            backoff: BackoffConfig {
                max_backoff: PAUSE,
                ..BackoffConfig::default()
            },
            max_retries: 10,
            retry_timeout: AGAIN,
        };
        let store = match cloud {
            Cloud::S3 => boxed(
                AmazonS3Builder::from_env()
                    .with_bucket_name(name)
                    .with_retry(again)
                    .build(),
            ),
            Cloud::Gcs => boxed(google().with_bucket_name(name).with_retry(again).build()),
            Cloud::Azure => boxed(
                MicrosoftAzureBuilder::from_env()
                    .with_container_name(name)
                    .with_retry(again)
                    .build(),
            ),
        };
        let store = store.map_err(|error| format!("{error}; {}", look(cloud)))?;
        Ok(Self {
            cloud,
            name: name.to_owned(),
            store,
        })
    }

    pub(super) fn bucket(&self) -> &str {
        &self.name
    }

    /// How the drivers of Temporal's SDKs are called; there is none for Azure, so its name is flock's own.
    pub(super) fn driver(&self) -> &'static str {
        match self.cloud {
            Cloud::S3 => "aws.s3driver",
            Cloud::Gcs => "gcp.gcsdriver",
            Cloud::Azure => "flock.azure",
        }
    }

    /// What a reference calls the bucket, and the key in it.
    pub(super) fn names(&self) -> [&'static str; 2] {
        match self.cloud {
            Cloud::S3 => ["bucket", "key"],
            Cloud::Gcs => ["bucket", "object_name"],
            Cloud::Azure => ["container", "key"],
        }
    }

    /// When what is there was written.
    pub(super) async fn written(&self, key: &str) -> Result<SystemTime, Trouble> {
        let found = self
            .store
            .head(&path(key)?)
            .await
            .map_err(|error| self.trouble(error))?;
        Ok(found.last_modified.into())
    }

    pub(super) async fn get(&self, key: &str) -> Result<Bytes, Trouble> {
        let found = self
            .store
            .get(&path(key)?)
            .await
            .map_err(|error| self.trouble(error))?;
        match Trouble::too_large(found.meta.size) {
            Some(too_large) => Err(too_large),
            None => found.bytes().await.map_err(|error| self.trouble(error)),
        }
    }

    pub(super) async fn put(&self, key: &str, bytes: Bytes) -> Result<(), Trouble> {
        let put = self.store.put(&path(key)?, PutPayload::from(bytes)).await;
        put.map(drop).map_err(|error| match self.trouble(error) {
            // Whatever the key, it can be written where there is a bucket.
            Trouble::Missing => self.no_bucket(),
            other => other,
        })
    }

    #[cfg(feature = "cli")]
    pub(super) async fn remove(&self, key: &str) -> Result<(), Trouble> {
        self.store
            .delete(&path(key)?)
            .await
            .map_err(|error| self.trouble(error))
    }

    /// All objects whose keys begin so, as a path.
    #[cfg(feature = "cli")]
    pub(super) async fn list(&self, beginning: &str) -> Result<Vec<Object>, Trouble> {
        let found = self.store.list(Some(&path(beginning)?));
        let found = found.map_ok(|found| Object {
            key: found.location.into(),
            bytes: found.size,
            written: found.last_modified.into(),
        });
        found
            .try_collect()
            .await
            .map_err(|error| self.trouble(error))
    }

    fn no_bucket(&self) -> Trouble {
        Trouble::Other(format!(
            "there is no bucket `{}`: make it, or name another by `store` of [payloads] in flock.toml",
            self.name
        ))
    }

    fn trouble(&self, error: Error) -> Trouble {
        let text = error.to_string();
        let page = |tag| between(&text, tag);
        match (page("Code"), &error) {
            (Some("NoSuchBucket" | "ContainerNotFound"), _) => self.no_bucket(),
            (_, Error::NotFound { .. }) => Trouble::Missing,
            (Some(code), _) => {
                let message = page("Message").unwrap_or_default();
                let message = message.lines().next().unwrap_or_default();
                let message = message.trim_end_matches('.');
                Trouble::Other(format!("{code}: {message}; {}", look(self.cloud)))
            }
            (None, _) => {
                // Who stands between may answer with a page of HTML.
                let line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
                let (mut told, bottom) = (line(&text), line(&bottom(&error)));
                if !told.contains(&bottom) {
                    told = format!("{told}: {bottom}");
                }
                Trouble::Other(format!("{told}; {}", look(self.cloud)))
            }
        }
    }
}

fn boxed(store: Result<impl ObjectStore, Error>) -> Result<Box<dyn ObjectStore>, Error> {
    store.map(|store| Box::new(store) as Box<dyn ObjectStore>)
}

/// As the others, it takes HTTP without TLS only from who was told to; its own default is to take it.
fn google() -> GoogleCloudStorageBuilder {
    let google = GoogleCloudStorageBuilder::from_env();
    match env::var_os("GOOGLE_ALLOW_HTTP") {
        Some(_) => google,
        None => {
            let http = GoogleConfigKey::Client(ClientConfigKey::AllowHttp);
            google.with_config(http, "false")
        }
    }
}

/// Where to look when a bucket cannot be had.
fn look(cloud: Cloud) -> String {
    let variables = match cloud {
        Cloud::S3 => "AWS",
        Cloud::Gcs => "GOOGLE",
        Cloud::Azure => "AZURE",
    };
    format!(
        "the variables {variables}_… say where it is and who asks ({variables}_ALLOW_HTTP=true: by HTTP without TLS)"
    )
}

/// A key is taken as it is: what it encodes is part of it.
fn path(key: &str) -> Result<Path, Trouble> {
    Path::parse(key).map_err(|error| Trouble::NoKey(error.to_string()))
}

/// What is at the bottom of an error: such as that nobody listens there.
fn bottom(error: &Error) -> String {
    let mut below = error.source();
    let mut told = String::new();
    while let Some(error) = below {
        told = error.to_string();
        below = error.source();
    }
    told
}

/// What stands in this element of a cloud's answer, which is a page of XML.
fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    let (inside, _) = rest.split_once(&format!("</{tag}>"))?;
    Some(inside)
}
