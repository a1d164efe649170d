//! `flock::replay_tests!()`.

/// A test that replays every history in a folder against the flocks of this program.
///
/// Write it once in a test file of the program, with the folder as seen from `Cargo.toml`:
///
/// ```no_run
/// flock::replay_tests!("tests/histories");
/// ```
///
/// The histories are files that `record RUN --out tests/histories/NAME.json` saved, or
/// `temporal workflow show --output json`. The test, `golden_histories`, tells each that the code no
/// longer repeats, with the step where they part; it fails also when there is no such folder, or no
/// history in it.
///
/// The flocks must be linked into the test: where they are in a library of their own, name it in the
/// second place, `flock::replay_tests!("tests/histories", my_flocks);`; in a program that is all in
/// `src/main.rs` write it there, below `#[cfg(test)]`. Values that were recorded encrypted are opened by
/// the keys of `[codec]` in `flock.toml`.
#[cfg(feature = "temporal")]
#[macro_export]
macro_rules! replay_tests {
    ($folder:literal $(, $crates:ident)* $(,)?) => {
        $(use $crates as _;)*

        #[test]
        fn golden_histories() {
            let folder = ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", $folder);
            if let ::core::result::Result::Err(failed) = $crate::replay::golden(folder) {
                ::core::panic!("{failed}");
            }
        }
    };
}

/// Asks for the feature `temporal`.
#[cfg(not(feature = "temporal"))]
#[macro_export]
macro_rules! replay_tests {
    ($($folder:tt)*) => {
        $crate::__needs_feature!("replay_tests", "temporal");
    };
}
