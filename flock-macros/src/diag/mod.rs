//! Faults found on the way: collected, then reported together.

mod nearest;
pub(crate) mod say;

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

pub(crate) use nearest::nearest;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    message: String,
    drawn: Option<String>,
    help: Option<String>,
}

impl Sentence {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            drawn: None,
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Draws a caret under the byte `at` of a literal's text.
    pub(crate) fn caret(mut self, text: &str, at: usize) -> Self {
        let (before, after) = text.split_at(at.min(text.len()));
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after
            .find('\n')
            .map_or(text.len(), |newline| before.len() + newline);
        let column = before[start..].chars().count();
        let line = &text[start..end];
        self.drawn = Some(format!("    {line}\n    {:column$}^", ""));
        self
    }

    /// As an error at `span`.
    pub(crate) fn at(self, span: Span) -> syn::Error {
        syn::Error::new(span, self)
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(drawn) = &self.drawn {
            write!(f, "\n\n{drawn}")?;
        }
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    left_to_rustc: bool,
}

impl Errors {
    /// Notes a fault at `span`.
    pub(crate) fn at(&mut self, span: Span, sentence: Sentence) {
        self.found.push(syn::Error::new(span, sentence));
    }

    /// Notes a fault under all of `tokens`.
    pub(crate) fn under(&mut self, tokens: &impl ToTokens, sentence: Sentence) {
        self.found.push(syn::Error::new_spanned(tokens, sentence));
    }

    /// Notes what went wrong elsewhere.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// The value, or nothing and a note.
    pub(crate) fn take<T>(&mut self, given: syn::Result<T>) -> Option<T> {
        match given {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    /// Notes a fault that the compiler reports, and better than we could.
    pub(crate) fn leave_to_rustc(&mut self) {
        self.left_to_rustc = true;
    }

    /// Takes over what `other` has noted.
    pub(crate) fn append(&mut self, other: Self) {
        self.found.extend(other.found);
        self.left_to_rustc |= other.left_to_rustc;
    }

    /// Notes a fault at `span` unless the same was said before.
    pub(crate) fn once(&mut self, span: Span, sentence: Sentence) {
        let text = sentence.to_string();
        if self.found.iter().all(|said| said.to_string() != text) {
            self.at(span, sentence);
        }
    }

    /// Forgets what was found after the first `count`, since it follows from those.
    pub(crate) fn keep(&mut self, count: usize) {
        self.found.truncate(count);
    }

    /// How many were found so far.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found, by us or by the compiler.
    pub(crate) fn is_sound(&self) -> bool {
        self.found.is_empty() && !self.left_to_rustc
    }

    /// What was generated, and one `compile_error!` for each fault.
    pub(crate) fn beside(self, generated: TokenStream) -> TokenStream {
        let faults = self.found.iter().map(syn::Error::to_compile_error);
        std::iter::once(generated).chain(faults).collect()
    }
}
