//! `join!` and `select!`: slips that the compiler would answer with advice that leads astray, and arms that
//! need no fusing by hand. What is compiled for a call stands at it: the compiler then says once what is
//! wrong there.
//!
//! `flock::join!` hands over where the library is, in parentheses, and then what the user wrote.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{
    Expr, Pat, Token,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    spanned::Spanned,
};

use crate::{
    diag::{Errors, Sentence, say},
    emit::local,
    grammar::type_name::type_name,
};

/// Expands `join!`.
pub(crate) fn join(tokens: TokenStream) -> TokenStream {
    let (library, calls) = library(tokens);
    let calls = match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(calls) {
        Ok(calls) => calls,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    if calls.len() == 1
        && let Some(calls @ (Expr::Path(_) | Expr::Macro(_) | Expr::Array(_))) = calls.first()
    {
        let shown = match calls {
            Expr::Macro(list) => format!("{}![…]", type_name(&list.mac.path)),
            Expr::Array(_) => "[…]".to_owned(),
            calls => type_name(calls),
        };
        errors.under(calls, say::join_takes_no_list(&shown));
        let errors = errors.beside(TokenStream::new());
        return quote!({ #errors #library::join_all(#calls).await });
    }
    if calls.is_empty() {
        return quote!(());
    }
    let [cx, waits, joined] = ["cx", "waits", "joined"].map(local);
    let (mut begin, mut look, mut names, mut results) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, call) in calls.into_iter().enumerate() {
        let Call { call, fails } = Call::of(call, say::join_takes_calls, &mut errors);
        let (future, name) = (local(&format!("call_{at}")), local(&format!("result_{at}")));
        begin.push(quote_spanned!(call.span()=>
            let mut #future = ::core::pin::pin!(#call);
        ));
        look.push(quote_spanned! {call.span()=>
            #waits |= #library::__private::go_on(#future.as_mut(), &mut #name, #cx);
        });
        results.push(match fails {
            // As it was meant.
            true => quote!(#name?),
            false => quote!(#name),
        });
        names.push(name);
    }
    let errors = errors.beside(TokenStream::new());
    quote!({
        #errors
        #(#begin)*
        #(let mut #names = ::core::option::Option::None;)*
        let #joined = ::core::future::poll_fn(|#cx: &mut ::core::task::Context<'_>| {
            let mut #waits = false;
            #(#look)*
            if #waits {
                return ::core::task::Poll::Pending;
            }
            match (#(#names.take(),)*) {
                (#(::core::option::Option::Some(#names),)*) => {
                    ::core::task::Poll::Ready((#(#names,)*))
                }
                _ => ::core::task::Poll::Pending,
            }
        });
        match #joined.await {
            (#(#names,)*) => (#(#results,)*),
        }
    })
}

/// Expands `select!`.
pub(crate) fn select(tokens: TokenStream) -> TokenStream {
    let (library, arms) = library(tokens);
    let mut errors = Errors::default();
    let read = |input: ParseStream<'_>| {
        let mut arms = Vec::new();
        biased(input, &mut errors)?;
        while !input.is_empty() {
            arms.extend(Arm::read(input, &mut errors)?);
        }
        Ok(arms)
    };
    let arms: Vec<Arm> = match read.parse2(arms) {
        Ok(arms) => arms,
        Err(error) => return error.to_compile_error(),
    };
    let select = expand(arms, &library);
    let errors = errors.beside(TokenStream::new());
    quote!({
        #errors
        #select
    })
}

/// The arms are asked in their order, and those that have ended no more; the first that is ready has won.
fn expand(arms: Vec<Arm>, library: &TokenStream) -> TokenStream {
    let private = quote!(#library::__private);
    let [cx, waits, polled, result] = ["cx", "waits", "polled", "result"].map(local);
    let won = local("Won");
    let (mut begin, mut look, mut kinds, mut branches) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut complete = None;
    for (at, arm) in arms.into_iter().enumerate() {
        let (pat, Call { call, fails }, body) = match arm {
            Arm::Complete(body) => {
                complete = Some(body);
                continue;
            }
            Arm::Call(parts) => *parts,
        };
        let (name, kind) = (local(&format!("arm_{at}")), local(&format!("Arm{at}")));
        let place = call.span();
        let asked = match &call {
            // It outlives the `select!`.
            Expr::Path(_) => quote_spanned!(place=> #private::look_at(&mut #call, #cx)),
            _ => {
                begin.push(quote_spanned! {place=>
                    let mut #name = ::core::pin::pin!(match #call {
                        #name => #private::arm(&#name).fused(#name),
                    });
                });
                quote_spanned!(place=> #private::look(#name.as_mut(), #cx))
            }
        };
        look.push(quote! {
            match #asked {
                ::core::option::Option::Some(::core::task::Poll::Ready(#result)) => {
                    return ::core::task::Poll::Ready(#won::#kind(#result));
                }
                #polled => #waits |= #polled.is_some(),
            }
        });
        branches.push(match fails {
            // As it was meant.
            true => quote!(#won::#kind(#result) => {
                let #pat = #result?;
                #body
            }),
            false => quote!(#won::#kind(#pat) => #body,),
        });
        kinds.push(kind);
    }
    let (ended, end, last) = match complete {
        Some(body) => (
            Some(quote!(Complete)),
            quote!(::core::task::Poll::Ready(#won::Complete)),
            Some(quote!(#won::Complete => #body,)),
        ),
        None => (
            None,
            quote!(::core::panic!(
                "every arm of `select!` has ended before, and it has no `complete => …`"
            )),
            None,
        ),
    };
    quote!({
        enum #won<#(#kinds),*> {
            #(#kinds(#kinds),)*
            #ended
        }
        let #result = {
            #[allow(unused_imports)]
            use #private::{IsTold as _, Knows as _};
            #(#begin)*
            ::core::future::poll_fn(|#cx: &mut ::core::task::Context<'_>| {
                let mut #waits = false;
                #(#look)*
                if #waits {
                    return ::core::task::Poll::Pending;
                }
                #end
            })
            .await
        };
        match #result {
            #(#branches)*
            #last
        }
    })
}

/// Where the library is, and the rest.
fn library(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens = tokens.into_iter();
    match tokens.next() {
        Some(TokenTree::Group(library)) if library.delimiter() == Delimiter::Parenthesis => {
            (library.stream(), tokens.collect())
        }
        _ => (quote!(::flock), tokens.collect()),
    }
}

/// A call as it is to be given: without what goes to its result.
struct Call {
    call: Expr,
    /// Whether there was a `?`.
    fails: bool,
}

impl Call {
    fn of(call: Expr, say: fn() -> Sentence, errors: &mut Errors) -> Self {
        let mut stripped = Self { call, fails: false };
        let mut place = None;
        loop {
            stripped.call = match stripped.call {
                Expr::Try(inner) => {
                    place = Some(inner.question_token.span);
                    stripped.fails = true;
                    *inner.expr
                }
                Expr::Await(inner) => {
                    place = Some(inner.await_token.span);
                    *inner.base
                }
                Expr::Group(inner) => *inner.expr,
                call => {
                    stripped.call = call;
                    break;
                }
            }
        }
        if let Some(place) = place {
            // Once for all of them: the first shows how.
            errors.once(place, say());
        }
        stripped
    }
}

/// An arm of `select!`.
enum Arm {
    Call(Box<(Pat, Call, Expr)>),
    Complete(Expr),
}

mod word {
    syn::custom_keyword!(biased);
    syn::custom_keyword!(complete);
}

/// tokio's word for the order that is always kept here.
fn biased(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if input.peek(word::biased) && input.peek2(Token![;]) {
        let word: word::biased = input.parse()?;
        input.parse::<Token![;]>()?;
        errors.at(word.span, say::select_is_biased());
    }
    Ok(())
}

impl Arm {
    /// None for one that there cannot be, which is noted.
    fn read(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Self>> {
        let begins = |input: ParseStream<'_>| input.peek2(Token![=>]);
        if input.peek(word::complete) && begins(input) {
            input.parse::<word::complete>()?;
            let (_, body) = Self::end(input)?;
            return Ok(Some(Self::Complete(body)));
        }
        if (input.peek(Token![default]) || input.peek(Token![else])) && begins(input) {
            let (place, is_else) = (input.span(), input.peek(Token![else]));
            input.parse::<TokenTree>()?;
            Self::end(input)?;
            errors.at(
                place,
                match is_else {
                    true => say::select_has_no_else(),
                    false => say::select_has_no_default(),
                },
            );
            return Ok(None);
        }
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let call = Call::of(input.parse()?, say::arm_takes_call, errors);
        let (condition, body) = Self::end(input)?;
        if let Some(place) = condition {
            errors.at(place, say::arm_has_no_condition());
        }
        Ok(Some(Self::Call(Box::new((pat, call, body)))))
    }

    /// What follows the call: tokio's condition, where there is one, and the body.
    fn end(input: ParseStream<'_>) -> syn::Result<(Option<Span>, Expr)> {
        let condition = match input.peek(Token![,]) && input.peek2(Token![if]) {
            true => {
                input.parse::<Token![,]>()?;
                let word = input.parse::<Token![if]>()?;
                input.parse::<Expr>()?;
                Some(word.span)
            }
            false => None,
        };
        input.parse::<Token![=>]>()?;
        let body = Expr::parse_with_earlier_boundary_rule(input)?;
        if matches!(body, Expr::Block(_)) || input.is_empty() {
            input.parse::<Option<Token![,]>>()?;
        } else {
            input.parse::<Token![,]>()?;
        }
        Ok((condition, body))
    }
}
