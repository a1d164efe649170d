//! Loops over a `HashMap` or `HashSet` that run agents: each process has another order.

use std::collections::HashMap;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{is, path_len, words};
use crate::diag::{Errors, say};

/// Variables that are known to be unordered, and what they are.
type Unordered = HashMap<String, &'static str>;

/// Notes the loops. Sums and the like may go in any order: only a loop that waits, or that runs
/// agents, is one that a replay would not repeat.
pub(super) fn check(tokens: TokenStream, errors: &mut Errors) {
    walk(tokens, &mut Unordered::new(), errors);
}

fn walk(tokens: TokenStream, unordered: &mut Unordered, errors: &mut Errors) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                // What is bound within a block ends with it.
                walk(group.stream(), &mut unordered.clone(), errors);
            }
            TokenTree::Group(group) => walk(group.stream(), unordered, errors),
            TokenTree::Ident(word) if word == "let" => bind(&tokens[at + 1..], unordered),
            TokenTree::Ident(word) if is_single_colon(&tokens[at + 1..]) => {
                // A parameter.
                if let Some(what) = hash_type(&tokens[at + 2..]) {
                    unordered.insert(word.to_string(), what);
                }
            }
            TokenTree::Ident(word) => {
                let Some(what) = unordered.get(&word.to_string()) else {
                    continue;
                };
                let goes_over = goes_over(&tokens[..at]) && runs_block(&tokens[at + 1..]);
                if goes_over || runs_chain(&tokens[at + 1..]) {
                    errors.at(word.span(), say::unordered(&word.to_string(), what));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// After `let`: whether what is bound is unordered, by its type or by what it is set to.
fn bind(tokens: &[TokenTree], unordered: &mut Unordered) {
    let tokens = match tokens.first() {
        Some(TokenTree::Ident(word)) if word == "mut" => &tokens[1..],
        _ => tokens,
    };
    let Some(TokenTree::Ident(name)) = tokens.first() else {
        return;
    };
    let end = tokens.iter().position(|token| is(Some(token), ';'));
    let tokens = &tokens[1..end.unwrap_or(tokens.len())];
    let set = tokens.iter().position(|token| is(Some(token), '='));
    let what = match set {
        _ if is_single_colon(tokens) => hash_type(&tokens[1..]),
        Some(set) => hash_value(&tokens[set + 1..]),
        None => None,
    };
    match what {
        Some(what) => unordered.insert(name.to_string(), what),
        None => unordered.remove(&name.to_string()),
    };
}

fn is_single_colon(tokens: &[TokenTree]) -> bool {
    is(tokens.first(), ':') && !is(tokens.get(1), ':')
}

/// Whether the path here is that of one of the two.
fn hash_path(tokens: &[TokenTree], path: &str) -> Option<&'static str> {
    let path = path.strip_prefix("std::").unwrap_or(path);
    let name = path.strip_prefix("collections::").unwrap_or(path);
    // A hasher of the user's own may well keep an order.
    match name {
        "HashMap" if arguments(tokens) <= 2 => Some("HashMap"),
        "HashSet" if arguments(tokens) <= 1 => Some("HashSet"),
        _ => None,
    }
}

fn hash_type(tokens: &[TokenTree]) -> Option<&'static str> {
    let Some(TokenTree::Ident(_)) = tokens.first() else {
        return None;
    };
    let (path, rest) = tokens.split_at(path_len(tokens));
    hash_path(rest, &words(path))
}

/// `HashMap::new()` and its like, or what ends in `.collect::<HashMap<…>>()`.
fn hash_value(tokens: &[TokenTree]) -> Option<&'static str> {
    let Some(TokenTree::Ident(_)) = tokens.first() else {
        return None;
    };
    let (path, rest) = tokens.split_at(path_len(tokens));
    let path = words(path);
    let made = path.rsplit_once("::").and_then(|(owner, function)| {
        let makes = ["new", "with_capacity", "from", "from_iter", "default"].contains(&function);
        // Nothing but the call, which may be `into_iter().sum()`'s beginning otherwise.
        (makes && rest.len() == 1).then(|| hash_path(&[], owner))?
    });
    made.or_else(|| collected(tokens))
}

fn collected(tokens: &[TokenTree]) -> Option<&'static str> {
    let is_collect =
        |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "collect");
    let at = tokens.iter().rposition(is_collect)?;
    let rest = &tokens[at + 1..];
    let is_turbofish = is(rest.first(), ':') && is(rest.get(1), ':') && is(rest.get(2), '<');
    let is_last = matches!(tokens.last(), Some(TokenTree::Group(_)));
    (is_turbofish && is_last).then(|| hash_type(&rest[3..]))?
}

/// The number of arguments between the angle brackets here.
fn arguments(tokens: &[TokenTree]) -> usize {
    let (mut depth, mut count) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(punct) => match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                ',' if depth == 1 && !is(tokens.get(at + 1), '>') => count += 1,
                _ => {}
            },
            _ if depth == 0 => break,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    count + 1
}

const ITERATORS: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "keys",
    "into_keys",
    "values",
    "values_mut",
    "into_values",
    "drain",
];

/// Whether a loop's `in` is right before, with nothing but a borrow between.
fn goes_over(before: &[TokenTree]) -> bool {
    let mut before = before.iter().rev();
    loop {
        match before.next() {
            Some(TokenTree::Ident(word)) if word == "mut" => {}
            Some(TokenTree::Punct(punct)) if punct.as_char() == '&' => {}
            Some(TokenTree::Ident(word)) => return word == "in",
            _ => return false,
        }
    }
}

/// Whether the loop's block comes next, but for one call of an iterator, and runs something.
fn runs_block(after: &[TokenTree]) -> bool {
    let after = match after {
        [
            TokenTree::Punct(dot),
            TokenTree::Ident(method),
            TokenTree::Group(_),
            rest @ ..,
        ] if dot.as_char() == '.' && ITERATORS.contains(&method.to_string().as_str()) => rest,
        rest => rest,
    };
    matches!(
        after.first(),
        Some(TokenTree::Group(block))
            if block.delimiter() == Delimiter::Brace && runs(block.stream())
    )
}

/// Whether a chain of calls follows that goes over it and runs something on the way, unsorted.
fn runs_chain(after: &[TokenTree]) -> bool {
    let [TokenTree::Punct(dot), TokenTree::Ident(method), ..] = after else {
        return false;
    };
    if dot.as_char() != '.' || !ITERATORS.contains(&method.to_string().as_str()) {
        return false;
    }
    for token in after {
        match token {
            TokenTree::Ident(word) if word.to_string().contains("sort") => return false,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return false,
            TokenTree::Group(group) if runs(group.stream()) => return true,
            TokenTree::Punct(punct) if matches!(punct.as_char(), ';' | ',') => return false,
            _ => {}
        }
    }
    false
}

/// Whether something here waits, or asks the flock's context for what history keeps.
fn runs(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => runs(group.stream()),
        TokenTree::Ident(word) if word == "await" => true,
        TokenTree::Ident(word) => {
            (word == "run" || word == "child")
                && at > 0
                && is(tokens.get(at - 1), '.')
                && is(tokens.get(at + 1), ':')
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
