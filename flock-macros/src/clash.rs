//! Names of generated structs that are taken.

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{ItemStruct, parse_quote};

use crate::{
    agent::Agent,
    attribute::Declared,
    diag::{Errors, say},
    emit::io::{Io, Struct, pascal},
    flock::Flock,
    grammar::options,
    scope::Scope,
};

/// What is generated for an item, and where a fault of it is told.
pub(crate) type Generated<'a> = (Span, &'a mut Io);

/// Notes structs whose names are taken, and gives them others: what uses them is no fault then.
pub(crate) fn check(
    item: &Ident,
    generated: &mut [Generated<'_>],
    scope: &Scope,
    errors: &mut Errors,
) {
    twin(item, generated, scope, errors);
    for (place, structure) in structs(generated) {
        let name = structure.ident.to_string();
        if scope.has(&name) {
            let whole = match structure.role {
                "output" => Some("output"),
                role => ["what agent", "what tool"]
                    .iter()
                    .any(|step| structure.holds.starts_with(step))
                    .then_some(role),
            };
            errors.at(place, say::name_is_taken(&name, &structure.holds, whole));
            rename(structure);
        }
    }
}

/// `struct Writer` and `fn writer`: what is generated for them has the same names.
fn twin(item: &Ident, generated: &mut [Generated<'_>], scope: &Scope, errors: &mut Errors) {
    let name = pascal(item);
    if *item == name {
        return;
    }
    let Some((attribute, options)) = scope.ours(&name) else {
        return;
    };
    let Ok(options) = options.parse() else { return };
    let ident = format_ident!("{name}");
    let other: ItemStruct = parse_quote!(struct #ident;);
    let theirs = match attribute {
        "agent" => names::<Agent>(options, &other),
        _ => names::<Flock>(options, &other),
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

/// What the structs are called that are generated for a struct under the attribute of a `D`.
fn names<D: Declared>(options: TokenStream, item: &ItemStruct) -> Vec<String> {
    let mut unsaid = Errors::default();
    let written: D::Written = options::read(options, &mut unsaid);
    let mut declared = D::of_struct(written, item, &mut unsaid);
    structs(&mut declared.generated())
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
