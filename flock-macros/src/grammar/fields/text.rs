//! `"topic: String | why, depth: u8 = 2"`.
//!
//! Stable Rust cannot point into a string literal, so each fault draws the place itself.

use syn::{Expr, LitStr, Type, parse_quote, parse_quote_spanned};

use super::{Field, default, mend, mend::parsed, name, names, python};
use crate::{
    diag::{Errors, Sentence, say},
    grammar::type_name::type_name,
};

/// Reads the fields in the literal.
pub(super) fn fields(literal: &LitStr, errors: &mut Errors) -> Vec<Field> {
    let text = literal.value();
    let mut reader = Reader {
        text: &text,
        at: 0,
        literal,
        errors: Errors::default(),
    };
    let mut fields = Vec::new();
    loop {
        reader.skip_space();
        if reader.rest().is_empty() {
            break;
        }
        match reader.field() {
            Ok(field) => fields.push(field),
            Err((at, fault)) => {
                reader.note(at, fault);
                // Where the next field begins is anyone's guess now.
                break;
            }
        }
    }
    errors.append(reader.errors);
    names(&mut fields, errors);
    fields
}

/// A fault and where in the text it is.
type Fault = (usize, Sentence);

struct Reader<'a> {
    text: &'a str,
    at: usize,
    literal: &'a LitStr,
    errors: Errors,
}

impl<'a> Reader<'a> {
    fn note(&mut self, at: usize, fault: Sentence) {
        self.errors
            .at(self.literal.span(), fault.caret(self.text, at));
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Up to the next of `ends` outside brackets and quotes, without the space around it.
    fn until(&mut self, ends: &[char]) -> (usize, &'a str) {
        self.skip_space();
        let start = self.at;
        let len = end_of_piece(self.rest(), ends);
        self.at += len;
        (start, self.text[start..self.at].trim_end())
    }

    fn field(&mut self) -> Result<Field, Fault> {
        let start = self.at;
        let word = word(self.rest());
        if word.is_empty() {
            return Err((start, say::no_field_name(None)));
        }
        self.at += word.len();
        if self.rest().starts_with('-') {
            return Err((start, say::hyphen(word)));
        }
        let name = match name(word, self.literal.span()) {
            Ok(name) => name,
            Err((fault, Some(meant))) => {
                self.note(start, fault);
                meant
            }
            Err((fault, None)) => return Err((start, fault)),
        };
        self.skip_space();
        let faults = self.errors.count();
        let ty = if self.eat(':') {
            self.ty(word)?
        } else {
            let span = self.literal.span();
            parse_quote_spanned!(span=> ::std::string::String)
        };
        let ty_is_sound = self.errors.count() == faults;
        let default = if self.eat('=') {
            // What was meant for another type fits no better.
            self.default(word, &ty).filter(|_| ty_is_sound)
        } else {
            None
        };
        let description = if self.eat('|') {
            self.description()?
        } else {
            String::new()
        };
        self.skip_space();
        if !self.rest().is_empty() && !self.eat(',') {
            return Err((self.at, say::text_field_end(word)));
        }
        Ok(Field {
            name,
            ty,
            description,
            default,
        })
    }

    fn ty(&mut self, field: &str) -> Result<Type, Fault> {
        let (start, written) = self.until(&[',', '|', '=']);
        let string = || parse_quote!(::std::string::String);
        if written.is_empty() {
            self.note(start, say::no_type(field));
            return Ok(string());
        }
        if self.eat_none() {
            let rust = python::rust(written).unwrap_or_else(|| written.to_owned());
            let (found, meant) = (format!("{written} | None"), format!("Option<{rust}>"));
            self.note(start, say::python_type(&found, &meant));
            return Ok(parsed(&meant).unwrap_or_else(string));
        }
        if let Some(rust) = python::rust(written) {
            self.note(start, say::python_type(written, &rust));
            return Ok(parsed(&rust).unwrap_or_else(string));
        }
        let Some(mut ty) = self.parse::<Type>(written) else {
            return Err(match missing_comma(written) {
                Some((first, next)) => (
                    start + next,
                    say::missing_field_comma(&format!("{field}: {first}")),
                ),
                None => (start, say::not_a_type(written)),
            });
        };
        for fault in mend(&mut ty) {
            let place = written.find(&type_name(&fault.place)).unwrap_or(0);
            self.note(start + place, fault.sentence);
        }
        Ok(ty)
    }

    /// Passes over `| None`, which is a type in Python and would be a description here.
    fn eat_none(&mut self) -> bool {
        let Some(none) = self.rest().strip_prefix('|') else {
            return false;
        };
        let Some(after) = none.trim_start().strip_prefix("None") else {
            return false;
        };
        let ends = after.trim_start().starts_with([',', '|', '=']) || after.trim().is_empty();
        if ends {
            self.at = self.text.len() - after.trim_start().len();
        }
        ends
    }

    fn default(&mut self, field: &str, ty: &Type) -> Option<Expr> {
        let (start, written) = self.until(&[',', '|']);
        if written.is_empty() {
            self.note(start, say::no_default(field));
            return None;
        }
        let Some(expr) = self.parse::<Expr>(written) else {
            self.note(start, say::bad_default(field));
            return None;
        };
        if let Some(fault) = default::fault(field, ty, &expr) {
            self.note(start, fault);
            return None;
        }
        Some(expr)
    }

    fn parse<T: syn::parse::Parse>(&self, written: &str) -> Option<T> {
        LitStr::new(written, self.literal.span()).parse().ok()
    }

    /// Up to the end, or to a comma after which another field begins.
    fn description(&mut self) -> Result<String, Fault> {
        self.skip_space();
        if self.eat('"') {
            let Some(len) = self.rest().find('"') else {
                return Err((self.at - 1, say::open_quote()));
            };
            let said = &self.rest()[..len];
            self.at += len + 1;
            return Ok(one_line(said));
        }
        let start = self.at;
        for (comma, _) in self.rest().match_indices(',') {
            let next = &self.rest()[comma + 1..];
            let next_at = start + comma + 1 + (next.len() - next.trim_start().len());
            match self.looks_like(next.trim_start()) {
                Looks::Field => {
                    self.at = start + comma;
                    return Ok(one_line(&self.text[start..self.at]));
                }
                Looks::Unclear(word) => return Err((next_at, say::unclear_comma(word))),
                Looks::Prose => {}
            }
        }
        self.at = self.text.len();
        Ok(one_line(&self.text[start..]))
    }

    /// What the text after a comma in a description looks like.
    fn looks_like(&self, next: &'a str) -> Looks<'a> {
        let word = word(next);
        let after = next[word.len()..].trim_start();
        if word.is_empty() {
            return Looks::Prose;
        }
        if after.starts_with('|') || (after.starts_with('=') && !after.starts_with("==")) {
            return Looks::Field;
        }
        let Some(after) = after
            .strip_prefix(':')
            .filter(|after| !after.starts_with(':'))
        else {
            return Looks::Prose;
        };
        let ty = after[..end_of_piece(after, &[',', '|', '='])].trim();
        let known =
            python::rust(ty).is_some() || self.parse::<Type>(ty).is_some_and(|_| is_type_like(ty));
        if known {
            Looks::Field
        } else {
            Looks::Unclear(word)
        }
    }
}

enum Looks<'a> {
    Field,
    Prose,
    /// As likely the one as the other.
    Unclear(&'a str),
}

/// Types begin with a capital, are built in, or have a path or brackets.
fn is_type_like(ty: &str) -> bool {
    const BUILT_IN: [&str; 17] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize", "str",
    ];
    BUILT_IN.contains(&ty)
        || ty.contains("::")
        || !ty.starts_with(|c: char| c.is_lowercase() || c == '_')
}

fn end_of_piece(text: &str, ends: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                escaped = false;
                continue;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '<' | '(' | '[' | '{' => depth += 1,
            '>' | ')' | ']' | '}' => depth = depth.saturating_sub(1),
            c if depth == 0 && ends.contains(&c) => return at,
            _ => {}
        }
    }
    text.len()
}

/// The identifier at the start, empty where there is none.
fn word(text: &str) -> &str {
    let prefix = if text.starts_with("r#") { 2 } else { 0 };
    let body = &text[prefix..];
    if body.starts_with(|c: char| c.is_ascii_digit()) {
        return "";
    }
    let len = body.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    &text[..prefix + len.unwrap_or(body.len())]
}

/// In `String depth: u8`, the type and where the next field begins.
fn missing_comma(written: &str) -> Option<(&str, usize)> {
    let (first, next) = written.split_once(char::is_whitespace)?;
    let word = word(next.trim_start());
    let follows = next.trim_start()[word.len()..].trim_start();
    let another = !word.is_empty() && (follows.is_empty() || follows.starts_with(':'));
    another.then(|| (first, written.len() - next.trim_start().len()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
