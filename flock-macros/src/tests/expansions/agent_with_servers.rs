/// You are a meticulous researcher.
struct Researcher;
/// What agent `Researcher` takes.
#[allow(clippy::exhaustive_structs)]
struct ResearcherInput {}
const _: () = {
    ::flock::__private::carried! {
        ResearcherInput, "What agent `Researcher` takes.", "input", [], (), | _ : & Self
        | (), | () | Self {},
    }
    #[automatically_derived]
    impl ::core::convert::From<()> for ResearcherInput {
        fn from((): ()) -> Self {
            Self {}
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
            .description("You are a meticulous researcher.")
            .model(
                ::flock::__private::ModelOptions::NONE
                    .mcp(&["files", "web"])
                    .instructions("You are a meticulous researcher.")
                    .calls_tools(true),
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
                    const { &[::flock::__private::Field::new(Self::NAME, "String")] },
                ),
            );
        const TURN: ::core::option::Option<::flock::__private::Turn> = ::core::option::Option::Some(
            ::flock::__private::turn::<Self>,
        );
        type Input = ResearcherInput;
        type Output = ::std::string::String;
        type HandOff = ::flock::__private::End<Self>;
        fn execute(
            context: ::flock::__private::AgentContext,
            input: ResearcherInput,
        ) -> ::flock::__private::SendFuture<
            'static,
            ::flock::__private::Result<::std::string::String>,
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
    ::flock::__private::needs_mcp!();
    ::flock::__private::inventory::submit! {
        ::flock::__private::AgentEntry::of:: < Researcher > ()
    }
};
