//! An attribute's options, cut apart: `key`, `key = value` and `key(list)` between commas.

mod settings;
mod table;
mod value;

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{
    Expr, Meta, MetaList, MetaNameValue, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser, discouraged::Speculative},
};

use super::own::assigned;
use crate::diag::{Errors, say};

pub(crate) use settings::{Constant, Group, Setting, Settings, ToConstant};
pub(crate) use table::{Entry, Given, Row, Table, example, keys, options, place_within};
pub(crate) use value::{Derived, Form, Value, nested};

/// Reads `tokens` into the table `T`.
///
/// What has no value that can be understood is noted and left out, so that one fault does not hide
/// the next.
pub(crate) fn read<T: Table>(tokens: TokenStream, errors: &mut Errors) -> T {
    let mut table = T::default();
    let mut seen = HashSet::new();
    for Cut { row, key, meta } in cut::<T>(tokens, errors) {
        let is_whole = meta.is_some();
        match seen.contains(row.key) {
            false => table.set(row, key, meta, errors),
            true if is_whole => errors.at(key.span(), say::set_twice(row.key)),
            // What is wrong with it has been said.
            true => {}
        }
        if is_whole {
            seen.insert(row.key);
        }
    }
    table
}

/// An option that there is.
struct Cut {
    row: &'static Row,
    key: Ident,
    /// None when it could not be read, which is noted.
    meta: Option<Meta>,
}

fn cut<T: Table>(tokens: TokenStream, errors: &mut Errors) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let cut = option::<T>(input, errors);
            if cut.as_ref().is_none_or(|cut| cut.meta.is_none()) {
                skip(input)?;
            }
            cuts.extend(cut);
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else if input.peek(Token![;]) {
                let wrong: Token![;] = input.parse()?;
                errors.at(wrong.span, say::semicolon());
            } else if input.peek(Ident::peek_any) {
                let next = input.fork().call(Ident::parse_any)?;
                errors.at(next.span(), say::missing_comma(&next.to_string()));
            } else {
                errors.at(input.span(), say::unexpected(&found(input)));
                skip(input)?;
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = all.parse2(tokens) {
        errors.push(error);
    }
    cuts
}

/// One option; none when there is no such, which is noted.
fn option<T: Table>(input: ParseStream<'_>, errors: &mut Errors) -> Option<Cut> {
    let Ok(key) = input.call(Ident::parse_any) else {
        let fault = match input.peek(Token![,]) {
            true => say::stray_comma(),
            false => say::no_key(),
        };
        errors.at(input.span(), fault);
        return None;
    };
    let name = key.unraw().to_string();
    let Some(row) = T::ROWS.iter().find(|row| row.key == name) else {
        errors.at(key.span(), T::unknown(&name));
        return None;
    };
    let meta = meta(input, row, &key, errors);
    Some(Cut { row, key, meta })
}

/// What follows the key.
fn meta(
    input: ParseStream<'_>,
    row: &'static Row,
    key: &Ident,
    errors: &mut Errors,
) -> Option<Meta> {
    let path = syn::Path::from(key.clone());
    if input.peek(Token![=]) {
        let eq_token: Token![=] = input.parse().ok()?;
        let value = value(input).ok()?;
        if matches!(&value, Expr::Verbatim(tokens) if tokens.is_empty()) {
            errors.at(key.span(), say::needs_value(row.key, row.example));
            return None;
        }
        return Some(Meta::NameValue(MetaNameValue {
            path,
            eq_token,
            value,
        }));
    }
    if let Some((TokenTree::Group(group), _)) = input.cursor().token_tree() {
        input.parse::<TokenTree>().ok()?;
        if group.delimiter() != Delimiter::Parenthesis {
            errors.at(group.span_open(), say::parentheses(row.key));
            if !row.in_any_brackets {
                return None;
            }
        }
        return Some(Meta::List(MetaList {
            path,
            delimiter: syn::MacroDelimiter::Paren(syn::token::Paren(group.delim_span())),
            tokens: group.stream(),
        }));
    }
    // A switch before a missing comma is still a switch.
    let ends = input.is_empty() || input.peek(Token![,]);
    if ends || (row.is_switch && input.peek(Ident::peek_any)) {
        return Some(Meta::Path(path));
    }
    if input.peek(Token![:]) {
        let ahead = input.fork();
        ahead.parse::<Token![:]>().ok()?;
        let given = ahead.parse().ok();
        let meant = given.and_then(|value| assigned(row.key, &value));
        let meant = meant.as_deref().unwrap_or(row.example);
        errors.at(input.span(), say::colon(row.key, meant));
    } else {
        errors.at(input.span(), say::no_equals(row.key, row.example));
    }
    None
}
/// A value: an expression or, where it is none, what comes before the next comma that is not between
/// angle brackets.
fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse::<Expr>()
        && (ahead.is_empty()
            || ahead.peek(Token![,])
            || ahead.peek(Token![;])
            || ahead.peek(Ident::peek_any))
    {
        // Read once: this is where the macro's time goes.
        input.advance_to(&ahead);
        return Ok(expr);
    }
    let mut tokens = TokenStream::new();
    let mut depth = 0_usize;
    while !input.is_empty() && (depth > 0 || !input.peek(Token![,])) {
        let token: TokenTree = input.parse()?;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        tokens.extend([token]);
    }
    Ok(syn::parse2(tokens.clone()).unwrap_or(Expr::Verbatim(tokens)))
}

fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The next token, for a message.
fn found(input: ParseStream<'_>) -> String {
    let next = input.cursor().token_tree();
    next.map(|(token, _)| token.to_string()).unwrap_or_default()
}
