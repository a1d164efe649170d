#[derive(
    ::flock::__private::serde::Deserialize,
    ::flock::__private::schemars::JsonSchema
)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
#[derive(::flock::__private::FlockType)]
#[flock_private(::flock::__private)]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// In a line.
    subject_line: String,
    #[serde(rename = "prio", default)]
    priority: u8,
    #[serde(skip)]
    cache: Vec<u8>,
    due: Option<String>,
}
