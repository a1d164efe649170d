//! Expressions as the user wrote them, and the user's own words for help that shows what to write.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Expr, ExprLit, ExprPath, ExprUnary, GenericArgument, Lit, Path, PathArguments, Type, TypePath,
    UnOp,
};

/// Without the invisible brackets that `macro_rules!` puts around what it passes on.
pub(crate) fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        expr => expr,
    }
}

/// The literal that an expression is.
pub(crate) fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    }
}

/// The path that an expression is.
pub(crate) fn path(expr: &Expr) -> Option<Path> {
    match ungrouped(expr) {
        Expr::Path(ExprPath {
            qself: None,
            path,
            attrs,
        }) if attrs.is_empty() => Some(path.clone()),
        _ => None,
    }
}

/// Whether a `-` comes first.
pub(crate) fn is_negative(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            ..
        })
    )
}

/// The agents that were probably meant, as they are written.
pub(crate) fn agents(expr: &Expr) -> Vec<String> {
    match ungrouped(expr) {
        Expr::Path(path) if path.qself.is_none() => vec![written(&path.path)],
        Expr::Array(array) => array.elems.iter().flat_map(agents).collect(),
        Expr::Tuple(tuple) => tuple.elems.iter().flat_map(agents).collect(),
        Expr::Paren(inner) => agents(&inner.expr),
        Expr::Reference(inner) => agents(&inner.expr),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => arguments(&path.path)
                .map_or_else(|| vec![written(&path.path)], |agent| vec![written(agent)]),
            _ => Vec::new(),
        },
        Expr::Closure(closure) => {
            let mut chosen = Vec::new();
            within(closure.body.to_token_stream(), &mut chosen);
            chosen
        }
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => {
            let text = text.value();
            let paths = text.split(',').map(|word| syn::parse_str(word.trim()));
            let paths: syn::Result<Vec<Path>> = paths.collect();
            paths.map_or_else(|_| Vec::new(), |paths| paths.iter().map(written).collect())
        }
        _ => Vec::new(),
    }
}

/// A path as people write it, without spaces.
pub(crate) fn written(path: &impl ToTokens) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

/// `key = value` with the value as written, where that is a literal or a path.
pub(crate) fn assigned(key: &str, value: &Expr) -> Option<String> {
    match ungrouped(value) {
        Expr::Lit(literal) => Some(format!("{key} = {}", literal.to_token_stream())),
        Expr::Path(path) => Some(format!("{key} = {}", written(path))),
        _ => None,
    }
}

/// The `A` of `Next::to::<A>`.
fn arguments(path: &Path) -> Option<&Path> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(Type::Path(TypePath { path, .. })) => Some(path),
        _ => None,
    })
}

/// Each `A` of `to::<A>` among the tokens, once.
fn within(tokens: TokenStream, chosen: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_sign = |token: Option<&TokenTree>, sign| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => within(group.stream(), chosen),
            TokenTree::Ident(word) if word == "to" && is_sign(tokens.get(at + 3), '<') => {
                let agent = tokens[at + 4..].iter().cloned();
                let agent = agent.take_while(|token| !is_sign(Some(token), '>'));
                let agent = written(&agent.collect::<TokenStream>());
                if !agent.is_empty() && !chosen.contains(&agent) {
                    chosen.push(agent);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::agents;
    use syn::parse_quote;

    #[test]
    fn what_was_meant() {
        for (written, meant) in [
            (parse_quote!(editor), vec!["editor"]),
            (
                parse_quote!(crate::desk::editor()),
                vec!["crate::desk::editor"],
            ),
            (parse_quote!(Next::to::<editor>()), vec!["editor"]),
            (parse_quote!([editor, &Billing]), vec!["editor", "Billing"]),
            (parse_quote!("editor, billing"), vec!["editor", "billing"]),
            (parse_quote!("the editor"), vec![]),
            (
                parse_quote!(|out| if out.ok {
                    Next::to::<a::B>()
                } else {
                    Next::to::<c>()
                }),
                vec!["a::B", "c"],
            ),
            (parse_quote!(3), vec![]),
        ] {
            let written: syn::Expr = written;
            assert_eq!(agents(&written), meant);
        }
    }
}
