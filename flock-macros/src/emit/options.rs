//! Limits and retries as constants.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use super::option;
use crate::{
    grammar::options::{Constant, Setting, Settings},
    options::AgentOptions,
};

/// A struct of options in a constant: those that are set, over its `NONE`.
pub(crate) struct Setter<'a> {
    ty: &'static str,
    private: &'a Path,
    set: Vec<TokenStream>,
}

impl<'a> Setter<'a> {
    /// Of the runtime's type `ty`.
    pub(crate) const fn new(ty: &'static str, private: &'a Path) -> Self {
        Self {
            ty,
            private,
            set: Vec::new(),
        }
    }

    /// With what the options say, each under its own key.
    pub(crate) fn settings(mut self, settings: &Settings) -> Self {
        for Setting { name, value, .. } in &settings.0 {
            let value = constant_value(value, self.private);
            self.set.push(quote!(#name: #value));
        }
        self
    }

    /// With a field that is no option of its own.
    pub(crate) fn field(mut self, name: &Ident, value: Option<TokenStream>) -> Self {
        self.set.extend(value.map(|value| quote!(#name: #value)));
        self
    }

    pub(crate) fn finish(self) -> TokenStream {
        let Self { ty, private, set } = self;
        let ty = format_ident!("{ty}");
        if set.is_empty() {
            quote!(#private::#ty::NONE)
        } else {
            quote!(#private::#ty { #(#set,)* ..#private::#ty::NONE })
        }
    }
}

/// The value of a field that an option sets.
fn constant_value(constant: &Constant, private: &Path) -> TokenStream {
    match constant {
        Constant::Prose(prose) => prose.clone(),
        constant => option(Some(plain(constant, private))),
    }
}

/// What an option says, as an expression.
pub(crate) fn plain(constant: &Constant, private: &Path) -> TokenStream {
    match constant {
        Constant::Duration(millis) => quote!(::core::time::Duration::from_millis(#millis)),
        Constant::Text(text) => quote!(#text),
        Constant::Texts(texts) => quote!(&[#(#texts),*]),
        Constant::Integer(number) => quote!(#number),
        Constant::Small(number) => quote!(#number),
        Constant::Decimal(number) => quote!(#number),
        Constant::Switch(on) => quote!(#on),
        Constant::Word(ty, variant) => {
            let (ty, variant) = (format_ident!("{ty}"), format_ident!("{variant}"));
            quote!(#private::#ty::#variant)
        }
        Constant::Prose(prose) => prose.clone(),
    }
}

/// `AgentOptions { … }`.
pub(crate) fn agent_options(options: &AgentOptions, private: &Path) -> TokenStream {
    let retry = Setter::new("RetryOptions", private).settings(&options.retry);
    let is_set = !options.retry.0.is_empty();
    let name = Ident::new("retry", Span::call_site());
    Setter::new("AgentOptions", private)
        .settings(&options.set)
        .field(&name, is_set.then(|| retry.finish()))
        .finish()
}
