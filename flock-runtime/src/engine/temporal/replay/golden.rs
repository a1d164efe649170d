//! Every history in a folder, replayed: what `flock::replay_tests!` makes a test of.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{History, Replayer};
use crate::{config::Config, engine::temporal::codec::Codec, error::StartError};

/// Replays every history (`*.json`) in `folder` against the flocks of this program; gives how many
/// there were. Values that were recorded encrypted are opened by the keys of `[codec]` in `flock.toml`.
///
/// # Errors
/// What failed, file by file, as text; also when there is no such folder or no history in it.
pub fn golden(folder: impl AsRef<Path>) -> Result<usize, String> {
    let folder = folder.as_ref();
    let files = files(folder)?;
    let replayer = Replayer::new().map_err(|error| error.to_string())?;
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let tokio = tokio.map_err(|error| error.to_string())?;
    let keys = Keys::of_the_program();
    let mut failed = Vec::new();
    for file in &files {
        let replayed = match History::read(file) {
            Ok(history) => {
                let replayed = tokio.block_on(async {
                    let history = keys.open(&history).await?;
                    let replayed = replayer.replay(&history).await;
                    replayed.map_err(|error| error.to_string())
                });
                replayed.map_err(|error| format!("{}: {error}", file.display()))
            }
            Err(error) => Err(error.to_string()),
        };
        match replayed {
            Ok(()) => println!("{}: ok", file.display()),
            Err(error) => failed.push(error),
        }
    }
    if failed.is_empty() {
        return Ok(files.len());
    }
    Err(format!(
        "{} of {} histories failed\n\n{}",
        failed.len(),
        files.len(),
        failed.join("\n\n")
    ))
}

/// What opens the histories of this program.
struct Keys {
    codec: Codec,
    /// Why there are none: of no concern to a history that is plain.
    fault: Option<StartError>,
}

impl Keys {
    fn of_the_program() -> Self {
        let read = Config::discover().and_then(|config| Codec::reader(&config));
        let (codec, fault) = match read {
            Ok(codec) => (codec, None),
            Err(fault) => (Codec::plain(), Some(fault)),
        };
        Self { codec, fault }
    }

    async fn open(&self, history: &History) -> Result<History, String> {
        let opened = history.decoded(&self.codec).await;
        opened.map_err(|error| match &self.fault {
            Some(fault) => fault.to_string(),
            None => error.to_string(),
        })
    }
}

/// The histories in `folder`, of which there must be one at least.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let files = list(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if files.is_empty() {
        return Err(format!(
            "{} holds no history: save one with `record RUN --out {}/RUN.json`",
            folder.display(),
            folder.display()
        ));
    }
    Ok(files)
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
