//! One call of a method with a slip in its arguments.

use heck::ToUpperCamelCase;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprCall, ExprLit, Lit, LitStr, Path, Token, parse::Parser, parse_quote,
    punctuated::Punctuated, spanned::Spanned,
};

use super::{Walk, chain::Link};
use crate::{
    diag::{Errors, say},
    grammar::{
        duration::{self, Fault},
        type_name::type_name,
    },
};

/// A call as it was meant.
pub(super) struct Mended {
    /// In place of what is written; none where that is right.
    pub(super) turbofish: Option<TokenStream>,
    pub(super) arguments: TokenStream,
}

type Arguments = Punctuated<Expr, Token![,]>;

/// Notes the slip in a call, where there is one. `typed` are its angle brackets.
pub(super) fn mended(
    link: &Link,
    typed: &[TokenTree],
    arguments: &Group,
    Walk { context, library }: &Walk,
    errors: &mut Errors,
) -> Option<Mended> {
    let uses_context = mentions(arguments.stream(), context);
    let arguments = Arguments::parse_terminated
        .parse2(arguments.stream())
        .ok()?;
    let method = link.method.to_string();
    let is_untyped = link.of_context && typed.is_empty();
    match method.as_str() {
        "run" | "map" | "poll" if is_untyped => unnamed(&method, "an agent", arguments, errors),
        "child" | "rounds" | "continue_as_new" if is_untyped => {
            unnamed(&method, "a flock", arguments, errors)
        }
        "signal" if is_untyped => unnamed_signal(&arguments, errors),
        "run" | "child" if link.of_context => named(link, typed, arguments, library, errors),
        "rounds" if link.of_context => closure(arguments, errors),
        // The call borrows the context, and so must the closure.
        "saga" if link.of_context && uses_context => closure(arguments, errors),
        "sleep" | "within" if link.of_context => time(&method, arguments, errors),
        "within" | "timeout" | "run_timeout" | "schedule_to_close" | "every" => {
            time(&method, arguments, errors)
        }
        _ => None,
    }
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// An agent or a flock among the arguments.
fn unnamed(method: &str, what: &str, arguments: Arguments, errors: &mut Errors) -> Option<Mended> {
    let place = arguments.first()?.span();
    let mut arguments = arguments.into_iter();
    let first = arguments.next()?;
    let mut rest: Arguments = arguments.collect();
    let name: Path = match first {
        Expr::Path(path) if path.qself.is_none() && !rest.is_empty() => path.path,
        Expr::Lit(ExprLit {
            lit: Lit::Str(name),
            ..
        }) if !rest.is_empty() => {
            let mut name: Path = name.parse().ok()?;
            if let Some(last) = name.segments.last_mut() {
                last.ident.set_span(place);
            }
            name
        }
        // The call of the agent's function, handed over.
        Expr::Call(ExprCall { func, args, .. }) if rest.is_empty() => match *func {
            Expr::Path(path) if path.qself.is_none() && is_function(&path.path) => {
                rest.push(one(args));
                path.path
            }
            _ => return None,
        },
        _ => return None,
    };
    let shown: Vec<String> = rest.iter().map(shown).collect();
    let instead = format!("ctx.{method}::<{}>({})", type_name(&name), shown.join(", "));
    errors.at(place, say::unnamed(what, &instead));
    Some(Mended {
        turbofish: Some(quote_spanned!(place=> ::<#name>)),
        arguments: rest.into_token_stream(),
    })
}

/// What is given to an agent or a flock that is named.
fn named(
    link: &Link,
    typed: &[TokenTree],
    arguments: Arguments,
    library: &Path,
    errors: &mut Errors,
) -> Option<Mended> {
    let method = link.method.to_string();
    let callee: TokenStream = typed.get(3..typed.len() - 1)?.iter().cloned().collect();
    let instead = |name: &str, inputs: &[String]| {
        let inputs = inputs.join(", ");
        format!("ctx.{method}::<{name}>({inputs})")
    };
    if let Ok(text) = syn::parse2::<LitStr>(callee.clone()) {
        let name: Path = text.parse().ok()?;
        let shown: Vec<String> = arguments.iter().map(shown).collect();
        let instead = instead(&type_name(&name), &shown);
        errors.at(text.span(), say::named_in_quotes(&instead));
        return Some(Mended {
            turbofish: Some(quote!(::<#name>)),
            arguments: arguments.into_token_stream(),
        });
    }
    let name = type_name(&callee);
    let is_named = |argument: &Expr| matches!(argument, Expr::Assign(_));
    let (sentence, arguments) = match arguments.len() {
        0 => {
            let kind = match method.as_str() {
                "run" => quote!(Agent),
                _ => quote!(Flock),
            };
            let some = quote!(::core::option::Option::<<#callee as #library::#kind>::Input>::None);
            (say::no_input(&method, &name), quote!(#some.unwrap()))
        }
        1 if !arguments.iter().any(is_named) => return None,
        several => {
            let inputs: Arguments = arguments.into_iter().map(unnamed_input).collect();
            let shown = inputs.iter().map(shown).collect::<Vec<_>>().join(", ");
            let shown = match several {
                1 => shown,
                _ => format!("({shown})"),
            };
            let sentence = say::inputs_are_one(&instead(&name, &[shown]));
            (sentence, one(inputs).into_token_stream())
        }
    };
    errors.at(link.method.span(), sentence);
    Some(Mended {
        turbofish: None,
        arguments,
    })
}

/// An input without the name that other languages give it: `topic = "Rust"`.
fn unnamed_input(input: Expr) -> Expr {
    match input {
        Expr::Assign(named) => *named.right,
        input => input,
    }
}

/// By its case an agent's function is told from a variant or a struct, which may be an input; and a
/// constructor by its path.
fn is_function(path: &Path) -> bool {
    let lower = |name: String| name.starts_with(|first: char| first.is_lowercase());
    let mut words = path.segments.iter();
    words.all(|word| word.arguments.is_none() && lower(word.ident.to_string()))
}

/// Several inputs as one.
fn one(mut inputs: Arguments) -> Expr {
    match inputs.len() {
        1 => match inputs.pop() {
            Some(input) => input,
            None => parse_quote!(()),
        },
        _ => parse_quote!((#inputs)),
    }
}

/// An argument as the help shows it: the long ones in short.
fn shown(argument: &Expr) -> String {
    let text = type_name(argument);
    match text.chars().count() > 30 || text.contains('{') {
        true => "…".to_owned(),
        false => text,
    }
}

fn unnamed_signal(arguments: &Arguments, errors: &mut Errors) -> Option<Mended> {
    let first = arguments.first()?;
    let name = match first {
        Expr::Path(path) if path.qself.is_none() => type_name(&path.path),
        Expr::Lit(ExprLit {
            lit: Lit::Str(name),
            ..
        }) => name.value().to_upper_camel_case(),
        _ => return None,
    };
    let mut path = syn::parse_str::<Path>(&name).ok()?;
    if let Some(last) = path.segments.last_mut() {
        last.ident.set_span(first.span());
    }
    errors.at(
        first.span(),
        say::unnamed("a signal", &format!("ctx.signal::<{name}>()")),
    );
    Some(Mended {
        turbofish: Some(quote_spanned!(first.span()=> ::<#path>)),
        arguments: TokenStream::new(),
    })
}

/// A closure that gives a future, where an `async` closure lends it what it works on.
fn closure(mut arguments: Arguments, errors: &mut Errors) -> Option<Mended> {
    let Some(Expr::Closure(closure)) = arguments.last_mut() else {
        return None;
    };
    let Expr::Async(body) = &*closure.body else {
        return None;
    };
    let inputs = closure.inputs.iter().map(type_name).collect::<Vec<_>>();
    errors.at(closure.span(), say::closure_is_async(&inputs.join(", ")));
    let block = &body.block;
    closure.asyncness = Some(Token![async](body.async_token.span));
    *closure.body = parse_quote!(#block);
    Some(Mended {
        turbofish: None,
        arguments: arguments.into_token_stream(),
    })
}

/// A length of time that is none.
fn time(method: &str, mut arguments: Arguments, errors: &mut Errors) -> Option<Mended> {
    let first = arguments.first_mut()?;
    let sentence = match &*first {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => match duration::parse(&text.value()) {
            Ok(_) => return None,
            Err(Fault::NotOne(guess)) => say::bad_duration(&text.value(), guess.as_deref()),
            Err(Fault::TooLong) => say::long_wait(&text.value()),
        },
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => say::time_is_text(method, number.base10_digits()),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => say::time_is_text(method, number.base10_digits()),
        _ => return None,
    };
    errors.at(first.span(), sentence);
    let place = first.span();
    *first = Expr::Verbatim(quote_spanned!(place=> "1s"));
    Some(Mended {
        turbofish: None,
        arguments: quote!(#arguments),
    })
}
