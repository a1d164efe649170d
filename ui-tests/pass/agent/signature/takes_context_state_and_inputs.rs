//! In that order, each of them or none, and inputs under any name and pattern that is one.
#![deny(warnings)]

use flock::{Agent, prelude::*};

#[agent]
async fn all(ctx: AgentContext, State(count): State<u8>, text: String) -> Result<String> {
    Ok(format!("{} {count} {text}", ctx.agent()))
}

#[agent]
async fn state_alone(count: State<u8>) -> Result<u8> {
    Ok(*count)
}

#[agent]
async fn several_states(count: State<u8>, name: State<String>) -> Result<String> {
    Ok(format!("{} {}", *count, *name))
}

#[agent]
async fn changed(mut text: String, r#type: String, _unused: u8) -> Result<String> {
    text.push_str(&r#type);
    Ok(text)
}

fn names<A: Agent>() -> Vec<&'static str> {
    A::DESCRIPTOR
        .inputs
        .iter()
        .map(|field| field.name)
        .collect()
}

pub(crate) fn main() {
    assert_eq!(names::<all>(), ["text"]);
    assert!(names::<state_alone>().is_empty());
    assert_eq!(several_states::STATE.len(), 2);
    assert_eq!(names::<changed>(), ["text", "type", "_unused"]);
}
