//! What a user's crate does not hold: the SDK's generics.
//!
//! An async function of another crate is compiled where it is awaited, and so is all that it calls.
//! Of one door left open, a user's 25 lines would be compiled together with a whole gRPC client, at
//! every edit. Here programs are compiled as cargo compiles them, and their own objects are read.
//!
//! And what `flock::main!()` refuses, which the ui-tests cannot ask: they are without the feature `cli`.

use libtest_mimic::{Failed, Trial};

use crate::support::{
    compiler::{self, Made},
    folder,
};

/// What stands in the symbols of functions that only the SDK brings: names of crates, with their lengths
/// where they are a part of other words.
const STRANGERS: [&str; 4] = ["temporalio", "5tonic", "5hyper", "5prost"];

/// What `flock::main!()` says of slips: the test's name, a program, and the one error.
const REFUSED: [(&str, &str, &str); 2] = [
    (
        "main_is_not_within_a_function",
        "fn main() { flock::main!(); }",
        "`flock::main!()` is the whole `main` function: within another it does nothing",
    ),
    (
        "main_takes_the_setup_function",
        "mod start {
             pub fn setup(builder: flock::RuntimeBuilder) -> flock::Result<flock::RuntimeBuilder> {
                 Ok(builder)
             }
         }
         flock::main!(start::setup());",
        "`main!` takes the setup function itself, and calls it\n       help: write `flock::main!(start::setup);`",
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    [
        ("the_command_line", include_str!("doors/command_line.rs")),
        ("an_embedding_program", include_str!("doors/embedding.rs")),
        ("a_users_tests", include_str!("doors/tested.rs")),
    ]
    .into_iter()
    .map(|(name, source)| {
        Trial::test(
            format!("doors::{name}_holds_nothing_of_the_sdk"),
            move || holds_nothing(source).map_err(Failed::from),
        )
    })
    .chain(REFUSED.map(|(name, source, said)| {
        Trial::test(format!("doors::{name}"), move || {
            let refused = compiled(source).expect_err("it does not compile");
            assert!(refused.contains(said), "{refused}");
            assert_eq!(refused.matches("\nerror").count(), 1, "{refused}");
            Ok(())
        })
    }))
    .collect()
}

fn holds_nothing(source: &str) -> Result<(), String> {
    let object = compiled(source)?;
    // Names are long, and nothing else in an object without debugging information is text of this kind.
    let text = String::from_utf8_lossy(&object);
    if !text.contains("flock_runtime") {
        return Err("the object names nothing of flock: it cannot be read like this".to_owned());
    }
    let found: Vec<_> = STRANGERS
        .iter()
        .filter(|name| text.contains(**name))
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "the program's own object holds functions of {found:?}: some async function of flock's, or a generic one, is not boxed inside"
        ))
    }
}

/// The object of a program with these lines.
fn compiled(source: &str) -> Result<Vec<u8>, String> {
    let folder = folder("doors");
    let program = folder.join("program.rs");
    std::fs::write(&program, source).map_err(|error| error.to_string())?;
    let object = compiler::compiled(&program, Made::Object)?;
    let object = std::fs::read(object).map_err(|error| error.to_string())?;
    // A folder for such things may keep what cannot be removed.
    let _ = std::fs::remove_dir_all(folder);
    Ok(object)
}
