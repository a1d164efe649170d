//! While an attribute or a body is being written, an editor still sees the item and its types.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use syn::{Field, Item};

use super::stays::without_ours;
use crate::{agent::agent, flock::flock, tool::tool};

/// Every beginning of `tokens`, also of what is between brackets.
fn beginnings(tokens: &TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut beginnings = Vec::new();
    for at in 0..=tokens.len() {
        let before: TokenStream = tokens[..at].iter().cloned().collect();
        if let Some(TokenTree::Group(group)) = tokens.get(at) {
            for within in self::beginnings(&group.stream()) {
                let group = Group::new(group.delimiter(), within);
                beginnings.push(quote!(#before #group));
            }
        }
        beginnings.push(before);
    }
    beginnings
}

#[track_caller]
fn keeps(expansion: &TokenStream, item: &TokenStream, types: &[&str]) {
    let text = without_ours(&expansion.to_string());
    assert!(text.contains(&item.to_string()), "{item} is gone: {text}");
    for ty in types {
        assert!(text.contains(ty), "`{ty}` is gone: {text}");
    }
    assert!(
        syn::parse2::<syn::File>(expansion.clone()).is_ok(),
        "{text}"
    );
}

/// The type of a field of a struct beside the item.
fn field(expansion: &TokenStream, structure: &str, name: &str) -> Option<String> {
    let file: syn::File = syn::parse2(expansion.clone()).ok()?;
    let structure = file.items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == structure => Some(item),
        _ => None,
    });
    let is_named = |field: &&Field| field.ident.as_ref().is_some_and(|ident| ident == name);
    let ty = &structure?.fields.iter().find(is_named)?.ty;
    Some(quote!(#ty).to_string())
}

#[test]
fn attributes() {
    let options = quote! {
        name = "kept",
        input(/** What */ topic: Vec<String>, depth: u8 = 2),
        output = "text: String | What it says",
        retries = 3,
        retry(initial = "1s", non_retryable = ["ValueError"]),
        timeout = "30s",
        hand_off(route, among = [Billing, support::Desk]),
        loop_to = Other, max_rounds = 3,
        local, priority = 1, task_queue = "gpu",
        crate = ::elsewhere::flock,
    };
    let on_struct = quote!(
        pub struct Kept;
    );
    let on_function = quote!(
        async fn kept(topic: Vec<String>, depth: u8) -> Result<String> {
            Ok(topic)
        }
    );
    for options in beginnings(&options) {
        let expansion = agent(options.clone(), on_struct.clone());
        keeps(
            &expansion,
            &on_struct,
            &["pub struct KeptInput", "Agent for Kept"],
        );
        let expansion = agent(options, on_function.clone());
        keeps(&expansion, &on_function, &["enum kept", "Agent for kept"]);
        // As declared, as far as that goes; else as the function takes it.
        let topic = field(&expansion, "KeptInput", "topic");
        assert!(
            topic.is_some_and(|ty| ["Vec", "Vec < String >"].contains(&&*ty)),
            "{expansion}"
        );
    }
    let options = quote! {
        tools = [web::search, Summarizer], max_turns = 3,
        input(topic: String),
    };
    for options in beginnings(&options) {
        let expansion = agent(options, on_struct.clone());
        keeps(&expansion, &on_struct, &["Agent for Kept", "Tool for Kept"]);
    }
    let options = quote! {
        name = "kept",
        effect = "write", needs_approval, max_result = 100,
        input(/** What */ topic: Vec<String>, depth: u8 = 2),
        output = "text: String | What it says",
        timeout = "30s", crate = ::elsewhere::flock,
    };
    for options in beginnings(&options) {
        let expansion = tool(options, on_function.clone());
        let types = ["enum kept", "Agent for kept", "Tool for kept"];
        keeps(&expansion, &on_function, &types);
        let topic = field(&expansion, "KeptInput", "topic");
        assert!(
            topic.is_some_and(|ty| ["Vec", "Vec < String >"].contains(&&*ty)),
            "{expansion}"
        );
    }
    let options = quote! {
        start = first::Agent,
        input(topic: String),
        output(text: String, size: u8),
        timeout(execution = "30m", agent = "1m"),
        agents(heartbeat = "5s"),
        task_queue = "desk",
    };
    for options in beginnings(&options) {
        let expansion = flock(options, on_struct.clone());
        keeps(&expansion, &on_struct, &["Flock for Kept"]);
    }
}

#[test]
fn fields() {
    let item = quote!(
        struct Kept;
    );
    for rest in [
        "",
        "depth",
        "depth:",
        "depth: Vec<",
        "depth: ,",
        "depth: u8 =",
        "depth: u8 = (",
        "= 3",
        "5",
        "/** */",
        "a: u8 b: u8",
        "#[x]",
        "topic: u8",
    ] {
        let Ok(rest) = rest.replace('(', "").parse::<TokenStream>() else {
            panic!("{rest}");
        };
        let expansion = agent(
            quote!(input(topic: String, #rest), output = "text: String, size: "),
            item.clone(),
        );
        keeps(
            &expansion,
            &item,
            &["topic : String", "struct KeptOutput", "text : String"],
        );
    }
}

#[test]
fn bodies() {
    for body in [
        "text.",
        "text . len(",
        "let",
        "let x =",
        "let x = text.",
        "if text",
        "match text { ",
        "Ok(text",
        "Ok(text.)",
        "for x in",
        "text..",
        "&",
        "return",
        "ctx.run::<",
        "ctx.run::<wri",
        "\"a\" \"b\"",
        "struct",
        "fn f(",
        "#",
        "x = = y",
        "=>",
        "|",
        "async {",
        "Writer {",
        "Writer { text: text. }",
        "}{".trim_start_matches('}'),
    ] {
        let open = |c: char| body.matches(c).count();
        let closing = ")".repeat(open('(') - open(')')) + &"}".repeat(open('{') - open('}'));
        let Ok(body) = format!("{body}{closing}").parse::<TokenStream>() else {
            panic!("{body}");
        };
        let item = quote!(async fn kept(text: String) -> Result<String> { #body });
        let expansion = agent(quote!(output = "said"), item.clone()).to_string();
        let expansion = without_ours(&expansion);
        for part in [
            &*item.to_string(),
            "enum kept",
            "struct KeptInput",
            "struct KeptOutput",
        ] {
            assert!(expansion.contains(part), "`{part}` is gone: {expansion}");
        }
        assert!(
            !expansion.contains("compile_error"),
            "rustc tells it better: {expansion}"
        );

        let item =
            quote!(async fn kept(ctx: FlockContext, text: String) -> Result<String> { #body });
        let expansion = flock(quote!(), item.clone()).to_string();
        for part in [&*item.to_string(), "enum kept", "struct KeptInput"] {
            assert!(expansion.contains(part), "`{part}` is gone: {expansion}");
        }

        let run =
            quote!(async fn run(ctx: FlockContext<Self>, text: String) -> Result<String> { #body });
        let tell = quote!(fn tell(&mut self, text: String) { #body });
        let item = quote! {
            impl Kept {
                const LEGS: u8 = 4;
                #[run]
                #run
                #[signal]
                #tell
                #[query]
                fn asked(&self) -> u8 { 3 }
            }
        };
        let expansion = flock(quote!(), item).to_string();
        for part in [
            &*run.to_string(),
            &*tell.to_string(),
            "const LEGS : u8 = 4",
            "struct KeptInput",
            "struct KeptTell",
            "struct KeptAsked",
            "Flock for Kept",
        ] {
            assert!(expansion.contains(part), "`{part}` is gone: {expansion}");
        }
    }
}
