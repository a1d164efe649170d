//! The fields of a type as serde reads and as it writes them, by serde's own reading of its
//! attributes.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use serde_derive_internals::{
    Ctxt, Derive,
    ast::{Container, Data, Field, Style},
    attr::TagType,
};
use syn::{DeriveInput, Path, TypeParam, ext::IdentExt};

use crate::{
    diag::{Errors, say},
    emit,
    grammar::{docs, type_name::type_name},
};

/// What is known of a type, as constants.
pub(super) struct Shapes {
    /// What is read.
    pub(super) read: TokenStream,
    /// What is written, where that is something else.
    pub(super) written: Option<TokenStream>,
    /// That what is written can be read.
    pub(super) checks: Vec<TokenStream>,
}

impl Shapes {
    /// Named fields where there are some, and serde writes them as they are.
    pub(super) fn of(ty: &DeriveInput, private: &Path, errors: &mut Errors) -> Self {
        let context = Ctxt::new();
        let unused = Ident::new("__private", Span::call_site());
        let container = Container::from_ast(&context, ty, Derive::Deserialize, &unused);
        // Serde's derives say what they do not understand.
        drop(context.check());
        match container.as_ref().and_then(fields) {
            Some((container, fields)) => Self::of_fields(container, fields, private, errors),
            None => Self {
                read: quote!(#private::Shape::Value),
                written: None,
                checks: Vec::new(),
            },
        }
    }

    fn of_fields(
        container: &Container<'_>,
        fields: &[Field<'_>],
        private: &Path,
        errors: &mut Errors,
    ) -> Self {
        let (mut read, mut written, mut checks) = (Vec::new(), Vec::new(), Vec::new());
        for field in fields {
            let (is_read, is_written) = (
                !field.attrs.skip_deserializing(),
                !field.attrs.skip_serializing(),
            );
            if is_read && is_written {
                one_name(field, errors);
            }
            let optional = optional(container, field, private);
            let known = known(container, field, optional.as_ref(), private);
            if is_read {
                checks.extend(read_again(field, optional.as_ref()));
                read.push(known.clone());
            }
            if is_written {
                written.push(known);
            }
        }
        let is_one_sided = fields
            .iter()
            .any(|field| field.attrs.skip_deserializing() != field.attrs.skip_serializing());
        let shape = |fields: Vec<TokenStream>| quote!(#private::Shape::Fields(&[#(#fields),*]));
        Self {
            read: shape(read),
            written: is_one_sided.then(|| shape(written)),
            checks,
        }
    }
}

/// None where serde writes something other than an object of these fields.
fn fields<'c, 'a>(container: &'c Container<'a>) -> Option<(&'c Container<'a>, &'c [Field<'a>])> {
    let Data::Struct(Style::Struct, fields) = &container.data else {
        return None;
    };
    let attrs = &container.attrs;
    let is_opaque = attrs.transparent()
        || attrs.type_from().is_some()
        || attrs.type_try_from().is_some()
        || attrs.type_into().is_some()
        || !matches!(attrs.tag(), TagType::External)
        // What it brings is not known here.
        || fields.iter().any(|field| field.attrs.flatten());
    (!is_opaque).then_some((container, fields))
}

/// Notes a field that is read by no name that it is written by.
fn one_name(field: &Field<'_>, errors: &mut Errors) {
    let names = field.attrs.name();
    let (written, read) = (names.serialize_name(), names.deserialize_name());
    if !field.attrs.aliases().contains(written) {
        let said = say::two_names(&rust_name(field), &written.value, &read.value);
        errors.at(place(field), said);
    }
}

/// Whether reading does without, as an expression; none where it surely does not. A type is asked: an
/// `Option` may have another name. Where a function reads the value, serde calls it only for what is
/// there.
fn optional(container: &Container<'_>, field: &Field<'_>, private: &Path) -> Option<TokenStream> {
    let has_default = !container.attrs.default().is_none() || !field.attrs.default().is_none();
    match has_default {
        true => Some(quote!(true)),
        false if field.attrs.deserialize_with().is_some() => None,
        false => emit::optional(field.ty, private),
    }
}

fn known(
    container: &Container<'_>,
    field: &Field<'_>,
    optional: Option<&TokenStream>,
    private: &Path,
) -> TokenStream {
    let params: Vec<_> = container.generics.type_params().collect();
    let names = field.attrs.name();
    let name = match field.attrs.skip_serializing() {
        true => &names.deserialize_name().value,
        false => &names.serialize_name().value,
    };
    let ty = type_name(&without(&params, field.ty.to_token_stream()));
    let description = docs::summary(&docs::text(&field.original.attrs));
    emit::field(name, &ty, &description, optional, private)
}

/// The type with `_` where it has a parameter, which stands for every type.
fn without(params: &[&TypeParam], ty: TokenStream) -> TokenStream {
    let tokens = ty.into_iter().map(|token| match token {
        TokenTree::Ident(word) if params.iter().any(|param| param.ident == word) => {
            Ident::new("_", word.span()).into()
        }
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), without(params, group.stream())).into()
        }
        token => token,
    });
    tokens.collect()
}

/// Asks that reading does without what writing may leave out.
fn read_again(field: &Field<'_>, optional: Option<&TokenStream>) -> Option<TokenStream> {
    let attrs = &field.attrs;
    if !attrs.skip_serializing() && attrs.skip_serializing_if().is_none() {
        return None;
    }
    let said = say::lost_when_written(&rust_name(field)).to_string();
    let optional = optional.map_or_else(|| quote!(false), Clone::clone);
    Some(quote_spanned!(place(field)=> ::core::assert!(#optional, #said)))
}

fn rust_name(field: &Field<'_>) -> String {
    let ident = field.original.ident.as_ref();
    ident.map_or_else(String::new, |ident| ident.unraw().to_string())
}

fn place(field: &Field<'_>) -> Span {
    let ident = field.original.ident.as_ref();
    ident.map_or_else(Span::call_site, Ident::span)
}
