//! Every sentence is in the expected output of a ui-test, with each of its endings.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, Lit, ReturnType};

/// A function of `diag::say`.
struct Sentence {
    name: String,
    /// What it may say, with `{}` for what differs.
    texts: Vec<String>,
    has_help: bool,
}

#[test]
fn each_is_in_a_ui_test() {
    let shown: Vec<String> = files("../ui-tests/fail", "stderr")
        .map(|file| words(&read(&file)))
        .collect();
    assert!(shown.len() > 400, "{} files", shown.len());
    let mut unseen = Vec::new();
    for Sentence { name, texts, .. } in sentences() {
        for text in texts {
            if !shown.iter().any(|shown| occurs(shown, &parts(&text))) {
                unseen.push(format!("{name}: {text}"));
            }
        }
    }
    assert!(unseen.is_empty(), "no `.stderr` has\n{}", unseen.join("\n"));
}

#[test]
fn each_says_what_to_do() {
    let helpless = sentences().into_iter().filter(|said| !said.has_help);
    let helpless: Vec<_> = helpless.map(|said| said.name).collect();
    assert!(helpless.is_empty(), "without help: {helpless:?}");
}

fn sentences() -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for file in files("src/diag/say", "rs").chain([folder("src/diag/say.rs")]) {
        let file = syn::parse_file(&read(&file)).expect("it is Rust");
        for item in file.items {
            let Item::Fn(function) = item else { continue };
            let ReturnType::Type(_, ty) = &function.sig.output else {
                continue;
            };
            let is_said = ty.to_token_stream().to_string() == "Sentence";
            let (mut texts, mut words) = (Vec::new(), Vec::new());
            collect(function.block.to_token_stream(), &mut texts, &mut words);
            texts.retain(|text| text.contains(' '));
            let is_begun = function.sig.ident == "say";
            sentences.push(Sentence {
                name: function.sig.ident.to_string(),
                texts,
                has_help: !is_said || is_begun || words.iter().any(|word| word == "help"),
            });
        }
    }
    assert!(sentences.len() > 150, "{} sentences", sentences.len());
    sentences
}

/// The texts in `tokens`, and the words beside them.
fn collect(tokens: TokenStream, texts: &mut Vec<String>, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), texts, words),
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Literal(literal) => {
                if let Lit::Str(text) = Lit::new(literal) {
                    texts.push(text.value());
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// What stands between the places of a format string.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.next_if_eq(&'{').is_none() => {
                chars.by_ref().find(|c| *c == '}');
                parts.push(String::new());
            }
            '}' => {
                chars.next_if_eq(&'}');
                parts.last_mut().expect("one").push('}');
            }
            c => parts.last_mut().expect("one").push(c),
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.iter().map(|part| words(part)).collect()
}

/// Whether the parts are there in order, each soon after the one before.
fn occurs(shown: &str, parts: &[String]) -> bool {
    const SOON: usize = 200;
    let Some((first, rest)) = parts.split_first() else {
        return true;
    };
    shown.match_indices(first.as_str()).any(|(at, _)| {
        let mut after = &shown[at + first.len()..];
        rest.iter().all(|part| match after.find(part.as_str()) {
            Some(at) if at < SOON => {
                after = &after[at + part.len()..];
                true
            }
            _ => false,
        })
    })
}

/// Each white space as one blank.
fn words(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c.is_whitespace() {
            true if shown.ends_with(' ') => {}
            true => shown.push(' '),
            false => shown.push(c),
        }
    }
    shown
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The files of a folder and within whose name ends in `.ending`.
fn files(path: &str, ending: &'static str) -> impl Iterator<Item = PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder(path)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
        .into_iter()
        .filter(move |file| file.extension().is_some_and(|found| found == ending))
}
