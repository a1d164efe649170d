#[allow(clippy::items_after_statements)]
/// Books a table.
///
/// Ask for another day when there is none.
pub async fn book_table(
    ctx: AgentContext,
    State(desk): State<Desk>,
    seats: u8,
    day: Option<String>,
) -> Result<Booking> {
    ::flock::__private::InAttempt::of_tool(
            "book_table",
            "ctx.run::<book_table>((seats, day)).await?",
        )
        .await;
    desk.book(ctx, seats, day)
}
/// The tool `book_table`, as a type.
#[allow(non_camel_case_types, clippy::exhaustive_enums)]
pub enum book_table {}
/// What tool `book_table` takes.
#[allow(clippy::exhaustive_structs)]
pub struct BookTableInput {
    /// Of how many
    pub seats: u8,
    /// The input `day`.
    pub day: Option<String>,
}
const _: () = {
    ::flock::__private::carried! {
        BookTableInput, "What tool `book_table` takes.", "input", [("seats", "u8",
        "Of how many", false), ("day", "Option<String>", "", ::flock::__private::Asked::
        < Option < String > > ::OPTIONAL)], (< u8 as ::flock::__private::Carry >
        ::CARRIER, < Option < String > as ::flock::__private::Carry > ::CARRIER), | it :
        & Self | (& it.seats, & it.day), | (v0, v1) | Self { seats : v0, day : v1 },
    }
    #[automatically_derived]
    impl ::core::convert::From<(u8, Option<String>)> for BookTableInput {
        fn from(value: (u8, Option<String>)) -> Self {
            Self {
                seats: value.0,
                day: value.1,
            }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for book_table {
        const NAME: &'static str = "book_table";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor::new(
                Self::NAME,
                "book_table",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .description("Books a table.\n\nAsk for another day when there is none.")
            .tool(::flock::__private::ToolOptions::NONE.max_result(4096u32))
            .inputs(
                ::flock::__private::fields(
                    ::flock::__private::input_shape::<Self>(),
                    &[],
                ),
            )
            .outputs(
                ::flock::__private::fields(
                    ::flock::__private::output_shape::<Self>(),
                    const { &[::flock::__private::Field::new(Self::NAME, "Booking")] },
                ),
            )
            .options(
                ::flock::__private::AgentOptions::NONE
                    .timeout(::core::time::Duration::from_millis(60000u64)),
            )
            .effects(
                ::flock::__private::EffectOptions::NONE
                    .effect(::flock::__private::Effect::Write)
                    .needs_approval(true),
            );
        const STATE: &'static [::flock::__private::StateKey] = &[
            ::flock::__private::state_key::<Desk>,
        ];
        type Input = BookTableInput;
        type Output = Booking;
        type HandOff = ::flock::__private::End<Self>;
        fn execute(
            context: ::flock::__private::AgentContext,
            input: BookTableInput,
        ) -> ::flock::__private::SendFuture<
            'static,
            ::flock::__private::Result<Booking>,
        > {
            let state_1 = match context.state::<Desk>() {
                ::core::result::Result::Ok(state) => state,
                ::core::result::Result::Err(error) => {
                    return ::std::boxed::Box::pin(
                        ::core::future::ready(::core::result::Result::Err(error)),
                    );
                }
            };
            ::flock::__private::call(
                book_table(context, state_1, input.seats, input.day),
            )
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for book_table {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::agent::<
            Self,
        >();
    }
    ::flock::__private::inventory::submit! {
        ::flock::__private::AgentEntry::of:: < book_table > ()
    }
};
