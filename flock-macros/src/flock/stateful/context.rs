//! Which context a method takes: that of the flock's state, or one that does not know it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Ident, ImplItemFn, Pat, PatType, PathArguments, Type, TypePath, parse_quote};

use crate::{
    diag::{Errors, say},
    grammar::{
        fields::{argument_of, last_word, ungrouped},
        type_name::type_name,
    },
    role::Role,
};

/// What a context does with the state.
const REACHES: [&str; 3] = ["state", "state_mut", "wait_until"];

/// Notes a context that is not of the flock's state where one is needed: in a handler, in a body that
/// asks it for the state, or where it is of another type's.
pub(super) fn check(flock: &Ident, method: &mut ImplItemFn, role: Role, errors: &mut Errors) {
    let body = method.block.to_token_stream();
    let Some(parameter) = method.sig.inputs.iter_mut().find_map(context) else {
        return;
    };
    let is_of = match argument_of(&parameter.ty, "FlockContext").map(ungrouped) {
        Some(Type::Tuple(tuple)) if tuple.elems.is_empty() => None,
        of => of,
    };
    let is_fit = match is_of {
        Some(of) => type_name(of) == "Self" || *flock == type_name(of),
        None => role == Role::Flock && !reaches(parameter, body),
    };
    if !is_fit {
        let found = type_name(&parameter.ty);
        errors.under(&parameter.ty, say::context_of_state(&found));
        // What is asked of it is then known.
        mend(&mut parameter.ty);
    }
}

fn mend(ty: &mut Type) {
    if let Type::Path(TypePath { path, .. }) = ty
        && let Some(last) = path.segments.last_mut()
    {
        last.arguments = PathArguments::AngleBracketed(parse_quote!(<Self>));
    }
}

fn context(parameter: &mut FnArg) -> Option<&mut PatType> {
    match parameter {
        FnArg::Typed(parameter) if last_word(&parameter.ty).as_deref() == Some("FlockContext") => {
            Some(parameter)
        }
        _ => None,
    }
}

fn reaches(parameter: &PatType, body: TokenStream) -> bool {
    match &*parameter.pat {
        Pat::Ident(pat) => asks(&pat.ident, body),
        _ => false,
    }
}

/// Whether there is `context.state` or its like among the tokens.
fn asks(context: &Ident, tokens: TokenStream) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let groups = tokens.iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let mut calls = tokens.windows(3);
    calls.any(|call| match call {
        [
            TokenTree::Ident(of),
            TokenTree::Punct(dot),
            TokenTree::Ident(method),
        ] => of == context && dot.as_char() == '.' && REACHES.iter().any(|word| method == word),
        _ => false,
    }) || groups.into_iter().any(|inner| asks(context, inner))
}
