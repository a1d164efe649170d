//! What a server says. It goes to a file and not to a pipe: a pipe that nobody empties stops the
//! server once it is full, and one whose reader is gone ends it.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

/// Between two looks at the file.
const LOOK: Duration = Duration::from_millis(200);

/// The file a server writes to.
pub(super) struct Log {
    file: File,
    pub(super) reader: Reader,
}

impl Log {
    /// An empty file at `path`; without one, a file that is gone with the server.
    pub(super) fn new(path: Option<&Path>) -> io::Result<Self> {
        let place = path.map_or_else(temporary, Path::to_owned);
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).open(&place)?;
        file.set_len(0)?;
        let reader = Reader::new(File::open(&place)?);
        if path.is_none() {
            // Where a file that is open cannot go, the system tidies it away some day.
            let _ = std::fs::remove_file(&place);
        }
        Ok(Self { file, reader })
    }

    /// The file as a process's output.
    pub(super) fn output(&self) -> io::Result<Stdio> {
        Ok(self.file.try_clone()?.into())
    }
}

fn temporary() -> PathBuf {
    let name = format!(
        "flock-dev-{}-{:x}.log",
        std::process::id(),
        fastrand::u64(..)
    );
    std::env::temp_dir().join(name)
}

/// Reads a file that grows, line by line.
pub(super) struct Reader {
    file: File,
    /// The part of a line that has no end yet.
    begun: Vec<u8>,
}

impl Reader {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            begun: Vec::new(),
        }
    }

    /// The lines that have come since the last look.
    pub(super) fn lines(&mut self) -> Vec<String> {
        // What cannot be read any more has been said in vain, and is no reason to stop.
        let _ = self.file.read_to_end(&mut self.begun);
        let Some(end) = self.begun.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let rest = self.begun.split_off(end + 1);
        let whole = std::mem::replace(&mut self.begun, rest);
        let text = String::from_utf8_lossy(&whole);
        text.lines().map(str::to_owned).collect()
    }
}

/// Passes on what a server says while it serves.
#[derive(Debug)]
pub(super) struct Listener {
    // Dropping it is the message.
    over: oneshot::Sender<()>,
    listening: JoinHandle<()>,
}

impl Listener {
    pub(super) fn start(mut reader: Reader) -> Self {
        let (over, mut ended) = oneshot::channel();
        let listening = tokio::spawn(async move {
            loop {
                let last = tokio::select! {
                    () = sleep(LOOK) => false,
                    _ = &mut ended => true,
                };
                reader.lines().iter().for_each(|line| pass_on(line));
                if last {
                    return;
                }
            }
        });
        Self { over, listening }
    }

    /// Passes on the server's last words.
    pub(super) async fn finish(self) {
        drop(self.over);
        // It cannot fail, and has nothing to say if it did.
        let _ = self.listening.await;
    }
}

/// The server is told to log errors alone; besides, it tells where it is.
pub(super) fn pass_on(line: &str) {
    if line.is_empty() || line.starts_with("Temporal ") {
        tracing::debug!(target: "flock::dev_server", "{line}");
    } else {
        tracing::warn!(target: "flock::dev_server", "{line}");
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_line_is_read_once_it_has_an_end() {
        let Log {
            mut file,
            mut reader,
        } = Log::new(None).unwrap();
        file.write_all(b"one\ntw").unwrap();
        assert_eq!(reader.lines(), ["one"]);
        assert!(reader.lines().is_empty());
        file.write_all("o \u{fe}\n\nthree\n".as_bytes()).unwrap();
        assert_eq!(reader.lines(), ["two \u{fe}", "", "three"]);
    }
}
