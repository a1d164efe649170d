/// You are a meticulous researcher.
/// Cite every source.
///
/// Say nothing else.
pub struct Researcher;
/// What agent `Researcher` takes.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::flock::__private::serde::Serialize,
    ::flock::__private::serde::Deserialize,
    ::flock::__private::schemars::JsonSchema,
)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
pub struct ResearcherInput {
    /// The topic to research
    pub topic: String,
    /// The input `depth`.
    #[serde(default = "ResearcherInput::default_depth")]
    pub depth: u8,
}
const _: () = {
    #[automatically_derived]
    impl ResearcherInput {
        fn default_depth() -> u8 {
            2
        }
    }
    #[automatically_derived]
    impl ::flock::__private::FlockType for ResearcherInput {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field {
                    name: "topic",
                    ty: "String",
                    description: "The topic to research",
                    optional: false,
                },
                ::flock::__private::Field {
                    name: "depth",
                    ty: "u8",
                    description: "",
                    optional: true,
                },
            ],
        );
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
#[derive(
    ::flock::__private::serde::Serialize,
    ::flock::__private::serde::Deserialize,
    ::flock::__private::schemars::JsonSchema,
)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
pub struct ResearcherOutput {
    /// Research findings
    #[serde(
        serialize_with = "<Vec < Finding > as ::flock::__private::Carry>::write",
        deserialize_with = "<Vec < Finding > as ::flock::__private::Carry>::read"
    )]
    #[schemars(schema_with = "ResearcherOutput::schema_findings")]
    pub findings: Vec<Finding>,
}
const _: () = {
    #[automatically_derived]
    impl ResearcherOutput {
        fn schema_findings(
            generator: &mut ::flock::__private::schemars::SchemaGenerator,
        ) -> ::flock::__private::schemars::Schema {
            <Vec<Finding> as ::flock::__private::Carry>::schema(generator)
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for ResearcherOutput {
        fn clone(&self) -> Self {
            Self {
                findings: <Vec<
                    Finding,
                > as ::flock::__private::Carry>::copy(&self.findings),
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for ResearcherOutput {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("ResearcherOutput")
                .field(
                    "findings",
                    <Vec<Finding> as ::flock::__private::Carry>::shown(&self.findings),
                )
                .finish()
        }
    }
    #[automatically_derived]
    impl ::flock::__private::FlockType for ResearcherOutput {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(
            &[
                ::flock::__private::Field {
                    name: "findings",
                    ty: "Vec<Finding>",
                    description: "Research findings",
                    optional: false,
                },
            ],
        );
    }
    #[automatically_derived]
    impl ::core::convert::From<Vec<Finding>> for ResearcherOutput {
        fn from(value: Vec<Finding>) -> Self {
            Self { findings: value }
        }
    }
};
const _: () = {
    #[diagnostic::do_not_recommend]
    #[automatically_derived]
    impl ::flock::__private::Agent for Researcher {
        const NAME: &'static str = "researcher";
        #[allow(clippy::needless_update)]
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor {
            name: Self::NAME,
            rust_name: "Researcher",
            description: "You are a meticulous researcher. Cite every source.",
            kind: ::flock::__private::AgentKind::Model(::flock::__private::ModelOptions {
                instructions: "You are a meticulous researcher.\nCite every source.\n\nSay nothing else.",
                model: ::core::option::Option::Some("openai/gpt-4o"),
                temperature: ::core::option::Option::None,
                max_tokens: ::core::option::Option::None,
            }),
            inputs: ::flock::__private::fields(
                ::flock::__private::input_shape::<Self>(),
                &[],
            ),
            outputs: ::flock::__private::fields(
                ::flock::__private::output_shape::<Self>(),
                &[],
            ),
            options: ::flock::__private::AgentOptions {
                timeout: ::core::option::Option::Some(
                    ::core::time::Duration::from_millis(60000u64),
                ),
                retry: ::flock::__private::RetryOptions {
                    max_attempts: ::core::option::Option::Some(4u32),
                    ..::flock::__private::RetryOptions::NONE
                },
                ..::flock::__private::AgentOptions::NONE
            },
            hand_off: ::flock::__private::HandOffDescriptor {
                rule: ::flock::__private::HandOffRule::Fixed,
                among: &[<summarizer as ::flock::__private::Agent>::NAME],
                way_back: ::core::option::Option::None,
            },
            location: ::flock::__private::Location {
                file: ::core::file!(),
                line: ::core::line!(),
            },
        };
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
    ::flock::__private::inventory::submit! {
        ::flock::__private::AgentEntry::of:: < Researcher > ()
    }
};
