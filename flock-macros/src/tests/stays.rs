//! Whatever is written, the item stays as it is.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemFn};

use crate::{agent::agent, flock::flock, flock_type::flock_type, signal::signal, tool::tool};

#[test]
fn whatever_is_written_the_item_stays() {
    let options = [
        "",
        ",",
        ",,",
        "=",
        "= 3",
        "name",
        "name =",
        "name = ,",
        "name()",
        "name[]",
        "name{}",
        "5",
        "\"text\"",
        "retries = 3;",
        "retries == 3",
        "retries = 3 4",
        "retries = -",
        "retries = 99999999999999999999",
        "input",
        "input()",
        "input = ",
        "input(:)",
        "input(a:)",
        "input(a: u8 =)",
        "input(a: u8 = 1 2)",
        "input(#[x] a: u8)",
        "input(a b c)",
        "input(, a: u8)",
        "input(a: u8,, b: u8)",
        "input = Vec<A, B>",
        "input = (u8, u8)",
        "input = <",
        "input = >",
        "output = 'c'",
        "hand_off",
        "hand_off()",
        "hand_off(,)",
        "hand_off(model)",
        "hand_off(model, among)",
        "hand_off(model, among = 3)",
        "hand_off(model, among = [])",
        "hand_off(model, among = [1])",
        "hand_off = a::",
        "hand_off = A<B>",
        "retry",
        "retry = 3",
        "retry()",
        "retry(initial)",
        "timeout()",
        "timeout = \"\"",
        "timeout(agent)",
        "crate",
        "crate =",
        "crate = \"a b\"",
        "crate = crate",
        "local = 3",
        "priority = 300",
        "start",
        "start = 3",
        "agents",
        "agents(x = 3)",
        "self = 3",
        "r#name = \"x\"",
        "a::b = 3",
        ":: = 3",
        "timeout: \"1s\"",
        "retries => 3",
        "@",
        "$x",
        "name = include_str!(\"x\")",
        "max_attempts = forever",
        "effect",
        "effect = read",
        "effect = \"reads\"",
        "effect = \"write\", local, lost_workers = 3",
        "needs_approval = 3",
        "max_result = 0",
        "tools",
        "tools()",
        "tools(a, 3)",
        "tools = []",
        "tools = [a::]",
        "tools = [a, a, Kept, Self]",
        "tools = [\"a\", b(), |c| d, e::<f>, <g as h>::i]",
        "max_turns = 3",
    ];
    let items = [
        "struct Kept;",
        "struct Kept { a: u8 }",
        "struct Kept<'a>(&'a u8);",
        "async fn kept() -> Result<()> { Ok(()) }",
        "fn kept(self: Box<Self>, ...) {}",
        "async fn kept(_: u8, (a, b): (u8, u8), c: &dyn D, d: impl E) {}",
        "async fn kept(State: State, ctx: AgentContext) -> impl Future {}",
        "enum Kept {}",
        "union Kept { a: u8 }",
        "impl Kept {}",
        "trait Kept {}",
        "mod kept {}",
        "type Kept = u8;",
        "use a as kept;",
        "fn kept();",
        "macro_rules! kept { () => {} }",
        "async fn r#kept(r#type: Option<&str>) -> Result {}",
        "pub(in a::b) struct Kept;",
    ];
    for options in options {
        for item in items {
            let tokens = |text: &str| match text.parse::<TokenStream>() {
                Ok(tokens) => tokens,
                Err(error) => panic!("{text}: {error}"),
            };
            for macro_ in [agent, tool, flock, flock_type, signal] {
                let expansion = macro_(tokens(options), tokens(item));
                let Ok(file) = syn::parse2::<syn::File>(expansion.clone()) else {
                    panic!("`{options}` on `{item}` gives {expansion}");
                };
                let Ok(item) = syn::parse2::<Item>(tokens(item)) else {
                    panic!("{item}");
                };
                assert!(
                    file.items.iter().any(|found| is(found, &item)),
                    "`{options}` on `{}` gives {expansion}",
                    quote!(#item)
                );
            }
        }
    }
}

/// The text of an expansion without the line that comes before an agent's own.
pub(super) fn without_ours(text: &str) -> String {
    const END: &str = ". await ; ";
    let ours = text.find("InAttempt").and_then(|at| {
        let start = text[..at].rfind('{')? + 2;
        let end = at + text[at..].find(END)? + END.len();
        Some((start, end))
    });
    match ours {
        Some((start, end)) => format!("{}{}", &text[..start], &text[end..]),
        None => text.to_owned(),
    }
}

/// Whether it is the user's item: of its kind and name and, if a function, with its inputs and body.
fn is(found: &Item, item: &Item) -> bool {
    let text = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string();
    match (found, item) {
        (Item::Fn(found), Item::Fn(item)) => {
            let inputs = |function: &ItemFn| -> Vec<String> {
                function
                    .sig
                    .inputs
                    .iter()
                    .map(|input| text(input))
                    .collect()
            };
            found.sig.ident == item.sig.ident
                && inputs(found) == inputs(item)
                && without_ours(&text(&found.block)) == text(&item.block)
        }
        (Item::Struct(found), Item::Struct(item)) => found.ident == item.ident,
        (Item::Enum(found), Item::Enum(item)) => found.ident == item.ident,
        (Item::Impl(found), Item::Impl(item)) => {
            found.trait_.is_none() && text(&found.self_ty) == text(&item.self_ty)
        }
        (found, item) => text(found) == text(item),
    }
}
