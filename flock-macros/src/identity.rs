//! What an item under an attribute is called, and what it says for all that is generated for it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Path, Visibility};

use crate::{
    emit,
    grammar::{
        docs,
        options::Given,
        values::{Library, Text},
    },
};

/// What an item under an attribute is called, and what it says for all that is generated for it.
pub(crate) struct Identity {
    /// The library's hidden module.
    pub(crate) private: Path,
    /// What goes over to everything generated.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) name: String,
    /// The constant that is its name, in the place of the option.
    pub(crate) constant: Ident,
    pub(crate) description: String,
    /// In place of the description, where a model reads all that is said.
    pub(crate) prose: Option<TokenStream>,
}

impl Identity {
    /// Of the item `ident`, under these attributes.
    pub(crate) fn new(
        library: &Given<Library>,
        name: &Given<Text>,
        ident: &Ident,
        vis: &Visibility,
        attrs: &[Attribute],
    ) -> Self {
        Self {
            private: emit::private(library),
            attrs: emit::inherited(attrs),
            vis: vis.clone(),
            ident: ident.clone(),
            name: name.or_name_of(ident),
            constant: name.named("NAME"),
            description: docs::summary(&docs::text(attrs)),
            prose: None,
        }
    }

    /// The type that stands for a function: the two live side by side in different namespaces.
    pub(crate) fn marker(&self, what: &str) -> TokenStream {
        let Self {
            attrs, vis, ident, ..
        } = self;
        let doc = format!(" The {what} `{ident}`, as a type.");
        quote! {
            #[doc = #doc]
            #(#attrs)*
            #[allow(non_camel_case_types, clippy::exhaustive_enums)]
            #vis enum #ident {}
        }
    }

    /// Its name, as a member of its trait.
    pub(crate) fn name(&self) -> TokenStream {
        let (constant, name) = (&self.constant, &self.name);
        quote!(const #constant: &'static str = #name;)
    }

    /// A descriptor of the runtime's type `ty`, with what every item says of itself.
    pub(crate) fn descriptor(&self, ty: &str) -> TokenStream {
        let private = &self.private;
        let (ty, rust_name) = (format_ident!("{ty}"), self.ident.to_string());
        let description = match &self.prose {
            Some(prose) => Some(quote!(.description(#prose))),
            None => emit::description(&self.description),
        };
        quote! {
            #private::#ty::new(
                Self::NAME,
                #rust_name,
                #private::here(::core::file!(), ::core::line!(), ::core::module_path!()),
            )
            #description
        }
    }

    /// That it is a tool, as what it is: the `constructor` of the runtime's `ToolEntry`. Also where it is at
    /// fault: a list that names it is not.
    pub(crate) fn tool(&self, constructor: &str) -> TokenStream {
        let (private, ident) = (&self.private, &self.ident);
        let constructor = format_ident!("{constructor}");
        quote! {
            #[automatically_derived]
            impl #private::Tool for #ident {
                const TOOL: #private::ToolEntry = #private::ToolEntry::#constructor::<Self>();
            }
        }
    }

    /// What is added to those that a program finds, by the runtime's type `ty`.
    pub(crate) fn entry(&self, ty: &str) -> TokenStream {
        let (private, ident, ty) = (&self.private, &self.ident, format_ident!("{ty}"));
        quote! {
            #private::inventory::submit! { #private::#ty::of::<#ident>() }
        }
    }
}
