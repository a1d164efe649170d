//! Wherever an item can stand, and whatever it is called.
#![deny(warnings)]
#![allow(clippy::non_minimal_cfg)]

use flock::{Agent, Flock, FlockType, Shape, prelude::*};

mod outer {
    pub(crate) mod inner {
        /// Deep within.
        #[flock::agent(hand_off = super::sibling)]
        pub(in crate::anywhere::outer) struct Deep;

        pub(super) fn name() -> &'static str {
            <Deep as flock::Agent>::NAME
        }
    }

    #[flock::agent(output = "text")]
    async fn sibling(said: Option<String>) -> flock::Result<String> {
        Ok(said.unwrap_or_default())
    }

    #[flock::flock(start = self::inner::Deep)]
    struct Within;

    pub(crate) fn names() -> [&'static str; 2] {
        [inner::name(), <Within as flock::Flock>::NAME]
    }
}

fn in_a_body() -> [&'static str; 3] {
    #[flock_type]
    #[derive(Debug, Clone)]
    struct Local {
        value: u8,
    }

    /// Local.
    #[agent(input(local: Local, times: u8 = 2), output(value: u8), hand_off(choose, among = [Asked]))]
    async fn local(local: Local, times: u8) -> Result<u8> {
        Ok(local.value * times)
    }

    fn choose(output: &LocalOutput) -> Next {
        match output.value {
            0 => Next::end(),
            _ => Next::to::<Asked>(),
        }
    }

    /// Asked.
    #[agent(input = "value: u8", output = "reply")]
    struct Asked;

    #[flock(start = local, input(local: Local))]
    struct Follows;

    #[flock]
    async fn coded(ctx: FlockContext) -> Result<u8> {
        ctx.run::<local>((Local { value: 1 }, 2))
            .await
            .map(|output| output.value)
    }

    let _ = coded::DESCRIPTOR;
    [local::NAME, Asked::NAME, Follows::NAME]
}

#[agent(output(r#type: String, r#fn: u8), hand_off = r#match)]
async fn r#loop(r#struct: String, r#in: u8) -> Result<(String, u8)> {
    Ok((r#struct, r#in))
}

#[agent(input = "r#type: String", output = "r#else: u8 | Raw")]
async fn r#match(r#type: String) -> Result<u8> {
    Ok(u8::try_from(r#type.len())?)
}

#[flock(start = r#loop)]
struct Raw;

/// Über.
#[agent(output(größe: u8), hand_off = 会社)]
async fn größe(naïve: String) -> Result<u8> {
    Ok(u8::try_from(naïve.len())?)
}

#[agent(input = "größe: u8 | wie groß, ungefähr", output = "数: u8")]
async fn 会社(größe: u8) -> Result<u8> {
    Ok(größe)
}

#[flock(start = größe)]
struct Ünicode;

#[cfg_attr(all(), agent(output = "text"))]
async fn by_cfg_attr(text: String) -> Result<String> {
    Ok(text)
}

#[agent(output = "said")]
#[cfg_attr(all(), doc = "Documented.")]
async fn attributed(text: String) -> Result<String> {
    Ok(text)
}

#[flock_type]
struct Sometimes {
    always: u8,
    #[cfg(any())]
    never: NoSuchType,
    #[cfg(all())]
    also: u8,
}

fn fields<T: FlockType>() -> Vec<&'static str> {
    match T::SHAPE {
        Shape::Fields(fields) => fields.iter().map(|field| field.name).collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn main() {
    assert_eq!(outer::names(), ["deep", "within"]);
    assert_eq!(in_a_body(), ["local", "asked", "follows"]);
    assert_eq!((r#loop::NAME, Raw::NAME), ("loop", "raw"));
    assert_eq!(fields::<LoopInput>(), ["struct", "in"]);
    assert_eq!(fields::<LoopOutput>(), ["type", "fn"]);
    assert_eq!(fields::<MatchOutput>(), ["else"]);
    assert_eq!((größe::NAME, Ünicode::DESCRIPTOR.graph.len()), ("größe", 1));
    assert_eq!(fields::<GrößeOutput>(), ["größe"]);
    assert_eq!(by_cfg_attr::NAME, "by_cfg_attr");
    assert_eq!(attributed::DESCRIPTOR.description, "Documented.");
    let _ = 会社::DESCRIPTOR;

    let Ok(Sometimes { always, also }) = serde_json::from_str(r#"{"always": 1, "also": 2}"#) else {
        panic!()
    };
    assert_eq!((always, also), (1, 2));
    assert_eq!(fields::<Sometimes>(), ["always", "also"]);
}
