//! `input(/** why */ topic: String, depth: u8 = 2)`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Expr, LitStr, Token, Type,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    parse_quote,
    token::Bracket,
};

use super::{Field, default, mend::parsed, mend_noting, name, names, python};
use crate::{
    diag::{Errors, say},
    grammar::{docs, type_name::type_name},
};

/// Reads the fields between the parentheses.
pub(super) fn fields(tokens: TokenStream, errors: &mut Errors) -> Vec<Field> {
    let mut fields = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match field(input, errors)? {
                Some(field) => fields.push(field),
                None => skip(input)?,
            }
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else if let Some(before) = fields.last() {
                let written = format!("{}: {}", before.key(), type_name(&before.ty));
                if input.peek(Token![|]) {
                    errors.at(input.span(), say::description_in_tokens(&written));
                } else {
                    errors.at(input.span(), say::missing_field_comma(&written));
                }
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
    names(&mut fields, errors);
    fields
}

/// One field; none when not even its name could be read, which is noted.
fn field(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Field>> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    let description = docs::take(&mut attrs);
    if let Some(attr) = attrs.first() {
        errors.under(attr.path(), say::field_attribute());
    }
    let Some(name) = field_name(input, errors)? else {
        return Ok(None);
    };
    let faults = errors.count();
    let ty = field_type(input, &name, errors)?;
    let ty_is_sound = errors.count() == faults;
    let default = match input.parse::<Option<Token![=]>>()? {
        // What was meant for another type fits no better.
        Some(_) => default_value(input, &name, &ty, errors).filter(|_| ty_is_sound),
        None => None,
    };
    Ok(Some(Field {
        name,
        ty: ty.unwrap_or_else(|| parse_quote!(::std::string::String)),
        description,
        default,
    }))
}

fn field_name(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Ident>> {
    let modifier = input.fork().call(Ident::parse_any).ok();
    if let Some(modifier) = modifier.filter(|word| word == "pub" || word == "mut")
        && input.peek2(Ident::peek_any)
    {
        errors.at(modifier.span(), say::field_modifier(&modifier.to_string()));
        input.call(Ident::parse_any)?;
    }
    if !input.peek(Ident::peek_any) {
        let quoted = input.fork().parse::<LitStr>().ok();
        errors.at(
            input.span(),
            say::no_field_name(quoted.map(|text| text.value()).as_deref()),
        );
        return Ok(None);
    }
    let word = input.call(Ident::parse_any)?;
    match name(&word.to_string(), word.span()) {
        Ok(name) => Ok(Some(name)),
        Err((fault, meant)) => {
            errors.at(word.span(), fault);
            Ok(meant)
        }
    }
}

/// The type after the colon; none when it could not be read, which is noted.
fn field_type(
    input: ParseStream<'_>,
    name: &Ident,
    errors: &mut Errors,
) -> syn::Result<Option<Type>> {
    let no_type = || say::no_type(&name.to_string());
    if !input.peek(Token![:]) {
        errors.at(name.span(), no_type());
        skip_to_default(input)?;
        return Ok(None);
    }
    input.parse::<Token![:]>()?;
    let Ok(mut ty) = input.parse::<Type>() else {
        errors.at(name.span(), no_type());
        skip_to_default(input)?;
        return Ok(None);
    };
    let mut tokens = ty.to_token_stream();
    if input.peek(Bracket) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    let written = type_name(&tokens);
    if input.peek(Token![|]) && input.peek2(Ident::peek_any) {
        let ahead = input.fork();
        ahead.parse::<Token![|]>()?;
        if ahead.parse::<Ident>()? == "None" {
            tokens.extend([input.parse::<TokenTree>()?, input.parse::<TokenTree>()?]);
            let rust = python::rust(&written).unwrap_or_else(|| written.clone());
            let (found, meant) = (format!("{written} | None"), format!("Option<{rust}>"));
            errors.under(&tokens, say::python_type(&found, &meant));
            return Ok(parsed(&meant));
        }
    }
    if let Some(rust) = python::rust(&written) {
        errors.under(&tokens, say::python_type(&written, &rust));
        return Ok(parsed(&rust));
    }
    if tokens.to_string() != ty.to_token_stream().to_string() {
        errors.under(&tokens, say::not_a_type(&written));
        return Ok(None);
    }
    mend_noting(&mut ty, errors);
    Ok(Some(ty))
}

fn default_value(
    input: ParseStream<'_>,
    name: &Ident,
    ty: &Option<Type>,
    errors: &mut Errors,
) -> Option<Expr> {
    let field = name.unraw().to_string();
    let start = input.span();
    if input.is_empty() || input.peek(Token![,]) {
        errors.at(name.span(), say::no_default(&field));
        return None;
    }
    let Ok(expr) = input.parse::<Expr>() else {
        errors.at(start, say::bad_default(&field));
        return None;
    };
    let fault = ty.as_ref().and_then(|ty| default::fault(&field, ty, &expr));
    if let Some(fault) = fault {
        errors.under(&expr, fault);
        return None;
    }
    Some(expr)
}

fn skip_to_default(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) && !input.peek(Token![=]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
