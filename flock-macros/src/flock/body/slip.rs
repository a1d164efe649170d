//! One call of a method with a slip in its arguments.

use heck::ToUpperCamelCase;
use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprCall, ExprLit, Lit, Path, Token, parse::Parser, parse_quote, punctuated::Punctuated,
    spanned::Spanned,
};

use super::chain::Link;
use crate::{
    diag::{Errors, say},
    grammar::{
        duration::{self, Fault},
        type_name::type_name,
    },
};

/// A call as it was meant.
pub(super) struct Mended {
    pub(super) turbofish: TokenStream,
    pub(super) arguments: TokenStream,
}

type Arguments = Punctuated<Expr, Token![,]>;

/// Notes the slip in a call, where there is one.
pub(super) fn mended(link: &Link, arguments: &Group, errors: &mut Errors) -> Option<Mended> {
    let arguments = Arguments::parse_terminated
        .parse2(arguments.stream())
        .ok()?;
    let method = link.method.to_string();
    match method.as_str() {
        "run" | "map" | "poll" if link.of_context && !link.is_typed => {
            unnamed(&method, "an agent", arguments, errors)
        }
        "child" | "rounds" | "continue_as_new" if link.of_context && !link.is_typed => {
            unnamed(&method, "a flock", arguments, errors)
        }
        "signal" if link.of_context && !link.is_typed => unnamed_signal(&arguments, errors),
        "rounds" if link.of_context => closure(arguments, errors),
        "sleep" | "within" if link.of_context => time(&method, arguments, errors),
        "within" | "timeout" | "run_timeout" | "schedule_to_close" | "every" => {
            time(&method, arguments, errors)
        }
        _ => None,
    }
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
        turbofish: quote_spanned!(place=> ::<#name>),
        arguments: rest.into_token_stream(),
    })
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
        turbofish: quote_spanned!(first.span()=> ::<#path>),
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
        turbofish: TokenStream::new(),
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
        turbofish: TokenStream::new(),
        arguments: quote!(#arguments),
    })
}
