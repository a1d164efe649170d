#[allow(clippy::items_after_statements)]
/// Sums up.
async fn summarizer(
    ctx: AgentContext,
    State(pool): State<Pool>,
    findings: String,
) -> Result<(String, u32)> {
    ::flock::__private::InAttempt::of(
            "summarizer",
            "ctx.run::<summarizer>(findings).await?",
        )
        .await;
    sum_up(ctx, pool, findings)
}
/// The agent `summarizer`, as a type.
#[allow(non_camel_case_types, clippy::exhaustive_enums)]
enum summarizer {}
/// What agent `summarizer` takes.
#[allow(clippy::exhaustive_structs)]
struct SummarizerInput {
    /// What to sum up
    findings: String,
}
const _: () = {
    ::flock::__private::carried! {
        SummarizerInput, "What agent `summarizer` takes.", "input", [("findings",
        "String", "What to sum up", false)], < String as ::flock::__private::Carry >
        ::CARRIER, | it : & Self | & it.findings, | v0 | Self { findings : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for SummarizerInput {
        fn from(value: String) -> Self {
            Self { findings: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for SummarizerInput {
        fn from(value: &str) -> Self {
            Self {
                findings: ::core::convert::From::from(value),
            }
        }
    }
};
/// What agent `summarizer` gives.
#[allow(clippy::exhaustive_structs)]
struct SummarizerOutput {
    /// Concise summary
    summary: String,
    /// The output `words`.
    words: u32,
}
const _: () = {
    ::flock::__private::carried! {
        SummarizerOutput, "What agent `summarizer` gives.", "output", [("summary",
        "String", "Concise summary", false), ("words", "u32", "", false)], (< String as
        ::flock::__private::Carry > ::CARRIER, < u32 as ::flock::__private::Carry >
        ::CARRIER), | it : & Self | (& it.summary, & it.words), | (v0, v1) | Self {
        summary : v0, words : v1 },
    }
    #[automatically_derived]
    impl ::core::convert::From<(String, u32)> for SummarizerOutput {
        fn from(value: (String, u32)) -> Self {
            Self {
                summary: value.0,
                words: value.1,
            }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for summarizer {
        const NAME: &'static str = "summarizer";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor::new(
                Self::NAME,
                "summarizer",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .description("Sums up.")
            .inputs(
                ::flock::__private::fields(
                    ::flock::__private::input_shape::<Self>(),
                    &[],
                ),
            )
            .outputs(
                ::flock::__private::fields(
                    ::flock::__private::output_shape::<Self>(),
                    &[],
                ),
            )
            .options(::flock::__private::AgentOptions::NONE.local(true))
            .hand_off(
                ::flock::__private::HandOffDescriptor::new(
                        ::flock::__private::HandOffRule::Route,
                        &[
                            <Billing as ::flock::__private::Agent>::NAME,
                            <Support as ::flock::__private::Agent>::NAME,
                        ],
                    )
                    .loop_to(
                        ::flock::__private::WayBack::to(
                                <Researcher as ::flock::__private::Agent>::NAME,
                            )
                            .max_rounds(2u32),
                    ),
            );
        const STATE: &'static [::flock::__private::StateKey] = &[
            ::flock::__private::state_key::<Pool>,
        ];
        type Input = SummarizerInput;
        type Output = SummarizerOutput;
        type HandOff = ::flock::__private::Among<(Billing, Support)>;
        fn execute(
            context: ::flock::__private::AgentContext,
            input: SummarizerInput,
        ) -> ::flock::__private::SendFuture<
            'static,
            ::flock::__private::Result<SummarizerOutput>,
        > {
            let state_1 = match context.state::<Pool>() {
                ::core::result::Result::Ok(state) => state,
                ::core::result::Result::Err(error) => {
                    return ::std::boxed::Box::pin(
                        ::core::future::ready(::core::result::Result::Err(error)),
                    );
                }
            };
            ::flock::__private::call(summarizer(context, state_1, input.findings))
        }
        fn route(output: &Self::Output) -> ::flock::__private::Next {
            ::flock::__private::route(output, route)
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for summarizer {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::agent::<
            Self,
        >();
    }
    ::flock::__private::inventory::submit! {
        ::flock::__private::AgentEntry::of:: < summarizer > ()
    }
};
