//! What a flock's body must not do, as far as its tokens tell. Temporal's own detector is behind
//! this for what they do not.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Block;

use crate::diag::{Errors, Sentence, say};

/// Where in a path the words of a rule stand.
enum At {
    Start,
    End,
}

struct Rule {
    at: At,
    words: &'static [&'static str],
    /// From the path to the sentence.
    say: fn(&str) -> Sentence,
}

const fn starts(words: &'static [&'static str], say: fn(&str) -> Sentence) -> Rule {
    Rule {
        at: At::Start,
        words,
        say,
    }
}

const fn ends(words: &'static [&'static str], say: fn(&str) -> Sentence) -> Rule {
    Rule {
        at: At::End,
        words,
        say,
    }
}

const RULES: &[Rule] = &[
    ends(&["SystemTime", "now"], clock),
    ends(&["Instant", "now"], clock),
    ends(&["Utc", "now"], clock),
    ends(&["Local", "now"], clock),
    ends(&["OffsetDateTime", "now_utc"], clock),
    ends(&["Uuid", "new_v4"], uuid),
    ends(&["Uuid", "now_v7"], uuid),
    starts(&["rand"], random),
    starts(&["fastrand"], random),
    starts(&["getrandom"], random),
    starts(&["tokio", "spawn"], spawn),
    starts(&["tokio", "task"], spawn),
    starts(&["tokio", "select"], select),
    starts(&["tokio", "join"], join),
    starts(&["tokio", "try_join"], join),
    starts(&["tokio", "time", "timeout"], limit),
    starts(&["tokio", "time"], sleep),
    starts(&["futures", "select"], select),
    starts(&["futures_util", "select"], select),
    starts(&["std", "thread"], sleep),
    ends(&["thread", "sleep"], sleep),
    ends(&["thread", "spawn"], spawn),
    starts(&["std", "fs"], say::side_effect),
    starts(&["std", "net"], say::side_effect),
    starts(&["std", "process"], say::side_effect),
    starts(&["tokio", "fs"], say::side_effect),
    starts(&["tokio", "net"], say::side_effect),
    starts(&["tokio", "process"], say::side_effect),
    starts(&["reqwest"], say::side_effect),
    ends(&["File", "open"], say::side_effect),
    ends(&["File", "create"], say::side_effect),
];

fn clock(path: &str) -> Sentence {
    say::differs_on_replay(path, "`ctx.now()`")
}

fn uuid(path: &str) -> Sentence {
    say::differs_on_replay(path, "`ctx.uuid()`")
}

fn random(path: &str) -> Sentence {
    say::differs_on_replay(path, "`ctx.random(bound)`")
}

fn spawn(path: &str) -> Sentence {
    say::breaks_replay(
        path,
        "`flock::join!` or `flock::join_all`, which run futures side by side",
    )
}

fn select(path: &str) -> Sentence {
    say::breaks_replay(path, "`flock::select!`")
}

fn join(path: &str) -> Sentence {
    say::breaks_replay(path, "`flock::join!`")
}

fn sleep(path: &str) -> Sentence {
    say::breaks_replay(path, "`ctx.sleep(duration)`")
}

fn limit(path: &str) -> Sentence {
    say::breaks_replay(
        path,
        "`flock::select!` with `ctx.sleep(duration)`, or the agent's `.timeout(duration)`",
    )
}

/// Notes each path in the body that Temporal's replay would not repeat.
pub(super) fn check(body: &Block, errors: &mut Errors) {
    walk(body.to_token_stream(), errors);
}

fn walk(tokens: TokenStream, errors: &mut Errors) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => walk(group.stream(), errors),
            TokenTree::Ident(_) => {
                let len = path_len(&tokens[at..]);
                path(&tokens[at..at + len], errors);
                at += len;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Tokens of the path at the start: words with `::` between them.
fn path_len(tokens: &[TokenTree]) -> usize {
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    let mut len = 1;
    while colon(len) && colon(len + 1) && matches!(tokens.get(len + 2), Some(TokenTree::Ident(_))) {
        len += 3;
    }
    len
}

fn path(tokens: &[TokenTree], errors: &mut Errors) {
    let words: Vec<String> = tokens
        .iter()
        .filter(|token| matches!(token, TokenTree::Ident(_)))
        .map(ToString::to_string)
        .collect();
    // A word alone may be anything: a variable, a field.
    if words.len() < 2 {
        return;
    }
    let broken = RULES.iter().find(|rule| match rule.at {
        At::Start => begins(&words, rule.words),
        At::End => begins_backwards(&words, rule.words),
    });
    if let Some(rule) = broken {
        let tokens: TokenStream = tokens.iter().cloned().collect();
        errors.under(&tokens, (rule.say)(&words.join("::")));
    }
}

fn begins(words: &[String], rule: &[&str]) -> bool {
    words.len() >= rule.len() && words.iter().zip(rule).all(|(word, wanted)| word == wanted)
}

fn begins_backwards(words: &[String], rule: &[&str]) -> bool {
    words.len() >= rule.len()
        && words
            .iter()
            .rev()
            .zip(rule.iter().rev())
            .all(|(word, wanted)| word == wanted)
}
