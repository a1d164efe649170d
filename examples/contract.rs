//! What the macros expand to, by hand.
#![allow(unused)]
struct Researcher;

/// What `researcher` takes.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::flock::__private::serde::Serialize, ::flock::__private::serde::Deserialize, ::flock::__private::schemars::JsonSchema)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
pub struct ResearcherInput {
    /// The topic to research
    pub topic: String,
    #[serde(default = "ResearcherInput::default_depth")]
    pub depth: u8,
}
// `const _` holds everything that needs no name of its own.
const _: () = {
    #[automatically_derived]
    impl ResearcherInput {
        fn default_depth() -> u8 { 2 }
    }
    #[automatically_derived]
    impl ::flock::__private::FlockType for ResearcherInput {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(&[
            ::flock::__private::Field { name: "topic", ty: "String", description: "The topic to research", optional: false },
            ::flock::__private::Field { name: "depth", ty: "u8", description: "", optional: true },
        ]);
    }
    #[automatically_derived]
    impl ::core::convert::From<(String, u8)> for ResearcherInput {
        fn from((topic, depth): (String, u8)) -> Self { Self { topic, depth } }
    }
};
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::flock::__private::serde::Serialize, ::flock::__private::serde::Deserialize, ::flock::__private::schemars::JsonSchema)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
pub struct ResearcherOutput { pub findings: String }
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::FlockType for ResearcherOutput {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(&[
            ::flock::__private::Field { name: "findings", ty: "String", description: "Research findings", optional: false },
        ]);
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for ResearcherOutput {
        fn from(findings: String) -> Self { Self { findings } }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for Researcher {
        const NAME: &'static str = "researcher";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor {
            name: Self::NAME,
            rust_name: "Researcher",
            description: "You are a meticulous researcher.",
            kind: ::flock::__private::AgentKind::Model(::flock::__private::ModelOptions {
                instructions: "You are a meticulous researcher. Cite every source.",
                model: ::core::option::Option::None, temperature: ::core::option::Option::None, max_tokens: ::core::option::Option::None,
            }),
            inputs: ::flock::__private::fields(<ResearcherInput as ::flock::__private::FlockType>::SHAPE, &[]),
            outputs: ::flock::__private::fields(<ResearcherOutput as ::flock::__private::FlockType>::SHAPE, &[]),
            options: ::flock::__private::AgentOptions {
                timeout: ::core::option::Option::Some(::core::time::Duration::from_millis(60_000)),
                retry: ::flock::__private::RetryOptions { max_attempts: ::core::option::Option::Some(4), ..::flock::__private::RetryOptions::NONE },
                ..::flock::__private::AgentOptions::NONE
            },
            hand_off: ::flock::__private::HandOffDescriptor {
                rule: ::flock::__private::HandOffRule::Fixed,
                among: &[<summarizer as ::flock::__private::Agent>::NAME],
                way_back: ::core::option::Option::None,
            },
            location: ::flock::__private::Location { file: ::core::file!(), line: ::core::line!() },
        };
        type Input = ResearcherInput;
        type Output = ResearcherOutput;
        type HandOff = ::flock::__private::To<summarizer>;
        fn execute(context: ::flock::__private::AgentContext, input: Self::Input) -> ::flock::__private::SendFuture<'static, ::flock::__private::Result<Self::Output>> {
            ::flock::__private::ask::<Self>(context, input)
        }
    }
    ::flock::__private::inventory::submit! { ::flock::__private::AgentEntry::of::<Researcher>() }
};

async fn summarizer(_ctx: flock::AgentContext, flock::State(_n): flock::State<u64>, findings: String) -> flock::Result<String> { Ok(findings) }
#[allow(non_camel_case_types)]
enum summarizer {}
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::flock::__private::serde::Serialize, ::flock::__private::serde::Deserialize, ::flock::__private::schemars::JsonSchema)]
#[serde(crate = "::flock::__private::serde")]
#[schemars(crate = "::flock::__private::schemars")]
struct SummarizerInput { findings: String }
const _: () = {
    impl ::flock::__private::FlockType for SummarizerInput {
        const SHAPE: ::flock::__private::Shape = ::flock::__private::Shape::Fields(&[
            ::flock::__private::Field { name: "findings", ty: "String", description: "", optional: false },
        ]);
    }
    #[automatically_derived]
    impl ::core::convert::From<String> for SummarizerInput {
        fn from(findings: String) -> Self { Self { findings } }
    }
};
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Agent for summarizer {
        const NAME: &'static str = "summarizer";
        const DESCRIPTOR: &'static ::flock::__private::AgentDescriptor = &::flock::__private::AgentDescriptor {
            name: Self::NAME,
            rust_name: "summarizer",
            description: "",
            kind: ::flock::__private::AgentKind::Function,
            inputs: ::flock::__private::fields(<SummarizerInput as ::flock::__private::FlockType>::SHAPE, &[]),
            // a whole value: one field under the agent's name
            outputs: ::flock::__private::fields(<String as ::flock::__private::FlockType>::SHAPE, &[
                ::flock::__private::Field { name: Self::NAME, ty: "String", description: "", optional: false },
            ]),
            options: ::flock::__private::AgentOptions::NONE,
            hand_off: ::flock::__private::HandOffDescriptor::END,
            location: ::flock::__private::Location { file: ::core::file!(), line: ::core::line!() },
        };
        const STATE: &'static [::flock::__private::StateKey] = &[::flock::__private::state_key::<u64>];
        type Input = SummarizerInput;
        type Output = String;
        type HandOff = ::flock::__private::End<Self>;
        fn execute(context: ::flock::__private::AgentContext, input: Self::Input) -> ::flock::__private::SendFuture<'static, ::flock::__private::Result<Self::Output>> {
            ::flock::__private::call(async move {
                let state_0 = context.state::<u64>()?;
                summarizer(context, state_0, input.findings).await
            })
        }
    }
    ::flock::__private::inventory::submit! { ::flock::__private::AgentEntry::of::<summarizer>() }
};

struct Research;
const _: () = {
    #[automatically_derived]
    impl ::flock::__private::Flock for Research {
        const NAME: &'static str = "research";
        const DESCRIPTOR: &'static ::flock::__private::FlockDescriptor = &::flock::__private::FlockDescriptor {
            name: Self::NAME,
            rust_name: "Research",
            description: "Research a topic, then sum it up.",
            options: ::flock::__private::FlockOptions {
                task_queue: ::core::option::Option::Some("research"),
                ..::flock::__private::FlockOptions::NONE
            },
            agent_defaults: ::flock::__private::AgentOptions::NONE,
            graph: <::flock::__private::To<Researcher> as ::flock::__private::topology::Links<::flock::__private::topology::Depth>>::NODES,
            location: ::flock::__private::Location { file: ::core::file!(), line: ::core::line!() },
        };
        type Input = <Researcher as ::flock::__private::Agent>::Input;
        type Output = <::flock::__private::To<Researcher> as ::flock::__private::topology::Links<::flock::__private::topology::Depth>>::Last;
        fn run(context: ::flock::__private::FlockContext, input: Self::Input) -> ::flock::__private::LocalFuture<'static, ::flock::__private::Result<Self::Output>> {
            ::std::boxed::Box::pin(::flock::__private::follow(context, Self::DESCRIPTOR.graph, input, ::flock::__private::Output::Last))
        }
    }
    const _: () = ::flock::__private::topology::check(
        "research",
        <Research as ::flock::__private::Flock>::DESCRIPTOR.graph,
        <<Research as ::flock::__private::Flock>::Input as ::flock::__private::FlockType>::SHAPE,
        ::core::option::Option::None,
    );
    ::flock::__private::inventory::submit! { ::flock::__private::FlockEntry::of::<Research>() }
};
fn main() {
    let registry = flock::registry::Registry::collect().unwrap();
    println!("{registry:#?}");
}
