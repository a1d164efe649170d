//! Agents and flocks that other macros write.
#![deny(warnings)]

use flock::{Agent, Flock, agent::AgentKind, prelude::*};

macro_rules! model {
    ($(#[$meta:meta])* $vis:vis $name:ident, $prompt:expr, $model:literal, $retries:literal, $heat:expr, $ty:ty) => {
        $(#[$meta])*
        #[agent(
            instructions = $prompt,
            model = $model,
            retries = $retries,
            temperature = $heat,
            input(given: $ty, depth: u8 = $retries),
            output(said: $ty),
            retry(non_retryable = [$model]),
        )]
        $vis struct $name;
    };
}

model!(
    /// Described here.
    pub Outer, "Do.", "a/b", 3, 0.5, String
);

macro_rules! function {
    ($doc:literal, $name:ident, $next:path, $wait:expr, $(#[$meta:meta])* $field:ident: $ty:ty => $out:ty, $body:block) => {
        #[doc = $doc]
        #[agent(timeout = $wait, hand_off = $next, output(said: $out))]
        async fn $name($(#[$meta])* $field: $ty) -> Result<$out> $body
    };
}

function!("Goes on.", goes_on, ends, "30s", /** What */ given: String => String, { Ok(given) });

macro_rules! returning {
    ($name:ident, $limit:literal, $text:literal, $ret:ty) => {
        #[agent(max_attempts = $limit, name = $text, priority = $limit)]
        async fn $name() -> $ret {
            Ok(7)
        }
    };
}

returning!(ends, 2, "the-end", Result<u8>);

macro_rules! declared {
    ($name:ident, $($option:tt)*) => {
        #[flock($($option)*)]
        struct $name;
    };
}

declared!(Declared, start = goes_on, task_queue = "q");

// Its agent's path begins in another crate, and ends here.
ui_tests::starting_with!(Elsewhere, proofreader);

macro_rules! coded {
    ($name:ident, $agent:ty, $input:expr) => {
        #[flock]
        async fn $name(ctx: FlockContext) -> Result<u8> {
            ctx.run::<$agent>($input).await
        }
    };
}

coded!(runs, ends, ());

macro_rules! choosing {
    ($($next:ident),*; $back:path; $rounds:expr) => {
        /// Chooses.
        #[agent(output = "which", hand_off(model, among = [$($next),*]), loop_to = $back, max_rounds = $rounds)]
        struct Chooses;
    };
}

choosing!(ends, Outer; goes_on; 3);

macro_rules! text {
    ($input:literal) => {
        #[agent(input = $input, output = "b")]
        /// Texts.
        struct Texts;
    };
}

text!("a: u8 | A number");

const PART: &str = "never read";

/// Begins.
#[doc = concat!("Con", "catenated.")]
#[doc = include_str!("by_macro_rules.md")]
#[agent]
struct Composed;

#[doc = include_str!("by_macro_rules.md")]
#[agent(output = "x")]
async fn included() -> Result<String> {
    Ok(PART.to_owned())
}

fn instructions<A: Agent>() -> &'static str {
    match A::DESCRIPTOR.kind {
        AgentKind::Model(model) => model.instructions,
        _ => "",
    }
}

pub(crate) fn main() {
    let outer = Outer::DESCRIPTOR;
    assert_eq!(outer.description, "Described here.");
    assert_eq!(outer.options.retry.max_attempts, Some(4));
    assert_eq!(outer.options.retry.non_retryable, Some(&["a/b"][..]));
    assert_eq!(outer.inputs[0].ty, "String");
    assert!(outer.inputs[1].optional);
    assert_eq!(instructions::<Outer>(), "Do.");
    assert_eq!(OuterInput::from((String::from("x"), 1)).given, "x");
    assert_eq!(OuterOutput::from("text").said, "text");

    let goes_on = goes_on::DESCRIPTOR;
    assert_eq!(goes_on.description, "Goes on.");
    assert_eq!(goes_on.inputs[0].description, "What");
    assert_eq!(goes_on.hand_off.among, ["the-end"]);
    assert_eq!(ends::DESCRIPTOR.options.priority, Some(2));
    assert_eq!(ends::DESCRIPTOR.outputs[0].ty, "u8");
    assert_eq!(Declared::DESCRIPTOR.task_queue(), "q");
    assert_eq!(Elsewhere::DESCRIPTOR.graph.len(), 1);
    assert_eq!(runs::NAME, "runs");
    assert_eq!(Chooses::DESCRIPTOR.hand_off.among, ["the-end", "outer"]);
    assert_eq!(Texts::DESCRIPTOR.inputs[0].description, "A number");

    assert_eq!(
        instructions::<Composed>(),
        "Begins.\nConcatenated.\nIncluded text.\n"
    );
    let _ = included::DESCRIPTOR;
}
