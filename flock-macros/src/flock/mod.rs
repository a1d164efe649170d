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

pub(crate) use model::Flock;
pub(crate) use syntax::Written;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn, ItemImpl, ItemStruct, Signature, parse_quote};

use crate::{
    attribute::{self, Declared},
    clash::Generated,
    diag::{Errors, say},
    emit,
    function::Function,
    grammar::{fields::argument_of, options, type_name::type_name},
    identity::Identity,
    role::Role,
    source::{self, Source},
};

/// Expands `#[flock(…)]`.
pub(crate) fn flock(options: TokenStream, mut item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (mut source, defaults) = Source::read(item.clone());
    let with_start = match source {
        Source::Struct(_) => start::with_key(options.clone(), &mut errors),
        _ => options.clone(),
    };
    let written: Written = options::read(with_start, &mut errors);
    let library = emit::library(&written.library);
    if let Some(again) = source::configured(&mut source, &library, "flock", &options) {
        return again;
    }
    for default in &defaults {
        default.note(&mut errors);
    }
    match source {
        Source::Function(function) => on_function(written, function, errors),
        Source::Struct(structure) => attribute::on_struct::<Flock>(written, structure, errors),
        Source::Impl(block) => on_impl(written, *block, errors),
        Source::Other(_, span) => {
            if !source::no_body(&mut item, Role::Flock, &mut errors) {
                errors.at(span, say::flock_elsewhere());
            }
            errors.beside(item)
        }
    }
}

fn on_function(written: Written, mut item: ItemFn, mut errors: Errors) -> TokenStream {
    let told = source::only_one(&mut item.attrs, Role::Flock, &mut errors);
    let library = emit::library(&written.library);
    let function = Function::read(&mut item.sig, Role::Flock, &mut errors);
    if item.sig.receiver().is_some() {
        // Among methods there is no room for types.
        return errors.beside(quote!(#item));
    }
    no_state(&item.sig, &mut errors);
    replay::check(&item, &mut errors);
    body::mend(&item.sig, &mut item.block, &library, &mut errors);
    let flock = Flock::of_function(written, &item, function, &mut errors);
    let Some(generated) = attribute::beside_function(flock, told, &mut errors) else {
        return errors.beside(quote!(#item));
    };
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
        let flock = Flock::of_impl(written, ident, &block.attrs, methods, &mut errors);
        attribute::beside(flock, &mut errors)
    });
    errors.beside(quote!(#block #generated))
}

impl Declared for Flock {
    type Written = Written;
    const ROLE: Role = Role::Flock;

    fn of_struct(written: Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        Self::of_struct(written, item, errors)
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn generated(&mut self) -> Vec<Generated<'_>> {
        self.structs()
    }

    fn check(&self, errors: &mut Errors) {
        check::check(self, errors);
    }

    fn expand(&self, sound: bool) -> TokenStream {
        expand::expand(self, sound)
    }
}
