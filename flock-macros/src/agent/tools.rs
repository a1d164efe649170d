//! `tools = [web_search, Summarizer]`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Expr, ExprLit, Lit, Meta, Path, Token, parse::Parser, punctuated::Punctuated, spanned::Spanned,
};

use super::model::{Agent, Kind};
use crate::{
    diag::{Errors, Sentence, say},
    emit,
    grammar::{
        options::{Entry, Given, Value},
        own,
        values::Loop,
    },
    identity::Identity,
};

/// What a model may call, by paths.
#[derive(Debug, Clone)]
pub(crate) struct Tools(pub(super) Vec<Path>);

impl Value for Tools {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let tools = errors.take(read(entry))?;
        let mut seen = HashSet::new();
        for tool in &tools {
            if !seen.insert(tool.to_token_stream().to_string()) {
                errors.under(tool, say::tool_twice(&own::written(tool)));
            }
        }
        Some(Self(tools))
    }
}

fn read(entry: &Entry) -> syn::Result<Vec<Path>> {
    let meant = |names: &[String]| match names {
        [] => entry.example().to_owned(),
        names => format!("tools = [{}]", names.join(", ")),
    };
    if let Meta::List(list) = &entry.meta {
        let listed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(list.tokens.clone());
        let names: Vec<_> = listed.iter().flatten().flat_map(own::agents).collect();
        return Err(say::takes_tools(&meant(&names)).at(entry.place()));
    }
    let value = entry.value()?;
    let meant = meant(&own::agents(value));
    let Expr::Array(array) = value else {
        return Err(say::takes_tools(&meant).at(value.span()));
    };
    if array.elems.is_empty() {
        return Err(say::empty_tools().at(array.bracket_token.span.open()));
    }
    let tools = array.elems.iter().map(|tool| {
        own::path(tool).ok_or_else(|| fault(own::ungrouped(tool), &meant).at(tool.span()))
    });
    tools.collect()
}

/// What is wrong with one that is no path.
fn fault(tool: &Expr, meant: &str) -> Sentence {
    match tool {
        Expr::Lit(ExprLit {
            lit: Lit::Str(_), ..
        }) => say::quoted_tool(meant),
        Expr::Call(_) => say::called_tool(meant),
        _ => say::takes_tools(meant),
    }
}

/// The member of `impl Agent` that tells of them, each at the user's own word.
pub(super) fn member(agent: &Agent) -> Option<TokenStream> {
    let private = &agent.common.identity.private;
    let Tools(tools) = given(agent)?.get()?;
    Some(quote! {
        const TOOLS: &'static [#private::ToolEntry] = &[#(<#tools as #private::Tool>::TOOL),*];
    })
}

/// Has each a name, and one of its own? The compiler answers, under the key. Apart from the list itself: whatever
/// asks for that would complain as well.
pub(super) fn check(agent: &Agent) -> Option<TokenStream> {
    let Identity { private, ident, .. } = &agent.common.identity;
    let given = given(agent)?;
    given.get()?;
    let check = given.named("tools");
    let library = emit::private_at(check.span(), private);
    let list = quote!((<#ident as #private::Agent>::TOOLS));
    let list = emit::around(check.span(), list);
    Some(quote! {
        const _: () = #library::#check #list;
    })
}

/// Can each be called within an activity, where the conversation is held in one? Under the key as well.
pub(super) fn check_loop(agent: &Agent) -> Option<TokenStream> {
    let Identity { private, ident, .. } = &agent.common.identity;
    let Kind::Model(model) = &agent.kind else {
        return None;
    };
    let (Some(Loop::Activity), Some(_)) = (model.looped.get(), model.tools.get()) else {
        return None;
    };
    let check = model.looped.named("tools_of_activity");
    let library = emit::private_at(check.span(), private);
    let of = quote! {
        (<#ident as #private::Agent>::DESCRIPTOR, <#ident as #private::Agent>::TOOLS)
    };
    let of = emit::around(check.span(), of);
    Some(quote! {
        const _: () = #library::#check #of;
    })
}

fn given(agent: &Agent) -> Option<&Given<Tools>> {
    match &agent.kind {
        Kind::Model(model) => Some(&model.tools),
        Kind::Function { .. } => None,
    }
}
