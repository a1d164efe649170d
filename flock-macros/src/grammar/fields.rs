//! Inputs and outputs, in their three forms.

mod python;
mod text;
mod tokens;

use std::collections::HashSet;

use darling::FromMeta;
use proc_macro2::{Ident, Span};
use syn::{
    Expr, ExprLit, Lit, Meta, PathArguments, Type, TypePath, ext::IdentExt, parse_quote,
    spanned::Spanned,
};

use super::{
    type_name::type_name,
    values::{self, Given},
};
use crate::diag::{Errors, Sentence, say};

/// A named value.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) description: String,
    pub(crate) default: Option<Expr>,
}

impl Field {
    /// The key in JSON.
    pub(crate) fn key(&self) -> String {
        self.name.unraw().to_string()
    }

    /// Whether it may be left out.
    pub(crate) fn is_optional(&self) -> bool {
        self.default.is_some() || argument_of(&self.ty, "Option").is_some()
    }
}

/// What an `input` or `output` option says.
#[derive(Debug, Clone)]
pub(crate) enum Io {
    /// The fields.
    Fields(Vec<Field>),
    /// A type that has them.
    Type(Type),
}

/// As much of an `input` or `output` option as can be read: code may already use its fields.
#[derive(Debug, Clone)]
pub(crate) struct Partly {
    io: Io,
    fault: Option<darling::Error>,
}

impl Partly {
    /// What there is, and whether it is less than was written, which is noted.
    pub(crate) fn take(given: Given<Self>, errors: &mut Errors) -> (Option<Io>, bool) {
        let (io, fault) = match given {
            None => (None, None),
            Some(Ok(Self { io, fault })) => (Some(io), fault),
            Some(Err(fault)) => (None, Some(fault)),
        };
        let is_unclear = fault.is_some();
        errors.take::<()>(fault.map(Err));
        (io, is_unclear)
    }

    fn fields((mut fields, errors): (Vec<Field>, Errors)) -> Self {
        let mut seen = HashSet::new();
        fields.retain(|field| seen.insert(field.key()));
        Self {
            io: Io::Fields(fields),
            fault: errors.finish().err(),
        }
    }
}

impl FromMeta for Partly {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        if let Meta::List(list) = item {
            return Ok(Self::fields(tokens::fields(list.tokens.clone())));
        }
        match values::value(item)? {
            Expr::Lit(ExprLit {
                lit: Lit::Str(literal),
                ..
            }) => {
                let (fields, mut errors) = text::fields(literal);
                if fields.is_empty() && errors.is_empty() {
                    errors.push(say::no_fields(&values::key(item)).at(literal.span()));
                }
                Ok(Self::fields((fields, errors)))
            }
            expr => {
                let tokens = quote::quote!(#expr);
                let fault = || say::takes_fields(&values::key(item)).at(expr.span());
                let ty: Type = syn::parse2(tokens).map_err(|_| fault())?;
                match ungrouped(&ty) {
                    Type::Path(_) | Type::Tuple(_) => Ok(Io::Type(ty).into()),
                    _ => Err(fault()),
                }
            }
        }
    }
}

impl From<Io> for Partly {
    fn from(io: Io) -> Self {
        Self { io, fault: None }
    }
}

/// The `T` of `Option<T>`, when `wrapper` is `Option`.
pub(crate) fn argument_of<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(TypePath { path, .. }) = ungrouped(ty) else {
        return None;
    };
    let last = path.segments.last().filter(|last| last.ident == wrapper)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Without the invisible brackets that `macro_rules!` puts around what it passes on.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        ty => ty,
    }
}

/// The last segment of the path that a type is.
pub(crate) fn last_word(ty: &Type) -> Option<String> {
    match ungrouped(ty) {
        Type::Path(TypePath { path, .. }) => {
            path.segments.last().map(|last| last.ident.to_string())
        }
        _ => None,
    }
}

/// Whether the type is the standard library's and known to travel.
pub(crate) fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    match argument_of(ty, "Vec").or_else(|| argument_of(ty, "Option")) {
        Some(inner) => is_plain(inner),
        None => PLAIN.contains(&type_name(ty).as_str()),
    }
}

/// What a borrowed type borrows.
pub(crate) fn owned(ty: &Type) -> Option<Type> {
    let Type::Reference(reference) = ungrouped(ty) else {
        return None;
    };
    Some(match &*reference.elem {
        Type::Slice(slice) => {
            let elem = &slice.elem;
            parse_quote!(::std::vec::Vec<#elem>)
        }
        elem if type_name(elem) == "str" => parse_quote!(::std::string::String),
        elem => elem.clone(),
    })
}

/// Why no value of this type can travel, as far as its looks tell.
pub(crate) fn type_fault(ty: &Type) -> Option<Sentence> {
    match ungrouped(ty) {
        Type::Reference(_) => {
            let owned = owned(ty).map(|owned| type_name(&owned)).unwrap_or_default();
            Some(say::borrowed(&owned, &type_name(ty)))
        }
        Type::ImplTrait(_) => Some(say::impl_trait(&type_name(ty))),
        Type::Infer(_) => Some(say::inferred_type()),
        Type::Path(_) => {
            python::rust(&type_name(ty)).map(|rust| say::python_type(&type_name(ty), &rust))
        }
        _ => None,
    }
}

/// Notes the defaults of what an agent gives.
pub(crate) fn no_defaults(fields: &[Field], errors: &mut Errors) {
    for field in fields {
        if let Some(default) = &field.default {
            errors.under(default, say::output_default(&field.key()));
        }
    }
}

/// Notes the names that are keywords or appear twice.
fn names(fields: &[Field], errors: &mut Errors) {
    let mut seen = HashSet::new();
    for field in fields {
        if !seen.insert(field.key()) {
            errors.at(field.name.span(), say::field_twice(&field.key()));
        }
    }
}

/// The field's name, unless it is a keyword.
fn name(word: &str, span: Span) -> Result<Ident, Sentence> {
    if matches!(word, "self" | "Self" | "super" | "crate" | "_") {
        return Err(say::never_a_name(word));
    }
    match syn::parse_str::<Ident>(word) {
        Ok(mut name) => {
            name.set_span(span);
            Ok(name)
        }
        Err(_) if syn::parse_str::<Ident>(&format!("r#{word}")).is_ok() => Err(say::keyword(word)),
        Err(_) => Err(say::never_a_name(word)),
    }
}
