//! Options as calls of the runtime's builders, in constants.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;

use crate::{
    grammar::options::{Constant, Setting, Settings},
    options::AgentOptions,
};

/// `.key(value)` for each option that is given, the key being in the place of the user's own.
pub(crate) fn calls(settings: &Settings, private: &Path) -> TokenStream {
    let call = |setting: &Setting| {
        let (name, value) = (&setting.name, expression(&setting.value, private));
        quote!(.#name(#value))
    };
    settings.0.iter().map(call).collect()
}

/// What an option says.
pub(crate) fn expression(constant: &Constant, private: &Path) -> TokenStream {
    match constant {
        Constant::Duration(millis) => quote!(::core::time::Duration::from_millis(#millis)),
        Constant::Text(text) => quote!(#text),
        Constant::OneText(text) => quote!(&[#text]),
        Constant::Texts(texts) => quote!(&[#(#texts),*]),
        Constant::Integer(number) => quote!(#number),
        Constant::Small(number) => quote!(#number),
        Constant::Large(number) => quote!(#number),
        Constant::Decimal(number) => quote!(#number),
        Constant::Switch(on) => quote!(#on),
        Constant::Word(ty, variant) => {
            let (ty, variant) = (format_ident!("{ty}"), format_ident!("{variant}"));
            quote!(#private::#ty::#variant)
        }
        Constant::Options(ty, settings) => {
            let (ty, calls) = (format_ident!("{ty}"), calls(settings, private));
            quote!(#private::#ty::NONE #calls)
        }
        Constant::Prose(prose) => prose.clone(),
    }
}

/// Calls on the runtime's `ty`, which begins with nothing set; none where there are none.
pub(crate) fn built(ty: &str, calls: TokenStream, private: &Path) -> Option<TokenStream> {
    let ty = format_ident!("{ty}");
    (!calls.is_empty()).then(|| quote!(#private::#ty::NONE #calls))
}

/// `AgentOptions::NONE.timeout(…)`, where some are set.
pub(crate) fn agent_options(options: &AgentOptions, private: &Path) -> Option<TokenStream> {
    let retry = built("RetryOptions", calls(&options.retry, private), private);
    let retry = retry.map(|retry| quote!(.retry(#retry)));
    let own = calls(&options.set, private);
    built("AgentOptions", quote!(#own #retry), private)
}
