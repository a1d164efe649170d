//! An attribute's options, cut apart: `key`, `key = value` and `key(list)` between commas.

use std::collections::HashSet;

use darling::{FromMeta, ast::NestedMeta};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{
    Expr, Meta, MetaList, MetaNameValue, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser, discouraged::Speculative},
};

use super::values::assigned;
use crate::diag::{Errors, Sentence, say};

/// An option as declared in a list of those that an attribute takes.
pub(crate) struct Known {
    pub(crate) key: &'static str,
    /// How it is written, for help.
    pub(crate) example: &'static str,
}

/// Every option of every attribute.
const EXAMPLES: &[Known] = &[
    Known {
        key: "agents",
        example: "agents(timeout = \"1m\")",
    },
    Known {
        key: "among",
        example: "among = [Billing, Support]",
    },
    Known {
        key: "agent",
        example: "agent = \"1m\"",
    },
    Known {
        key: "backoff",
        example: "backoff = 2.0",
    },
    Known {
        key: "catch_up",
        example: "catch_up = \"1h\"",
    },
    Known {
        key: "crate",
        example: "crate = ::my::flock",
    },
    Known {
        key: "every",
        example: "every = \"1h\"",
    },
    Known {
        key: "execution",
        example: "execution = \"30m\"",
    },
    Known {
        key: "hand_off",
        example: "hand_off = summarizer",
    },
    Known {
        key: "heartbeat",
        example: "heartbeat = \"10s\"",
    },
    Known {
        key: "id_reuse",
        example: "id_reuse = \"reject_duplicate\"",
    },
    Known {
        key: "initial",
        example: "initial = \"1s\"",
    },
    Known {
        key: "input",
        example: "input(topic: String)",
    },
    Known {
        key: "instructions",
        example: "instructions = \"You are …\"",
    },
    Known {
        key: "jitter",
        example: "jitter = \"5m\"",
    },
    Known {
        key: "local",
        example: "local",
    },
    Known {
        key: "loop_to",
        example: "loop_to = Writer",
    },
    Known {
        key: "lost_workers",
        example: "lost_workers = 20",
    },
    Known {
        key: "max",
        example: "max = \"100s\"",
    },
    Known {
        key: "max_attempts",
        example: "max_attempts = 4",
    },
    Known {
        key: "max_rounds",
        example: "max_rounds = 3",
    },
    Known {
        key: "max_tokens",
        example: "max_tokens = 2000",
    },
    Known {
        key: "model",
        example: "model = \"openai/gpt-4o\"",
    },
    Known {
        key: "name",
        example: "name = \"writer\"",
    },
    Known {
        key: "non_retryable",
        example: "non_retryable = [\"ValidationError\"]",
    },
    Known {
        key: "offset",
        example: "offset = \"10m\"",
    },
    Known {
        key: "output",
        example: "output(summary: String)",
    },
    Known {
        key: "overlap",
        example: "overlap = \"skip\"",
    },
    Known {
        key: "priority",
        example: "priority = 1",
    },
    Known {
        key: "retries",
        example: "retries = 3",
    },
    Known {
        key: "retry",
        example: "retry(initial = \"1s\", max = \"100s\")",
    },
    Known {
        key: "run_timeout",
        example: "run_timeout = \"1h\"",
    },
    Known {
        key: "schedule",
        example: "schedule = \"0 9 * * MON-FRI\"",
    },
    Known {
        key: "schedule_to_close",
        example: "schedule_to_close = \"1h\"",
    },
    Known {
        key: "schedule_to_start",
        example: "schedule_to_start = \"5m\"",
    },
    Known {
        key: "search_attributes",
        example: "search_attributes(customer: Keyword)",
    },
    Known {
        key: "start",
        example: "start = Researcher",
    },
    Known {
        key: "task_queue",
        example: "task_queue = \"research\"",
    },
    Known {
        key: "task_timeout",
        example: "task_timeout = \"10s\"",
    },
    Known {
        key: "temperature",
        example: "temperature = 0.2",
    },
    Known {
        key: "time_zone",
        example: "time_zone = \"Europe/Vienna\"",
    },
    Known {
        key: "timeout",
        example: "timeout = \"30s\"",
    },
    Known {
        key: "version",
        example: "version = 2",
    },
    Known {
        key: "versioning",
        example: "versioning = \"pinned\"",
    },
];

/// How the option `key` is written.
pub(crate) fn example(key: &str) -> &'static str {
    EXAMPLES
        .iter()
        .find(|known| known.key == key)
        .map_or("", |known| known.example)
}

/// Reads `tokens` into the options `T`, of which `keys` are the names.
///
/// What has no value that can be understood is noted and left out, so that one fault does not hide
/// the next.
pub(crate) fn read<T: FromMeta>(
    tokens: TokenStream,
    keys: &[&'static str],
    errors: &mut Errors,
) -> Option<T> {
    let unknown = |key: &str| say::unknown_option(key, keys);
    read_with(tokens, keys, &unknown, errors)
}

/// As [`read`], with something of its own to say about an unknown option.
pub(crate) fn read_with<T: FromMeta>(
    tokens: TokenStream,
    keys: &[&'static str],
    unknown: &Unknown<'_>,
    errors: &mut Errors,
) -> Option<T> {
    let items = cut(tokens, keys, unknown, errors);
    match T::from_list(&items) {
        Ok(options) => Some(options),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

/// What to say about an option that is none.
type Unknown<'a> = dyn Fn(&str) -> Sentence + 'a;

fn cut(
    tokens: TokenStream,
    keys: &[&'static str],
    unknown: &Unknown<'_>,
    errors: &mut Errors,
) -> Vec<NestedMeta> {
    let mut seen = HashSet::new();
    let mut items = Vec::new();
    for item in split(tokens, keys, unknown, errors) {
        let key = item.key.unraw().to_string();
        if !seen.insert(key.clone()) {
            errors.at(item.key.span(), say::set_twice(&key));
        } else {
            items.push(NestedMeta::Meta(item.meta));
        }
    }
    items
}

struct Item {
    key: Ident,
    meta: Meta,
}

fn split(
    tokens: TokenStream,
    keys: &[&'static str],
    unknown: &Unknown<'_>,
    errors: &mut Errors,
) -> Vec<Item> {
    let mut items = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match item(input, keys, unknown, errors) {
                Some(item) => items.push(item),
                None => skip(input)?,
            }
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else if input.peek(Token![;]) {
                let wrong: Token![;] = input.parse()?;
                errors.at(wrong.span, say::semicolon());
            } else if input.peek(Ident::peek_any) {
                let next = input.fork().call(Ident::parse_any)?;
                errors.at(next.span(), say::missing_comma(&next.to_string()));
            } else {
                errors.at(input.span(), say::unexpected(&found(input)));
                skip(input)?;
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = all.parse2(tokens) {
        errors.push(error);
    }
    items
}

/// One option; none when it could not be read, which is noted.
fn item(
    input: ParseStream<'_>,
    keys: &[&'static str],
    unknown: &Unknown<'_>,
    errors: &mut Errors,
) -> Option<Item> {
    let Ok(key) = input.call(Ident::parse_any) else {
        let fault = match input.peek(Token![,]) {
            true => say::stray_comma(),
            false => say::no_key(),
        };
        errors.at(input.span(), fault);
        return None;
    };
    let name = key.unraw().to_string();
    if !keys.contains(&name.as_str()) {
        errors.at(key.span(), unknown(&name));
        return None;
    }
    let path = syn::Path::from(key.clone());
    if input.peek(Token![=]) {
        let eq_token: Token![=] = input.parse().ok()?;
        let value = value(input).ok()?;
        if matches!(&value, Expr::Verbatim(tokens) if tokens.is_empty()) {
            errors.at(key.span(), say::needs_value(&name, example(&name)));
            return None;
        }
        let meta = Meta::NameValue(MetaNameValue {
            path,
            eq_token,
            value,
        });
        return Some(Item { key, meta });
    }
    if let Some((TokenTree::Group(group), _)) = input.cursor().token_tree() {
        input.parse::<TokenTree>().ok()?;
        if group.delimiter() != Delimiter::Parenthesis {
            errors.at(group.span_open(), say::parentheses(&name));
            if !matches!(name.as_str(), "input" | "output") {
                return None;
            }
        }
        let meta = Meta::List(MetaList {
            path,
            delimiter: syn::MacroDelimiter::Paren(syn::token::Paren(group.delim_span())),
            tokens: group.stream(),
        });
        return Some(Item { key, meta });
    }
    // A switch before a missing comma is still a switch.
    let is_switch = example(&name) == name;
    if input.is_empty() || input.peek(Token![,]) || (is_switch && input.peek(Ident::peek_any)) {
        return Some(Item {
            key,
            meta: Meta::Path(path),
        });
    }
    if input.peek(Token![:]) {
        let ahead = input.fork();
        ahead.parse::<Token![:]>().ok()?;
        let given = ahead.parse().ok();
        let meant = given.and_then(|value| assigned(&name, &value));
        let meant = meant.as_deref().unwrap_or(example(&name));
        errors.at(input.span(), say::colon(&name, meant));
    } else {
        errors.at(input.span(), say::no_equals(&name, example(&name)));
    }
    None
}

/// A value: an expression or, where it is none, what comes before the next comma that is not between
/// angle brackets.
fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse::<Expr>()
        && (ahead.is_empty()
            || ahead.peek(Token![,])
            || ahead.peek(Token![;])
            || ahead.peek(Ident::peek_any))
    {
        // Read once: this is where the macro's time goes.
        input.advance_to(&ahead);
        return Ok(expr);
    }
    let mut tokens = TokenStream::new();
    let mut depth = 0_usize;
    while !input.is_empty() && (depth > 0 || !input.peek(Token![,])) {
        let token: TokenTree = input.parse()?;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        tokens.extend([token]);
    }
    Ok(syn::parse2(tokens.clone()).unwrap_or(Expr::Verbatim(tokens)))
}

fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The next token, for a message.
fn found(input: ParseStream<'_>) -> String {
    let next = input.cursor().token_tree();
    next.map(|(token, _)| token.to_string()).unwrap_or_default()
}
