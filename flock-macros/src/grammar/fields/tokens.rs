//! `input(/** why */ topic: String, depth: u8 = 2)`.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Expr, Token, Type,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    spanned::Spanned,
    token::Bracket,
};

use super::{Field, name, names, python, type_fault};
use crate::{
    diag::{Errors, say},
    grammar::{docs, type_name::type_name},
};

/// Reads the fields between the parentheses.
pub(super) fn fields(tokens: TokenStream) -> darling::Result<Vec<Field>> {
    let mut errors = Errors::default();
    let mut fields = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match field(input) {
                Ok(field) => fields.push(field),
                Err(error) => {
                    errors.push(error);
                    skip(input)?;
                }
            }
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else if let Some(before) = fields.last() {
                let written = format!("{}: {}", before.key(), type_name(&before.ty));
                errors.at(input.span(), say::missing_field_comma(&written));
                // What follows may still be a field.
                if !input.peek(syn::Ident::peek_any) {
                    skip(input)?;
                    input.parse::<Option<Token![,]>>()?;
                }
            }
        }
        Ok(())
    };
    if let Err(error) = all.parse2(tokens) {
        errors.push(error);
    }
    names(&fields, &mut errors);
    errors.finish().map(|()| fields)
}

fn field(input: ParseStream<'_>) -> darling::Result<Field> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    let description = docs::take(&mut attrs);
    if let Some(attr) = attrs.first() {
        return Err(say::field_attribute().at(attr.path().span()));
    }
    if !input.peek(syn::Ident::peek_any) {
        return Err(say::no_field_name().at(input.span()));
    }
    let word = input.call(syn::Ident::parse_any)?;
    let name = name(&word.to_string(), word.span()).map_err(|fault| fault.at(word.span()))?;
    if !input.peek(Token![:]) {
        return Err(say::no_type(&word.to_string()).at(word.span()));
    }
    input.parse::<Token![:]>()?;
    let start = input.span();
    let Ok(ty) = input.parse::<Type>() else {
        return Err(say::no_type(&word.to_string()).at(word.span()));
    };
    if input.peek(Bracket) {
        let inner: TokenTree = input.parse()?;
        let written = format!("{}{}", type_name(&ty), type_name(&inner));
        return Err(match python::rust(&written) {
            Some(rust) => say::python_type(&written, &rust).at(start),
            None => say::not_a_type(&written).at(start),
        });
    }
    if let Some(fault) = type_fault(&ty) {
        // The default still has to be passed over.
        skip(input)?;
        return Err(fault.at(ty.span()));
    }
    let default = match input.parse::<Option<Token![=]>>()? {
        Some(_) => Some(input.parse::<Expr>()?),
        None => None,
    };
    Ok(Field {
        name,
        ty,
        description,
        default,
    })
}

fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
