//! `#[flock]`: as written, then resolved, checked, and written out as Rust.

mod body;
mod check;
mod expand;
mod model;
mod replay;
mod schedule;
mod start;
mod stateful;
mod syntax;

pub(crate) use syntax::Written;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn, ItemImpl, ItemStruct, Signature, parse_quote};

use crate::{
    around::Around,
    clash,
    diag::{Errors, say},
    emit,
    function::Function,
    grammar::{fields::argument_of, options, type_name::type_name},
    role::Role,
    source::{self, Source},
};

/// Expands `#[flock(…)]`.
pub(crate) fn flock(options: TokenStream, mut item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (source, defaults) = Source::read(item.clone());
    let with_start = match source {
        Source::Struct(_) => start::with_key(options.clone(), &mut errors),
        _ => options.clone(),
    };
    let written: Written = options::read(with_start, &mut errors);
    let library = emit::library(&written.library);
    let again = || quote!(#library::flock(#options));
    for default in &defaults {
        default.note(&mut errors);
    }
    match source {
        Source::Function(mut function) => match source::configured(&mut function.attrs, again) {
            Some(again) => quote!(#again #function),
            None => on_function(written, function, errors),
        },
        Source::Struct(mut structure) => match source::configured(&mut structure.attrs, again) {
            Some(again) => quote!(#again #structure),
            None => on_struct(written, structure, errors),
        },
        Source::Impl(mut block) => match source::configured(&mut block.attrs, again) {
            Some(again) => quote!(#again #block),
            None => on_impl(written, *block, errors),
        },
        Source::Other(_, span) => {
            if !source::no_body(&mut item, Role::Flock, &mut errors) {
                errors.at(span, say::flock_elsewhere());
            }
            errors.beside(item)
        }
    }
}

fn on_function(written: Written, mut item: ItemFn, mut errors: Errors) -> TokenStream {
    let is_one = source::only_one(&mut item.attrs, Role::Flock, &mut errors);
    let noted = errors.count();
    let library = emit::library(&written.library);
    let function = Function::read(&mut item.sig, Role::Flock, &mut errors);
    if item.sig.receiver().is_some() {
        // Among methods there is no room for types.
        return errors.beside(quote!(#item));
    }
    no_state(&item.sig, &mut errors);
    replay::check(&item, &mut errors);
    body::mend(&item.sig, &mut item.block, &library, &mut errors);
    let mut flock = model::Flock::of_function(written, &item, function, &mut errors);
    let ident = &item.sig.ident;
    if let Some(around) = Around::of(ident) {
        if around.is_impl {
            // What else there is to say of it, it says where it has been moved.
            let mut errors = Errors::default();
            errors.at(ident.span(), say::of_impl(Role::Flock, &ident.to_string()));
            return errors.beside(quote!(#item));
        }
        clash::check(ident, &mut flock.generated(), &around, &mut errors);
    }
    check::check(&flock, &mut errors);
    if !is_one {
        errors.keep(noted);
    }
    let generated = expand::expand(&flock, errors.is_sound());
    // A flock's future stays on its thread by nature.
    errors.beside(quote! {
        #[allow(clippy::future_not_send, clippy::unused_async)]
        #item
        #generated
    })
}

/// Notes a context of some state, which only the flock on an `impl` has.
fn no_state(sig: &Signature, errors: &mut Errors) {
    for parameter in &sig.inputs {
        let FnArg::Typed(parameter) = parameter else {
            continue;
        };
        let of = argument_of(&parameter.ty, "FlockContext").map(type_name);
        if of.is_some_and(|of| of != "()") {
            let found = type_name(&parameter.ty);
            errors.under(&parameter.ty, say::context_without_state(&found));
        }
    }
}

fn on_impl(written: Written, mut block: ItemImpl, mut errors: Errors) -> TokenStream {
    source::only_one(&mut block.attrs, Role::Flock, &mut errors);
    let Some(ident) = stateful::state_of(&block, &mut errors) else {
        stateful::strip(&mut block);
        // What the context asks of a state, so that it is not said of the parameters as well.
        for parameter in block.generics.type_params_mut() {
            parameter.bounds.push(parse_quote!('static));
        }
        return errors.beside(quote!(#block));
    };
    let library = emit::library(&written.library);
    let methods = stateful::Methods::read(&ident, &mut block, &library, &mut errors);
    let generated = methods.map(|methods| {
        let mut flock = model::Flock::of_impl(written, ident, &block.attrs, methods, &mut errors);
        let ident = flock.ident.clone();
        if let Some(around) = Around::of(&ident) {
            clash::check(&ident, &mut flock.generated(), &around, &mut errors);
        }
        check::check(&flock, &mut errors);
        expand::expand(&flock, errors.is_sound())
    });
    errors.beside(quote!(#block #generated))
}

fn on_struct(written: Written, mut item: ItemStruct, mut errors: Errors) -> TokenStream {
    source::only_one(&mut item.attrs, Role::Flock, &mut errors);
    if !source::unit(&mut item, Role::Flock, &mut errors) {
        return errors.beside(quote!(#item));
    }
    let mut flock = model::Flock::of_struct(written, &item, &mut errors);
    if let Some(around) = Around::of(&item.ident) {
        clash::check(&item.ident, &mut flock.generated(), &around, &mut errors);
    }
    check::check(&flock, &mut errors);
    let generated = expand::expand(&flock, errors.is_sound());
    errors.beside(quote!(#item #generated))
}

/// The names of the structs that are generated for a struct under `#[flock(…)]`.
pub(crate) fn generated(options: TokenStream, item: &ItemStruct) -> Vec<String> {
    let mut unsaid = Errors::default();
    let written: Written = options::read(options, &mut unsaid);
    let mut flock = model::Flock::of_struct(written, item, &mut unsaid);
    clash::names(&mut flock.generated())
}
