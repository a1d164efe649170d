//! Inputs and outputs, in their three forms.

mod bare;
mod default;
mod mend;
mod python;
mod text;
mod tokens;

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use syn::{Expr, ExprLit, Lit, LitStr, Meta, PathArguments, Type, TypePath, ext::IdentExt};

use super::{
    options::{Entry, Given, Value},
    type_name::type_name,
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

impl Given<Io> {
    /// What there is of it, and whether that is less than was written.
    pub(crate) fn read_so_far(self) -> (Option<Io>, bool) {
        let is_unclear = self.is_at_fault();
        (self.take_partial(), is_unclear)
    }
}

impl Value for Io {
    const IN_ANY_BRACKETS: bool = true;

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let Meta::List(list) = &entry.meta else {
            let value = errors.take(entry.value())?;
            return Self::of_value(entry.key(), value, errors);
        };
        let key = entry.key();
        if list.tokens.is_empty() && key == "output" {
            errors.under(&list.path, say::no_fields(key));
            return None;
        }
        if let Some(texts) = bare::texts(&list.tokens) {
            errors.under(&list.tokens, say::quoted_fields(key, &texts));
            return None;
        }
        Some(Self::Fields(tokens::fields(list.tokens.clone(), errors)))
    }
}

impl Io {
    fn of_value(key: &str, value: &Expr, errors: &mut Errors) -> Option<Self> {
        if let Expr::Lit(ExprLit {
            lit: Lit::Str(literal),
            ..
        }) = value
        {
            return Self::of_text(key, literal, errors);
        }
        let tokens = quote::quote!(#value);
        if let Some(meant) = bare::bracketed(key, &tokens) {
            errors.under(value, say::fields_in_brackets(key, &meant));
            return None;
        }
        if let Some(rust) = python::rust(&type_name(&tokens)) {
            errors.under(value, say::python_type(&type_name(&tokens), &rust));
            return None;
        }
        match syn::parse2(tokens) {
            Ok(mut ty @ (Type::Path(_) | Type::Reference(_))) => {
                mend_noting(&mut ty, errors);
                Some(Self::Type(ty))
            }
            Ok(Type::Tuple(tuple)) if tuple.elems.is_empty() => {
                Some(Self::Type(Type::Tuple(tuple)))
            }
            _ => {
                errors.under(value, say::takes_fields(key));
                None
            }
        }
    }

    fn of_text(key: &str, literal: &LitStr, errors: &mut Errors) -> Option<Self> {
        let text = literal.value();
        if let Some(ty) = bare::type_in(&text) {
            let sentence = say::quoted_type(key, text.trim(), &ty, &bare::name_of(&ty));
            errors.under(literal, sentence);
            return None;
        }
        let mut own = Errors::default();
        let fields = text::fields(literal, &mut own);
        if fields.is_empty() && own.is_sound() {
            own.at(literal.span(), say::no_fields(key));
        }
        errors.append(own);
        Some(Self::Fields(fields))
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
