//! What the macros take, as rustc's own profiler tells.

use std::{fs, time::Duration};

use decodeme::EventDecoder;

use crate::{Result, crates::Crates, rustc::Rustc};

/// Time in macros, in one check.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Macros {
    pub(crate) agents: Duration,
    pub(crate) flocks: Duration,
    /// Serde's and schemars', which both crates call.
    pub(crate) derives: Duration,
}

/// Profiles one check.
pub(crate) fn macros(rustc: &Rustc, crates: &Crates) -> Result<Macros> {
    let folder = crates.path("profile");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    rustc.profiled(&folder)?;
    let file = fs::read_dir(&folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|kind| kind == "mm_profdata"))
        .ok_or("rustc has written no profile")?;
    let events = EventDecoder::new(fs::read(&file)?, Some(&file))?;
    let mut macros = Macros::default();
    for event in (0..events.num_events()).map(|event| events.decode_full_event(event)) {
        if event.label != "expand_proc_macro" {
            continue;
        }
        let took = event.duration().unwrap_or_default();
        match event.additional_data.first().map(AsRef::as_ref) {
            Some("#[agent]") => macros.agents += took,
            Some("#[flock]") => macros.flocks += took,
            Some(_) => macros.derives += took,
            None => {}
        }
    }
    Ok(macros)
}
