//! The token that others have to show who ask what this program serves.

use crate::cli::exit::Fault;

/// The token in the variable `name`.
pub(super) fn in_variable(name: &str) -> Result<String, Fault> {
    let token = std::env::var(name).unwrap_or_default();
    match token.trim() {
        "" => Err(Fault::usage(format!(
            "the variable {name} has no token: set it, such as to what `openssl rand -hex 32` gives"
        ))),
        token => Ok(token.to_owned()),
    }
}
