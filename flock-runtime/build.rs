//! Takes the description of Temporal's history events out of what the crate of Temporal's messages
//! was built from, for the JSON form of histories; and says which compiler builds, for the images that build
//! the program anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "temporal")]
    history::describe();
    #[cfg(feature = "deploy")]
    compiler::tell();
}

#[cfg(feature = "deploy")]
mod compiler {
    use std::{env, process::Command};

    /// The release, `1.92.0`; that which flock needs where the compiler cannot be asked.
    pub(super) fn tell() {
        println!("cargo::rerun-if-env-changed=RUSTC");
        let asked = env::var_os("RUSTC").and_then(|rustc| {
            let output = Command::new(rustc).arg("--version").output().ok()?;
            let said = String::from_utf8(output.stdout).ok()?;
            let release = said.split_whitespace().nth(1)?;
            Some(release.split('-').next()?.to_owned())
        });
        let needed = || env::var("CARGO_PKG_RUST_VERSION").unwrap_or_default();
        let release = asked.unwrap_or_else(needed);
        println!("cargo::rustc-env=FLOCK_RUST_RELEASE={release}");
    }
}

#[cfg(feature = "temporal")]
mod history {
    use std::{collections::BTreeSet, env, fs, path::Path};

    use prost::Message;
    use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};

    const HISTORY: &str = "temporal/api/history/v1/message.proto";
    /// Set by the crate of Temporal's messages.
    const WHOLE: &str = "DEP_TEMPORALIO_PROTOS_DESCRIPTOR_PATH";

    pub(super) fn describe() {
        println!("cargo::rerun-if-env-changed={WHOLE}");
        let whole = env::var(WHOLE).expect("the build of Temporal's messages says where they are");
        let whole = fs::read(whole).expect("Temporal's messages are described");
        let whole = FileDescriptorSet::decode(&*whole).expect("as protobuf describes messages");
        let mut wanted = BTreeSet::new();
        want(HISTORY, &whole.file, &mut wanted);
        let files = whole.file.into_iter();
        let files = files.filter(|file| wanted.contains(file.name()));
        let history = FileDescriptorSet {
            file: files.map(bare).collect(),
        };
        let out = env::var("OUT_DIR").expect("cargo says where to write");
        let out = Path::new(&out).join("history.bin");
        fs::write(out, history.encode_to_vec()).expect("the folder of the build can be written to");
    }

    fn want(name: &str, files: &[FileDescriptorProto], wanted: &mut BTreeSet<String>) {
        if !wanted.insert(name.to_owned()) {
            return;
        }
        let file = files.iter().find(|file| file.name() == name);
        for needed in file.map(|file| &*file.dependency).unwrap_or_default() {
            want(needed, files, wanted);
        }
    }

    /// Without the comments, nine tenths of it.
    fn bare(mut file: FileDescriptorProto) -> FileDescriptorProto {
        file.source_code_info = None;
        file
    }
}
