//! What the macros write, as Rust. `UPDATE_EXPECT=1 cargo test -p flock-macros` writes it anew.

mod agreed;
mod half_typed;
mod options;
mod replay;
mod roots;
mod sentences;
mod words;

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemFn};

use crate::{
    agent::agent,
    flock::flock,
    flock_type::{derive, flock_type},
    signal::signal,
};

fn shows(expected: &ExpectFile, expansion: TokenStream) {
    let file = match syn::parse2(expansion.clone()) {
        Ok(file) => file,
        Err(error) => panic!("{error}: {expansion}"),
    };
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn agent_on_a_struct() {
    let expansion = agent(
        quote! {
            input = "topic: String | The topic to research, depth: u8 = 2",
            output(/** Research findings */ findings: Vec<Finding>),
            model = "openai/gpt-4o",
            retries = 3,
            timeout = "1m",
            hand_off = summarizer,
        },
        quote! {
            /// You are a meticulous researcher.
            /// Cite every source.
            ///
            /// Say nothing else.
            pub struct Researcher;
        },
    );
    shows(&expect_file!["tests/agent_on_a_struct.rs"], expansion);
}

#[test]
fn agent_on_a_function() {
    let expansion = agent(
        quote! {
            output = "summary: String | Concise summary, words: u32",
            local,
            hand_off(route, among = [Billing, Support]),
            loop_to = Researcher,
            max_rounds = 2,
        },
        quote! {
            /// Sums up.
            async fn summarizer(
                ctx: AgentContext,
                State(pool): State<Pool>,
                /// What to sum up
                findings: String,
            ) -> Result<(String, u32)> {
                sum_up(ctx, pool, findings)
            }
        },
    );
    shows(&expect_file!["tests/agent_on_a_function.rs"], expansion);
}

#[test]
fn agent_that_takes_and_gives_nothing() {
    let item = quote! {
        pub(crate) async fn idle() -> Result<()> {
            Ok(())
        }
    };
    shows(
        &expect_file!["tests/agent_that_takes_and_gives_nothing.rs"],
        agent(quote!(), item),
    );
}

#[test]
fn flock_on_a_struct() {
    let expansion = flock(
        quote! {
            start = Researcher,
            input(topic: String),
            output(summary: String),
            task_queue = "research",
            timeout(execution = "30m", agent = "1m"),
            retry(initial = "2s", non_retryable = ["ValueError"]),
        },
        quote! {
            /// Research a topic, then sum it up.
            pub struct Research;
        },
    );
    shows(&expect_file!["tests/flock_on_a_struct.rs"], expansion);
}

#[test]
fn flock_on_a_schedule() {
    let expansion = flock(
        quote! {
            schedule = "0 9 * * MON-FRI",
            time_zone = "Europe/Vienna",
            overlap = "buffer_one",
            jitter = "5m",
        },
        quote! {
            async fn report(ctx: FlockContext, topic: Option<String>) -> Result<String> {
                written(ctx, topic).await
            }
        },
    );
    shows(&expect_file!["tests/flock_on_a_schedule.rs"], expansion);
}

#[test]
fn flock_on_a_function() {
    let expansion = flock(
        quote!(crate = elsewhere::flock),
        quote! {
            /// Compares two topics.
            async fn compare(ctx: FlockContext, left: String, right: String) -> Result<Comparison> {
                compared(ctx, left, right).await
            }
        },
    );
    shows(&expect_file!["tests/flock_on_a_function.rs"], expansion);
}

#[test]
fn flock_on_an_impl() {
    let expansion = flock(
        quote!(),
        quote! {
            /// Waits for a person.
            impl Approval {
                #[run]
                pub async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
                    waited(ctx, draft).await
                }
                /// A person said yes.
                #[signal]
                pub fn approve(&mut self, by: String) {
                    self.by = Some(by);
                }
                #[query]
                pub fn approver(&self) -> Option<String> {
                    self.by.clone()
                }
                #[update]
                pub async fn ask(ctx: FlockContext<Self>, whom: String) -> Result<bool> {
                    asked(ctx, whom).await
                }
                #[validate(ask)]
                fn knows(&self, whom: String) -> Result<()> {
                    known(&self, whom)
                }
            }
        },
    );
    shows(&expect_file!["tests/flock_on_an_impl.rs"], expansion);
}

#[test]
fn signal_on_a_struct() {
    let expansion = signal(
        quote!(),
        quote! {
            pub struct Approve {
                /// Who did.
                by: String,
            }
        },
    );
    shows(&expect_file!["tests/signal_on_a_struct.rs"], expansion);
}

#[test]
fn flock_type_on_a_struct() {
    let item = quote! {
        #[derive(Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct Ticket {
            /// In a line.
            subject_line: String,
            #[serde(rename = "prio", default)]
            priority: u8,
            #[serde(skip)]
            cache: Vec<u8>,
            due: Option<String>,
        }
    };
    shows(
        &expect_file!["tests/flock_type_on_a_struct.rs"],
        flock_type(quote!(), item),
    );
}

#[test]
fn fields_of_a_flock_type() {
    let item = quote! {
        #[flock_private(::flock::__private)]
        #[serde(rename_all = "camelCase")]
        pub struct Ticket {
            /// In a line.
            subject_line: String,
            #[serde(rename = "prio", default)]
            priority: u8,
            #[serde(skip)]
            cache: Vec<u8>,
            #[serde(skip_serializing)]
            due: Maybe<String>,
        }
    };
    shows(
        &expect_file!["tests/fields_of_a_flock_type.rs"],
        derive(item),
    );
}

#[test]
fn agent_at_fault_keeps_its_types() {
    let item = quote! {
        async fn writer(text: &str) -> Result<String> {
            Ok(text.to_owned())
        }
    };
    let expansion = agent(quote!(retrys = 3, timeout = "5 mins"), item);
    shows(
        &expect_file!["tests/agent_at_fault_keeps_its_types.rs"],
        expansion,
    );
}

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
            for macro_ in [agent, flock, flock_type, signal] {
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
fn without_ours(text: &str) -> String {
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
