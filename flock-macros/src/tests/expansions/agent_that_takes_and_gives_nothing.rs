#[allow(clippy::items_after_statements)]
pub(crate) async fn idle() -> Result<()> {
    ::flock::__private::InAttempt::of("idle", "ctx.run::<idle>(()).await?").await;
    Ok(())
}
/// The agent `idle`, as a type.
#[allow(non_camel_case_types, clippy::exhaustive_enums)]
pub(crate) enum idle {}
/// What agent `idle` takes.
#[allow(clippy::exhaustive_structs)]
pub(crate) struct IdleInput {}
const _: () = {
    ::flock::__private::carried! {
        IdleInput, "What agent `idle` takes.", "input", [], (), | _ : & Self | (), | () |
        Self {},
    }
    #[automatically_derived]
    impl ::core::convert::From<()> for IdleInput {
        fn from((): ()) -> Self {
            Self {}
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for idle {
        const NAME: &'static str = "idle";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor::new(
                Self::NAME,
                "idle",
                ::flock::__private::here(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::module_path!(),
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
                    const { &[::flock::__private::Field::new(Self::NAME, "()")] },
                ),
            );
        type Input = IdleInput;
        type Output = ();
        type HandOff = ::flock::__private::End<Self>;
        fn execute(
            _context: ::flock::__private::AgentContext,
            _input: IdleInput,
        ) -> ::flock::__private::SendFuture<'static, ::flock::__private::Result<()>> {
            ::flock::__private::call(idle())
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for idle {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::agent::<
            Self,
        >();
    }
    ::flock::__private::inventory::submit! {
        ::flock::__private::AgentEntry::of:: < idle > ()
    }
};
