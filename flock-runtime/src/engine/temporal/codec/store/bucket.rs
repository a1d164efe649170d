//! A bucket of a cloud that keeps values, as the drivers of Temporal's SDKs do.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
#[cfg(feature = "cli")]
use futures_util::TryStreamExt;
use object_store::{
    BackoffConfig, Error, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::AmazonS3Builder, azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder, path::Path,
};

#[cfg(feature = "cli")]
use super::Object;
use super::Trouble;
use crate::config::Cloud;

/// One that fails is made again for so long: a workflow task waits for it.
const AGAIN: Duration = Duration::from_secs(10);

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
        let variables = match cloud {
            Cloud::S3 => "AWS_",
            Cloud::Gcs => "GOOGLE_",
            Cloud::Azure => "AZURE_",
        };
        let again = RetryConfig {
            backoff: BackoffConfig::default(),
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
            Cloud::Gcs => boxed(
                GoogleCloudStorageBuilder::from_env()
                    .with_bucket_name(name)
                    .with_retry(again)
                    .build(),
            ),
            Cloud::Azure => boxed(
                MicrosoftAzureBuilder::from_env()
                    .with_container_name(name)
                    .with_retry(again)
                    .build(),
            ),
        };
        let store = store.map_err(|error| {
            format!("{error}; the variables {variables}… say where it is, and who asks")
        })?;
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
        let found = self.store.head(&path(key)?).await.map_err(trouble)?;
        Ok(found.last_modified.into())
    }

    pub(super) async fn get(&self, key: &str) -> Result<Bytes, Trouble> {
        let found = self.store.get(&path(key)?).await.map_err(trouble)?;
        match Trouble::too_large(found.meta.size) {
            Some(too_large) => Err(too_large),
            None => found.bytes().await.map_err(trouble),
        }
    }

    pub(super) async fn put(&self, key: &str, bytes: Bytes) -> Result<(), Trouble> {
        let put = self.store.put(&path(key)?, PutPayload::from(bytes)).await;
        put.map(drop).map_err(trouble)
    }

    #[cfg(feature = "cli")]
    pub(super) async fn remove(&self, key: &str) -> Result<(), Trouble> {
        self.store.delete(&path(key)?).await.map_err(trouble)
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
        found.try_collect().await.map_err(trouble)
    }
}

fn boxed(store: Result<impl ObjectStore, Error>) -> Result<Box<dyn ObjectStore>, Error> {
    store.map(|store| Box::new(store) as Box<dyn ObjectStore>)
}

/// A key is taken as it is: what it encodes is part of it.
fn path(key: &str) -> Result<Path, Trouble> {
    Path::parse(key).map_err(|error| Trouble::NoKey(error.to_string()))
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::NotFound { .. } => Trouble::Missing,
        // A cloud's answer may be a page of XML.
        error => Trouble::Other(error.to_string()),
    }
}
