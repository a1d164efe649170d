//! Inputs and outputs, in their three forms.

mod bare;
mod default;
mod mend;
mod python;
mod text;
mod tokens;

use std::collections::HashSet;

use darling::FromMeta;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit, Meta, PathArguments, Type, TypePath, ext::IdentExt};

use super::{
    type_name::type_name,
    values::{self, Given},
};
use crate::diag::{Errors, Sentence, say};

pub(crate) use mend::{Fault, mend, mend_noting};

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
}

/// What an `input` or `output` option says.
#[derive(Debug, Clone)]
pub(crate) enum Io {
    /// The fields.
    Fields(Vec<Field>),
    /// A type that has them.
    Type(Type),
}

/// What could be read of an `input` or `output` option, and what is wrong with the rest.
#[derive(Debug)]
pub(crate) struct Partial {
    pub(crate) io: Option<Io>,
    pub(crate) errors: Errors,
}

impl Partial {
    /// What there is, and whether it is less than was written, which is noted.
    pub(crate) fn take(given: Given<Self>, errors: &mut Errors) -> (Option<Io>, bool) {
        match given {
            None => (None, false),
            Some(Ok(partial)) => {
                let is_unclear = !partial.errors.is_empty();
                errors.append(partial.errors);
                (partial.io, is_unclear)
            }
            Some(Err(error)) => {
                errors.push(error);
                (None, true)
            }
        }
    }

    fn fault(sentence: Sentence, place: &impl ToTokens) -> Self {
        let mut errors = Errors::default();
        errors.under(place, sentence);
        Self { io: None, errors }
    }

    fn ty(mut ty: Type) -> Self {
        let mut errors = Errors::default();
        mend_noting(&mut ty, &mut errors);
        Self {
            io: Some(Io::Type(ty)),
            errors,
        }
    }

    fn of_value(item: &Meta, value: &Expr) -> Self {
        let key = values::key(item);
        if let Expr::Lit(ExprLit {
            lit: Lit::Str(literal),
            ..
        }) = value
        {
            let text = literal.value();
            if let Some(ty) = bare::type_in(&text) {
                let sentence = say::quoted_type(&key, text.trim(), &ty, &bare::name_of(&ty));
                return Self::fault(sentence, literal);
            }
            let mut partial = text::fields(literal);
            if matches!(&partial.io, Some(Io::Fields(fields)) if fields.is_empty())
                && partial.errors.is_empty()
            {
                partial.errors.at(literal.span(), say::no_fields(&key));
            }
            return partial;
        }
        let tokens = quote::quote!(#value);
        if let Some(meant) = bare::bracketed(&key, &tokens) {
            return Self::fault(say::fields_in_brackets(&key, &meant), value);
        }
        if let Some(rust) = python::rust(&type_name(&tokens)) {
            return Self::fault(say::python_type(&type_name(&tokens), &rust), value);
        }
        match syn::parse2(tokens) {
            Ok(ty @ (Type::Path(_) | Type::Reference(_))) => Self::ty(ty),
            Ok(Type::Tuple(tuple)) if tuple.elems.is_empty() => Self::ty(Type::Tuple(tuple)),
            _ => Self::fault(say::takes_fields(&key), value),
        }
    }
}

impl FromMeta for Partial {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let Meta::List(list) = item else {
            return values::value(item).map(|value| Self::of_value(item, value));
        };
        let key = values::key(item);
        if list.tokens.is_empty() && key == "output" {
            return Ok(Self::fault(say::no_fields(&key), &list.path));
        }
        if let Some(texts) = bare::texts(&list.tokens) {
            return Ok(Self::fault(say::quoted_fields(&key, &texts), &list.tokens));
        }
        Ok(tokens::fields(list.tokens.clone()))
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

/// Notes the defaults of what an agent gives.
pub(crate) fn no_defaults(fields: &[Field], errors: &mut Errors) {
    for field in fields {
        if let Some(default) = &field.default {
            errors.under(default, say::output_default(&field.key()));
        }
    }
}

/// Notes the names that appear twice, and leaves out the second.
fn names(fields: &mut Vec<Field>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    fields.retain(|field| {
        let is_first = seen.insert(field.key());
        if !is_first {
            errors.at(field.name.span(), say::field_twice(&field.key()));
        }
        is_first
    });
}

/// The field's name; where it is a keyword, the fault and the name in its raw form.
fn name(word: &str, span: Span) -> Result<Ident, (Sentence, Option<Ident>)> {
    if matches!(word, "self" | "Self" | "super" | "crate" | "_") {
        return Err((say::never_a_name(word), None));
    }
    if let Ok(mut name) = syn::parse_str::<Ident>(word) {
        name.set_span(span);
        return Ok(name);
    }
    match syn::parse_str::<Ident>(&format!("r#{word}")) {
        Ok(mut raw) => {
            raw.set_span(span);
            Err((say::keyword(word), Some(raw)))
        }
        Err(_) => Err((say::never_a_name(word), None)),
    }
}
