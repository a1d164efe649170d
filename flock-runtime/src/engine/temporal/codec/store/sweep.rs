//! What nobody refers to any more is removed from a store: it has no clock of its own, and histories end.

use std::{
    collections::HashSet,
    future::ready,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use temporalio_common::{
    data_converters::SerializationContextData,
    payload_visitor::{PayloadVisitable, decode_payloads},
    protos::temporal::api::common::v1::Payload as Proto,
};

use super::{
    super::{Codec, Reading, fault::Fault},
    Object, Place, Store, Trouble,
};
use crate::error::RunError;

impl Store {
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// What is kept of this namespace, and was written longer ago.
    pub(crate) async fn older_than(&self, age: Duration) -> Result<Vec<Object>, RunError> {
        let found = match &self.place {
            Place::Folder(folder) => folder.list(&self.beginning).await,
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.list(&self.beginning).await,
        };
        let mut found = found.map_err(|error| {
            let store = &self.address;
            RunError::Engine(format!("what is in {store} cannot be listed: {error}"))
        })?;
        found.retain(|object| object.written.elapsed().unwrap_or_default() >= age);
        Ok(found)
    }

    /// Removes an object, unless it was written anew meanwhile; whether it did.
    pub(crate) async fn remove(&self, object: &Object) -> Result<bool, RunError> {
        match self.remove_unchanged(object).await {
            Ok(removed) => Ok(removed),
            // Somebody else was there.
            Err(Trouble::Missing) => Ok(false),
            Err(error) => Err(RunError::Engine(format!(
                "`{}` cannot be removed from {}: {error}",
                object.key, self.address
            ))),
        }
    }

    async fn remove_unchanged(
        &self,
        Object { key, written, .. }: &Object,
    ) -> Result<bool, Trouble> {
        let now = match &self.place {
            Place::Folder(folder) => folder.written(key).await?,
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.written(key).await?,
        };
        // A listing may tell parts of a second, and a look at one object none.
        if now > *written + Duration::from_secs(1) {
            return Ok(false);
        }
        match &self.place {
            Place::Folder(folder) => folder.remove(key).await?,
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.remove(key).await?,
        }
        Ok(true)
    }
}

/// The keys that are referred to.
#[derive(Clone)]
pub(crate) struct Named {
    codec: Codec,
    keys: Arc<Mutex<HashSet<String>>>,
}

impl Named {
    pub(crate) fn by(codec: &Codec) -> Self {
        Self {
            codec: codec.clone(),
            keys: Arc::default(),
        }
    }

    /// Adds those that stand in what a server said.
    pub(crate) async fn look_at<M: PayloadVisitable>(&self, said: &mut M) -> Result<(), RunError> {
        let named = self.clone();
        let look = move |proto: Proto| ready(named.look(&proto).map(|()| proto));
        let looked = decode_payloads(said, &Reading(look), &SerializationContextData::None).await;
        looked.map_err(|error| {
            RunError::Engine(format!(
                "there is a reference to a value that cannot be read, so it is not known what is still needed: {error}"
            ))
        })
    }

    pub(crate) fn has(&self, object: &Object) -> bool {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.contains(&object.key)
    }

    fn look(&self, proto: &Proto) -> Result<(), Fault> {
        let Some(reference) = self.codec.reference(proto)? else {
            return Ok(());
        };
        // What is kept elsewhere is not removed here.
        if let Some(store) = self.codec.store()
            && let Ok(key) = store.key(&reference)
        {
            let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.insert(key.to_owned());
        }
        Ok(())
    }
}
