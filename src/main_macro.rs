//! `flock::main!()`.

/// The worker binary's `main`: `run`, `worker`, `dev`, `describe` and the other commands for every
/// agent and flock that is linked in.
///
/// ```no_run
/// flock::main!();
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
/// ```
///
/// `--help` lists the commands and the exit codes; `run --help` and its like show examples.
#[macro_export]
macro_rules! main {
    () => {
        $crate::main!(::core::result::Result::Ok::<_, $crate::Error>);
    };
    ($setup:expr $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::cli::main(::core::option_env!("CARGO_PKG_VERSION"), $setup)
        }
    };
}
