/// Research a topic, then sum it up.
pub struct Research;
/// What flock `Research` takes.
#[allow(clippy::exhaustive_structs)]
pub struct ResearchInput {
    /// The input `topic`.
    pub topic: String,
}
const _: () = {
    ::flock::__private::carried! {
        ResearchInput, "What flock `Research` takes.", "input", [("topic", "String", "",
        false)], < String as ::flock::__private::Carry > ::CARRIER, | it : & Self | & it
        .topic, | v0 | Self { topic : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for ResearchInput {
        fn from(value: String) -> Self {
            Self { topic: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for ResearchInput {
        fn from(value: &str) -> Self {
            Self {
                topic: ::core::convert::From::from(value),
            }
        }
    }
};
/// What flock `Research` gives.
#[allow(clippy::exhaustive_structs)]
pub struct ResearchOutput {
    /// The output `summary`.
    pub summary: String,
}
const _: () = {
    ::flock::__private::carried! {
        ResearchOutput, "What flock `Research` gives.", "output", [("summary", "String",
        "", false)], < String as ::flock::__private::Carry > ::CARRIER, | it : & Self | &
        it.summary, | v0 | Self { summary : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for ResearchOutput {
        fn from(value: String) -> Self {
            Self { summary: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for ResearchOutput {
        fn from(value: &str) -> Self {
            Self {
                summary: ::core::convert::From::from(value),
            }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Flock for Research {
        const NAME: &'static str = "research";
        const DESCRIPTOR: &'static ::flock::__private::FlockDescriptor = &::flock::__private::FlockDescriptor::new(
                Self::NAME,
                "Research",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
                ),
            )
            .description("Research a topic, then sum it up.")
            .options(
                ::flock::__private::FlockOptions::NONE
                    .task_queue("research")
                    .timeout(::core::time::Duration::from_millis(1800000u64)),
            )
            .agent_defaults(
                ::flock::__private::AgentOptions::NONE
                    .timeout(::core::time::Duration::from_millis(60000u64))
                    .retry(
                        ::flock::__private::RetryOptions::NONE
                            .initial(::core::time::Duration::from_millis(2000u64))
                            .non_retryable(&["ValueError"]),
                    ),
            )
            .graph(
                &[
                    ::flock::__private::topology::Node::Agent {
                        entry: &<Researcher as ::flock::__private::Agent>::ENTRY,
                        next: <<Researcher as ::flock::__private::Agent>::HandOff as ::flock::__private::topology::Links<
                            ::flock::__private::topology::Depth,
                        >>::NODES,
                    },
                ],
            );
        type Input = ResearchInput;
        type Output = ResearchOutput;
        fn run(
            context: ::flock::__private::FlockContext,
            input: Self::Input,
        ) -> ::flock::__private::LocalFuture<
            'static,
            ::flock::__private::Result<Self::Output>,
        > {
            ::std::boxed::Box::pin(
                ::flock::__private::follow(
                    context,
                    Self::DESCRIPTOR.graph,
                    input,
                    ::flock::__private::Output::of(
                        <ResearchOutput as ::flock::__private::FlockType>::SHAPE,
                    ),
                ),
            )
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for Research {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::flock::<
            Self,
        >();
    }
    const _: () = ::flock::__private::topology::check(
        "research",
        <Research as ::flock::__private::Flock>::DESCRIPTOR.graph,
        <<Research as ::flock::__private::Flock>::Input as ::flock::__private::FlockType>::WRITTEN,
        ::core::option::Option::Some(
            <ResearchOutput as ::flock::__private::FlockType>::SHAPE,
        ),
    );
    ::flock::__private::inventory::submit! {
        ::flock::__private::FlockEntry::of:: < Research > ()
    }
};
