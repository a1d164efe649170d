//! `#[agent]`: as written, then resolved, checked, and written out as Rust.

mod check;
mod expand;
mod hand_off;
mod model;
mod syntax;

pub(crate) use syntax::Written;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, ItemStruct};

use crate::{
    around::Around,
    clash,
    diag::{Errors, say},
    emit,
    function::{self, Function},
    grammar::options,
    role::Role,
    source::{self, ParameterDefault, Source},
};

/// Expands `#[agent(…)]`.
pub(crate) fn agent(options: TokenStream, mut item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written: Written = options::read(options.clone(), &mut errors);
    let library = emit::library(&written.library);
    let again = || quote!(#library::agent(#options));
    let (source, defaults) = Source::read(item.clone());
    match source {
        Source::Function(mut function) => match source::configured(&mut function.attrs, again) {
            Some(again) => quote!(#again #function),
            None => on_function(written, function, &defaults, errors),
        },
        Source::Struct(mut structure) => match source::configured(&mut structure.attrs, again) {
            Some(again) => quote!(#again #structure),
            None => on_struct(written, structure, errors),
        },
        Source::Impl(block) => {
            errors.at(block.impl_token.span, say::agent_elsewhere("impl"));
            errors.beside(item)
        }
        Source::Other(keyword, span) => {
            if !source::no_body(&mut item, Role::Agent, &mut errors) {
                errors.at(span, say::agent_elsewhere(&keyword));
            }
            errors.beside(item)
        }
    }
}

fn on_function(
    written: Written,
    mut item: ItemFn,
    defaults: &[ParameterDefault],
    mut errors: Errors,
) -> TokenStream {
    let is_one = source::only_one(&mut item.attrs, Role::Agent, &mut errors);
    let noted = errors.count();
    let function = Function::read(&mut item.sig, Role::Agent, &mut errors);
    let has_input = written.input.is_named();
    ParameterDefault::note_for_agent(defaults, &function.inputs, has_input, &mut errors);
    let ident = &item.sig.ident;
    let not_free = |errors: &mut Errors| {
        errors.at(ident.span(), say::of_impl(Role::Agent, &ident.to_string()));
    };
    // Among methods there is no room for types.
    if function::is_associated(&item.sig) {
        if item.sig.receiver().is_none() {
            not_free(&mut errors);
        }
        return errors.beside(quote!(#item));
    }
    let mut agent = model::Agent::of_function(written, &item, function, &mut errors);
    if let Some(around) = Around::of(ident) {
        if around.is_impl {
            // What else there is to say of it, it says where it has been moved.
            let mut errors = Errors::default();
            not_free(&mut errors);
            return errors.beside(quote!(#item));
        }
        clash::check(ident, &mut agent.generated(), &around, &mut errors);
    }
    check::check(&agent, &mut errors);
    if !is_one {
        errors.keep(noted);
    }
    let generated = expand::expand(&agent, errors.is_sound());
    if item.sig.asyncness.is_some() {
        source::begin_with(&mut item.block, expand::in_attempt(&agent));
    }
    // The user's first line may well be an item: ours before it is no reason to complain.
    errors.beside(quote!(#[allow(clippy::items_after_statements)] #item #generated))
}

fn on_struct(written: Written, mut item: ItemStruct, mut errors: Errors) -> TokenStream {
    source::only_one(&mut item.attrs, Role::Agent, &mut errors);
    if !source::unit(&mut item, Role::Agent, &mut errors) {
        return errors.beside(quote!(#item));
    }
    let mut agent = model::Agent::of_struct(written, &item, &mut errors);
    if let Some(around) = Around::of(&item.ident) {
        clash::check(&item.ident, &mut agent.generated(), &around, &mut errors);
    }
    check::check(&agent, &mut errors);
    let generated = expand::expand(&agent, errors.is_sound());
    errors.beside(quote!(#item #generated))
}

/// The names of the structs that are generated for a struct under `#[agent(…)]`.
pub(crate) fn generated(options: TokenStream, item: &ItemStruct) -> Vec<String> {
    let mut unsaid = Errors::default();
    let written: Written = options::read(options, &mut unsaid);
    let mut agent = model::Agent::of_struct(written, item, &mut unsaid);
    clash::names(&mut agent.generated())
}
