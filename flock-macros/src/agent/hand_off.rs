//! `hand_off = summarizer`, `hand_off(route, among = [A, B])`, `hand_off(model, among = [A, B])`.

use std::collections::HashSet;

use darling::FromMeta;
use proc_macro2::Span;
use syn::{
    Expr, Meta, MetaList, Path, Token,
    parse::{ParseStream, Parser},
    spanned::Spanned,
};

use crate::{
    diag::{Errors, nearest, say},
    grammar::{
        type_name::type_name,
        values::{self, Item, Items},
    },
};

/// Agents that one agent can choose from.
const LONGEST: usize = 12;

/// Who is next, as written.
#[derive(Debug, Clone)]
pub(super) enum HandOff {
    To(Path),
    /// Empty only beside a way back: then it is that or the end.
    Among {
        rule: Rule,
        among: Vec<Path>,
    },
}

/// Who chooses.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    /// The function of this path.
    Route(Path),
    /// The model. With the place of the word.
    Model(Span),
}

impl Rule {
    /// Who chooses, as written.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Route(path) => type_name(path),
            Self::Model(_) => "model".to_owned(),
        }
    }

    /// The word that names who chooses.
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Route(path) => path.span(),
            Self::Model(word) => *word,
        }
    }
}

impl FromMeta for HandOff {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match item {
            Meta::List(list) => among(list),
            Meta::NameValue(pair) if matches!(pair.value, Expr::Array(_) | Expr::Call(_)) => {
                Err(say::hand_off_form().at(pair.value.span()))
            }
            item => Item::from_meta(item).map(|item| Self::To(item.0)),
        }
    }
}

fn among(list: &MetaList) -> darling::Result<HandOff> {
    let form = || say::hand_off_form().at(list.path.span());
    let read = |input: ParseStream<'_>| {
        let rule: Expr = input.parse()?;
        let rest = match input.parse::<Option<Token![,]>>()? {
            Some(_) if !input.is_empty() => Some(input.parse::<Meta>()?),
            _ => None,
        };
        input.parse::<Option<Token![,]>>()?;
        Ok((rule, rest))
    };
    let (rule, rest) = read.parse2(list.tokens.clone()).map_err(|_| form())?;
    let rule = values::path(&rule).ok_or_else(form)?;
    let among = match rest {
        Some(item) if item.path().is_ident("among") => {
            let among = Items::from_meta(&item)?;
            check(&among)?;
            among.paths
        }
        Some(item) => {
            let key = values::key(&item);
            let fault = say::unknown_option(&key, &nearest(&key, ["among"]), &["among"]);
            return Err(fault.at(item.path().span()));
        }
        None => Vec::new(),
    };
    let rule = if rule.is_ident("model") {
        Rule::Model(rule.span())
    } else {
        Rule::Route(rule)
    };
    Ok(HandOff::Among { rule, among })
}

fn check(among: &Items) -> darling::Result<()> {
    let mut errors = Errors::default();
    if among.paths.is_empty() {
        errors.at(among.span, say::empty_among());
    }
    if among.paths.len() > LONGEST {
        errors.at(among.span, say::large_among(LONGEST));
    }
    let mut seen = HashSet::new();
    for path in &among.paths {
        let name = type_name(path);
        if !seen.insert(quote::quote!(#path).to_string()) {
            errors.at(path.span(), say::among_twice(&name));
        }
    }
    errors.finish()
}
