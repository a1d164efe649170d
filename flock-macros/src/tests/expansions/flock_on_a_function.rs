#[allow(clippy::future_not_send, clippy::unused_async)]
/// Compares two topics.
async fn compare(ctx: FlockContext, left: String, right: String) -> Result<Comparison> {
    compared(ctx, left, right).await
}
/// The flock `compare`, as a type.
#[allow(non_camel_case_types, clippy::exhaustive_enums)]
enum compare {}
/// What flock `compare` takes.
#[allow(clippy::exhaustive_structs)]
struct CompareInput {
    /// The input `left`.
    left: String,
    /// The input `right`.
    right: String,
}
const _: () = {
    elsewhere::flock::__private::carried! {
        CompareInput, "What flock `compare` takes.", "input", [("left", "String", "",
        false), ("right", "String", "", false)], (< String as
        elsewhere::flock::__private::Carry > ::CARRIER, < String as
        elsewhere::flock::__private::Carry > ::CARRIER), | it : & Self | (& it.left, & it
        .right), | (v0, v1) | Self { left : v0, right : v1 },
    }
    #[automatically_derived]
    impl ::core::convert::From<(String, String)> for CompareInput {
        fn from(value: (String, String)) -> Self {
            Self {
                left: value.0,
                right: value.1,
            }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl elsewhere::flock::__private::Flock for compare {
        const NAME: &'static str = "compare";
        const DESCRIPTOR: &'static elsewhere::flock::__private::FlockDescriptor = &elsewhere::flock::__private::FlockDescriptor::new(
                Self::NAME,
                "compare",
                elsewhere::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .description("Compares two topics.");
        type Input = CompareInput;
        type Output = Comparison;
        fn run(
            context: elsewhere::flock::__private::FlockContext,
            input: Self::Input,
        ) -> elsewhere::flock::__private::LocalFuture<
            'static,
            elsewhere::flock::__private::Result<Self::Output>,
        > {
            elsewhere::flock::__private::orchestrate(
                compare(context, input.left, input.right),
            )
        }
    }
    #[automatically_derived]
    impl elsewhere::flock::__private::Tool for compare {
        const TOOL: elsewhere::flock::__private::ToolEntry = elsewhere::flock::__private::ToolEntry::flock::<
            Self,
        >();
    }
    elsewhere::flock::__private::inventory::submit! {
        elsewhere::flock::__private::FlockEntry::of:: < compare > ()
    }
};
