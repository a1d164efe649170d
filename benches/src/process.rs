//! What a process has used, from `/proc`.

use std::{io, time::Duration};

/// One tick of the clock that `/proc` counts CPU time in. Linux fixes it at a hundredth of a second
/// for all programs, whatever the kernel uses within.
const TICK: Duration = Duration::from_millis(10);

/// A running process, by its id.
#[derive(Debug, Clone, Copy)]
pub struct Process(pub u32);

impl Process {
    /// CPU time since it began, its own and the kernel's for it.
    ///
    /// # Errors
    /// When there is no such process, or no `/proc`.
    pub fn cpu(self) -> io::Result<Duration> {
        let stat = self.read("stat")?;
        // The name, in parentheses, may hold anything; the fields after it are numbers.
        let (_, fields) = stat.rsplit_once(')').ok_or_else(|| self.odd("stat"))?;
        let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<u32>);
        match (ticks.next(), ticks.next()) {
            (Some(Ok(user)), Some(Ok(kernel))) => Ok(TICK * (user + kernel)),
            _ => Err(self.odd("stat")),
        }
    }

    /// The most memory it has held, in megabytes (of a million bytes).
    ///
    /// # Errors
    /// As for [`cpu`](Self::cpu).
    pub fn peak_memory(self) -> io::Result<f64> {
        let status = self.read("status")?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"))
            .and_then(|kibibytes| kibibytes.trim().parse::<f64>().ok())
            .map(|kibibytes| kibibytes * 1024.0 / 1e6)
            .ok_or_else(|| self.odd("status"))
    }

    fn read(self, file: &str) -> io::Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        std::fs::read_to_string(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))
    }

    fn odd(self, file: &str) -> io::Error {
        io::Error::other(format!("/proc/{}/{file} is not as Linux writes it", self.0))
    }
}
