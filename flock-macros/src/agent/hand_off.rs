//! `hand_off = summarizer`, `hand_off(route, among = [A, B])`, `hand_off(model, among = [A, B])`.

use std::collections::HashSet;

use darling::FromMeta;
use proc_macro2::Span;
use syn::{
    Expr, Meta, MetaList, Path, Token, parse::Parser, punctuated::Punctuated, spanned::Spanned,
};

use crate::{
    diag::{Errors, Sentence, say},
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
            Meta::NameValue(pair) => {
                let value = values::ungrouped(&pair.value);
                match (value, values::agents(value).as_slice()) {
                    (Expr::Closure(_), agents) => Err(say::closure_routes(agents).at(value.span())),
                    (_, agents @ [_, _, ..]) => Err(say::needs_rule(agents).at(value.span())),
                    _ => Item::from_meta(item).map(|item| Self::To(item.0)),
                }
            }
            item => Item::from_meta(item).map(|item| Self::To(item.0)),
        }
    }
}

/// `(rule, among = [A, B])`.
fn among(list: &MetaList) -> darling::Result<HandOff> {
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
        let key = values::written(&given.left);
        if key == "among" {
            among = Some(&*given.right);
        } else if rules.is_empty() {
            let agents = among_of(&parts);
            let rule = values::written(&given.right);
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
            let agents: Vec<_> = rules.iter().flat_map(|rule| values::agents(rule)).collect();
            let first = values::written(first);
            return Err(say::needs_among(&first, &agents).at(second.span()));
        }
    };
    let rule = path_of(rule, &among_of(&parts))?;
    let among = match among {
        Some(among) => {
            let among = Items::read("among", among)?;
            check(&among)?;
            among.paths
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

/// Who is in `among`, as written.
fn among_of(parts: &Punctuated<Expr, Token![,]>) -> Vec<String> {
    let among = parts.iter().find_map(|part| match part {
        Expr::Assign(given) if values::written(&given.left) == "among" => Some(&given.right),
        _ => None,
    });
    among.map_or_else(Vec::new, |among| values::agents(among))
}

/// The path that the rule is.
fn path_of(rule: &Expr, agents: &[String]) -> darling::Result<Path> {
    values::path(rule).ok_or_else(|| {
        let sentence = match (rule, values::agents(rule).first()) {
            (Expr::Closure(_), _) => say::closure_routes(agents),
            (_, Some(rule)) => say::rule_is_path(rule, agents),
            (_, None) => say::hand_off_form(),
        };
        sentence.at(rule.span())
    })
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
