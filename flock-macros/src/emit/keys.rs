//! Where the options are named. A field of a descriptor takes the place of the option it comes from,
//! so that an editor shows the field's documentation under the option.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// Options whose field has another name.
const FIELDS: [(&str, &str); 9] = [
    ("agents", "agent_defaults"),
    ("input", "inputs"),
    ("loop_to", "to"),
    ("max_attempts", "retry.max_attempts"),
    ("output", "outputs"),
    ("retries", "retry.max_attempts"),
    ("start", "graph"),
    ("timeout.agent", "agents.timeout"),
    ("timeout.execution", "timeout"),
];

/// The places of options, by their fields: `timeout`, `retry.initial`.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<(String, Span)>);

impl Keys {
    /// From an attribute's tokens, whatever state they are in.
    pub(crate) fn read(options: TokenStream) -> Self {
        let mut keys = Self::default();
        keys.list(options, "");
        keys
    }

    fn list(&mut self, options: TokenStream, within: &str) {
        let mut tokens = options.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if let TokenTree::Ident(key) = &token {
                let path = format!("{within}{}", key.unraw());
                let is_list = within.is_empty() && ["agents", "retry", "timeout"].contains(&&*path);
                if is_list
                    && let Some(TokenTree::Group(group)) = tokens.peek()
                    && group.delimiter() == Delimiter::Parenthesis
                {
                    self.list(group.stream(), &format!("{path}."));
                }
                let field = FIELDS.iter().find(|(option, _)| *option == path);
                let field = field.map_or(path.as_str(), |(_, field)| field).to_owned();
                self.0.push((field, key.span()));
            }
            let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            if !is_comma(&token) {
                tokens.by_ref().find(is_comma);
            }
        }
    }

    /// The field at the end of `path`, in the place of its option.
    pub(crate) fn field(&self, path: &str) -> Ident {
        let place = self.0.iter().find(|(field, _)| field == path);
        let name = path.rsplit('.').next().unwrap_or(path);
        let span = Span::call_site();
        Ident::new(
            name,
            place.map_or(span, |(_, place)| span.located_at(*place)),
        )
    }
}
