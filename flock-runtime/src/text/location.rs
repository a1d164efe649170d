//! Places in the source.

use std::fmt;

/// A place in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The module, from its crate on.
    pub module: &'static str,
}

impl Location {
    /// As `file!()`, `line!()` and `module_path!()` give it.
    pub const fn new(file: &'static str, line: u32, module: &'static str) -> Self {
        Self { file, line, module }
    }

    /// The crate, as it is written in a path: underscores where the package's name has hyphens.
    pub const fn crate_name(&self) -> &'static str {
        let (module, mut end) = (self.module.as_bytes(), 0);
        while end < module.len() && module[end] != b':' {
            end += 1;
        }
        match self.module.split_at_checked(end) {
            Some((name, _)) => name,
            None => self.module,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
