//! `hand_off = summarizer`, `hand_off(route, among = [A, B])`, `hand_off(model, among = [A, B])`.

use std::collections::HashSet;

use proc_macro2::Span;
use syn::{
    Expr, Meta, MetaList, Path, Token, parse::Parser, punctuated::Punctuated, spanned::Spanned,
};

use crate::{
    agreed::MOST_AMONG,
    diag::{Errors, Sentence, say},
    grammar::{
        options::{Entry, Value},
        own,
        type_name::type_name,
        values::{Item, items},
    },
};

/// How they are written.
pub(super) const AMONG: &str = "among = [Billing, Support]";

/// Who is next, as written.
#[derive(Debug, Clone)]
pub(crate) enum HandOff {
    To(Path),
    /// Empty only beside a way back: then it is that or the end.
    Among {
        rule: Rule,
        among: Vec<Path>,
    },
}

/// Who chooses.
#[derive(Debug, Clone)]
pub(crate) enum Rule {
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

impl Value for HandOff {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        if let Meta::List(list) = &entry.meta {
            return among(list, errors);
        }
        if let Meta::NameValue(pair) = &entry.meta {
            let value = own::ungrouped(&pair.value);
            let fault = match (value, own::agents(value).as_slice()) {
                (Expr::Closure(_), agents) => Some(say::closure_routes(agents)),
                (_, agents @ [_, _, ..]) => Some(say::needs_rule(agents)),
                _ => None,
            };
            if let Some(fault) = fault {
                errors.at(value.span(), fault);
                return None;
            }
        }
        Item::read(entry, errors).map(|item| Self::To(item.0))
    }
}

/// `(rule, among = [A, B])`.
fn among(list: &MetaList, errors: &mut Errors) -> Option<HandOff> {
    let (rule, among) = errors.take(parts(list))?;
    let among = match among {
        Some(among) => {
            let (paths, place) = errors.take(items("among", AMONG, &among))?;
            check(&paths, place, errors);
            paths
        }
        None => Vec::new(),
    };
    let rule = if rule.is_ident("model") {
        Rule::Model(rule.span())
    } else {
        Rule::Route(rule)
    };
    Some(HandOff::Among { rule, among })
}

/// The rule and the list, as written.
fn parts(list: &MetaList) -> syn::Result<(Path, Option<Expr>)> {
    let at_list = |sentence: Sentence| sentence.at(list.path.span());
    let parts = Punctuated::<Expr, Token![,]>::parse_terminated;
    let parts = parts.parse2(list.tokens.clone());
    let parts = parts.map_err(|_| at_list(say::hand_off_form()))?;
    let (mut rules, mut among) = (Vec::new(), None);
    for part in &parts {
        let Expr::Assign(given) = part else {
            rules.push(part);
            continue;
        };
        let key = own::written(&given.left);
        if key == "among" {
            among = Some(&*given.right);
        } else if rules.is_empty() {
            let agents = among_of(&parts);
            let rule = own::written(&given.right);
            return Err(say::rule_with_key(&rule, &agents).at(given.left.span()));
        } else {
            let fault = say::unknown_option(&key, &["among"]);
            return Err(fault.at(given.left.span()));
        }
    }
    let rule = match rules.as_slice() {
        [rule] => rule,
        [] => return Err(at_list(say::needs_rule(&among_of(&parts)))),
        [first, second, ..] => {
            let agents: Vec<_> = rules.iter().flat_map(|rule| own::agents(rule)).collect();
            let first = own::written(first);
            return Err(say::needs_among(&first, &agents).at(second.span()));
        }
    };
    let rule = path_of(rule, &among_of(&parts))?;
    Ok((rule, among.cloned()))
}

/// Who is in `among`, as written.
fn among_of(parts: &Punctuated<Expr, Token![,]>) -> Vec<String> {
    let among = parts.iter().find_map(|part| match part {
        Expr::Assign(given) if own::written(&given.left) == "among" => Some(&given.right),
        _ => None,
    });
    among.map_or_else(Vec::new, |among| own::agents(among))
}

/// The path that the rule is.
fn path_of(rule: &Expr, agents: &[String]) -> syn::Result<Path> {
    own::path(rule).ok_or_else(|| {
        let sentence = match (rule, own::agents(rule).first()) {
            (Expr::Closure(_), _) => say::closure_routes(agents),
            (_, Some(rule)) => say::rule_is_path(rule, agents),
            (_, None) => say::hand_off_form(),
        };
        sentence.at(rule.span())
    })
}

fn check(among: &[Path], place: Span, errors: &mut Errors) {
    if among.is_empty() {
        errors.at(place, say::empty_among());
    }
    if among.len() > MOST_AMONG {
        errors.at(place, say::large_among(MOST_AMONG));
    }
    let mut seen = HashSet::new();
    for path in among {
        let name = type_name(path);
        if !seen.insert(quote::quote!(#path).to_string()) {
            errors.at(path.span(), say::among_twice(&name));
        }
    }
}
