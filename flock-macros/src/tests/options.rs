//! The tables of options agree with what they say of themselves.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    agent,
    diag::Errors,
    flock,
    grammar::options::{self, Row, Table},
    tool,
};

/// Each example, with the key it is for.
fn examples(rows: &'static [Row]) -> impl Iterator<Item = (&'static str, TokenStream)> {
    rows.iter().map(|row| match row.example.parse() {
        Ok(example) => (row.key, example),
        Err(error) => panic!("{}: {error}", row.example),
    })
}

#[track_caller]
fn are_taken<T: Table>() {
    for (key, example) in examples(T::ROWS) {
        let mut errors = Errors::default();
        let _: T = options::read(example.clone(), &mut errors);
        let text = example.to_string();
        assert!(text.starts_with(key), "{key}: {text}");
        assert!(
            errors.is_sound(),
            "{text}: {}",
            errors.beside(TokenStream::new())
        );
    }
}

#[test]
fn each_example_is_taken() {
    are_taken::<agent::Written>();
    are_taken::<tool::Written>();
    are_taken::<flock::Written>();
    for rows in [agent::Written::ROWS, flock::Written::ROWS] {
        for row in rows.iter().filter(|row| !row.within.is_empty()) {
            for (_, example) in examples(row.within) {
                let key: TokenStream = row.key.parse().expect("a word");
                let option = quote!(#key(#example));
                // Of no use without `every`, or without a limit.
                let alone = ["offset", "on_exceeded"];
                if alone.iter().any(|key| example.to_string().starts_with(key)) {
                    continue;
                }
                let mut errors = Errors::default();
                match rows.len() == agent::Written::ROWS.len() && row.key == "retry" {
                    true => drop(options::read::<agent::Written>(option.clone(), &mut errors)),
                    false => drop(options::read::<flock::Written>(option.clone(), &mut errors)),
                }
                assert!(errors.is_sound(), "{option}");
            }
        }
    }
}

#[test]
fn each_option_is_in_the_expansion() {
    // Where the library is found is in no descriptor; these are of no use alone.
    let apart = [
        "crate",
        "max_rounds",
        "loop_to",
        "time_zone",
        "overlap",
        "jitter",
        "catch_up",
    ];
    let item = quote!(
        /// Says.
        struct Said;
    );
    let without = [
        agent::agent(quote!(), item.clone()),
        flock::flock(quote!(), item.clone()),
    ];
    let function = quote!(
        /// Says.
        async fn said() -> Result<String> {}
    );
    let function_without = agent::agent(quote!(), function.clone());
    let tool_without = tool::tool(quote!(effect = "read"), function.clone());
    let is_apart = |key: &str| apart.contains(&key);
    for (key, example) in examples(tool::Written::ROWS).filter(|(key, _)| !is_apart(key)) {
        let with = match key {
            "effect" => tool::tool(quote!(effect = "idempotent"), function.clone()),
            _ => tool::tool(quote!(effect = "read", #example), function.clone()),
        };
        assert_ne!(with.to_string(), tool_without.to_string(), "{key}");
    }
    for (key, example) in examples(agent::Written::ROWS).filter(|(key, _)| !is_apart(key)) {
        if matches!(key, "effect" | "needs_approval") {
            let with = agent::agent(example, function.clone());
            assert!(!with.to_string().contains("compile_error"), "{key}");
            assert_ne!(with.to_string(), function_without.to_string(), "{key}");
            continue;
        }
        let with = agent::agent(example, item.clone());
        assert_ne!(with.to_string(), without[0].to_string(), "{key}");
    }
    for (key, example) in examples(flock::Written::ROWS).filter(|(key, _)| !apart.contains(key)) {
        let with = flock::flock(quote!(start = Researcher, #example), item.clone());
        let without = flock::flock(quote!(start = Researcher), item.clone());
        if key != "start" {
            assert_ne!(with.to_string(), without.to_string(), "{key}");
        }
    }
}

#[test]
fn a_key_is_where_its_field_is() {
    let mut errors = Errors::default();
    let half = quote!(name, retries =, retry(initial, = "1s"), = 3, timeout);
    let written: agent::Written = options::read(half, &mut errors);
    assert!(written.name.is_named() && written.name.is_at_fault());
    assert!(written.retries.is_named() && written.retry.is_named() && written.timeout.is_named());
    assert!(!written.local.is_named() && !written.local.is_at_fault());
}
