//! What an annotated function gives, where only the compiler can tell whether that is a `Result`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, Type, parse_quote};

use super::ends;
use crate::grammar::fields::argument_of;

/// The type of the value in what a function returns.
pub(crate) fn value_of(returns: &Type, private: &Path) -> Type {
    match argument_of(returns, "Result") {
        Some(value) => value.clone(),
        // An alias of another name: only the compiler knows.
        None => {
            let value = outcome(returns, "Value", private);
            parse_quote!(#value)
        }
    }
}

/// `name` of what a function returns under a name of its own, as the `Result` that it is. Placed so
/// that the compiler reports a type that is none once, and at the whole of it.
pub(crate) fn outcome(returns: &Type, name: &str, private: &Path) -> TokenStream {
    let (first, last) = ends(returns);
    let open = quote_spanned!(first=> <);
    let name = Ident::new(name, last);
    quote!(#open #returns as #private::Outcome>::#name)
}
