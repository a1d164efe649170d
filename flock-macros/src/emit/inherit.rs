//! What is generated for an item keeps to what its author said about it.

use syn::{Attribute, Meta, parse_quote};

/// The attributes that go over: which lints are off, and whether readers are to see it.
pub(crate) fn inherited(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter_map(one).collect()
}

/// Those of `outer`, and of what is within it.
pub(crate) fn joined(outer: &[Attribute], within: &[Attribute]) -> Vec<Attribute> {
    let mut attrs = outer.to_vec();
    attrs.extend(within.iter().filter(|attr| !outer.contains(attr)).cloned());
    attrs
}

/// Whether generated code comes up to an expectation is not the author's concern, so `expect` goes
/// over as `allow`.
fn one(attr: &Attribute) -> Option<Attribute> {
    let path = attr.path();
    if path.is_ident("deprecated") {
        return Some(parse_quote!(#[allow(deprecated)]));
    }
    let Meta::List(list) = &attr.meta else {
        return None;
    };
    let tokens = &list.tokens;
    if path.is_ident("allow") || path.is_ident("expect") {
        return Some(parse_quote!(#[allow(#tokens)]));
    }
    let is_hidden = path.is_ident("doc") && tokens.to_string() == "hidden";
    is_hidden.then(|| attr.clone())
}
