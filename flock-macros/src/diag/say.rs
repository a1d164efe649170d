//! Every sentence these macros can say. Each names what is wrong in the user's words, and what to
//! write instead.

mod body;
mod schedule;

use super::Sentence;
use crate::function::Role;

pub(crate) use body::*;
pub(crate) use schedule::*;

fn say(message: impl Into<String>) -> Sentence {
    Sentence::new(message)
}

fn list(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

// The list of options.

pub(crate) fn unknown_option(key: &str, near: &[&str], known: &[&str]) -> Sentence {
    let options = format!("the options are {}", list(known));
    say(format!("unknown option `{key}`")).help(match near {
        [] => options,
        [near] => format!("did you mean `{near}`? {options}"),
        [near, other, ..] => format!("did you mean `{near}` or `{other}`? {options}"),
    })
}

/// For what the design has and this version has not.
pub(crate) fn not_yet(key: &str) -> Sentence {
    say(format!(
        "`{key}` does not exist yet: in this version a model has no tools"
    ))
    .help("leave it out; what a tool would do, an `async fn` agent can do before or after")
}

/// For an option of `#[what]` that is known elsewhere.
pub(crate) fn other_place(key: &str, what: &str, place: &str) -> Sentence {
    say(format!("`{key}` is no option of `#[{what}]`")).help(format!("it belongs in `{place}`"))
}

pub(crate) fn set_twice(key: &str) -> Sentence {
    say(format!("`{key}` is set twice")).help("keep one of them")
}

pub(crate) fn missing_comma(next: &str) -> Sentence {
    say(format!("expected `,` before `{next}`")).help(format!("write `, {next}`"))
}

pub(crate) fn semicolon() -> Sentence {
    say("options are separated by `,`, not by `;`").help("write `,` here")
}

pub(crate) fn unexpected(found: &str) -> Sentence {
    say(format!("expected `,` and the next option, found `{found}`"))
        .help("write `,` here, or remove what is between the options")
}

pub(crate) fn no_key() -> Sentence {
    say("expected an option").help("options are written `timeout = \"30s\"`")
}

pub(crate) fn stray_comma() -> Sentence {
    say("expected an option before `,`").help("remove this `,`")
}

pub(crate) fn no_equals(key: &str, example: &str) -> Sentence {
    say(format!("expected `=` after `{key}`")).help(format!("write `{example}`"))
}

pub(crate) fn needs_value(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` needs a value")).help(format!("write `{example}`"))
}

pub(crate) fn no_list(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes no list")).help(format!("write `{example}`"))
}

pub(crate) fn takes_list(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a list in parentheses")).help(format!("write `{example}`"))
}

pub(crate) fn parentheses(key: &str) -> Sentence {
    say(format!("`{key}` takes parentheses")).help(format!("write `{key}(…)`"))
}

pub(crate) fn colon(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes `=`, not `:`")).help(format!("write `{example}`"))
}

// Values.

pub(crate) fn takes_text(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a text in quotes")).help(format!("write `{example}`"))
}

pub(crate) fn takes_texts(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes texts in brackets")).help(format!("write `{example}`"))
}

pub(crate) fn takes_integer(key: &str, quoted: Option<&str>, example: &str) -> Sentence {
    say(format!("`{key}` takes an integer")).help(match quoted {
        Some(quoted) => format!("remove the quotes: `{key} = {quoted}`"),
        None => format!("write `{example}`"),
    })
}

pub(crate) fn takes_number(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a number")).help(format!("write `{example}`"))
}

pub(crate) fn takes_switch(key: &str) -> Sentence {
    say(format!("`{key}` is `true` or `false`")).help(format!("`{key}` alone is `true`"))
}

pub(crate) fn takes_path(key: &str, meant: &str) -> Sentence {
    say(format!("`{key}` takes the path of an agent")).help(format!("write `{meant}`"))
}

pub(crate) fn quoted_path(key: &str, meant: &str) -> Sentence {
    say(format!(
        "`{key}` takes the agent itself, not its name in quotes"
    ))
    .help(format!("write `{meant}`"))
}

pub(crate) fn takes_paths(key: &str, meant: &str) -> Sentence {
    say(format!("`{key}` takes agents in brackets")).help(format!("write `{meant}`"))
}

pub(crate) fn fields_in_brackets(key: &str, meant: &str) -> Sentence {
    say(format!(
        "`{key}` takes its fields in parentheses or in quotes"
    ))
    .help(format!("write `{meant}`"))
}

pub(crate) fn takes_fields(key: &str) -> Sentence {
    say(format!("`{key}` takes fields or a type")).help(format!(
        "write `{key}(topic: String)`, `{key} = \"topic: String | what it is\"`, or `{key} = Ticket` \
         with a type marked `#[flock_type]`"
    ))
}

pub(crate) fn takes_duration(key: &str, number: Option<&str>) -> Sentence {
    say(format!("`{key}` takes a duration in quotes")).help(match number {
        Some(number) => format!("for seconds write `{key} = \"{number}s\"`"),
        None => format!("write a number and a unit: `{key} = \"30s\"`"),
    })
}

pub(crate) fn bare_duration(key: &str, meant: &str) -> Sentence {
    say(format!("`{key}` takes a duration in quotes")).help(format!("write `{key} = \"{meant}\"`"))
}

pub(crate) fn bad_duration(text: &str, guess: Option<&str>) -> Sentence {
    say(format!("`\"{text}\"` is not a duration")).help(match guess {
        Some(guess) => format!("write `\"{guess}\"`"),
        None => "write a number and one of ms, s, m, h, d, as in `\"5m\"`".to_owned(),
    })
}

pub(crate) fn long_duration(text: &str) -> Sentence {
    say(format!("`\"{text}\"` is longer than ten years"))
        .help("write at most `\"3650d\"`, or leave the option out")
}

pub(crate) fn zero_duration(key: &str) -> Sentence {
    say(format!("`{key}` must be above zero")).help(format!(
        "write `{key} = \"30s\"`, or leave it out for the default"
    ))
}

pub(crate) fn negative(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` cannot be negative")).help(match key {
        "retries" | "lost_workers" => format!("for none write `{key} = 0`"),
        _ => format!("write `{example}`"),
    })
}

pub(crate) fn too_large(key: &str, most: u32) -> Sentence {
    say(format!("`{key}` must be at most {most}")).help(match key {
        "retries" | "max_attempts" => "for no limit write `max_attempts = unlimited`".to_owned(),
        _ => format!("write at most `{key} = {most}`"),
    })
}

pub(crate) fn zero(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` must be above zero")).help(match key {
        "max_rounds" => format!("write `{example}`; for no way back leave `loop_to` out too"),
        _ => format!("write `{example}`, or leave it out"),
    })
}

pub(crate) fn unknown_word(key: &str, found: &str, near: &[&str], known: &[&str]) -> Sentence {
    say(format!("`{key}` takes no `{found}`")).help(among(near, known))
}

pub(crate) fn no_search_kind(name: &str, known: &[&str]) -> Sentence {
    say(format!("search attribute `{name}` has no type")).help(format!(
        "write `{name}: Keyword`; the types are {}",
        list(known)
    ))
}

pub(crate) fn unknown_search_kind(found: &str, near: &[&str], known: &[&str]) -> Sentence {
    say(format!("a search attribute is no `{found}`")).help(among(near, known))
}

pub(crate) fn built_in_search_attribute(name: &str) -> Sentence {
    say(format!(
        "every run carries the search attribute `{name}` already"
    ))
    .help("give this one another name")
}

/// Which of the `known` words it may have been.
fn among(near: &[&str], known: &[&str]) -> String {
    let known = list(known);
    match near {
        [] => format!("write one of {known}"),
        [near] => format!("did you mean `{near}`? write one of {known}"),
        [near, other, ..] => format!("did you mean `{near}` or `{other}`? write one of {known}"),
    }
}

pub(crate) fn zero_attempts() -> Sentence {
    say("`max_attempts = 0` means without limit in Temporal")
        .help("say so: `max_attempts = unlimited`, or leave it out for the default")
}

pub(crate) fn bad_priority(found: u32) -> Sentence {
    say(format!("`priority` is 1 (first) to 5 (last), not {found}"))
        .help("write `priority = 1` for the most urgent; without it, it is 3")
}

pub(crate) fn bad_temperature() -> Sentence {
    say("`temperature` is 0 to 2")
        .help("write `temperature = 0.2`; the higher, the less predictable")
}

pub(crate) fn bad_backoff() -> Sentence {
    say("`backoff` must be at least 1")
        .help("write `backoff = 2.0`: it doubles the wait after each attempt")
}

pub(crate) fn empty(key: &str) -> Sentence {
    let sentence = say(format!("`{key}` is empty"));
    match key {
        "task_queue" => sentence.help("leave it out for the flock's queue"),
        "name" => sentence.help("leave it out for the item's name in snake_case"),
        "instructions" => sentence.help("write `instructions = \"You are …\"`"),
        "model" => {
            sentence.help("write `model = \"openai/gpt-4o\"`, or leave it out for the default")
        }
        "non_retryable" => say("`non_retryable` holds an empty text")
            .help("write the names of error types: `non_retryable = [\"ValidationError\"]`"),
        _ => sentence.help("leave it out for the default"),
    }
}

pub(crate) fn bad_crate() -> Sentence {
    say("`crate` takes a path").help("write `crate = ::my::flock`")
}

// What goes together.

pub(crate) fn both_knobs() -> Sentence {
    say("`retries` and `max_attempts` exclude each other")
        .help("`retries = 3` is `max_attempts = 4`: keep one")
}

pub(crate) fn slow_heartbeat(heartbeat: &str, timeout: &str) -> Sentence {
    say(format!(
        "`heartbeat` ({heartbeat}) must be shorter than `timeout` ({timeout})"
    ))
    .help("several heartbeats fit into one attempt: shorten `heartbeat`, or lengthen `timeout`")
}

pub(crate) fn not_within(key: &str, value: &str, limit_key: &str, limit: &str) -> Sentence {
    say(format!(
        "`{key}` ({value}) must not be longer than `{limit_key}` ({limit})"
    ))
    .help(format!("shorten `{key}`, or lengthen `{limit_key}`"))
}

pub(crate) fn local_queue() -> Sentence {
    say("a local agent runs in the flock's own worker and has no queue of its own")
        .help("leave out `local` or `task_queue`")
}

pub(crate) fn local_heartbeat() -> Sentence {
    say("a local agent runs in the flock's own worker and sends no heartbeats")
        .help("leave out `local` or `heartbeat`")
}

pub(crate) fn local_lost_workers() -> Sentence {
    say("a local agent is lost with its flock's own worker, and is run again with the flock")
        .help("leave out `local` or `lost_workers`")
}

pub(crate) fn option_of_struct(key: &str) -> Sentence {
    say(format!("`{key}` is for agents that a model answers for"))
        .help("a function answers for itself: leave it out, or annotate a unit struct")
}

pub(crate) fn model_routes_struct(agents: &[String]) -> Sentence {
    say("`hand_off(model, …)` is for agents that a model answers for").help(format!(
        "name a routing function: `hand_off(route, among = [{}])`",
        or_dots(agents)
    ))
}

pub(crate) fn no_way_back() -> Sentence {
    say("`max_rounds` needs `loop_to`").help("name the agent to go back to: `loop_to = Writer`")
}

pub(crate) fn no_rounds() -> Sentence {
    say("`loop_to` needs `max_rounds`").help("say how often at most: `max_rounds = 3`")
}

pub(crate) fn no_instructions(agent: &str) -> Sentence {
    say(format!("agent `{agent}` has no instructions"))
        .help("say in its doc comment what the model is to do: `/// You are …`")
}

// Hand-offs.

pub(crate) fn hand_off_form() -> Sentence {
    say("`hand_off` takes an agent, or a rule and the agents it chooses from").help(
        "write `hand_off = summarizer`, `hand_off(route, among = [Billing, Support])` with a \
         function, or `hand_off(model, among = […])`",
    )
}

/// Of several agents, where nobody chooses.
pub(crate) fn needs_rule(agents: &[String]) -> Sentence {
    let all = agents.join(", ");
    say("`hand_off` to several agents needs a rule that chooses one of them").help(format!(
        "write `hand_off(route, among = [{all}])` with a function `fn route(output: &…) -> Next`, \
         or `hand_off(model, among = [{all}])` on a struct"
    ))
}

/// Of several agents in a row, of which the first may be a rule.
pub(crate) fn needs_among(first: &str, agents: &[String]) -> Sentence {
    let (all, rest) = (
        agents.join(", "),
        agents.get(1..).unwrap_or_default().join(", "),
    );
    say("`hand_off` takes a rule, then the agents as `among = […]`").help(format!(
        "if `{first}` is the function that chooses, write `hand_off({first}, among = [{rest}])`; \
         if it is an agent too, `hand_off(route, among = [{all}])` with such a function"
    ))
}

pub(crate) fn rule_with_key(rule: &str, agents: &[String]) -> Sentence {
    say("in `hand_off` the rule comes first and has no key").help(format!(
        "write `hand_off({rule}, among = [{}])`",
        or_dots(agents)
    ))
}

pub(crate) fn rule_is_path(rule: &str, agents: &[String]) -> Sentence {
    say("`hand_off` takes the function that chooses, not what it gives").help(format!(
        "write `hand_off({rule}, among = [{}])`",
        or_dots(agents)
    ))
}

pub(crate) fn closure_routes(agents: &[String]) -> Sentence {
    say("`hand_off` takes a function by its name, no closure").help(format!(
        "write `fn route(output: &…) -> Next {{ … }}`, and `hand_off(route, among = [{}])`",
        or_dots(agents)
    ))
}

pub(crate) fn no_among(rule: &str) -> Sentence {
    say("`hand_off` needs the agents to choose from").help(match rule {
        "model" => "write `hand_off(model, among = […])` with the agents in brackets".to_owned(),
        _ => format!(
            "if `{rule}` is the next agent, write `hand_off = {rule}`; if it is the function that \
             chooses, `hand_off({rule}, among = […])` with the agents in brackets"
        ),
    })
}

pub(crate) fn empty_among() -> Sentence {
    say("`among` names no agent")
        .help("write the agents in brackets, or `hand_off = …` for the only one")
}

fn or_dots(agents: &[String]) -> String {
    match agents {
        [] => "…".to_owned(),
        agents => agents.join(", "),
    }
}

pub(crate) fn large_among(most: usize) -> Sentence {
    say(format!("`among` names more than {most} agents")).help("let one of them choose again")
}

pub(crate) fn among_twice(agent: &str) -> Sentence {
    say(format!("`{agent}` is in `among` twice")).help("remove one")
}

// Fields.

pub(crate) fn no_fields(key: &str) -> Sentence {
    say(format!("`{key}` declares no field")).help(match key {
        "output" => {
            "leave it out: a function gives what is in its `Result`, a struct gives a `String`"
        }
        _ => "leave it out when there is none",
    })
}

pub(crate) fn no_field_name(quoted: Option<&str>) -> Sentence {
    say("expected a field name").help(match quoted {
        Some(quoted) if quoted.contains(':') => {
            format!("between parentheses fields have no quotes: `({quoted})`")
        }
        Some(quoted) => format!("between parentheses fields have no quotes: `({quoted}: String)`"),
        None => "fields are written `topic: String`".to_owned(),
    })
}

pub(crate) fn quoted_fields(key: &str, fields: &str) -> Sentence {
    say("between parentheses fields have no quotes").help(format!(
        "in quotes they follow `=`: write `{key} = \"{fields}\"`"
    ))
}

pub(crate) fn quoted_type(key: &str, written: &str, ty: &str, name: &str) -> Sentence {
    let sentence = say(format!("`{written}` is a type, not the name of a field"));
    match ty.starts_with('(') {
        true => sentence.help(format!("name the value: `{key} = \"{name}: {ty}\"`")),
        false => sentence.help(format!(
            "write `{key} = {ty}`, or name the value: `{key} = \"{name}: {ty}\"`"
        )),
    }
}

pub(crate) fn field_modifier(word: &str) -> Sentence {
    say(format!("a field takes no `{word}`")).help("leave it out: `topic: String`")
}

pub(crate) fn hyphen(before: &str) -> Sentence {
    say("a field name has letters, digits and `_`")
        .help(format!("write `_` in place of `-`: `{before}_…`"))
}

pub(crate) fn no_type(field: &str) -> Sentence {
    say(format!("field `{field}` has no type")).help(format!("write `{field}: String`"))
}

pub(crate) fn not_a_type(written: &str) -> Sentence {
    let sentence = say(format!("`{written}` is not a type"));
    let count = |c| written.matches(c).count();
    match count('<') > count('>') {
        true => sentence.help(format!("write `{written}>`")),
        false => {
            sentence.help("types are written as in Rust: `String`, `Vec<String>`, `Option<u8>`")
        }
    }
}

pub(crate) fn python_type(written: &str, rust: &str) -> Sentence {
    match written {
        "str" => say("`str` is not owned").help("write `String`"),
        _ => say(format!("`{written}` is not a Rust type")).help(format!("write `{rust}`")),
    }
}

pub(crate) fn missing_field_comma(before: &str) -> Sentence {
    say(format!("expected `,` after `{before}`")).help(format!("write `{before},`"))
}

pub(crate) fn description_in_tokens(field: &str) -> Sentence {
    say("between parentheses a description is a doc comment")
        .help(format!("write `/** what it is */ {field}`"))
}

pub(crate) fn text_field_end(field: &str) -> Sentence {
    say(format!("expected `:`, `|` or `,` after `{field}`"))
        .help("fields are written `topic: String | what it is`")
}

pub(crate) fn field_twice(field: &str) -> Sentence {
    say(format!("`{field}` is declared twice")).help("remove one, or give it another name")
}

pub(crate) fn keyword(word: &str) -> Sentence {
    say(format!("`{word}` is a keyword")).help(format!("write `r#{word}`"))
}

pub(crate) fn never_a_name(word: &str) -> Sentence {
    say(format!("`{word}` cannot name a field")).help("choose another name")
}

pub(crate) fn field_attribute() -> Sentence {
    say("a field takes a doc comment and no other attribute")
        .help("for more, write a type of your own and mark it `#[flock_type]`")
}

pub(crate) fn bad_default(field: &str) -> Sentence {
    say(format!("the default of `{field}` is not an expression"))
        .help("texts are quoted: `topic: String = \"Rust\"`; numbers are not: `depth: u8 = 2`")
}

pub(crate) fn no_default(field: &str) -> Sentence {
    say(format!("`{field}` has no default after `=`")).help(format!(
        "write it, as in `{field}: u8 = 2`, or remove the `=`"
    ))
}

pub(crate) fn default_differs(field: &str, ty: &str, found: &str, meant: &str) -> Sentence {
    say(format!(
        "the default of `{field}` is {found}, but its type is `{ty}`"
    ))
    .help(format!("write `{field}: {ty} = {meant}`"))
}

pub(crate) fn default_out_of_range(
    field: &str,
    ty: &str,
    value: &str,
    least: i128,
    most: i128,
) -> Sentence {
    say(format!(
        "the default of `{field}` is {value}, which a `{ty}` does not hold"
    ))
    .help(format!(
        "write one from {least} to {most}, or take a larger type"
    ))
}

pub(crate) fn default_of_option(field: &str, inner: &str, value: &str) -> Sentence {
    say(format!("the default of `{field}` is no `Option<{inner}>`")).help(format!(
        "write `{field}: {inner} = {value}`, which may be left out too, or `= Some({value})`"
    ))
}

pub(crate) fn default_none(field: &str, ty: &str) -> Sentence {
    say(format!("`None` is no default for a `{ty}`")).help(format!(
        "write `{field}: Option<{ty}>`, which may be left out"
    ))
}

pub(crate) fn output_default(field: &str) -> Sentence {
    say(format!("output `{field}` cannot have a default"))
        .help("the agent gives it; make it an `Option` when it may be missing")
}

pub(crate) fn open_quote() -> Sentence {
    say("the description's closing `\"` is missing").help("add `\\\"` where the description ends")
}

pub(crate) fn unclear_comma(word: &str) -> Sentence {
    say(format!(
        "`, {word}:` may begin a field or belong to the description"
    ))
    .help("put the description in quotes: `topic: String | \\\"what, in short: this\\\"`, or reword it")
}

pub(crate) fn borrowed(owned: &str, written: &str) -> Sentence {
    say(format!(
        "`{written}` is borrowed, but what travels to a worker is owned"
    ))
    .help(match owned {
        "()" => "name a type that holds the value".to_owned(),
        _ => format!("write `{owned}`"),
    })
}

pub(crate) fn unsized_type(written: &str, owned: &str) -> Sentence {
    say(format!("`{written}` is not owned")).help(format!("write `{owned}`"))
}

pub(crate) fn one_thread(written: &str, meant: &str) -> Sentence {
    say(format!(
        "`{written}` stays in its thread, but what travels to a worker goes from one to another"
    ))
    .help(format!("write `{meant}`"))
}

pub(crate) fn trait_object(written: &str) -> Sentence {
    say(format!("`{written}` is no named type"))
        .help("a worker must know what it decodes: name the type, such as `String`")
}

pub(crate) fn impl_trait(written: &str) -> Sentence {
    say(format!("`{written}` is no named type"))
        .help("a worker must know what it decodes: name the type, such as `String`")
}

pub(crate) fn inferred_type() -> Sentence {
    say("the type cannot be left to the compiler here").help("name the type, such as `String`")
}

pub(crate) fn own_name(name: &str, agent: &str) -> Sentence {
    say(format!(
        "`{name}` is the name of what agent `{agent}` takes, which holds its parameters"
    ))
    .help(format!(
        "take yours whole: `#[agent(input = {name})]`; or give it another name"
    ))
}

pub(crate) fn several_outputs(output: &str) -> Sentence {
    say("an agent that gives several values names them")
        .help(format!("add `{output}` to `#[agent]`"))
}

// Items.

pub(crate) fn agent_elsewhere(keyword: &str) -> Sentence {
    let sentence = say("`#[agent]` applies to an `async fn` or a unit struct");
    match keyword {
        "impl" | "trait" | "mod" => sentence.help(format!(
            "put it above each free `async fn` that is an agent, outside of the `{keyword}`"
        )),
        _ => sentence.help(
            "put it above `async fn writer(topic: String) -> Result<String> { … }` or `struct Writer;`",
        ),
    }
}

pub(crate) fn flock_elsewhere() -> Sentence {
    say("`#[flock]` applies to an `async fn`, a unit struct, or the `impl` of a flock's state")
        .help(
            "put it above `async fn research(ctx: FlockContext, topic: String) -> Result<String> { … }`, \
             `struct Research;`, or `impl Approval { … }`",
        )
}

pub(crate) fn flock_type_elsewhere() -> Sentence {
    say("`#[flock_type]` applies to a struct or an enum")
        .help("put it above the type that agents are to take or give")
}

pub(crate) fn two_names(field: &str, written: &str, read: &str) -> Sentence {
    say(format!(
        "`{field}` is written as `{written}` and read as `{read}`"
    ))
    .help(format!(
        "what travels is written and read again: give it one name, or add `alias = \"{written}\"`"
    ))
}

pub(crate) fn lost_when_written(field: &str) -> Sentence {
    say(format!(
        "`{field}` may be left out where it is written, but not where it is read"
    ))
    .help("what travels is written and read again: add `default`")
}

pub(crate) fn not_unit(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` must be a unit struct")).help(format!(
        "declare what it takes with `input(…)`, and write `struct {name};`"
    ))
}

pub(crate) fn state_of_flock(name: &str) -> Sentence {
    say(format!("flock `{name}` must be a unit struct")).help(format!(
        "if it is the state of a flock, put `#[flock]` on `impl {name} {{ … }}`; a declared flock \
         has none: `struct {name};`"
    ))
}

pub(crate) fn generic(what: &str, name: &str) -> Sentence {
    say(format!(
        "{what} `{name}` cannot be generic: a worker must know its types"
    ))
    .help("name the types that you need in place of the parameters")
}

pub(crate) fn lifetimes(what: &str, name: &str) -> Sentence {
    say(format!(
        "{what} `{name}` cannot have lifetimes: what travels to a worker is owned"
    ))
    .help("remove them: a `&'a str` becomes a `String`")
}

pub(crate) fn where_clause(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot have a `where` clause")).help("remove it")
}

pub(crate) fn applied_twice(attribute: &str) -> Sentence {
    say(format!("`#[{attribute}]` is applied twice")).help("remove one")
}

pub(crate) fn agent_and_flock() -> Sentence {
    say("an item is an agent or a flock, not both").help("remove one of the two attributes")
}

// Functions.

pub(crate) fn not_async(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` must be `async`")).help(format!("write `async fn {name}`"))
}

pub(crate) fn modifier(what: &str, name: &str, modifier: &str) -> Sentence {
    say(format!("{what} `{name}` cannot be `{modifier}`")).help(match modifier {
        "unsafe" => "remove it, and put the body in an `unsafe { … }` block".to_owned(),
        _ => format!("write `async fn {name}`"),
    })
}

pub(crate) fn abi(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot have an ABI")).help("remove `extern`")
}

pub(crate) fn variadic(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot be variadic")).help("take a `Vec<…>`")
}

pub(crate) fn receiver(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot take `self`")).help(match what {
        "agent" => "use a free function, and share state with `State<T>`",
        _ => "use a free function",
    })
}

pub(crate) fn no_body(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` needs a body")).help(match what {
        "agent" => "write the free function that does its work: `async fn … { … }`, not in a trait",
        _ => "write the free function that runs its agents: `async fn … { … }`, not in a trait",
    })
}

pub(crate) fn extractor(found: &str) -> Sentence {
    say(format!("`{found}(…)` cannot take a parameter apart"))
        .help("only `State(db): State<…>` can; an input is a name and a type: `topic: String`")
}

pub(crate) fn by_value(written: &str, meant: &str) -> Sentence {
    say(format!("`{meant}` is taken by value, not as `{written}`")).help(format!("write `{meant}`"))
}

pub(crate) fn of_impl(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` must be a free function"))
        .help("move it out of the `impl` or `trait`, and name the type in place of `Self`")
}

pub(crate) fn configured_parameter(role: Role) -> Sentence {
    let help = match role {
        Role::Agent | Role::Flock => {
            format!("write the {} twice, and `#[cfg]` above each", role.word())
        }
        _ => "put the `#[cfg]` into its body, or on the whole `impl`".to_owned(),
    };
    say("a parameter cannot come and go by `#[cfg]`").help(help)
}

pub(crate) fn default_of_agent(parameter: &str, bare: &str, all: &str) -> Sentence {
    say(format!(
        "the default of `{parameter}` belongs in the attribute: parameters have none in Rust"
    ))
    .help(format!("write `#[agent(input({all}))]`, and `{bare}` here"))
}

pub(crate) fn default_beside_input(parameter: &str, bare: &str, written: &str) -> Sentence {
    say(format!(
        "the default of `{parameter}` belongs in `input`: parameters have none in Rust"
    ))
    .help(format!("write `{written}` there, and `{bare}` here"))
}

pub(crate) fn default_of_flock(parameter: &str, ty: &str, value: &str) -> Sentence {
    say(format!(
        "`{parameter}` cannot have a default: parameters have none in Rust"
    ))
    .help(format!(
        "take `{parameter}: Option<{ty}>`, which may be left out, and write \
         `{parameter}.unwrap_or({value})` in the body"
    ))
}

pub(crate) fn pattern() -> Sentence {
    say("an input needs a name").help("write `topic: …`, and take it apart in the body")
}

pub(crate) fn context_not_first(context: &str) -> Sentence {
    say(format!("`{context}` must come first")).help(format!(
        "make it the first parameter: `(ctx: {context}, …)`"
    ))
}

pub(crate) fn two_contexts(what: &str, name: &str, context: &str) -> Sentence {
    say(format!("{what} `{name}` takes one `{context}`")).help("remove the second")
}

pub(crate) fn context_of_state(found: &str) -> Sentence {
    say(format!("`{found}` does not reach the state of this flock"))
        .help("write `FlockContext<Self>`")
}

pub(crate) fn context_without_state(found: &str) -> Sentence {
    say(format!("a flock on a function has no state for a `{found}`"))
        .help("write `FlockContext`, or put `#[flock]` on the `impl` of the type and `#[run]` on the function in it")
}

pub(crate) fn wrong_context(what: &str, context: &str, found: &str) -> Sentence {
    say(format!("{what}s take `{context}`, not `{found}`")).help(format!("write `{context}`"))
}

pub(crate) fn no_flock_context(name: &str) -> Sentence {
    say(format!("flock `{name}` must take a `FlockContext` first")).help(format!(
        "write `async fn {name}(ctx: FlockContext, …)`: it is how a flock runs agents"
    ))
}

pub(crate) fn state_in_flock() -> Sentence {
    say("a flock takes no `State<T>`: its body must do the same when it is replayed")
        .help("take it in an agent")
}

pub(crate) fn state_after_input() -> Sentence {
    say("`State<T>` must come before the inputs")
        .help("the order is `AgentContext`, `State<T>`, inputs")
}

pub(crate) fn no_result(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` must return `Result<_>`"))
        .help("add `-> Result<String>`, or `-> Result<()>` when it gives nothing")
}

pub(crate) fn not_a_result(what: &str, found: &str, value: &str) -> Sentence {
    say(format!("{what}s return `Result<_>`, not `{found}`"))
        .help(format!("write `-> Result<{value}>`"))
}

pub(crate) fn input_without_parameter(field: &str, ty: &str, near: Option<&str>) -> Sentence {
    say(format!("input `{field}` has no parameter")).help(match near {
        Some(near) => format!("did you mean `{near}`, which the function takes?"),
        None => format!("add `{field}: {ty}` to the function's parameters"),
    })
}

pub(crate) fn parameter_without_input(field: &str, ty: &str) -> Sentence {
    say(format!("parameter `{field}` is not an input")).help(format!(
        "add `{field}: {ty}` to `input`, or leave `input` out"
    ))
}

pub(crate) fn types_differ(field: &str, declared: &str, taken: &str) -> Sentence {
    say(format!(
        "input `{field}` is `{declared}` in `input`, `{taken}` in the function"
    ))
    .help("write the same type in both, or leave `input` out: the parameters tell it")
}

pub(crate) fn one_parameter(ty: &str) -> Sentence {
    say(format!(
        "with `input = {ty}` the function takes that one value"
    ))
    .help(format!("write one parameter, `input: {ty}`"))
}

pub(crate) fn whole_type_differs(declared: &str, taken: &str) -> Sentence {
    say(format!(
        "the input is `{declared}` in `input`, `{taken}` in the function"
    ))
    .help(format!("write `{declared}` here, or `input = {taken}`"))
}

// Flocks.

pub(crate) fn no_start(name: &str) -> Sentence {
    say(format!("flock `{name}` names no agent to start with"))
        .help("write `#[flock(start = Researcher)]`")
}

pub(crate) fn agents_of_flock(first: &str) -> Sentence {
    say("a flock has no list of agents: it follows their hand-offs").help(format!(
        "name the first, `#[flock(start = {first})]`, and in each `#[agent]` the next: `hand_off = …`"
    ))
}

pub(crate) fn start_of_function(first: &str) -> Sentence {
    say("`start` is for flocks that are declared on a struct").help(format!(
        "this one is coded: call its first agent with `ctx.run::<{first}>(…)`"
    ))
}

pub(crate) fn input_of_function() -> Sentence {
    say("a coded flock takes its parameters")
        .help("leave `input` out, and describe a parameter with a doc comment before it")
}

pub(crate) fn timeout_twice() -> Sentence {
    say("the timeout of the agents is set twice")
        .help("keep `timeout(agent = …)` or `agents(timeout = …)`")
}

pub(crate) fn differs_on_replay(path: &str, instead: &str) -> Sentence {
    say(format!(
        "`{path}` gives another answer when Temporal replays the flock"
    ))
    .help(instead)
}

pub(crate) fn breaks_replay(path: &str, instead: &str) -> Sentence {
    say(format!(
        "`{path}` does not go the same way when Temporal replays the flock"
    ))
    .help(instead)
}

pub(crate) fn unordered(name: &str, what: &str) -> Sentence {
    let ordered = what.replace("Hash", "BTree");
    say(format!(
        "`{name}` is a `{what}`, whose order differs when Temporal replays the flock"
    ))
    .help(format!(
        "use a `{ordered}`, or go over a sorted `Vec` of what is in it"
    ))
}

pub(crate) fn side_effect(path: &str) -> Sentence {
    say(format!(
        "`{path}` reaches outside, and would do so again on every replay"
    ))
    .help("do it in an agent: `ctx.run::<agent>(…)`")
}

// The methods of a flock.

pub(crate) fn flock_of_trait(ty: &str) -> Sentence {
    say("`#[flock]` applies to the type's own `impl`, not to a trait's")
        .help(format!("write `#[flock] impl {ty} {{ … }}`"))
}

pub(crate) fn flock_of_no_name() -> Sentence {
    say("a flock's state is a struct or an enum of this module")
        .help("write its name alone, as in `#[flock] impl Approval { … }`")
}

pub(crate) fn no_run(name: &str) -> Sentence {
    say(format!("flock `{name}` has no method to run")).help(
        "mark one: `#[run] async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String>`",
    )
}

pub(crate) fn conditional(name: &str) -> Sentence {
    say(format!("`{name}` cannot be left out by a `#[cfg]`: what a flock takes must not change with how it is built"))
        .help("put the `#[cfg]` into its body, or on the whole `impl`")
}

pub(crate) fn run_twice(name: &str) -> Sentence {
    say(format!("flock `{name}` has two methods to run")).help("keep one `#[run]`")
}

pub(crate) fn two_marks(name: &str) -> Sentence {
    say(format!("`{name}` can be one thing only")).help("keep one of its attributes")
}

pub(crate) fn run_takes_self() -> Sentence {
    say("the method to run cannot borrow the state: it would keep it from the handlers").help(
        "write `ctx: FlockContext<Self>`, and use `ctx.state(|state| …)` and `ctx.state_mut(|state| …)`",
    )
}

pub(crate) fn run_without_context(name: &str) -> Sentence {
    say(format!("`{name}` must take a `FlockContext<Self>` first")).help(format!(
        "write `async fn {name}(ctx: FlockContext<Self>, …)`: it is how a flock runs agents and reaches its state"
    ))
}

pub(crate) fn run_has_no_options() -> Sentence {
    say("`#[run]` takes no options").help("put those of the flock into `#[flock(…)]`")
}

pub(crate) fn handler_without_context(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` does not reach the flock's state"))
        .help("take `ctx: FlockContext<Self>` first")
}

pub(crate) fn handler_without_self(what: &str, name: &str) -> Sentence {
    match what {
        "signal" | "update" => say(format!("{what} `{name}` does not reach the flock's state"))
            .help("take `&mut self`, or make it `async` and take `ctx: FlockContext<Self>`"),
        _ => say(format!("{what} `{name}` does not reach the flock's state"))
            .help("take `&self` first"),
    }
}

pub(crate) fn read_only(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot change the state")).help(match what {
        "query" => "take `&self`; what changes the state is an `#[update]`",
        _ => "take `&self`",
    })
}

pub(crate) fn self_by_value(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot take the state away")).help("take `&self` or `&mut self`")
}

pub(crate) fn cannot_wait(what: &str, name: &str) -> Sentence {
    say(format!(
        "{what} `{name}` cannot be `async`: it answers at once, from the state"
    ))
    .help("remove `async`")
}

pub(crate) fn self_while_waiting(what: &str, name: &str) -> Sentence {
    say(format!(
        "{what} `{name}` cannot borrow the state while it waits"
    ))
    .help("take `ctx: FlockContext<Self>` in place of `self`, or remove `async`")
}

pub(crate) fn context_beside_self(what: &str, name: &str) -> Sentence {
    say(format!(
        "{what} `{name}` takes the state or a context, not both"
    ))
    .help("make it `async` and take `ctx: FlockContext<Self>` alone, or leave the context out")
}

pub(crate) fn signal_returns(name: &str) -> Sentence {
    say(format!("signal `{name}` gives nothing back"))
        .help("remove the return type, or make it an `#[update]`")
}

pub(crate) fn query_returns_nothing(name: &str) -> Sentence {
    say(format!("query `{name}` answers nothing")).help("add `-> String`, or what it answers")
}

pub(crate) fn validator_of_nothing() -> Sentence {
    say("`#[validate]` names the update it is for").help("write `#[validate(edit)]`")
}

pub(crate) fn no_such_update(name: &str, near: &[&str], known: &[&str]) -> Sentence {
    let there = match known {
        [] => "the flock has none".to_owned(),
        known => format!("the updates are {}", list(known)),
    };
    say(format!("there is no update `{name}`")).help(match near {
        [] => there,
        [near, ..] => format!("did you mean `{near}`? {there}"),
    })
}

pub(crate) fn validated_twice(name: &str) -> Sentence {
    say(format!("update `{name}` has two validators")).help("check everything in one")
}

pub(crate) fn validator_parameter(parameter: &str, update: &str, known: &[&str]) -> Sentence {
    let takes = match known {
        [] => "takes nothing".to_owned(),
        known => format!("takes {}", list(known)),
    };
    say(format!(
        "`{parameter}` is no parameter of update `{update}`"
    ))
    .help(format!("`{update}` {takes}"))
}

pub(crate) fn two_handlers(what: &str, name: &str) -> Sentence {
    say(format!("two {what} handlers are named `{name}`"))
        .help("rename one, or give it `name = \"…\"`")
}

pub(crate) fn built_in(what: &str, name: &str) -> Sentence {
    say(format!("every flock has the {what} `{name}` already"))
        .help("rename the handler, or give it `name = \"…\"`")
}

pub(crate) fn signal_elsewhere() -> Sentence {
    say("`#[signal]` applies to a struct, or to a method in a `#[flock] impl`")
        .help("move it there, or put `#[flock]` on the `impl`")
}

pub(crate) fn signal_of_enum(name: &str, field: &str) -> Sentence {
    say("`#[signal]` applies to a struct, whose fields can be given by name").help(format!(
        "put `#[flock_type] #[derive(Debug, Clone)]` on the enum, and it into a struct: \
         `#[signal] struct {name}Signal {{ {field}: {name} }}`"
    ))
}

pub(crate) fn handler_elsewhere(word: &str) -> Sentence {
    say(format!(
        "`#[{word}]` applies to a method in a `#[flock] impl`"
    ))
    .help("move it there, or put `#[flock]` on the `impl`")
}
