//! The item under an attribute.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Block, Expr, Fields, FnModifiers, ItemFn, ItemStruct, Stmt, TraitItemFn, Visibility,
    braced,
    parse::{ParseStream, Parser},
};

use crate::{
    diag::{Errors, say},
    function::Role,
};

/// The item under an attribute.
pub(crate) enum Source {
    Function(ItemFn),
    Struct(ItemStruct),
    /// Neither: its keyword, and where that is.
    Other(String, Span),
}

impl Source {
    pub(crate) fn read(item: TokenStream) -> Self {
        if let Ok(function) = function.parse2(item.clone()) {
            return Self::Function(function);
        }
        if let Ok(structure) = syn::parse2(item.clone()) {
            return Self::Struct(structure);
        }
        let keyword = |input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            let keyword = (input.to_string(), input.span());
            input.parse::<TokenStream>()?;
            Ok(keyword)
        };
        let (rest, span) = keyword
            .parse2(item)
            .unwrap_or((String::new(), Span::call_site()));
        let word = rest.split_whitespace().next().unwrap_or_default();
        Self::Other(word.to_owned(), span)
    }
}

/// A function whose body is kept as it is: it is the compiler's to read, and half of it is enough
/// for an editor.
fn function(input: ParseStream<'_>) -> syn::Result<ItemFn> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let sig = input.parse()?;
    let body;
    let brace_token = braced!(body in input);
    let body = Stmt::Expr(Expr::Verbatim(body.parse()?), None);
    Ok(ItemFn {
        attrs,
        vis,
        modifiers: FnModifiers::default(),
        sig,
        block: Box::new(Block {
            brace_token,
            stmts: vec![body],
        }),
    })
}

/// Notes a function without a body, as in a trait. Whether it was one.
pub(crate) fn no_body(item: &TokenStream, role: Role, errors: &mut Errors) -> bool {
    let Ok(function) = syn::parse2::<TraitItemFn>(item.clone()) else {
        return false;
    };
    let name = function.sig.ident.to_string();
    errors.at(function.sig.ident.span(), say::no_body(role.word(), &name));
    true
}

/// Notes what a struct that stands for an agent or a flock cannot have. Whether code can still be
/// generated for it.
pub(crate) fn unit(item: &ItemStruct, role: Role, errors: &mut Errors) -> bool {
    let (what, name) = (role.word(), item.ident.to_string());
    match &item.fields {
        Fields::Unit => {}
        fields => errors.under(fields, say::not_unit(what, &name)),
    }
    if !item.generics.params.is_empty() {
        errors.under(&item.generics, say::generic(what, &name));
    }
    if let Some(clause) = &item.generics.where_clause {
        errors.under(clause, say::where_clause(what, &name));
    }
    item.generics.params.is_empty()
}

/// The item with its `#[cfg]` before our attribute, where it came after: what is generated beside the
/// item then goes when the item goes.
pub(crate) fn configured(
    attrs: &mut Vec<Attribute>,
    attribute: &TokenStream,
) -> Option<TokenStream> {
    let is_cfg = |attr: &Attribute| attr.path().is_ident("cfg");
    let (cfgs, rest): (Vec<_>, Vec<_>) = attrs.drain(..).partition(is_cfg);
    *attrs = rest;
    (!cfgs.is_empty()).then(|| quote!(#(#cfgs)* #[#attribute]))
}

/// Takes a second `#[agent]` or `#[flock]` off an item, so that it is not expanded again.
pub(crate) fn only_one(attrs: &mut Vec<Attribute>, role: Role, errors: &mut Errors) {
    attrs.retain(|attr| {
        let word = attr
            .path()
            .segments
            .last()
            .map(|last| last.ident.to_string());
        let second = match word.as_deref() {
            Some("agent") => Role::Agent,
            Some("flock") => Role::Flock,
            _ => return true,
        };
        errors.under(
            attr.path(),
            match second == role {
                true => say::applied_twice(role.word()),
                false => say::agent_and_flock(),
            },
        );
        false
    });
}
