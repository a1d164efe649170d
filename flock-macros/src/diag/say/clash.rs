//! What is said of names that are taken.

use super::{Sentence, say};

/// For a generated struct beside a type of the user's, which may be taken `whole` by this option.
pub(crate) fn name_is_taken(name: &str, holds: &str, whole: Option<&str>) -> Sentence {
    let said = say(format!(
        "`{name}` is the name of {holds}, and a type beside it has that name already"
    ));
    match whole {
        Some(key) => said.help(format!(
            "give the type another name; or have it be that, by `{key} = {name}`"
        )),
        None => said.help("give the type another name"),
    }
}

/// For two items whose generated structs have the same names.
pub(crate) fn twins(function: &str, structure: &str, first: &str) -> Sentence {
    say(format!(
        "`struct {structure}` and `fn {function}` would both come with a `{first}`"
    ))
    .help("give one of the two another name")
}
