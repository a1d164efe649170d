//! What a flock's body must not do, as far as its tokens tell. Temporal's own detector is behind
//! this for what they do not.
//!
//! Tokens and not syntax, so that what is passed to `vec![…]` or `flock::join!(…)` is seen as well.

mod order;
mod rules;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

use crate::diag::Errors;

/// Notes what in the flock's function Temporal's replay would not repeat.
pub(super) fn check(function: &impl ToTokens, errors: &mut Errors) {
    let tokens = function.to_token_stream();
    order::check(tokens.clone(), errors);
    walk(tokens, errors);
}

fn walk(tokens: TokenStream, errors: &mut Errors) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Punct(_) if is_agent(&tokens[at..]) => at += item_len(&tokens[at..]),
            TokenTree::Group(group) => {
                walk(group.stream(), errors);
                at += 1;
            }
            TokenTree::Ident(_) => {
                let len = path_len(&tokens[at..]);
                // What follows a dot is a method or a field, not an item.
                if at == 0 || !is(tokens.get(at - 1), '.') {
                    path(&tokens[at..at + len], tokens.get(at + len), errors);
                }
                at += len;
            }
            _ => at += 1,
        }
    }
}

/// Whether the attribute of an agent or a tool stands here: what is one within the body may do what it likes.
fn is_agent(tokens: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(group)) = tokens.get(1) else {
        return false;
    };
    let is_agent = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "agent" || word == "tool");
    // The options come in parentheses, so these are the words of the attribute's path.
    is(tokens.first(), '#') && group.stream().into_iter().any(|token| is_agent(&token))
}

/// Tokens of the item at the start, to its body or its semicolon.
fn item_len(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is(Some(token), ';'),
    };
    let end = tokens.iter().position(ends);
    end.map_or(tokens.len(), |end| end + 1)
}

fn is(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
}

/// Tokens of the path at the start: words with `::` between them.
fn path_len(tokens: &[TokenTree]) -> usize {
    let mut len = 1;
    while is(tokens.get(len), ':')
        && is(tokens.get(len + 1), ':')
        && matches!(tokens.get(len + 2), Some(TokenTree::Ident(_)))
    {
        len += 3;
    }
    len
}

/// The words of a path, with `::` between them.
fn words(tokens: &[TokenTree]) -> String {
    tokens.iter().map(ToString::to_string).collect()
}

fn path(tokens: &[TokenTree], next: Option<&TokenTree>, errors: &mut Errors) {
    // A word alone may be anything: a variable, a function of the user's.
    if tokens.len() < 2 {
        return;
    }
    let path = words(tokens);
    let shown = match is(next, '!') {
        true => format!("{path}!"),
        false => path.clone(),
    };
    if let Some(fault) = rules::fault(&path, &shown) {
        let tokens: TokenStream = tokens.iter().cloned().collect();
        errors.under(&tokens, fault);
    }
}
