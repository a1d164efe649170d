#[derive(
    ::flock::__private::serde::Deserialize,
    ::flock::__private::schemars::JsonSchema
)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
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
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::FlockType for Ticket {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field {
                    name: "subjectLine",
                    ty: "String",
                    description: "In a line.",
                    optional: false,
                },
                ::flock::__private::Field {
                    name: "prio",
                    ty: "u8",
                    description: "",
                    optional: true,
                },
                ::flock::__private::Field {
                    name: "due",
                    ty: "Option<String>",
                    description: "",
                    optional: true,
                },
            ],
        );
    }
};
