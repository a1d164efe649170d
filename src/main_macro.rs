//! `flock::main!()`.

/// The worker binary's `main`: `run`, `worker`, `dev`, `describe` and the other commands for every
/// agent and flock that is linked in.
///
/// ```no_run
/// flock::main!();
/// # /* fn main: rustdoc is to put none around it */
/// ```
///
/// A setup function adds shared state and models before any command. It may be `async`:
///
/// ```no_run
/// async fn setup(builder: flock::RuntimeBuilder) -> flock::Result<flock::RuntimeBuilder> {
///     Ok(builder.state(42_u64))
/// }
///
/// flock::main!(setup);
/// # /* fn main: as above */
/// ```
///
/// Called without a command, a program whose only flock needs no input runs it; another shows its flocks
/// and a line to try.
///
/// `--help` lists the commands and the exit codes; `run --help` and its like show examples.
#[cfg(feature = "cli")]
#[macro_export]
#[allow(clippy::crate_in_macro_def, reason = "the `main` meant is the user's")]
macro_rules! main {
    () => {
        $crate::main!(::core::result::Result::Ok::<_, $crate::Error>);
    };
    (|$builder:ident| $setup:expr $(,)?) => {
        $crate::main!(
            |$builder: $crate::RuntimeBuilder| -> $crate::Result<$crate::RuntimeBuilder> { $setup }
        );
    };
    ($setup:ident $(:: $path:ident)* () $(,)?) => {
        ::core::compile_error!(::core::concat!(
            "`main!` takes the setup function itself, and calls it\nhelp: write `flock::main!(",
            ::core::stringify!($setup)
            $(, "::", ::core::stringify!($path))*,
            ");`",
        ));

        fn main() {}
    };
    ($setup:expr $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::cli::main(::core::option_env!("CARGO_PKG_VERSION"), $setup)
        }

        // Within a function it would be a second `main`, which nobody calls.
        const _: () = $crate::__private::starts(
            {
                #[allow(unused_imports)]
                use crate::*;
                &main
            },
            &main,
        );
    };
}

/// Asks for the feature `cli`.
#[cfg(not(feature = "cli"))]
#[macro_export]
macro_rules! main {
    ($($setup:tt)*) => {
        $crate::__needs_feature!("main", "cli");

        fn main() {}
    };
}

/// What a macro of another feature says.
#[doc(hidden)]
#[macro_export]
macro_rules! __needs_feature {
    ($macro:literal, $feature:literal) => {
        ::core::compile_error!(::core::concat!(
            "`flock::",
            $macro,
            "!` needs the feature `",
            $feature,
            "` of `flock-agents`\nhelp: in `Cargo.toml`, under `[dependencies]`, write `flock-agents = { …, features = [\"",
            $feature,
            "\"] }`",
        ));
    };
}
