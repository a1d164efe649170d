//! The two crates: written, run and compared.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::Result;

/// Groups of five agents and a flock.
const GROUPS: usize = 20;
/// Agents of one crate.
pub(crate) const AGENTS: usize = 5 * GROUPS;
/// Flocks of one crate.
pub(crate) const FLOCKS: usize = GROUPS;

/// What an edit changes, in the body of an agent's function.
const EDITED: &str = "take(3)";

/// Who wrote a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Macro,
    Hand,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Macro, Self::Hand];

    /// The crate's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Macro => "by_macro",
            Self::Hand => "by_hand",
        }
    }

    fn root(self) -> &'static str {
        match self {
            Self::Macro => include_str!("crates/main_by_macro.rs"),
            Self::Hand => include_str!("crates/main_by_hand.rs"),
        }
    }

    /// The source of a group: every other one has a declared flock.
    fn group(self, group: usize) -> String {
        let agents = match self {
            Self::Macro => include_str!("crates/by_macro.rs"),
            Self::Hand => include_str!("crates/by_hand.rs"),
        };
        let flock = match (self, group % 2) {
            (Self::Macro, 0) => include_str!("crates/declared_by_macro.rs"),
            (Self::Macro, _) => include_str!("crates/coded_by_macro.rs"),
            (Self::Hand, 0) => include_str!("crates/declared_by_hand.rs"),
            (Self::Hand, _) => include_str!("crates/coded_by_hand.rs"),
        };
        // Every name ends in it, and no number of the sources holds it.
        format!("{agents}\n{flock}").replace("00", &format!("{group:02}"))
    }
}

/// A workspace of both, so that what they depend on is built once.
pub(crate) struct Crates {
    folder: PathBuf,
}

impl Crates {
    /// Writes the sources, where they are not as they should be.
    pub(crate) fn write() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("the benches have no workspace around them")?;
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |target| root.join(target));
        let crates = Self {
            folder: target.join("check"),
        };
        crates.file(
            "Cargo.toml",
            "[workspace]\nmembers = [\"by_macro\", \"by_hand\"]\nresolver = \"3\"\n",
        )?;
        crates.file("Cargo.lock", &fs::read_to_string(root.join("Cargo.lock"))?)?;
        for side in Side::BOTH {
            let name = side.name();
            crates.file(
                &format!("{name}/Cargo.toml"),
                &format!(
                    "[package]\nname = {name:?}\nedition = \"2024\"\n\n[dependencies]\n\
                     flock-agents = {{ path = {root:?}, default-features = false }}\n"
                ),
            )?;
            let mut program = String::new();
            for group in 0..GROUPS {
                writeln!(program, "mod group_{group:02};")?;
                crates.file(&group_file(side, group), &side.group(group))?;
            }
            program += side.root();
            program += include_str!("crates/show.rs");
            crates.file(&format!("{name}/src/main.rs"), &program)?;
        }
        Ok(crates)
    }

    /// Fails unless both programs say the same of their agents and flocks.
    pub(crate) fn compare(&self) -> Result<()> {
        let [by_macro, by_hand] = Side::BOTH.map(|side| self.says(side));
        let (by_macro, by_hand) = (by_macro?, by_hand?);
        let agents = by_macro.matches("\nAgentDescriptor").count() + 1;
        if agents != AGENTS {
            return Err(format!("{agents} agents are known, of {AGENTS}").into());
        }
        let mut lines = by_macro.lines().zip(by_hand.lines());
        match lines.find(|(by_macro, by_hand)| by_macro != by_hand) {
            Some((by_macro, by_hand)) => Err(format!(
                "the crates are not the same\n  by macro: {by_macro}\n  by hand:  {by_hand}"
            )
            .into()),
            None if by_macro.len() != by_hand.len() => {
                Err("the crates are not the same: one says more".into())
            }
            None => Ok(()),
        }
    }

    /// What a program prints, apart from where in its source things are.
    fn says(&self, side: Side) -> Result<String> {
        let output = self
            .cargo(side, "run")
            .arg("--quiet")
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err(format!("`{}` fails: {}", side.name(), output.status).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("line: "));
        Ok(lines
            .map(|line| line.replace(side.name(), ""))
            .collect::<Vec<_>>()
            .join("\n"))
    }

    /// Cargo, for one of the two.
    pub(crate) fn cargo(&self, side: Side, command: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(&self.folder)
            // As users have it, whatever the bench itself was built with.
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_INCREMENTAL", "1")
            .args([command, "--package", side.name()]);
        cargo
    }

    /// Changes the body of one function, another way each round.
    pub(crate) fn edit(&self, side: Side, round: usize) -> Result<()> {
        let group = side.group(0);
        let edited = group.replace(EDITED, &format!("take({})", 4 + round));
        if edited == group {
            return Err("there is nothing to edit".into());
        }
        self.file(&group_file(side, 0), &edited)
    }

    /// As it was before any edit.
    pub(crate) fn restore(&self, side: Side) -> Result<()> {
        self.file(&group_file(side, 0), &side.group(0))
    }

    /// A path in their workspace.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn file(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Cargo looks at times, not at what is in a file.
        if fs::read_to_string(&path).is_ok_and(|found| found == text) {
            return Ok(());
        }
        Ok(fs::write(path, text)?)
    }
}

fn group_file(side: Side, group: usize) -> String {
    format!("{}/src/group_{group:02}.rs", side.name())
}
