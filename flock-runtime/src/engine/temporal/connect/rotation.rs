//! An API key that is replaced in its file while the program runs.

use std::{path::PathBuf, time::Duration};

use temporalio_client::Connection;

use super::settings::key_in;

/// How often the file is read. What mounts secrets replaces a folder, which is no event of the file.
const PERIOD: Duration = Duration::from_secs(1);

/// Has each call go with the key that is in the file, for as long as the runtime is there that this is called in.
pub(super) fn follow(connection: Connection, path: PathBuf) {
    tokio::spawn(async move {
        let mut known = None;
        let mut fault = None;
        loop {
            tokio::time::sleep(PERIOD).await;
            let file = path.clone();
            // A file system may be slow.
            let Ok(read) = tokio::task::spawn_blocking(move || key_in(&file)).await else {
                return;
            };
            match read {
                Ok(key) => {
                    if known.as_ref().is_some_and(|known| *known != key) {
                        tracing::info!(file = %path.display(), "the API key in {} has changed: it goes with the next call", path.display());
                    }
                    if known.as_ref() != Some(&key) {
                        connection.set_api_key(Some(key.clone()));
                    }
                    known = Some(key);
                    fault = None;
                }
                // In the middle of being replaced, perhaps. It is told once.
                Err(message) if fault.as_ref() != Some(&message) => {
                    tracing::warn!(
                        "api_key_file: {message}; the key that was in it is used until there is another"
                    );
                    fault = Some(message);
                }
                Err(_) => {}
            }
        }
    });
}
