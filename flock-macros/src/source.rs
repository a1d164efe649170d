//! The item under an attribute.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Fields, ItemFn, ItemImpl, ItemStruct, TraitItemFn, Visibility,
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
    Impl(Box<ItemImpl>),
    /// None of these: where its keyword is.
    Other(Span),
}

impl Source {
    pub(crate) fn read(item: TokenStream) -> Self {
        if let Ok(function) = syn::parse2(item.clone()) {
            return Self::Function(function);
        }
        if let Ok(structure) = syn::parse2(item.clone()) {
            return Self::Struct(structure);
        }
        if let Ok(block) = syn::parse2(item.clone()) {
            return Self::Impl(Box::new(block));
        }
        let keyword = |input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            let keyword = input.span();
            input.parse::<TokenStream>()?;
            Ok(keyword)
        };
        Self::Other(keyword.parse2(item).unwrap_or_else(|_| Span::call_site()))
    }
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
    attribute: impl FnOnce() -> TokenStream,
) -> Option<TokenStream> {
    let is_cfg = |attr: &Attribute| attr.path().is_ident("cfg");
    let (cfgs, rest): (Vec<_>, Vec<_>) = attrs.drain(..).partition(is_cfg);
    *attrs = rest;
    (!cfgs.is_empty()).then(|| {
        let attribute = attribute();
        quote!(#(#cfgs)* #[#attribute])
    })
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
