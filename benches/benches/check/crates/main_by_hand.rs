/// What a critic says.
#[derive(
    Debug,
    Clone,
    flock::__private::serde::Serialize,
    flock::__private::serde::Deserialize,
    flock::__private::schemars::JsonSchema,
)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Verdict {
    /// Out of ten.
    pub score: u8,
    /// In a line.
    pub reason: Option<String>,
}

impl flock::FlockType for Verdict {
    const SHAPE: flock::Shape = flock::Shape::Fields(&[
        flock::Field::new("score", "u8").description("Out of ten."),
        flock::Field::new("reason", "Option<String>")
            .description("In a line.")
            .optional(true),
    ]);
}
