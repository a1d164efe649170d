/// You are a meticulous researcher.
/// Cite every source.
///
/// Say nothing else.
pub struct Researcher;
/// What agent `Researcher` takes.
#[allow(clippy::exhaustive_structs)]
pub struct ResearcherInput {
    /// The topic to research
    pub topic: String,
    /// The input `depth`.
    pub depth: u8,
}
const _: () = {
    ::flock::__private::carried! {
        ResearcherInput, "What agent `Researcher` takes.", "input", [("topic", "String",
        "The topic to research", false), ("depth", "u8", "", true)], (< String as
        ::flock::__private::Carry > ::CARRIER, < u8 as ::flock::__private::Carry >
        ::CARRIER.or(|| -> u8 { 2 })), | it : & Self | (& it.topic, & it.depth), | (v0,
        v1) | Self { topic : v0, depth : v1 },
    }
    #[automatically_derived]
    impl ::core::convert::From<(String, u8)> for ResearcherInput {
        fn from(value: (String, u8)) -> Self {
            Self {
                topic: value.0,
                depth: value.1,
            }
        }
    }
};
/// What agent `Researcher` gives.
#[allow(clippy::exhaustive_structs)]
pub struct ResearcherOutput {
    /// Research findings
    pub findings: Vec<Finding>,
}
const _: () = {
    ::flock::__private::carried! {
        ResearcherOutput, "What agent `Researcher` gives.", "output", [("findings",
        "Vec<Finding>", "Research findings", false)], < Vec < Finding > as
        ::flock::__private::Carry > ::CARRIER, | it : & Self | & it.findings, | v0 | Self
        { findings : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<Vec<Finding>> for ResearcherOutput {
        fn from(value: Vec<Finding>) -> Self {
            Self { findings: value }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for Researcher {
        const NAME: &'static str = "researcher";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor::new(
                Self::NAME,
                "Researcher",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .description("You are a meticulous researcher. Cite every source.")
            .model(
                ::flock::__private::ModelOptions::NONE
                    .model(&["openai/gpt-4o"])
                    .instructions(
                        "You are a meticulous researcher.\nCite every source.\n\nSay nothing else.",
                    ),
            )
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
            .options(
                ::flock::__private::AgentOptions::NONE
                    .timeout(::core::time::Duration::from_millis(60000u64))
                    .retry(::flock::__private::RetryOptions::NONE.max_attempts(4u32)),
            )
            .hand_off(
                ::flock::__private::HandOffDescriptor::new(
                    ::flock::__private::HandOffRule::Fixed,
                    &[<summarizer as ::flock::__private::Agent>::NAME],
                ),
            );
        const TURN: ::core::option::Option<::flock::__private::Turn> = ::core::option::Option::Some(
            ::flock::__private::turn::<Self>,
        );
        type Input = ResearcherInput;
        type Output = ResearcherOutput;
        type HandOff = ::flock::__private::To<summarizer>;
        fn execute(
            context: ::flock::__private::AgentContext,
            input: ResearcherInput,
        ) -> ::flock::__private::SendFuture<
            'static,
            ::flock::__private::Result<ResearcherOutput>,
        > {
            ::flock::__private::ask::<Self>(context, input)
        }
    }
    #[automatically_derived]
    impl ::flock::__private::ModelAgent for Researcher {}
    #[automatically_derived]
    impl ::flock::__private::Tool for Researcher {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::agent::<
            Self,
        >();
    }
    ::flock::__private::inventory::submit! {
        ::flock::__private::AgentEntry::of:: < Researcher > ()
    }
};
