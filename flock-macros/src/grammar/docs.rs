//! Doc comments: what an item, a field or a parameter says about itself.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment's text, without the space that follows each `///`.
pub(crate) fn text(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = attrs.iter().filter_map(line).collect();
    // A block comment comes as one piece, its later lines still indented.
    let all = lines.join("\n");
    let lines = all
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The first paragraph, in one line.
pub(crate) fn summary(text: &str) -> String {
    let paragraph = text.lines().take_while(|line| !line.trim().is_empty());
    paragraph.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Takes the doc comments out of `attrs` and gives their text in one line.
pub(crate) fn take(attrs: &mut Vec<Attribute>) -> String {
    let said = summary(&text(attrs));
    attrs.retain(|attr| !attr.path().is_ident("doc"));
    said
}

fn line(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attr.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
