//! Where a description ends and the next field begins.

use quote::quote;
use syn::LitStr;

use crate::{
    diag::Errors,
    grammar::{
        fields::Io,
        options::{self, options},
        type_name::type_name,
    },
};

options! {
    struct Written {
        input: Io = "input(topic: String)",
    }
}

/// Name, type and description of each field; the message where it cannot be read.
fn read(text: &str) -> Result<Vec<(String, String, String)>, String> {
    let literal = LitStr::new(text, proc_macro2::Span::call_site());
    let mut errors = Errors::default();
    let written: Written = options::read(quote!(input = #literal), &mut errors);
    let (io, _) = written.input.read_so_far();
    if !errors.is_sound() {
        return Err(errors.beside(quote!()).to_string());
    }
    match io {
        Some(Io::Fields(fields)) => Ok(fields
            .iter()
            .map(|field| (field.key(), type_name(&field.ty), field.description.clone()))
            .collect()),
        Some(Io::Type(_)) | None => Err("no fields".to_owned()),
    }
}

#[track_caller]
fn reads(text: &str, fields: &[(&str, &str, &str)]) {
    let fields = fields
        .iter()
        .map(|(name, ty, said)| ((*name).to_owned(), (*ty).to_owned(), (*said).to_owned()));
    assert_eq!(read(text), Ok(fields.collect()), "{text}");
}

#[test]
fn a_comma_does_not_split_a_description() {
    for said in [
        "briefly, please",
        "one, two, three",
        "red, or blue, and so on: all of them",
        "see https://example.com, or ask",
        "a, b == c",
    ] {
        reads(
            &format!("topic: String | {said}"),
            &[("topic", "String", said)],
        );
    }
}

#[test]
fn a_field_after_a_description_is_a_field() {
    let why = [("topic", "String", "why, oh why"), ("depth", "u8", "")];
    reads("topic: String | why, oh why, depth: u8", &why);
    reads("topic | why, oh why, depth: u8 = 2", &why);
    reads("topic | \"why, oh why\", depth: u8", &why);
    reads(
        "a: std::vec::Vec<String> | x, b: Map<String, (u8, u8)> | y, c",
        &[
            ("a", "Vec<String>", "x"),
            ("b", "Map<String, (u8, u8)>", "y, c"),
        ],
    );
    reads(
        "a, b: u8, c",
        &[("a", "String", ""), ("b", "u8", ""), ("c", "String", "")],
    );
    reads(
        "a | x, b | y",
        &[("a", "String", "x"), ("b", "String", "y")],
    );
    reads(
        "a\n  | over\n  lines,\nb: u8,\n",
        &[("a", "String", "over lines"), ("b", "u8", "")],
    );
}

#[test]
fn quotes_hold_anything() {
    reads(
        "topic | \"in short: this, depth: u8 | x\", b: u8",
        &[
            ("topic", "String", "in short: this, depth: u8 | x"),
            ("b", "u8", ""),
        ],
    );
}

#[test]
fn what_may_be_either_is_an_error() {
    for text in [
        "topic: String | look, note: be precise",
        "topic: String | look, note: The more the better",
        "topic: String | look, warning: hot",
    ] {
        let message = read(text).expect_err(text);
        assert!(
            message.contains("may begin a field or belong to the description"),
            "{message}"
        );
    }
}

#[test]
fn no_text_makes_it_panic() {
    for text in [
        "|",
        ":",
        "a:",
        "a|",
        "=",
        "a=",
        "a: =",
        "ä: u8 | ö, ü",
        "a: Vec<",
        "r#",
        "\"",
        "a | \"",
    ] {
        let _ = read(text);
    }
}
