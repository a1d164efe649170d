//! Types as people say them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// The type as written, its paths reduced to their last segment: `Vec<String>`.
pub(crate) fn type_name(ty: &impl ToTokens) -> String {
    let mut name = String::new();
    write(ty.to_token_stream(), &mut name);
    name
}

fn write(tokens: TokenStream, name: &mut String) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(after) = path_prefix(&tokens, at) {
            at = after;
            continue;
        }
        match &tokens[at] {
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' if separates(tokens.get(at + 1)) => name.push_str(", "),
                // A trailing comma.
                ',' => {}
                ';' => name.push_str("; "),
                '+' => name.push_str(" + "),
                '=' => name.push_str(" = "),
                other => name.push(other),
            },
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                name.push_str(open);
                write(group.stream(), name);
                name.push_str(close);
            }
            word => {
                if name.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                    name.push(' ');
                }
                name.push_str(&word.to_string());
            }
        }
        at += 1;
    }
}

fn separates(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Punct(punct)) => punct.as_char() != '>',
        next => next.is_some(),
    }
}

/// Where `segment::` or `::` at `at` ends.
fn path_prefix(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    let start = match &tokens[at] {
        TokenTree::Ident(_) => at + 1,
        _ => at,
    };
    (colon(start) && colon(start + 1)).then_some(start + 2)
}

#[cfg(test)]
mod tests {
    use super::type_name;
    use quote::quote;

    #[test]
    fn reduced_to_last_segments() {
        for (ty, name) in [
            (quote!(::std::vec::Vec<std::string::String>), "Vec<String>"),
            (quote!(HashMap<String, a::B,>), "HashMap<String, B>"),
            (quote!([u8; 4]), "[u8; 4]"),
            (quote!((String, u8)), "(String, u8)"),
            (quote!(Box<dyn Tool + Send>), "Box<dyn Tool + Send>"),
        ] {
            assert_eq!(type_name(&ty), name);
        }
    }
}
