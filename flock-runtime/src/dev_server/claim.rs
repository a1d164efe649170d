//! Who serves a database. Two servers on one file lock each other out of it, so the second has to
//! find the first.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::DevServerError;

/// Where the server of a database is, for those who come later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) address: String,
    pub(super) ui: Option<String>,
    pub(super) pid: u32,
}

/// A locked file beside the database. A server is given its claim as stdin, which it never reads: so
/// the lock is held for as long as that process lives, whatever becomes of the one that started it.
#[derive(Debug)]
pub(super) struct Claim(File);

impl Claim {
    /// Claims the database `db` for a server, and forgets what was recorded of the last one; `None`
    /// when one serves it.
    pub(super) fn server(db: &Path) -> Result<Option<Self>, DevServerError> {
        let claim = Self::of(&beside(db, "server"))?;
        if let Some(Self(file)) = &claim {
            file.set_len(0).map_err(cannot("write", db, "server"))?;
        }
        Ok(claim)
    }

    /// Claims to be the one that ends the server of `db`; `None` when somebody else is.
    pub(super) fn owner(db: &Path) -> Result<Option<Self>, DevServerError> {
        Self::of(&beside(db, "owner"))
    }

    /// Whether a server serves `db`.
    pub(super) fn is_served(db: &Path) -> Result<bool, DevServerError> {
        if !beside(db, "server").is_file() {
            return Ok(false);
        }
        Ok(Self::of(&beside(db, "server"))?.is_none())
    }

    fn of(path: &Path) -> Result<Option<Self>, DevServerError> {
        let io = |doing: &str, error| DevServerError::Io {
            doing: format!("cannot {doing} {}", path.display()),
            error,
        };
        let mut options = OpenOptions::new();
        let open = options.read(true).write(true).create(true).truncate(false);
        let file = open.open(path).map_err(|error| io("open", error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(io("lock", error)),
        }
    }

    /// The file, to be a process's stdin.
    pub(super) fn file(&self) -> std::io::Result<File> {
        self.0.try_clone()
    }

    /// Records where the server is.
    pub(super) fn record(&mut self, record: &Record) -> std::io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&serde_json::to_vec(record)?)
    }
}

/// What the server of `db` has recorded: `None` while it has not.
pub(super) fn recorded(db: &Path) -> Option<Record> {
    let mut text = String::new();
    let mut file = File::open(beside(db, "server")).ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// `dev.db.server` for `dev.db`.
pub(super) fn beside(db: &Path, what: &str) -> PathBuf {
    let mut name = OsString::from(db);
    name.push(".");
    name.push(what);
    name.into()
}

fn cannot(
    doing: &str,
    db: &Path,
    what: &str,
) -> impl FnOnce(std::io::Error) -> DevServerError + use<> {
    let doing = format!("cannot {doing} {}", beside(db, what).display());
    move |error| DevServerError::Io { doing, error }
}

#[cfg(test)]
mod tests {
    use std::{
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("flock-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// A process that another test begins has all that is open here until it runs its program.
    fn until_free(db: &Path) {
        let begun = Instant::now();
        while Claim::is_served(db).unwrap() {
            assert!(begun.elapsed() < Duration::from_secs(60), "still claimed");
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_database_has_one_server() {
        let folder = folder("claim");
        let db = folder.join("dev.db");
        assert!(!Claim::is_served(&db).unwrap());
        let mut claim = Claim::server(&db).unwrap().unwrap();
        assert!(Claim::is_served(&db).unwrap());
        assert!(Claim::server(&db).unwrap().is_none());
        assert_eq!(recorded(&db), None);
        let record = Record {
            address: "127.0.0.1:1".into(),
            ui: None,
            pid: 1,
        };
        claim.record(&record).unwrap();
        assert_eq!(recorded(&db), Some(record));
        drop(claim);
        until_free(&db);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_claim_lives_as_long_as_the_process_it_was_given_to() {
        let folder = folder("inherited");
        let db = folder.join("dev.db");
        let claim = Claim::server(&db).unwrap().unwrap();
        let stdin = Stdio::from(claim.file().unwrap());
        let mut server = Command::new("sleep")
            .arg("60")
            .stdin(stdin)
            .spawn()
            .unwrap();
        drop(claim);
        assert!(Claim::is_served(&db).unwrap());
        server.kill().unwrap();
        server.wait().unwrap();
        until_free(&db);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
