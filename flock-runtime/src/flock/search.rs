//! The search attributes of a run: those that every run has, and those that its flock declares.

use super::{FlockDescriptor, memo::ENTRY};
use crate::{
    agent::topology::Node,
    agreed::SEARCH_ATTRIBUTES,
    declare::search::{SearchAttribute, SearchKind, SearchValue, size},
    error::{Error, Result},
};

/// The flock's name, on every run.
pub(crate) const FLOCK: &str = SEARCH_ATTRIBUTES[0];
/// A declared flock's first agent.
pub(crate) const START_AGENT: &str = SEARCH_ATTRIBUTES[1];
/// What ties the runs of one conversation together.
pub(crate) const SESSION: &str = SEARCH_ATTRIBUTES[2];

/// By what every run is found, its values given.
pub(crate) fn built_in<'a>(
    flock: &FlockDescriptor,
    session: Option<&'a str>,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    let first = flock.graph.iter().find_map(|node| match node {
        Node::Agent { entry, .. } => Some(entry.descriptor.name),
        _ => None,
    });
    let values = [
        (FLOCK, Some(flock.name)),
        (START_AGENT, first),
        (SESSION, session),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
}

/// As many bytes of JSON a server takes; the workflow task with a larger value it refuses, for ever.
const LARGEST: usize = 2 * 1024;

/// And as many of all of a run's, where it takes 40 KiB.
const ALL: usize = 40 * 1024 - 512;

/// The declared attribute `name`.
///
/// # Errors
/// `NotFound` when the flock declares none of this name.
pub(crate) fn declared(flock: &FlockDescriptor, name: &str) -> Result<&'static SearchAttribute> {
    let known = flock.options.search_attributes;
    let found = known.iter().find(|attribute| attribute.name == name);
    found.ok_or_else(|| {
        let message = format!(
            "flock `{}` declares no search attribute `{name}`: add \
             `search_attributes({name}: Keyword)` to its `#[flock]`, and workers create it on the server",
            flock.name
        );
        Error::not_found(message).with_type("SearchAttributeNotFound")
    })
}

/// The declared attribute `name`, and `value` as a server reads it.
///
/// # Errors
/// As [`declared`]; `Invalid` when the attribute's kind is another, or the value too large.
pub(crate) fn checked(
    flock: &FlockDescriptor,
    name: &str,
    value: &SearchValue,
) -> Result<(&'static SearchAttribute, SearchValue)> {
    let attribute = declared(flock, name)?;
    if size(value) > LARGEST {
        let message = format!(
            "search attribute `{name}` is {} bytes, and a server takes {LARGEST}: keep it in the memo",
            size(value)
        );
        return Err(Error::invalid(message).with_type("TooLarge"));
    }
    let Some(taken) = attribute.kind.takes(value) else {
        let kind = attribute.kind.as_str();
        let value = serde_json::to_string(value).unwrap_or_else(|_| format!("{value:?}"));
        let how = match attribute.kind {
            SearchKind::Datetime => ": write a time as `2026-02-28T12:00:00Z`",
            _ => "",
        };
        let message =
            format!("search attribute `{name}` is declared as {kind}, which {value} is not{how}");
        return Err(Error::invalid(message).with_type("SearchAttributeType"));
    };
    Ok((attribute, taken))
}

/// Whether `value` fits beside the other search attributes of a run.
///
/// # Errors
/// `Invalid` of type `TooLarge`.
pub(crate) fn fits(name: &str, value: &SearchValue, others: usize) -> Result<()> {
    let bytes = size(value);
    if others + name.len() + bytes + ENTRY <= ALL {
        return Ok(());
    }
    let message = format!(
        "search attribute `{name}` is {bytes} bytes beside the {others} of the others, and a server takes {ALL} of a run: keep what is not searched for in the memo"
    );
    Err(Error::invalid(message).with_type("TooLarge"))
}

#[cfg(test)]
mod tests {
    use super::{ENTRY, LARGEST, fits};
    use crate::declare::search::SearchValue;

    /// A dev server has columns for 33 of them, which are less in all: no run of the suite gets there.
    #[test]
    fn a_run_takes_forty_kilobytes_of_them() {
        let value = SearchValue::from("x".repeat(LARGEST - 2));
        let entry = "note_00".len() + LARGEST + ENTRY;
        let taken = (0..100).take_while(|held| fits("note_00", &value, held * entry).is_ok());
        assert_eq!(taken.count(), 19);

        let refused = fits("note_19", &value, 19 * entry).unwrap_err();
        assert_eq!(refused.type_name(), "TooLarge");
        assert_eq!(
            refused.to_string(),
            "search attribute `note_19` is 2048 bytes beside the 40261 of the others, and a server takes 40448 of a run: keep what is not searched for in the memo"
        );
    }
}
