//! What a program says that was called without a command: what it can run, and a line to try.

use std::path::{Path, PathBuf};

use super::{
    program::first_line,
    render::show,
    schema::{Document, sample, signature},
};
use crate::{
    error::word,
    flock::{entry::FlockEntry, registry::Registry},
    value::payload::Payload,
};

/// The flocks of the program, and a line that runs one.
pub(super) fn welcome(registry: &Registry) -> String {
    let call = Call::of_this_process();
    let flocks: Vec<_> = registry.flocks().collect();
    if flocks.is_empty() {
        return format!(
            "This program has no flocks: annotate one with `#[flock]`.\n\n{} --help  shows what else it can do",
            call.text()
        );
    }
    let rows: Vec<_> = flocks.iter().map(|flock| row(flock)).collect();
    let mut text = String::from("Flocks of this program:\n\n");
    text += &show::indented(&show::rows(&rows));
    text += "\nTry one, here in this process:\n\n";
    let mut tries: Vec<_> = flocks
        .iter()
        .filter_map(|flock| Some((flock, inputs(flock)?)))
        .collect();
    // What needs nothing is the shortest to try.
    tries.sort_by_key(|(_, inputs)| !inputs.is_empty());
    let line = match tries.first() {
        Some((flock, inputs)) => format!("run {}{inputs}", flock.descriptor.name),
        // What it needs is told then.
        None => format!("run {}", flocks[0].descriptor.name),
    };
    text += &format!("  {} {line}\n\n", call.text());
    text + &format!("All commands: {} --help\n", call.text())
}

fn row(flock: &FlockEntry) -> [String; 3] {
    let input = Document::new((flock.input_schema)());
    let fields = match input.unsaid() {
        Some(_) if input.properties().is_empty() => String::new(),
        _ => signature(&input.properties(), &input.kind()),
    };
    [
        flock.descriptor.name.to_owned(),
        fields,
        first_line(flock.descriptor.description).to_owned(),
    ]
}

/// The arguments that give a flock an input of the right shape; none where nothing fits.
fn inputs(flock: &FlockEntry) -> Option<String> {
    let document = Document::new((flock.input_schema)());
    let value = sample(&(flock.input_schema)().to_value());
    (flock.accepts)(&Payload::encode(&value).ok()?).ok()?;
    if document.unsaid().is_some_and(|unsaid| unsaid == value) {
        return Some(String::new());
    }
    if document.properties().is_empty() {
        return Some(format!(" --input-json {}", word(&value.to_string())));
    }
    let fields = value.as_object()?.iter();
    let given = fields.map(|(name, value)| {
        let text = match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string(),
        };
        format!(" --input {name}={}", word(&text))
    });
    Some(given.collect())
}

/// How the program was called.
struct Call {
    /// The package, where Cargo ran it, and its folder.
    package: Option<(String, PathBuf)>,
    program: PathBuf,
    folder: PathBuf,
}

impl Call {
    fn of_this_process() -> Self {
        let cargo = std::env::var_os("CARGO").is_some();
        let package = std::env::var("CARGO_PKG_NAME").ok();
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        Self {
            package: package.zip(manifest).filter(|_| cargo),
            program: std::env::args_os()
                .next()
                .map(PathBuf::from)
                .unwrap_or_default(),
            folder: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// What leads to the program again, up to its arguments.
    fn text(&self) -> String {
        let Some((package, manifest)) = &self.package else {
            return word(&self.program.to_string_lossy());
        };
        let name = self.program.file_stem().unwrap_or_default();
        let name = name.to_string_lossy();
        let mut text = "cargo run".to_owned();
        if !self.folder.starts_with(manifest) {
            text += &format!(" -p {package}");
        }
        let folder = self.program.parent().and_then(Path::file_name);
        if folder.is_some_and(|folder| folder == "examples") {
            text += &format!(" --example {name}");
        } else if *name != **package || manifest.join("src/bin").is_dir() {
            text += &format!(" --bin {name}");
        }
        text + " --"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_called_as_the_program_was() {
        let call = |package: Option<&str>, program: &str, folder: &str| {
            let package = package.map(|name| (name.to_owned(), "/no/shop".into()));
            let (program, folder) = (program.into(), folder.into());
            let call = Call {
                package,
                program,
                folder,
            };
            call.text()
        };
        assert_eq!(call(None, "./shop", "/no/shop"), "./shop");
        let shop = Some("shop");
        for (program, folder, said) in [
            ("target/debug/shop", "/no/shop", "cargo run --"),
            ("target/debug/shop", "/no/shop/src", "cargo run --"),
            ("target/debug/shop", "/no", "cargo run -p shop --"),
            ("target/debug/till", "/no/shop", "cargo run --bin till --"),
            (
                "target/debug/examples/tea",
                "/no/shop",
                "cargo run --example tea --",
            ),
        ] {
            assert_eq!(call(shop, program, folder), said);
        }
    }
}
