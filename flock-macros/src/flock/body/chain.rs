//! A chain of method calls: `ctx.shielded().run::<writer>(topic).timeout("1m").await?`.

use std::ops::Range;

use proc_macro2::{Delimiter, Ident, TokenTree};

/// What is asked of a variable.
pub(super) struct Chain {
    pub(super) start: usize,
    /// After its last token.
    pub(super) end: usize,
    pub(super) links: Vec<Link>,
    /// Whether there is an `.await` in it.
    pub(super) waits: bool,
}

/// One method of a chain.
pub(super) struct Link {
    pub(super) method: Ident,
    /// Where the angle brackets are that say whose it is; empty where there are none.
    pub(super) typed: Range<usize>,
    /// Where its arguments are.
    pub(super) arguments: usize,
    /// Whether a context is asked.
    pub(super) of_context: bool,
}

/// What gives a context again.
const CONTEXTS: [&str; 3] = ["clone", "plain", "shielded"];

/// Calls that are waited for.
const CALLS: [&str; 4] = ["child", "map", "poll", "run"];

impl Chain {
    /// The chain that the variable at `start` begins.
    pub(super) fn read(tokens: &[TokenTree], start: usize) -> Self {
        let mut chain = Self {
            start,
            end: start + 1,
            links: Vec::new(),
            waits: false,
        };
        let mut of_context = true;
        loop {
            let at = chain.end;
            if is(tokens.get(at), '?') {
                chain.end += 1;
                continue;
            }
            let (true, Some(TokenTree::Ident(word))) =
                (is(tokens.get(at), '.'), tokens.get(at + 1))
            else {
                return chain;
            };
            let typed = angles(tokens, at + 2);
            let arguments = at + 2 + typed;
            chain.end = arguments;
            chain.waits |= word == "await";
            if let Some(TokenTree::Group(list)) = tokens.get(arguments)
                && list.delimiter() == Delimiter::Parenthesis
            {
                chain.end += 1;
                chain.links.push(Link {
                    method: word.clone(),
                    typed: at + 2..arguments,
                    arguments,
                    of_context,
                });
            }
            of_context &= CONTEXTS.iter().any(|method| word == method);
        }
    }

    /// The call that it makes.
    pub(super) fn call(&self) -> Option<&Ident> {
        let is_call = |link: &&Link| {
            link.of_context
                && !link.typed.is_empty()
                && CALLS.iter().any(|call| link.method == call)
        };
        self.links.iter().find(is_call).map(|link| &link.method)
    }
}

pub(super) fn is(token: Option<&TokenTree>, punct: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == punct)
}

/// Tokens of the `::<…>` here.
fn angles(tokens: &[TokenTree], at: usize) -> usize {
    if !(is(tokens.get(at), ':') && is(tokens.get(at + 1), ':') && is(tokens.get(at + 2), '<')) {
        return 0;
    }
    let mut depth = 0;
    for (offset, token) in tokens[at..].iter().enumerate().skip(2) {
        let is_arrow = is(Some(token), '>') && is(tokens.get(at + offset - 1), '-');
        match token {
            TokenTree::Punct(open) if open.as_char() == '<' => depth += 1,
            TokenTree::Punct(close) if close.as_char() == '>' && !is_arrow => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return offset + 1;
        }
    }
    0
}
