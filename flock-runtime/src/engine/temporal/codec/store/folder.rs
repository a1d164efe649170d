//! A folder that keeps values, each as a file: for one machine, or for several that share it.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use bytes::Bytes;

#[cfg(feature = "cli")]
use super::Object;
use super::Trouble;

#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// What files are called while they are being written.
const UNFINISHED: &str = "unfinished-";

impl Folder {
    pub(super) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// When what is there was written.
    pub(super) async fn written(&self, key: &str) -> Result<SystemTime, Trouble> {
        let path = self.path(key)?;
        blocking(move || fs::metadata(path)?.modified()).await
    }

    pub(super) async fn get(&self, key: &str) -> Result<Bytes, Trouble> {
        let path = self.path(key)?;
        let bytes = move || {
            let size = fs::metadata(&path)?.len();
            match Trouble::too_large(size) {
                Some(trouble) => Ok(Err(trouble)),
                None => fs::read(&path).map(Ok),
            }
        };
        blocking(bytes).await?.map(Bytes::from)
    }

    /// Writes it whole or not at all.
    pub(super) async fn put(&self, key: &str, bytes: Bytes) -> Result<(), Trouble> {
        let path = self.path(key)?;
        let unfinished = format!("{UNFINISHED}{:016x}", fastrand::u64(..));
        let unfinished = path.with_file_name(unfinished);
        blocking(move || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let written = write(&unfinished, &bytes).and_then(|()| fs::rename(&unfinished, &path));
            if written.is_err() {
                // It may not be there.
                let _ = fs::remove_file(&unfinished);
            }
            written
        })
        .await
    }

    #[cfg(feature = "cli")]
    pub(super) async fn remove(&self, key: &str) -> Result<(), Trouble> {
        let path = self.path(key)?;
        blocking(move || fs::remove_file(path)).await
    }

    /// All files whose keys begin so, as a path.
    #[cfg(feature = "cli")]
    pub(super) async fn list(&self, beginning: &str) -> Result<Vec<Object>, Trouble> {
        let (root, from) = (self.0.clone(), self.path(beginning)?);
        blocking(move || {
            let mut found = Vec::new();
            let mut folders = vec![from];
            while let Some(folder) = folders.pop() {
                let entries = match fs::read_dir(&folder) {
                    Ok(entries) => entries,
                    // Nothing was kept yet.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                };
                for entry in entries {
                    let entry = entry?;
                    let path = entry.path();
                    let about = entry.metadata()?;
                    if about.is_dir() {
                        folders.push(path);
                    } else if let Some(key) = key(&root, &path) {
                        found.push(Object {
                            key,
                            bytes: about.len(),
                            written: about.modified()?,
                        });
                    }
                }
            }
            Ok(found)
        })
        .await
    }

    /// Where the file of a key is. A key is read from a history: it leads out of the folder nowhere.
    fn path(&self, key: &str) -> Result<PathBuf, Trouble> {
        let key = Path::new(key);
        let is_below = key
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        match is_below {
            true => Ok(self.0.join(key)),
            false => Err(Trouble::NoKey("it is no key".to_owned())),
        }
    }
}

#[cfg(feature = "cli")]
fn key(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let parts = below.components().map(|part| part.as_os_str().to_str());
    let parts: Option<Vec<_>> = parts.collect();
    Some(parts?.join("/"))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    io::Write::write_all(&mut file, bytes)?;
    // The history that names it outlives the machine's power.
    file.sync_all()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Trouble::Other(error.to_string()))?;
    done.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Trouble::Missing,
        _ => Trouble::Other(error.to_string()),
    })
}
