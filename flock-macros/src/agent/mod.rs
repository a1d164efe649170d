//! `#[agent]`: as written, then resolved, checked, and written out as Rust.

mod check;
mod expand;
mod hand_off;
mod mcp;
mod model;
mod syntax;
mod tools;

pub(crate) use model::Agent;
pub(crate) use syntax::Written;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, ItemStruct};

use crate::{
    attribute::{self, Declared},
    clash::Generated,
    diag::{Errors, say},
    emit,
    function::{self, Function},
    grammar::options::{self, Settings},
    identity::Identity,
    role::Role,
    source::{self, ParameterDefault, Source},
};

/// What a function is that is one step.
pub(crate) enum Step {
    Agent,
    Tool {
        /// What only tools say.
        only: Settings,
        /// Whether it surely says nothing of what it does outside.
        has_no_effect: bool,
    },
}

impl Step {
    fn role(&self) -> Role {
        match self {
            Self::Agent => Role::Agent,
            Self::Tool { .. } => Role::Tool,
        }
    }
}

/// Expands `#[agent(…)]`.
pub(crate) fn agent(options: TokenStream, mut item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written: Written = options::read(options.clone(), &mut errors);
    let library = emit::library(&written.library);
    let (mut source, defaults) = Source::read(item.clone());
    if let Some(again) = source::configured(&mut source, &library, "agent", &options) {
        return again;
    }
    match source {
        Source::Function(function) => {
            on_function(written, Step::Agent, function, &defaults, errors)
        }
        Source::Struct(structure) => attribute::on_struct::<Agent>(written, structure, errors),
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

/// A function under `#[agent]` or `#[tool]`, and what is generated for it.
pub(crate) fn on_function(
    written: Written,
    step: Step,
    mut item: ItemFn,
    defaults: &[ParameterDefault],
    mut errors: Errors,
) -> TokenStream {
    let role = step.role();
    let told = source::only_one(&mut item.attrs, role, &mut errors);
    let function = Function::read(&mut item.sig, role, &mut errors);
    let has_input = written.input.is_named();
    ParameterDefault::note_for_step(defaults, role, &function.inputs, has_input, &mut errors);
    if function::is_associated(&item.sig) {
        if item.sig.receiver().is_none() {
            attribute::among_methods(&item.sig.ident, role, &mut errors);
        }
        return errors.beside(quote!(#item));
    }
    let agent = Agent::of_function(written, step, &item, function, &mut errors);
    let first_line = expand::in_attempt(&agent);
    let Some(generated) = attribute::beside_function(agent, told, &mut errors) else {
        return errors.beside(quote!(#item));
    };
    if item.sig.asyncness.is_some() {
        source::begin_with(&mut item.block, first_line);
    }
    // The user's first line may well be an item: ours before it is no reason to complain.
    errors.beside(quote!(#[allow(clippy::items_after_statements)] #item #generated))
}

impl Declared for Agent {
    type Written = Written;
    const ROLE: Role = Role::Agent;

    fn of_struct(written: Written, item: &ItemStruct, errors: &mut Errors) -> Self {
        Self::of_struct(written, item, errors)
    }

    fn role(&self) -> Role {
        self.common.role
    }

    fn identity(&self) -> &Identity {
        &self.common.identity
    }

    fn generated(&mut self) -> Vec<Generated<'_>> {
        let place = self.common.identity.ident.span();
        vec![(place, &mut self.input), (place, &mut self.output)]
    }

    fn check(&self, errors: &mut Errors) {
        check::check(self, errors);
    }

    fn expand(&self, sound: bool) -> TokenStream {
        expand::expand(self, sound)
    }
}
