//! Names of generated structs that are taken.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::{ItemStruct, parse_quote};

use crate::{
    agent,
    around::Around,
    diag::{Errors, say},
    emit::io::{Io, Struct, pascal},
    flock,
};

/// What is generated for an item, and where a fault of it is told.
pub(crate) type Generated<'a> = (Span, &'a mut Io);

/// Notes structs whose names are taken, and gives them others: what uses them is no fault then.
pub(crate) fn check(
    item: &Ident,
    generated: &mut [Generated<'_>],
    around: &Around,
    errors: &mut Errors,
) {
    twin(item, generated, around, errors);
    for (place, structure) in structs(generated) {
        let name = structure.ident.to_string();
        if around.has(&name) {
            let whole = match structure.role {
                "output" => Some("output"),
                role => structure.holds.starts_with("what agent").then_some(role),
            };
            errors.at(place, say::name_is_taken(&name, &structure.holds, whole));
            rename(structure);
        }
    }
}

/// `struct Writer` and `fn writer`: what is generated for them has the same names.
fn twin(item: &Ident, generated: &mut [Generated<'_>], around: &Around, errors: &mut Errors) {
    let name = pascal(item);
    if *item == name {
        return;
    }
    let Some((attribute, options)) = around.ours(&name) else {
        return;
    };
    let Ok(options) = options.parse() else { return };
    let ident = format_ident!("{name}");
    let other: ItemStruct = parse_quote!(struct #ident;);
    let theirs = match attribute {
        "agent" => agent::generated(options, &other),
        _ => flock::generated(options, &other),
    };
    let mut both = Vec::new();
    for (_, structure) in structs(generated) {
        let name = structure.ident.to_string();
        if theirs.contains(&name) {
            both.push(name);
            rename(structure);
        }
    }
    if let Some(first) = both.first() {
        errors.at(item.span(), say::twins(&item.to_string(), &name, first));
    }
}

/// What the structs among them are called.
pub(crate) fn names(generated: &mut [Generated<'_>]) -> Vec<String> {
    structs(generated)
        .map(|(_, structure)| structure.ident.to_string())
        .collect()
}

fn structs<'g>(generated: &'g mut [Generated<'_>]) -> impl Iterator<Item = (Span, &'g mut Struct)> {
    generated
        .iter_mut()
        .filter_map(|(place, io)| Some((*place, io.structure()?)))
}

fn rename(structure: &mut Struct) {
    structure.ident = format_ident!("__{}", structure.ident);
}
