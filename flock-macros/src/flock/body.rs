//! Slips in what a flock's body asks of its context, where the compiler's own advice would lead astray.
//!
//! Tokens, as in [`replay`](super::replay), so that what is passed to macros is seen as well. What is wrong
//! is mended in what is compiled, so that the compiler says nothing more of it.

mod chain;
mod slip;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Block, Expr, FnArg, Pat, Path, Signature, Stmt, Type};

use self::chain::Chain;
use crate::{
    diag::{Errors, say},
    grammar::fields::{last_word, ungrouped},
};

/// Notes the slips in a function of a flock, and mends them.
pub(super) fn mend(sig: &Signature, body: &mut Block, library: &Path, errors: &mut Errors) {
    let Some(context) = context(sig) else {
        return;
    };
    let walk = Walk {
        context: context.to_string(),
        library: library.clone(),
    };
    let tokens = body.stmts.iter().map(ToTokens::to_token_stream);
    let tokens: Vec<TokenTree> = tokens.collect::<TokenStream>().into_iter().collect();
    let walked = walk.all(&tokens, errors);
    let ended = walk.end(walked.as_ref().unwrap_or(&tokens), errors);
    if let Some(mended) = ended.or(walked) {
        let mended = mended.into_iter().collect();
        body.stmts = vec![Stmt::Expr(Expr::Verbatim(mended), None)];
    }
}

/// What the function calls its context.
fn context(sig: &Signature) -> Option<Ident> {
    let is_context = |ty: &Type| {
        let ty = match ungrouped(ty) {
            Type::Reference(reference) => &*reference.elem,
            ty => ty,
        };
        last_word(ty).as_deref() == Some("FlockContext")
    };
    sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(input) if is_context(&input.ty) => match &*input.pat {
            Pat::Ident(name) => Some(name.ident.clone()),
            _ => None,
        },
        _ => None,
    })
}

struct Walk {
    context: String,
    /// Where the library is.
    library: Path,
}

impl Walk {
    /// The tokens without slips, where there was one.
    fn all(&self, tokens: &[TokenTree], errors: &mut Errors) -> Option<Vec<TokenTree>> {
        let mut mended = Vec::with_capacity(tokens.len());
        let mut changed = false;
        let mut at = 0;
        while at < tokens.len() {
            if self.is_context(tokens, at) {
                let chain = Chain::read(tokens, at);
                let is_gone_over = is_gone_over(tokens, at, &chain);
                changed |= self.chain(tokens, &chain, &mut mended, errors);
                if is_gone_over && let Some(call) = chain.call() {
                    errors.at(call.span(), say::loop_over_a_call(&call.to_string()));
                    mended.extend(quote!(.await?));
                    mended.extend(as_taken(tokens, at, chain.end).into_iter().flatten());
                    changed = true;
                }
                at = chain.end;
                continue;
            }
            changed |= self.one(&tokens[at], &mut mended, errors);
            at += 1;
        }
        changed.then_some(mended)
    }

    /// Takes over one token with what is in it. Whether it had a slip.
    fn one(&self, token: &TokenTree, to: &mut Vec<TokenTree>, errors: &mut Errors) -> bool {
        let TokenTree::Group(group) = token else {
            to.push(token.clone());
            return false;
        };
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let mended = self.all(&inner, errors);
        let changed = mended.is_some();
        to.push(match mended {
            Some(mended) => regrouped(group, mended.into_iter().collect()),
            None => token.clone(),
        });
        changed
    }

    fn chain(
        &self,
        tokens: &[TokenTree],
        chain: &Chain,
        to: &mut Vec<TokenTree>,
        errors: &mut Errors,
    ) -> bool {
        let mut changed = false;
        let mut from = chain.start;
        for link in &chain.links {
            let TokenTree::Group(arguments) = &tokens[link.arguments] else {
                continue;
            };
            // Everything before its arguments is as it was.
            to.extend(tokens[from..link.typed.start].iter().cloned());
            let typed = &tokens[link.typed.clone()];
            from = link.arguments + 1;
            let mut inner = Vec::new();
            changed |= self.one(&tokens[link.arguments], &mut inner, errors);
            let arguments = match inner.pop() {
                Some(TokenTree::Group(mended)) => mended,
                _ => arguments.clone(),
            };
            match slip::mended(link, typed, &arguments, self, errors) {
                Some(mended) => {
                    match mended.turbofish {
                        Some(turbofish) => to.extend(turbofish),
                        None => to.extend(typed.iter().cloned()),
                    }
                    to.push(regrouped(&arguments, mended.arguments));
                    changed = true;
                }
                None => {
                    to.extend(typed.iter().cloned());
                    to.push(arguments.into());
                }
            }
        }
        to.extend(tokens[from..chain.end].iter().cloned());
        changed
    }

    /// A saga as the flock's last word, whose error is not yet the flock's.
    fn end(&self, tokens: &[TokenTree], errors: &mut Errors) -> Option<Vec<TokenTree>> {
        let starts = (0..tokens.len()).rev();
        let start = starts.into_iter().find(|at| self.is_context(tokens, *at))?;
        let chain = Chain::read(tokens, start);
        let last = chain.links.last()?;
        let is_last = last.method == "saga" && chain.end == tokens.len();
        let is_waited_for =
            matches!(tokens.last(), Some(TokenTree::Ident(word)) if word == "await");
        let is_statement = match start.checked_sub(1).map(|before| &tokens[before]) {
            None => true,
            Some(TokenTree::Punct(end)) => end.as_char() == ';',
            Some(TokenTree::Group(block)) => block.delimiter() == Delimiter::Brace,
            Some(_) => false,
        };
        if !(is_last && is_waited_for && is_statement) {
            return None;
        }
        errors.at(
            last.method.span(),
            say::saga_without_question_mark(&self.context),
        );
        let (before, saga) = tokens.split_at(start);
        let saga: TokenStream = saga.iter().cloned().collect();
        let saga = quote!(::core::result::Result::Ok(#saga?));
        Some(before.iter().cloned().chain(saga).collect())
    }

    /// Whether the context stands here, and something is asked of it.
    fn is_context(&self, tokens: &[TokenTree], at: usize) -> bool {
        let is_word = matches!(&tokens[at], TokenTree::Ident(word) if *word == self.context);
        let is_field = at > 0 && chain::is(tokens.get(at - 1), '.') && !is_range(tokens, at);
        is_word && !is_field && chain::is(tokens.get(at + 1), '.')
    }
}

/// Whether two dots are before.
fn is_range(tokens: &[TokenTree], at: usize) -> bool {
    at > 1 && chain::is(tokens.get(at - 2), '.')
}

/// Whether a `for` goes over what the chain calls, and does not wait for it.
fn is_gone_over(tokens: &[TokenTree], at: usize, chain: &Chain) -> bool {
    let is_in = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "in");
    let is_block = |token: &TokenTree| matches!(token, TokenTree::Group(block) if block.delimiter() == Delimiter::Brace);
    at > 0
        && is_in(&tokens[at - 1])
        && tokens.get(chain.end).is_some_and(is_block)
        && chain.call().is_some()
        && !chain.waits
}

/// What a loop takes each of its items for.
enum Taken {
    Call,
    Result,
}

impl Taken {
    fn read(tokens: &[TokenTree], item: &Ident) -> Option<Self> {
        let one = |(at, token): (usize, &TokenTree)| match token {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                Self::read(&inner, item)
            }
            TokenTree::Ident(word) if word == item => {
                let after = tokens.get(at + 2);
                let is_await = matches!(after, Some(TokenTree::Ident(word)) if word == "await");
                match tokens.get(at + 1) {
                    next if chain::is(next, '?') => Some(Self::Result),
                    next if chain::is(next, '.') && is_await => Some(Self::Call),
                    _ => None,
                }
            }
            _ => None,
        };
        tokens.iter().enumerate().find_map(one)
    }
}

/// Makes of the outputs that a loop is to go over what its block takes them for, so that the compiler says
/// nothing of it beside what we say.
fn as_taken(tokens: &[TokenTree], at: usize, block: usize) -> Option<TokenStream> {
    let (TokenTree::Ident(item), TokenTree::Group(block)) =
        (tokens.get(at.checked_sub(2)?)?, tokens.get(block)?)
    else {
        return None;
    };
    let block: Vec<TokenTree> = block.stream().into_iter().collect();
    let result = quote!(::core::result::Result::Ok::<_, ::core::convert::Infallible>);
    Some(match Taken::read(&block, item)? {
        Taken::Result => quote!(.into_iter().map(#result)),
        Taken::Call => quote!(.into_iter().map(|each| ::core::future::ready(#result(each)))),
    })
}

fn regrouped(group: &Group, stream: TokenStream) -> TokenTree {
    let mut mended = Group::new(group.delimiter(), stream);
    mended.set_span(group.span());
    mended.into()
}
