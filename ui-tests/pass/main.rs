//! Programs that compile, and do what they say: one after the other, built as one.
//!
//! Each is a module that could be a crate. `promise` and `agent::fields::there_may_be_many` are crates:
//! the one looks at all that is linked in, the other sets a limit of the compiler.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::all,
    reason = "the house's own lints: each program says what it denies"
)]

use std::{collections::BTreeSet, fs, path::Path};

mod anywhere;
mod by_macro_rules;
mod configured_out;
mod everything_at_once;
mod hostile_names;
pub mod inputs_and_outputs;
pub mod options;
mod side_by_side;
mod agent {
    pub(crate) mod fields {
        pub(crate) mod an_option_has_any_name;
        pub(crate) mod defaults_are_of_every_type;
        pub(crate) mod descriptions_hold_anything;
        pub(crate) mod types_may_be_private;
        pub(crate) mod types_of_the_user_show_and_copy;
    }
    pub(crate) mod hand_off {
        pub(crate) mod routes_by_what_the_output_holds;
    }
    pub(crate) mod item {
        pub(crate) mod stands_wherever_an_item_may;
    }
    pub(crate) mod signature {
        pub(crate) mod a_result_has_any_name;
        pub(crate) mod owned_types_may_look_borrowed;
        pub(crate) mod takes_context_state_and_inputs;
    }
    pub(crate) mod value {
        pub(crate) mod limits_may_be_reached;
    }
}
mod flock {
    pub(crate) mod names_may_be_out_of_scope;
    pub(crate) mod options;
    pub(crate) mod replay;
    pub(crate) mod schedule;
    pub(crate) mod stateful;
    pub(crate) mod topology;
}
mod flock_type {
    pub(crate) mod fields_are_those_of_serde;
    pub(crate) mod plain_structs_are_as_derived;
    pub(crate) mod types_may_be_generic;
}
mod tool {
    pub(crate) mod agents_and_flocks_are_tools;
    pub(crate) mod takes_context_state_and_inputs;
}

/// What runs each of them.
macro_rules! cases {
    ($($($module:ident)::+,)*) => {
        [$((concat!($("/", stringify!($module)),+), $($module)::+::main as fn())),*]
    };
}

fn main() {
    let cases = cases![
        anywhere,
        by_macro_rules,
        configured_out,
        everything_at_once,
        hostile_names,
        inputs_and_outputs,
        options,
        side_by_side,
        agent::fields::an_option_has_any_name,
        agent::fields::defaults_are_of_every_type,
        agent::fields::descriptions_hold_anything,
        agent::fields::types_may_be_private,
        agent::fields::types_of_the_user_show_and_copy,
        agent::hand_off::routes_by_what_the_output_holds,
        agent::item::stands_wherever_an_item_may,
        agent::signature::a_result_has_any_name,
        agent::signature::owned_types_may_look_borrowed,
        agent::signature::takes_context_state_and_inputs,
        agent::value::limits_may_be_reached,
        flock::names_may_be_out_of_scope,
        flock::options,
        flock::replay,
        flock::schedule,
        flock::stateful,
        flock::topology,
        flock_type::fields_are_those_of_serde,
        flock_type::plain_structs_are_as_derived,
        flock_type::types_may_be_generic,
        tool::agents_and_flocks_are_tools,
        tool::takes_context_state_and_inputs,
    ];
    for (case, main) in cases {
        println!("pass{case}.rs");
        main();
    }
    let run: BTreeSet<_> = cases
        .iter()
        .map(|(case, _)| format!("pass{case}.rs"))
        .collect();
    let alone = [
        "pass/main.rs",
        "pass/promise.rs",
        "pass/agent/fields/there_may_be_many.rs",
    ];
    let there = files("pass").filter(|file| !alone.contains(&file.as_str()));
    assert_eq!(there.collect::<BTreeSet<_>>(), run, "each is in the list");
}

/// The programs in a folder and within.
fn files(folder: &str) -> Box<dyn Iterator<Item = String>> {
    let all = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the folder");
    let folder = folder.to_owned();
    Box::new(all.flat_map(move |entry| {
        let name = entry.expect("an entry").file_name();
        let path = format!("{folder}/{}", name.to_string_lossy());
        let one: Box<dyn Iterator<Item = String>> = match path.rsplit_once('.') {
            None => files(&path),
            Some((_, "rs")) => Box::new(std::iter::once(path)),
            Some(_) => Box::new(std::iter::empty()),
        };
        one
    }))
}
