//! `days: u8 = 3` among a function's parameters, where Rust has no defaults.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree, token_stream::IntoIter};

use crate::{
    diag::{Errors, say},
    grammar::fields::Field,
    grammar::type_name::type_name,
    role::Role,
};

/// A default that a parameter was given.
pub(crate) struct ParameterDefault {
    parameter: String,
    ty: TokenStream,
    value: TokenStream,
    place: Span,
}

impl ParameterDefault {
    /// Notes it for the parameter of a step: it belongs into the attribute, which names all of them.
    pub(crate) fn note_for_step(
        defaults: &[Self],
        role: Role,
        inputs: &[Field],
        has_input: bool,
        errors: &mut Errors,
    ) {
        let Some(first) = defaults.first() else {
            return;
        };
        let written = |field: &Field| {
            let (name, ty) = (field.key(), type_name(&field.ty));
            match defaults.iter().find(|default| default.parameter == name) {
                Some(default) => format!("{name}: {ty} = {}", default.value),
                None => format!("{name}: {ty}"),
            }
        };
        let all: Vec<_> = inputs.iter().map(written).collect();
        let (name, bare) = (&first.parameter, first.bare());
        let sentence = match has_input {
            true => say::default_beside_input(name, &bare, &format!("{bare} = {}", first.value)),
            false => say::default_of_step(role, name, &bare, &all.join(", ")),
        };
        errors.at(first.place, sentence);
    }

    /// Notes it for a parameter that can have none in another place either.
    pub(crate) fn note(&self, errors: &mut Errors) {
        let ty = type_name(&self.ty);
        let value = self.value.to_string();
        errors.at(
            self.place,
            say::default_of_flock(&self.parameter, &ty, &value),
        );
    }

    fn bare(&self) -> String {
        format!("{}: {}", self.parameter, type_name(&self.ty))
    }
}

/// The item with no defaults among the parameters of its functions, and what they were.
pub(super) fn take(item: TokenStream, defaults: &mut Vec<ParameterDefault>) -> TokenStream {
    let mut tokens = item.into_iter().peekable();
    let mut taken = TokenStream::new();
    // Between `fn` and its parameters.
    let mut is_function = false;
    while let Some(token) = tokens.next() {
        let token = match token {
            TokenTree::Ident(word) if word == "fn" => {
                is_function = true;
                TokenTree::Ident(word)
            }
            TokenTree::Group(list) if is_function && list.delimiter() == Delimiter::Parenthesis => {
                is_function = false;
                within(&list, parameters(list.stream(), defaults))
            }
            // The methods of an `impl`, which ends with them.
            TokenTree::Group(methods)
                if !is_function
                    && methods.delimiter() == Delimiter::Brace
                    && tokens.peek().is_none() =>
            {
                within(&methods, take(methods.stream(), defaults))
            }
            token => token,
        };
        taken.extend([token]);
    }
    taken
}

fn within(group: &Group, tokens: TokenStream) -> TokenTree {
    let mut mended = Group::new(group.delimiter(), tokens);
    mended.set_span(group.span());
    TokenTree::Group(mended)
}

fn parameters(list: TokenStream, defaults: &mut Vec<ParameterDefault>) -> TokenStream {
    let mut tokens = list.into_iter().peekable();
    let mut taken = TokenStream::new();
    while tokens.peek().is_some() {
        let before = piece(&mut tokens, &[',', '=']);
        let is_given =
            matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '=');
        if is_given {
            let place = tokens
                .next()
                .map_or_else(Span::call_site, |sign| sign.span());
            let value = piece(&mut tokens, &[',']);
            defaults.extend(default(before.clone(), value, place));
        }
        taken.extend(before);
        taken.extend(tokens.next());
    }
    taken
}

/// Up to the next of `ends` that is not between angle brackets.
fn piece(tokens: &mut Peekable<IntoIter>, ends: &[char]) -> TokenStream {
    let mut piece = TokenStream::new();
    let (mut depth, mut before) = (0_usize, ' ');
    while let Some(token) = tokens.next_if(|token| {
        let ends = |sign: char| depth == 0 && ends.contains(&sign);
        !matches!(token, TokenTree::Punct(sign) if ends(sign.as_char()))
    }) {
        let sign = match &token {
            TokenTree::Punct(sign) => sign.as_char(),
            _ => ' ',
        };
        match sign {
            '<' => depth += 1,
            // That of `->` closes nothing.
            '>' if before != '-' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = sign;
        piece.extend([token]);
    }
    piece
}

fn default(before: TokenStream, value: TokenStream, place: Span) -> Option<ParameterDefault> {
    let mut tokens = before.into_iter();
    let mut parameter = None::<Ident>;
    for token in tokens.by_ref() {
        match token {
            TokenTree::Ident(word) => parameter = Some(word),
            TokenTree::Punct(sign) if sign.as_char() == ':' => break,
            _ => {}
        }
    }
    Some(ParameterDefault {
        parameter: parameter?.to_string(),
        ty: tokens.collect(),
        value,
        place,
    })
}
