//! What is said of a flock's body.

use super::{Sentence, say};

/// For a call that takes a type: an agent, a flock or a signal.
pub(crate) fn unnamed(what: &str, instead: &str) -> Sentence {
    say(format!("{what} is named in angle brackets")).help(format!("write `{instead}`"))
}

pub(crate) fn loop_over_a_call(method: &str) -> Sentence {
    say(format!(
        "`ctx.{method}(…)` gives nothing to go over before it was waited for"
    ))
    .help("write `.await?` before the loop's `{`; what the loop has then are outputs, each without `?`")
}

/// For an agent or a flock in angle brackets and in quotes.
pub(crate) fn named_in_quotes(instead: &str) -> Sentence {
    say("what a call runs is named by its type, without quotes").help(format!("write `{instead}`"))
}

pub(crate) fn inputs_are_one(instead: &str) -> Sentence {
    say("inputs are given in their order, and several as one tuple")
        .help(format!("write `{instead}`"))
}

pub(crate) fn no_input(method: &str, name: &str) -> Sentence {
    say(format!(
        "`ctx.{method}::<{name}>` is given what `{name}` takes"
    ))
    .help(format!(
        "write it between the parentheses; where it takes nothing, `ctx.{method}::<{name}>(())`"
    ))
}

pub(crate) fn saga_without_question_mark(context: &str) -> Sentence {
    say("a saga fails with `SagaFailed`, which becomes the flock's error by `?`")
        .help(format!("write `Ok({context}.saga(…).await?)`"))
}

pub(crate) fn closure_is_async(inputs: &str) -> Sentence {
    say("this closure is lent what it works on, and so must be `async` itself")
        .help(format!("write `async |{inputs}| {{ … }}`"))
}

pub(crate) fn time_is_text(method: &str, number: &str) -> Sentence {
    say(format!("`{method}` takes a time with its unit"))
        .help(format!("for seconds write `\"{number}s\"`"))
}

pub(crate) fn long_wait(text: &str) -> Sentence {
    say(format!("`\"{text}\"` is longer than ten years")).help("write at most `\"3650d\"`")
}

// `join!` and `select!`.

pub(crate) fn join_takes_calls() -> Sentence {
    say("`join!` takes the calls themselves, and waits for them side by side").help(
        "write each without `?` and `.await`: `let (a, b) = flock::join!(…);`, then `a?` and `b?`",
    )
}

pub(crate) fn join_takes_no_list(calls: &str) -> Sentence {
    say("`join!` takes the calls one by one: `flock::join!(first, second)`").help(format!(
        "as many as are in a `Vec` go into a function: `flock::join_all({calls}).await`"
    ))
}

pub(crate) fn arm_takes_call() -> Sentence {
    say("an arm of `select!` takes the call itself, and waits for it beside the others")
        .help("write each call without `.await` and `?`; its result comes in the arm: `result = call => …`")
}

pub(crate) fn arm_has_no_condition() -> Sentence {
    say("an arm of `select!` has no condition")
        .help("write an `if` around the `select!`, or in the arm")
}

pub(crate) fn select_has_no_default() -> Sentence {
    say("`select!` has no `default`, which would not wait, and in a loop never let go")
        .help("wait for a time: `_ = ctx.sleep(\"1m\") => …`")
}

pub(crate) fn select_has_no_else() -> Sentence {
    say("`select!` has no `else`").help("for when every arm has ended write `complete => …`")
}

pub(crate) fn select_is_biased() -> Sentence {
    say("`select!` always takes the arm that is written first").help("leave `biased;` out")
}
