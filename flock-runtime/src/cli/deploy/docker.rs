//! `deploy docker`: an image of the program.

use super::{facts::Facts, files::File, render::render};
use crate::cli::exit::Fault;

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let dockerfile = include_str!("docker/templates/Dockerfile.jinja");
    // It belongs to this Dockerfile alone: the project's own stays as it is.
    let ignored = include_str!("docker/templates/Dockerfile.dockerignore");
    Ok(vec![
        File::new("Dockerfile", render("Dockerfile", dockerfile, facts)?),
        File::new("Dockerfile.dockerignore", ignored.to_owned()),
    ])
}
