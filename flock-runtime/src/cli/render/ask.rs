//! A question to whoever sits at the terminal, before something is done that cannot be undone.

use std::io::{self, IsTerminal, Write};

use crate::cli::exit::{Exit, Fault};

/// Asks, and goes on where the answer is yes.
///
/// # Errors
/// The answer is no; or nobody sits at a terminal, which is wrong usage.
pub(crate) fn agreed(question: &str) -> Result<(), Fault> {
    match asked(question)? {
        Some(true) => Ok(()),
        Some(false) => Err(Fault::new(Exit::Failed, "nothing is done")),
        None => Err(Fault::usage(
            "nothing is done: nobody can be asked here, so say `--yes`",
        )),
    }
}

/// Whether the answer is yes; none where nobody sits at a terminal.
pub(crate) fn asked(question: &str) -> Result<Option<bool>, Fault> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(None);
    }
    let unheard = |error| Fault::usage(format!("the terminal cannot be asked: {error}"));
    write!(io::stderr(), "{question} [y/N] ").map_err(unheard)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(unheard)?;
    let answer = answer.trim().to_lowercase();
    Ok(Some(matches!(answer.as_str(), "y" | "yes")))
}
