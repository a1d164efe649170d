//! Whatever the user may have named `Result` or `std`, the expansion means ours.

use std::collections::BTreeSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Fields, Item};

use crate::{
    agent::agent,
    flock::flock,
    flock_type::{derive, flock_type},
    signal::signal,
    tool::tool,
};

/// What may stand without a root: words of the language and of built-in attributes, and names that
/// mean what was declared beside them.
const FREE: &str = "Self State as async automatically_derived clippy const context bool crate default \
    deprecated doc enum error false fn for hidden impl include_str input it match \
    message move mut non_camel_case_types output pub rename_all return self state static \
    str struct true type u64 u8 unused_imports use value";

/// Expansions of everything there is, from items whose own names all begin with `my`.
fn expansions() -> Vec<TokenStream> {
    let options = quote! {
        retries = 3,
        retry(initial = "1s", max = "1m", backoff = 1.5, non_retryable = ["MyError"]),
        timeout = "30s",
        schedule_to_start = "5m",
        schedule_to_close = "1h",
        heartbeat = "10s",
        priority = 1,
    };
    vec![
        agent(
            quote! {
                name = "my-agent",
                instructions = MY_PROMPT,
                model = "my/model",
                temperature = 0.5,
                max_tokens = 100,
                tools = [MyTool, my::tool],
                max_turns = 5,
                task_queue = "gpu",
                input = "my_topic | What, my_depth: u8 = 2, my_tone = \"dry\", my_thing: my::Thing",
                output(my_findings: my::List<my::Thing>, my_option: ::core::option::Option<my::T>),
                hand_off(model, among = [MyNext, my::next]),
                #options
            },
            quote! {
                /// Mine.
                #[doc = include_str!("my.md")]
                pub struct MyModel;
            },
        ),
        agent(
            quote! {
                output = "my_text, my_size: u64",
                hand_off(my::route, among = [MyNext]),
                loop_to = MyBack,
                max_rounds = 3,
                #options
            },
            quote! {
                #[deprecated]
                #[doc(hidden)]
                async fn my_function(my_ctx: my::AgentContext, my_state: State<my::Pool>, my_text: ::std::string::String) -> my::Result<my::T> {
                    my::body()
                }
            },
        ),
        tool(
            quote! {
                effect = "write",
                needs_approval,
                max_result = 100,
                timeout = "30s",
            },
            quote! {
                /// Mine.
                #[doc = include_str!("my.md")]
                pub async fn my_tool(my_ctx: my::AgentContext, my_state: State<my::Pool>, my_text: ::std::string::String) -> my::Result<my::T> {
                    my::body()
                }
            },
        ),
        tool(
            quote!(effect = "reads"),
            quote!(
                async fn my_fault(my_text: &str) {}
            ),
        ),
        agent(
            quote!(local, effect = "idempotent"),
            quote!(
                async fn my_idle() -> my::Outcome {}
            ),
        ),
        agent(
            quote!(input = my::Thing, output = my::Thing, hand_off = my::next),
            quote!(
                pub async fn my_whole(my_thing: my::Thing) -> my::Outcome {}
            ),
        ),
        // At fault.
        agent(
            quote!(input(my_list: str, my_text), output = "my: list[str]"),
            quote!(
                async fn my_fault(my_text: &str) {}
            ),
        ),
        agent(
            quote!(input(my_list: str, my_text), output = "my: list[str]"),
            quote!(
                struct MyFault;
            ),
        ),
        flock(
            quote! {
                start = my::Start,
                name = "my",
                input(my_topic: ::std::string::String),
                output = my::Thing,
                task_queue = "my",
                timeout(execution = "30m", agent = "1m"),
                run_timeout = "20m",
                task_timeout = "10s",
                retries = 1,
                version = 2,
                versioning = "pinned",
                id_reuse = "reject_duplicate",
                search_attributes(customer: Keyword),
                stream,
                agents(heartbeat = "5s", schedule_to_close = "10m", priority = 2),
            },
            quote!(
                pub struct MyFlock;
            ),
        ),
        flock(
            quote!(start = MyStart),
            quote!(
                struct MyPlain;
            ),
        ),
        flock(
            quote!(),
            quote!(
                struct MyFault;
            ),
        ),
        flock(
            quote!(output = "my_text, my_size: u64"),
            quote!(
                pub(crate) async fn my_coded(
                    my_ctx: my::FlockContext,
                    my_text: ::std::string::String,
                ) -> my::Outcome {
                }
            ),
        ),
        flock(
            quote! {
                schedule = "@daily",
                time_zone = "Etc/UTC",
                overlap = "skip",
                jitter = "5m",
                catch_up = "1h",
            },
            quote!(
                async fn my_result(_: my::FlockContext) -> my::Result<my::T> {}
            ),
        ),
        flock(
            quote!(),
            quote!(
                async fn my_fault() {}
            ),
        ),
        flock(
            quote!(
                name = "my",
                task_queue = "my",
                output = "my_text, my_size: u64"
            ),
            quote! {
                /// Mine.
                #[allow(deprecated)]
                impl MyState {
                    #[run]
                    #[deprecated]
                    pub async fn my_run(my_ctx: my::FlockContext<Self>, my_text: my::T) -> my::Outcome {}
                    #[signal(name = "my")]
                    #[deprecated]
                    pub fn my_signal(&mut self, my_text: ::std::string::String) {}
                    #[signal]
                    async fn my_wait(my_ctx: my::FlockContext<Self>) {}
                    #[query]
                    #[doc(hidden)]
                    pub fn my_query(&self, my_size: my::Size) -> my::T {}
                    #[query]
                    fn my_result(&self) -> my::Result<my::T> {}
                    #[update]
                    pub fn my_update(&mut self, my_size: u64) -> my::Result<my::T> {}
                    #[validate(my_update)]
                    #[deprecated]
                    fn my_validate(&self, my_size: u64) -> my::Result<()> {}
                    #[update(name = "my")]
                    pub async fn my_later(my_ctx: my::FlockContext<Self>) -> my::Outcome {}
                }
            },
        ),
        flock(
            quote!(),
            quote!(
                impl MyFault {
                    #[run]
                    async fn my_run(&self) -> my::Outcome {}
                    #[signal]
                    fn my_signal(&mut self, my_list: &str) {}
                }
            ),
        ),
        signal(
            quote!(name = "my"),
            quote!(
                #[deprecated]
                pub struct MySignal {
                    my_text: my::T,
                }
            ),
        ),
        flock_type(
            quote!(),
            quote! {
                #[serde(rename_all = "camelCase")]
                pub struct MyThing {
                    #[cfg(my)]
                    pub my_text: ::std::string::String,
                    #[serde(default)]
                    my_size: my::Size,
                }
            },
        ),
        derive(quote! {
            #[flock_private(::flock::__private)]
            pub struct MyThing {
                #[serde(skip_serializing)]
                pub my_text: my::Maybe<::std::string::String>,
                #[serde(skip_deserializing)]
                my_size: my::Size,
            }
        }),
        flock_type(
            quote!(),
            quote!(
                enum MyChoice {
                    MyOne,
                    MyTwo(my::T),
                }
            ),
        ),
        flock_type(
            quote!(),
            quote!(
                struct MyValue(my::T);
            ),
        ),
        flock_type(
            quote!(),
            quote!(
                struct MyFault {
                    my: &'static my::T,
                }
            ),
        ),
    ]
}

#[test]
fn all_paths_are_rooted() {
    let mut used = BTreeSet::new();
    for expansion in expansions() {
        let text = expansion.to_string();
        assert!(
            ["my_fault", "MyFault"]
                .iter()
                .any(|name| text.contains(name))
                || !text.contains("compile_error"),
            "{text}"
        );
        is_rooted(&expansion, &text, &mut used);
    }
    let left_over = FREE.split_whitespace().filter(|free| !used.contains(*free));
    let left_over: Vec<_> = left_over.collect();
    assert!(left_over.is_empty(), "in no expansion: {left_over:?}");
}

/// Looks at each word, and notes those that only the list of free words allows.
fn is_rooted(tokens: &TokenStream, whole: &str, used: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let punct = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => is_rooted(&group.stream(), whole, used),
            TokenTree::Literal(text) => in_text(&text.to_string(), whole, used),
            TokenTree::Ident(word) => {
                let word = word.to_string();
                assert!(!word.contains("temporal"), "an engine's business: {word}");
                let follows_colons = at > 1 && punct(at - 1, ':') && punct(at - 2, ':');
                let is_root = follows_colons
                    && !matches!(tokens.get(at.wrapping_sub(3)), Some(TokenTree::Ident(_)))
                    && !(at > 2 && punct(at - 3, '>'));
                if is_root {
                    assert!(
                        ["core", "flock", "std"].contains(&&*word),
                        "`::{word}` is no root of ours: {whole}"
                    );
                }
                let is_member = at > 0 && punct(at - 1, '.');
                let is_named = punct(at + 1, ':')
                    && matches!(&tokens[at + 1], TokenTree::Punct(p) if p.spacing() == Spacing::Alone);
                let is_declared = matches!(
                    at.checked_sub(1).and_then(|before| tokens.get(before)),
                    Some(TokenTree::Ident(before))
                        if ["const", "fn", "let", "type"].contains(&&*before.to_string())
                );
                let is_mine = word
                    .trim_start_matches('_')
                    .to_lowercase()
                    .starts_with("my");
                let is_attribute =
                    at == 0 && !matches!(tokens.get(1), Some(TokenTree::Punct(_)) | None);
                let is_free = FREE.split_whitespace().any(|free| free == word)
                    || word.starts_with("state_")
                    // The values of a struct's fields.
                    || word.strip_prefix('v').is_some_and(|at| at.parse::<u8>().is_ok())
                    || word == "_";
                let near: TokenStream = tokens.iter().take(at + 3).cloned().collect();
                if follows_colons || is_member || is_named || is_declared || is_mine || is_attribute
                {
                    continue;
                }
                assert!(is_free, "`{word}` has no root in {near}: {whole}");
                used.insert(word);
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// Serde and schemars take paths in texts.
fn in_text(literal: &str, whole: &str, used: &mut BTreeSet<String>) {
    let text = literal.trim_matches('"');
    // What a flock is to write is shown, and not compiled.
    let is_path = !text.starts_with("ctx.") && (text.starts_with('<') || !text.contains(' '));
    if is_path
        && text.contains("::")
        && let Ok(tokens) = text.parse()
    {
        is_rooted(&tokens, whole, used);
    }
}

#[test]
fn what_is_derived_says_so_and_what_is_public_is_documented() {
    for expansion in expansions() {
        let file: syn::File = match syn::parse2(expansion.clone()) {
            Ok(file) => file,
            Err(error) => panic!("{error}: {expansion}"),
        };
        for item in &file.items {
            documented(item);
        }
        derived(&expansion);
    }
}

fn documented(item: &Item) {
    const MINE: [&str; 7] = [
        "MyModel", "MyFlock", "MyPlain", "MyFault", "MySignal", "MyThing", "MyValue",
    ];
    let is_documented = |attrs: &[Attribute]| attrs.iter().any(|attr| attr.path().is_ident("doc"));
    match item {
        Item::Struct(item) if !MINE.iter().any(|mine| item.ident == mine) => {
            assert!(is_documented(&item.attrs), "{}", item.ident);
            let Fields::Named(fields) = &item.fields else {
                panic!("{} has named fields", item.ident);
            };
            for field in &fields.named {
                assert!(is_documented(&field.attrs), "a field of {}", item.ident);
            }
        }
        Item::Enum(item) if item.variants.is_empty() => {
            assert!(is_documented(&item.attrs), "{}", item.ident);
        }
        _ => {}
    }
}

/// Whether the `impl` is the user's.
fn is_mine(after: &[TokenTree]) -> bool {
    let [TokenTree::Ident(name), TokenTree::Group(_), ..] = after else {
        return false;
    };
    ["MyState", "MyFault"].iter().any(|mine| name == mine)
}

fn derived(tokens: &TokenStream) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => derived(&group.stream()),
            TokenTree::Ident(word) if word == "impl" && !is_mine(&tokens[at + 1..]) => {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                let before = before.map(ToString::to_string);
                assert_eq!(before.as_deref(), Some("[automatically_derived]"));
            }
            _ => {}
        }
    }
}
