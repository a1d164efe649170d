//! `[deploy]`: what the command `deploy` cannot know of the program.

use std::{collections::BTreeMap, num::NonZeroU32};

use super::{
    Size,
    frame::{Number, Said, section},
};

section! {
    /// The section `[deploy]` of `flock.toml`: where workers are to run, and how large.
    ///
    /// ```toml
    /// [deploy]
    /// image = "registry.example.com/shop:1.4"
    /// namespace = "shop"
    /// memory = "512 MiB"
    ///
    /// [deploy.queues.high]         # a task queue, or those of a pool
    /// cpu = 2
    /// min_replicas = 3
    /// ```
    pub struct DeploySection {
        /// The image of the program's containers, with its registry and tag.
        pub image: Option<String> = "the program's name, and `:latest`",
        /// The namespace in Kubernetes.
        pub namespace: Option<String> = "the program's name",
        /// The same for the workers of one task queue, or of those of a pool.
        pub queues: BTreeMap<String, ScaleSection>,
    }
    with {
        /// How large the workers of each task queue are, and how many there are of them.
        pub scale: ScaleSection,
    }
}

section! {
    /// How large a worker is, and how many there are of it.
    pub struct ScaleSection {
        /// Processors of one worker.
        pub cpu: Option<f64> as Option<Number<0, 0>> = "0.5; of the pool `high` 1, of `background` and `scheduled` 0.25",
        /// Memory of one worker.
        pub memory: Option<Size> = "`\"512 MiB\"`; of the pool `high` `\"1 GiB\"`, of `background` and `scheduled` `\"256 MiB\"`",
        /// The fewest workers; 0 needs a scaler that starts the first.
        pub min_replicas: Option<u32> = "1; of the pool `high` 2",
        /// The most workers that a scaler may start.
        pub max_replicas: Option<NonZeroU32> = "10; of the pool `high` 20, of `background` 5, of `scheduled` 2",
    }
}

impl DeploySection {
    fn check(&self, said: &mut Said<'_>) {
        if self.image.as_deref().is_some_and(|image| !is_image(image)) {
            said.at(
                "image",
                "`image` is no name of an image, such as \"registry.example.com/shop:1.4\"",
            );
        }
        if self
            .namespace
            .as_deref()
            .is_some_and(|name| !is_label(name))
        {
            said.at(
                "namespace",
                "`namespace` is no name in Kubernetes: it takes 1 to 63 small letters, digits and `-`, with a letter or digit at each end",
            );
        }
        self.scale.check(said);
    }
}

impl ScaleSection {
    /// The least processors and memory that a limit may give: a thousandth, and what a process needs to begin.
    const LEAST: (f64, Size) = (0.001, Size::bytes(16 << 20));

    fn check(&self, said: &mut Said<'_>) {
        if self
            .cpu
            .is_some_and(|cpu| !(cpu >= Self::LEAST.0 && cpu.is_finite()))
        {
            said.at(
                "cpu",
                "`cpu` takes a number of processors of at least 0.001, such as 0.5",
            );
        }
        if self.memory.is_some_and(|memory| memory < Self::LEAST.1) {
            said.at(
                "memory",
                "`memory` takes at least \"16 MiB\": a worker does not begin with less",
            );
        }
        let most = self.max_replicas.map(NonZeroU32::get);
        if self
            .min_replicas
            .zip(most)
            .is_some_and(|(least, most)| least > most)
        {
            said.at("min_replicas", "`min_replicas` is above `max_replicas`");
        }
    }
}

/// Whether it may stand where an image is named: what is behind it decides the rest.
pub(crate) fn is_image(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    let begins = name
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphanumeric());
    begins && name.chars().all(is_fine)
}

/// Whether it is a label of a DNS name (RFC 1123), as most names in Kubernetes are.
pub(crate) fn is_label(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ends = |name: &str| name.starts_with('-') || name.ends_with('-');
    (1..=63).contains(&name.len()) && name.chars().all(is_fine) && !ends(name)
}
