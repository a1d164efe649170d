//! What the attributes of agents and flocks have in common, from the item to what stands beside it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ItemStruct;

use crate::{
    clash::{self, Generated},
    diag::{Errors, say},
    grammar::options::Table,
    identity::Identity,
    role::Role,
    scope::Scope,
    source,
};

/// What an attribute makes of its item: an agent, a flock.
pub(crate) trait Declared: Sized {
    /// Its options.
    type Written: Table;
    const ROLE: Role;

    /// Resolves what is declared on a struct.
    fn of_struct(written: Self::Written, item: &ItemStruct, errors: &mut Errors) -> Self;

    /// What it is, where its attribute is not the only one of its kind.
    fn role(&self) -> Role {
        Self::ROLE
    }

    fn identity(&self) -> &Identity;

    /// What is generated beside it.
    fn generated(&mut self) -> Vec<Generated<'_>>;

    /// Notes what does not go together.
    fn check(&self, errors: &mut Errors);

    /// Everything beside the item. When it is at fault (not `sound`), its types are still there, so that
    /// code which uses them gives no errors of its own.
    fn expand(&self, sound: bool) -> TokenStream;
}

/// The struct under an attribute, and what is generated for it.
pub(crate) fn on_struct<D: Declared>(
    written: D::Written,
    mut item: ItemStruct,
    mut errors: Errors,
) -> TokenStream {
    source::only_one(&mut item.attrs, D::ROLE, &mut errors);
    if !source::unit(&mut item, D::ROLE, &mut errors) {
        return errors.beside(quote!(#item));
    }
    let declared = D::of_struct(written, &item, &mut errors);
    let generated = beside(declared, &mut errors);
    errors.beside(quote!(#item #generated))
}

/// What stands beside a function; nothing where it is among methods, which is then all that is said of it.
/// `told` is what [`source::only_one`] gave.
pub(crate) fn beside_function<D: Declared>(
    declared: D,
    told: Option<usize>,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let item = &declared.identity().ident;
    if Scope::of(item).is_some_and(|scope| scope.is_impl) {
        // What else there is to say of it, it says where it has been moved.
        *errors = Errors::default();
        among_methods(item, declared.role(), errors);
        return None;
    }
    Some(written(declared, told, errors))
}

/// What stands beside any other item.
pub(crate) fn beside<D: Declared>(declared: D, errors: &mut Errors) -> TokenStream {
    written(declared, None, errors)
}

/// Its names are free, all goes together, and it is written out.
fn written<D: Declared>(mut declared: D, told: Option<usize>, errors: &mut Errors) -> TokenStream {
    let item = declared.identity().ident.clone();
    if let Some(scope) = Scope::of(&item) {
        clash::check(&item, &mut declared.generated(), &scope, errors);
    }
    declared.check(errors);
    if let Some(told) = told {
        errors.keep(told);
    }
    declared.expand(errors.is_sound())
}

/// Notes a function in an `impl`, where there is no room for types.
pub(crate) fn among_methods(item: &Ident, role: Role, errors: &mut Errors) {
    errors.at(item.span(), say::of_impl(role, &item.to_string()));
}
