//! Handlers as Rust.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use super::{
    super::model::{Body, Flock},
    handler::Handler,
    kind::Kind,
};
use crate::{
    emit,
    emit::local,
    function::{Function, Slot},
    identity::Identity,
};

/// The members of `impl Flock` that tell of them.
pub(in crate::flock) fn list(flock: &Flock) -> TokenStream {
    let Some(handlers) = handlers(flock) else {
        return TokenStream::new();
    };
    let Identity { private, ident, .. } = &flock.identity;
    let entries = handlers.iter().map(|handler| {
        let constructor = Ident::new(handler.kind.role().word(), proc_macro2::Span::call_site());
        let message = handler.message.ty();
        let description = &handler.description;
        quote!(#private::Handler::#constructor::<Self, #message>(#description))
    });
    // Where the state has no beginning, rustc says so at its name.
    let fresh = quote_spanned!(ident.span()=> #private::fresh::<#ident>());
    quote! {
        const HANDLERS: &'static [#private::Handler] = &[#(#entries),*];
        fn state() -> #private::AnyState {
            #fresh
        }
    }
}

/// What each handler takes and does.
pub(in crate::flock) fn expand(flock: &Flock, sound: bool) -> TokenStream {
    match handlers(flock) {
        Some(handlers) if sound => handlers
            .iter()
            .map(|handler| implement(flock, handler))
            .collect(),
        _ => TokenStream::new(),
    }
}

fn handlers(flock: &Flock) -> Option<&[Handler]> {
    match &flock.body {
        Body::Coded {
            method: Some((_, handlers)),
            ..
        } => Some(handlers),
        Body::Coded { method: None, .. } | Body::Declared { .. } => None,
    }
}

fn implement(flock: &Flock, handler: &Handler) -> TokenStream {
    let Identity { private, ident, .. } = &flock.identity;
    let (message, name) = (handler.message.ty(), &handler.name);
    let (kind, on, members) = match handler.kind {
        Kind::Signal => (
            quote!(Signal),
            quote!(OnSignal),
            signal(handler, &message, private),
        ),
        Kind::Query => (
            quote!(Query),
            quote!(OnQuery),
            query(handler, &message, private),
        ),
        Kind::Update => (
            quote!(Update),
            quote!(OnUpdate),
            update(handler, &message, private),
        ),
    };
    let output = handler.output(private).map(|output| {
        let place = output.span();
        quote_spanned! {place=>
            type Flock = #ident;
            type Output = #output;
        }
    });
    let name_name = &handler.constant;
    let attrs = &handler.attrs;
    let validator = handler.validator.as_ref();
    let calling = validator.map_or_else(
        || attrs.clone(),
        |validator| emit::joined(attrs, &validator.attrs),
    );
    quote! {
        #(#attrs)*
        #[automatically_derived]
        impl #private::#kind for #message {
            const #name_name: &'static str = #name;
            #output
        }
        #(#calling)*
        #[automatically_derived]
        impl #private::#on<#message> for #ident {
            #members
        }
    }
}

fn signal(handler: &Handler, message: &TokenStream, private: &Path) -> TokenStream {
    let (context, parameter) = (local("context"), parameter(&handler.function));
    let call = call(&handler.method, &handler.function);
    let body = match handler.is_async {
        true => quote!(::std::boxed::Box::pin(#call)),
        false => {
            let state = local("state");
            quote! {
                #context.state_mut(|#state| #call);
                #private::done()
            }
        }
    };
    quote! {
        fn signal(
            #context: #private::FlockContext<Self>,
            #parameter: #message,
        ) -> #private::LocalFuture<'static, ()> {
            #body
        }
    }
}

fn query(handler: &Handler, message: &TokenStream, private: &Path) -> TokenStream {
    let parameter = parameter(&handler.function);
    let call = read(&handler.method, &handler.function);
    let output = handler.output(private);
    let answer = match handler.is_fallible() {
        true => quote!(#private::answer(#call)),
        false => quote!(::core::result::Result::Ok(#call)),
    };
    quote! {
        fn query(&self, #parameter: #message) -> #private::Result<#output> {
            #answer
        }
    }
}

fn update(handler: &Handler, message: &TokenStream, private: &Path) -> TokenStream {
    let (context, parameter) = (local("context"), parameter(&handler.function));
    let call = call(&handler.method, &handler.function);
    let output = handler.output(private);
    let body = match handler.is_async {
        true => quote!(::std::boxed::Box::pin(#private::orchestrate(#call))),
        false => {
            let (first, last) = match &handler.function.returns {
                Some(returns) => emit::ends(returns),
                None => (handler.method.span(), handler.method.span()),
            };
            // Where the compiler reports what is no answer.
            let [mut asked, state] = [local("context"), local("state")];
            asked.set_span(asked.span().located_at(first));
            let mut with = Group::new(Delimiter::Parenthesis, quote!(|#state| #call));
            with.set_span(Span::mixed_site().located_at(last));
            quote!(#private::answered(#asked.state_mut #with))
        }
    };
    let validate = handler.validator.as_ref().map(|validator| {
        let parameter = self::parameter(&validator.function);
        let call = read(&validator.method, &validator.function);
        quote! {
            fn validate(&self, #parameter: #message) -> #private::Result<()> {
                #private::answer(#call)
            }
        }
    });
    quote! {
        #validate
        fn update(
            #context: #private::FlockContext<Self>,
            #parameter: #message,
        ) -> #private::LocalFuture<'static, #private::Result<#output>> {
            #body
        }
    }
}

fn parameter(function: &Function) -> Ident {
    local(match function.inputs.as_slice() {
        [] => "_message",
        _ => "message",
    })
}

/// The call of a handler that may change the state.
fn call(method: &Ident, function: &Function) -> TokenStream {
    let (context, state) = (local("context"), local("state"));
    let waits = function
        .slots
        .iter()
        .any(|slot| matches!(slot, Slot::Context));
    let first = (!waits).then_some(quote!(#state));
    with(method, function, first, &quote!(#context))
}

/// The call of one that only looks.
fn read(method: &Ident, function: &Function) -> TokenStream {
    with(method, function, Some(quote!(self)), &TokenStream::new())
}

fn with(
    method: &Ident,
    function: &Function,
    first: Option<TokenStream>,
    context: &TokenStream,
) -> TokenStream {
    let message = local("message");
    let rest = function.slots.iter().map(|slot| match slot {
        Slot::Input(name) => quote!(#message.#name),
        Slot::Context | Slot::State(_) => context.clone(),
    });
    let arguments: Vec<_> = first.into_iter().chain(rest).collect();
    emit::method_call(method, &function.returns, &arguments)
}
