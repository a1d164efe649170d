#[allow(clippy::items_after_statements)]
async fn writer(text: &str) -> Result<String> {
    ::flock::__private::InAttempt::of("writer", "ctx.run::<writer>(text).await?").await;
    Ok(text.to_owned())
}
/// The agent `writer`, as a type.
#[allow(non_camel_case_types, clippy::exhaustive_enums)]
enum writer {}
/// What agent `writer` takes.
#[allow(clippy::exhaustive_structs)]
struct WriterInput {
    /// The input `text`.
    text: ::std::string::String,
}
const _: () = {
    ::flock::__private::carried! {
        WriterInput, "What agent `writer` takes.", "input", [("text", "String", "",
        false)], < ::std::string::String as ::flock::__private::Carry > ::CARRIER, | it :
        & Self | & it.text, | v0 | Self { text : v0 },
    }
    #[automatically_derived]
    impl ::core::convert::From<::std::string::String> for WriterInput {
        fn from(value: ::std::string::String) -> Self {
            Self { text: value }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<&str> for WriterInput {
        fn from(value: &str) -> Self {
            Self {
                text: ::core::convert::From::from(value),
            }
        }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for writer {
        const NAME: &'static str = "writer";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor::new(
                Self::NAME,
                "writer",
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
                    const { &[::flock::__private::Field::new(Self::NAME, "String")] },
                ),
            );
        const SOUND: bool = false;
        type Input = WriterInput;
        type Output = String;
        type HandOff = ::flock::__private::End<Self>;
        fn execute(
            _context: ::flock::__private::AgentContext,
            _input: WriterInput,
        ) -> ::flock::__private::SendFuture<
            'static,
            ::flock::__private::Result<String>,
        > {
            ::core::panic!()
        }
    }
    #[automatically_derived]
    impl ::flock::__private::Tool for writer {
        const TOOL: ::flock::__private::ToolEntry = ::flock::__private::ToolEntry::agent::<
            Self,
        >();
    }
};
::core::compile_error! {
    "unknown option `retrys`\nhelp: did you mean `retry` or `retries`? the options are `name`, `instructions`, `template`, `model`, `temperature`, `max_tokens`, `stop`, `seed`, `reasoning`, `tools`, `mcp`, `max_turns`, `loop`, `budget`, `input`, `output`, `effect`, `needs_approval`, `retries`, `max_attempts`, `retry`, `lost_workers`, `timeout`, `schedule_to_start`, `schedule_to_close`, `heartbeat`, `task_queue`, `pool`, `priority`, `local`, `hand_off`, `loop_to`, `max_rounds`, `crate`"
}
::core::compile_error! {
    "`\"5 mins\"` is not a duration\nhelp: write `\"5m\"`"
}
::core::compile_error! {
    "`&str` is borrowed, but what travels to a worker is owned\nhelp: write `String`"
}
