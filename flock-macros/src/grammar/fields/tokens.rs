//! `input(/** why */ topic: String, depth: u8 = 2)`.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Expr, Ident, Token, Type,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    parse_quote_spanned,
    spanned::Spanned,
    token::Bracket,
};

use super::{Field, name, names, owned, python, type_fault};
use crate::{
    diag::{Errors, say},
    grammar::{docs, type_name::type_name},
};

/// Reads the fields between the parentheses.
pub(super) fn fields(tokens: TokenStream) -> (Vec<Field>, Errors) {
    let mut errors = Errors::default();
    let mut fields = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match field(input, &mut errors) {
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
                if !input.peek(Ident::peek_any) {
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
    (fields, errors)
}

fn field(input: ParseStream<'_>, errors: &mut Errors) -> darling::Result<Field> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    let description = docs::take(&mut attrs);
    if let Some(attr) = attrs.first() {
        return Err(say::field_attribute().at(attr.path().span()));
    }
    if !input.peek(Ident::peek_any) {
        return Err(say::no_field_name().at(input.span()));
    }
    let word = input.call(Ident::parse_any)?;
    let name = name(&word.to_string(), word.span()).map_err(|fault| fault.at(word.span()))?;
    let ty = ty(input, &word, errors)?;
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

/// A field's type. Where it is none, which is noted, the one that was meant.
fn ty(input: ParseStream<'_>, field: &Ident, errors: &mut Errors) -> darling::Result<Type> {
    let read = input
        .parse::<Token![:]>()
        .and_then(|_| Ok((input.span(), input.parse::<Type>()?)));
    let meant = match read {
        Err(_) => {
            errors.at(field.span(), say::no_type(&field.to_string()));
            None
        }
        Ok((start, ty)) if input.peek(Bracket) => {
            let list = input.parse::<TokenTree>()?;
            let written = format!("{}{}", type_name(&ty), type_name(&list));
            let rust = python::rust(&written);
            let fault = match &rust {
                Some(rust) => say::python_type(&written, rust),
                None => say::not_a_type(&written),
            };
            errors.at(start, fault);
            python::meant(&written)
        }
        Ok((_, ty)) => match type_fault(&ty) {
            None => return Ok(ty),
            Some(fault) => {
                errors.at(ty.span(), fault);
                owned(&ty).or_else(|| python::meant(&type_name(&ty)))
            }
        },
    };
    // The default still has to be passed over.
    skip(input)?;
    let span = field.span();
    Ok(meant.unwrap_or_else(|| parse_quote_spanned!(span=> ::std::string::String)))
}

fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
