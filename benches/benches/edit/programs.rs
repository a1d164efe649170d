//! The programs: written as a user would write them, and built as a user builds them.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Result;

/// So many agents more has the larger of two programs.
pub(crate) const MORE: u32 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Hello,
    Agents,
    More,
    Embedded,
    Dynamic,
}

impl Program {
    pub(crate) const ALL: [Self; 5] = [
        Self::Hello,
        Self::Agents,
        Self::More,
        Self::Embedded,
        Self::Dynamic,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Agents => "agents",
            Self::More => "more",
            Self::Embedded => "embedded",
            Self::Dynamic => "dynamic",
        }
    }

    fn dependencies(self, flock: &Path) -> String {
        let dylib = format!(
            "flock-dylib = {{ path = {:?} }}\n",
            flock.join("flock-dylib")
        );
        let flock = format!("flock-agents = {{ path = {flock:?} }}\n");
        let tokio = "tokio = { version = \"1\", features = [\"full\"] }\n";
        match self {
            Self::Hello => format!("axum = \"0.8\"\n{tokio}"),
            Self::Agents | Self::More => flock,
            Self::Embedded => flock + tokio,
            // What the feature `dynamic-linking` does; as a feature it would be everybody's in this workspace.
            Self::Dynamic => flock + &dylib,
        }
    }

    fn source(self) -> Result<String> {
        let agents = include_str!("programs/agents.rs");
        let main = "\nflock::main!();\n";
        Ok(match self {
            Self::Hello => include_str!("programs/hello.rs").to_owned(),
            Self::Agents => agents.to_owned() + main,
            Self::Dynamic => agents.to_owned() + main + "\nuse flock_dylib as _;\n",
            Self::More => {
                let mut source = agents.to_owned();
                for at in 0..MORE {
                    write!(
                        source,
                        "\n#[agent(output = \"text: String | What was made of it\")]\n\
                         async fn agent_{at}(findings: String) -> Result<String> {{\n    \
                         Ok(findings.to_uppercase())\n}}\n"
                    )?;
                }
                source + main
            }
            Self::Embedded => agents.to_owned() + "\n" + include_str!("programs/embedded_main.rs"),
        })
    }
}

/// A workspace of them, so that what they depend on is built once.
pub(crate) struct Programs {
    folder: PathBuf,
    release: bool,
}

impl Programs {
    pub(crate) fn write(release: bool) -> Result<Self> {
        let flock = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("the benches have no workspace around them")?;
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| flock.join("target"), |target| flock.join(target));
        let programs = Self {
            folder: target.join("edit"),
            release,
        };
        let names = Program::ALL.map(Program::name);
        programs.file(
            "Cargo.toml",
            &format!("[workspace]\nmembers = {names:?}\nresolver = \"3\"\n\n# As what comes from a registry is built.\n[profile.dev.package.flock-runtime]\nincremental = false\n"),
        )?;
        programs.file("Cargo.lock", &fs::read_to_string(flock.join("Cargo.lock"))?)?;
        for program in Program::ALL {
            let name = program.name();
            let dependencies = program.dependencies(flock);
            programs.file(
                &format!("{name}/Cargo.toml"),
                &format!(
                    "[package]\nname = {name:?}\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
                ),
            )?;
            programs.file(&format!("{name}/src/main.rs"), &program.source()?)?;
        }
        Ok(programs)
    }

    /// Changes the program: a constant, another each round.
    pub(crate) fn edit(&self, program: Program, round: u32) -> Result<()> {
        let source = program.source()?;
        let edited = format!("{source}\n/// Changed.\npub const ROUND: u32 = {round};\n");
        self.file(&format!("{}/src/main.rs", program.name()), &edited)
    }

    /// Builds what has changed. All are named: one by one they would be built with features of their own.
    pub(crate) fn build(&self) -> Result<()> {
        let status = self.command().status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("a program cannot be built: {status}").into())
        }
    }

    fn command(&self) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(&self.folder)
            // As users have it, whatever the bench itself was built with.
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_INCREMENTAL")
            .args(["build", "--workspace", "--quiet"])
            .args(self.release.then_some("--release"));
        cargo
    }

    fn file(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(path, text)?)
    }
}
