//! `#[tool]`: an agent that is for models to call. What is its own is here; the rest is `#[agent]`'s.

mod syntax;

pub(crate) use syntax::Written;

use proc_macro2::TokenStream;

use crate::{
    agent::{self, Step},
    diag::{Errors, say},
    emit,
    grammar::options::{self, Group},
    role::Role,
    source::{self, Source},
};

/// Expands `#[tool(…)]`.
pub(crate) fn tool(options: TokenStream, mut item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written: Written = options::read(options.clone(), &mut errors);
    let library = emit::library(&written.library);
    let (mut source, defaults) = Source::read(item.clone());
    if let Some(again) = source::configured(&mut source, &library, "tool", &options) {
        return again;
    }
    let (keyword, place) = match source {
        Source::Function(function) => {
            let step = Step::Tool {
                only: written.settings(Group::Tool),
                // What could not be read may well be that.
                has_no_effect: !written.effect.is_named() && errors.is_sound(),
            };
            return agent::on_function(written.into(), step, function, &defaults, errors);
        }
        Source::Struct(structure) => ("struct".to_owned(), structure.struct_token.span),
        Source::Impl(block) => ("impl".to_owned(), block.impl_token.span),
        Source::Other(keyword, place) => (keyword, place),
    };
    if !source::no_body(&mut item, Role::Tool, &mut errors) {
        // What it says of itself is that of a tool, which it is not.
        errors = Errors::default();
        errors.at(place, say::tool_elsewhere(&keyword));
    }
    errors.beside(item)
}
