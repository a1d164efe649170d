//! Every sentence these macros can say. Each names what is wrong in the user's words, and what to
//! write instead.

use super::Sentence;

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

pub(crate) fn set_twice(key: &str) -> Sentence {
    say(format!("`{key}` is set twice")).help("keep one of them")
}

pub(crate) fn missing_comma(next: &str) -> Sentence {
    say(format!("expected `,` before `{next}`"))
}

pub(crate) fn semicolon() -> Sentence {
    say("options are separated by `,`, not by `;`")
}

pub(crate) fn unexpected(found: &str) -> Sentence {
    say(format!("expected `,` and the next option, found `{found}`"))
}

pub(crate) fn no_key() -> Sentence {
    say("expected an option").help("options are written `timeout = \"30s\"`")
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

pub(crate) fn takes_integer(key: &str, quoted: bool, example: &str) -> Sentence {
    say(format!("`{key}` takes an integer")).help(if quoted {
        "remove the quotes".to_owned()
    } else {
        format!("write `{example}`")
    })
}

pub(crate) fn takes_number(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a number")).help(format!("write `{example}`"))
}

pub(crate) fn takes_switch(key: &str) -> Sentence {
    say(format!("`{key}` is `true` or `false`")).help(format!("`{key}` alone is `true`"))
}

pub(crate) fn takes_path(key: &str, quoted: bool, example: &str) -> Sentence {
    say(format!("`{key}` takes the path of an item")).help(if quoted {
        "remove the quotes".to_owned()
    } else {
        format!("write `{example}`")
    })
}

pub(crate) fn takes_paths(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes agents in brackets")).help(format!("write `{example}`"))
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

pub(crate) fn bad_duration(text: &str, guess: Option<&str>) -> Sentence {
    say(format!("`\"{text}\"` is not a duration")).help(match guess {
        Some(guess) => format!("write `\"{guess}\"`"),
        None => "write a number and one of ms, s, m, h, d, as in `\"5m\"`".to_owned(),
    })
}

pub(crate) fn long_duration(text: &str) -> Sentence {
    say(format!("`\"{text}\"` is longer than ten years"))
}

pub(crate) fn zero_duration(key: &str) -> Sentence {
    say(format!("`{key}` must be above zero")).help(format!("for no limit leave `{key}` out"))
}

pub(crate) fn negative(key: &str) -> Sentence {
    say(format!("`{key}` cannot be negative"))
}

pub(crate) fn too_large(key: &str, most: u32) -> Sentence {
    say(format!("`{key}` must be at most {most}"))
}

pub(crate) fn zero(key: &str) -> Sentence {
    say(format!("`{key}` must be above zero"))
}

pub(crate) fn zero_attempts() -> Sentence {
    say("`max_attempts = 0` means without limit in Temporal")
        .help("say so: `max_attempts = unlimited`, or leave it out for the default")
}

pub(crate) fn bad_priority(found: u32) -> Sentence {
    say(format!("`priority` is 1 (first) to 5 (last), not {found}"))
}

pub(crate) fn bad_temperature() -> Sentence {
    say("`temperature` is 0 to 2")
}

pub(crate) fn bad_backoff() -> Sentence {
    say("`backoff` must be at least 1").help("2.0 doubles the wait after each attempt")
}

pub(crate) fn empty(key: &str) -> Sentence {
    let sentence = say(format!("`{key}` is empty"));
    match key {
        "task_queue" => sentence.help("leave it out for the flock's queue"),
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
}

pub(crate) fn not_within(key: &str, value: &str, limit_key: &str, limit: &str) -> Sentence {
    say(format!(
        "`{key}` ({value}) must not be longer than `{limit_key}` ({limit})"
    ))
}

pub(crate) fn local_queue() -> Sentence {
    say("a local agent runs in the flock's own worker and has no queue of its own")
        .help("leave out `local` or `task_queue`")
}

pub(crate) fn option_of_struct(key: &str) -> Sentence {
    say(format!("`{key}` is for agents that a model answers for"))
        .help("a function answers for itself: leave it out, or annotate a unit struct")
}

pub(crate) fn model_routes_struct() -> Sentence {
    say("`hand_off(model, …)` is for agents that a model answers for")
        .help("name a routing function: `hand_off(route, among = […])`")
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

pub(crate) fn no_among() -> Sentence {
    say("`hand_off` needs the agents to choose from").help("add `among = [Billing, Support]`")
}

pub(crate) fn empty_among() -> Sentence {
    say("`among` names no agent").help("write `among = [Billing, Support]`")
}

pub(crate) fn large_among(most: usize) -> Sentence {
    say(format!("`among` names more than {most} agents")).help("let one of them choose again")
}

pub(crate) fn among_twice(agent: &str) -> Sentence {
    say(format!("`{agent}` is in `among` twice"))
}

// Fields.

pub(crate) fn no_fields(key: &str) -> Sentence {
    say(format!("`{key}` declares no field")).help(match key {
        "output" => "leave it out for what the function returns",
        _ => "leave it out when there is none",
    })
}

pub(crate) fn no_field_name() -> Sentence {
    say("expected a field name").help("fields are written `topic: String`")
}

pub(crate) fn no_type(field: &str) -> Sentence {
    say(format!("field `{field}` has no type")).help(format!("write `{field}: String`"))
}

pub(crate) fn not_a_type(written: &str) -> Sentence {
    say(format!("`{written}` is not a type"))
}

pub(crate) fn python_type(written: &str, rust: &str) -> Sentence {
    match written {
        "str" => say("`str` is not owned").help("write `String`"),
        _ => say(format!("`{written}` is not a Rust type")).help(format!("write `{rust}`")),
    }
}

pub(crate) fn missing_field_comma(before: &str) -> Sentence {
    say(format!("expected `,` after `{before}`"))
}

pub(crate) fn text_field_end(field: &str) -> Sentence {
    say(format!("expected `:`, `|` or `,` after `{field}`"))
        .help("fields are written `topic: String | what it is`")
}

pub(crate) fn field_twice(field: &str) -> Sentence {
    say(format!("`{field}` is declared twice"))
}

pub(crate) fn keyword(word: &str) -> Sentence {
    say(format!("`{word}` is a keyword")).help(format!("write `r#{word}`"))
}

pub(crate) fn never_a_name(word: &str) -> Sentence {
    say(format!("`{word}` cannot name a field"))
}

pub(crate) fn field_attribute() -> Sentence {
    say("a field takes a doc comment and no other attribute")
        .help("for more, write a type of your own and mark it `#[flock_type]`")
}

pub(crate) fn bad_default(field: &str) -> Sentence {
    say(format!("the default of `{field}` is not an expression"))
}

pub(crate) fn output_default(field: &str) -> Sentence {
    say(format!("output `{field}` cannot have a default"))
        .help("the agent gives it; make it an `Option` when it may be missing")
}

pub(crate) fn open_quote() -> Sentence {
    say("the description's closing `\"` is missing")
}

pub(crate) fn unclear_comma(word: &str) -> Sentence {
    say(format!(
        "`, {word}:` may begin a field or belong to the description"
    ))
    .help("put the description in quotes: `topic: String | \\\"what, in short: this\\\"`, or reword it")
}

pub(crate) fn borrowed(owned: &str, written: &str) -> Sentence {
    say("what travels to a worker is owned").help(format!("write `{owned}` instead of `{written}`"))
}

pub(crate) fn impl_trait(written: &str) -> Sentence {
    say(format!("`{written}` is no named type"))
        .help("a worker must know what it decodes: name the type")
}

pub(crate) fn inferred_type() -> Sentence {
    say("the type cannot be left to the compiler here").help("name the type")
}

// Items.

pub(crate) fn agent_elsewhere() -> Sentence {
    say("`#[agent]` applies to an `async fn` or a unit struct")
}

pub(crate) fn flock_elsewhere() -> Sentence {
    say("`#[flock]` applies to an `async fn` or a unit struct")
}

pub(crate) fn flock_impl() -> Sentence {
    say("`#[flock]` does not apply to an `impl` block yet")
        .help("write the flock as an `async fn` that takes a `FlockContext`")
}

pub(crate) fn flock_type_elsewhere() -> Sentence {
    say("`#[flock_type]` applies to a struct or an enum")
}

pub(crate) fn flock_type_generic(name: &str) -> Sentence {
    say(format!(
        "`{name}` cannot be generic: a worker must know its types"
    ))
}

pub(crate) fn not_unit(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` must be a unit struct")).help(format!(
        "declare what it takes with `input(…)`, and write `struct {name};`"
    ))
}

pub(crate) fn generic(what: &str, name: &str) -> Sentence {
    say(format!(
        "{what} `{name}` cannot be generic: a worker must know its types"
    ))
}

pub(crate) fn where_clause(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot have a `where` clause"))
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
    say(format!("{what} `{name}` cannot be `{modifier}`"))
}

pub(crate) fn abi(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot have an ABI")).help("remove `extern`")
}

pub(crate) fn variadic(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot be variadic"))
}

pub(crate) fn receiver(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` cannot take `self`")).help(match what {
        "agent" => "use a free function, and share state with `State<T>`",
        _ => "use a free function",
    })
}

pub(crate) fn no_body(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` needs a body"))
}

pub(crate) fn configured_parameter(what: &str) -> Sentence {
    Sentence::new("a parameter cannot come and go by `#[cfg]`")
        .help(format!("write the {what} twice, and `#[cfg]` above each"))
}

pub(crate) fn pattern() -> Sentence {
    say("parameter names are input names").help("name the parameter, and take it apart in the body")
}

pub(crate) fn context_not_first(context: &str) -> Sentence {
    say(format!("`{context}` must come first"))
}

pub(crate) fn two_contexts(what: &str, name: &str, context: &str) -> Sentence {
    say(format!("{what} `{name}` takes one `{context}`")).help("remove the second")
}

pub(crate) fn wrong_context(what: &str, context: &str, found: &str) -> Sentence {
    say(format!("{what}s take `{context}`, not `{found}`"))
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
}

pub(crate) fn bare_state() -> Sentence {
    say("`State` needs the type of what is shared").help("write `State(db): State<Database>`")
}

pub(crate) fn no_result(what: &str, name: &str) -> Sentence {
    say(format!("{what} `{name}` must return `Result<_>`"))
        .help("add `-> Result<String>`, or `-> Result<()>` when it gives nothing")
}

pub(crate) fn not_a_result(what: &str, found: &str) -> Sentence {
    say(format!("{what}s return `Result<_>`, not `{found}`"))
        .help(format!("write `-> Result<{found}>`"))
}

pub(crate) fn input_without_parameter(field: &str, ty: &str) -> Sentence {
    say(format!("input `{field}` has no parameter")).help(format!("add `{field}: {ty}`"))
}

pub(crate) fn parameter_without_input(field: &str, ty: &str) -> Sentence {
    say(format!("parameter `{field}` is not an input"))
        .help(format!("add `{field}: {ty}` to `input`"))
}

pub(crate) fn types_differ(field: &str, declared: &str, taken: &str) -> Sentence {
    say(format!(
        "input `{field}` is `{declared}` in `input`, `{taken}` in the function"
    ))
}

pub(crate) fn one_parameter(ty: &str) -> Sentence {
    say(format!(
        "with `input = {ty}` the function takes that one value"
    ))
    .help(format!("write one parameter, `input: {ty}`"))
}

// Flocks.

pub(crate) fn no_start(name: &str) -> Sentence {
    say(format!("flock `{name}` names no agent to start with"))
        .help("write `#[flock(start = Researcher)]`")
}

pub(crate) fn start_of_function() -> Sentence {
    say("`start` is for flocks that are declared on a struct")
        .help("this one is coded: call its first agent with `ctx.run::<Researcher>(…)`")
}

pub(crate) fn input_of_function() -> Sentence {
    say("a coded flock takes its parameters")
        .help("leave `input` out, and describe a parameter with a doc comment before it")
}

pub(crate) fn timeout_twice() -> Sentence {
    say("the timeout of the agents is set twice")
        .help("keep `timeout(agent = …)` or `agents(timeout = …)`")
}

pub(crate) fn differs_on_replay(path: &str, twin: &str) -> Sentence {
    say(format!(
        "`{path}` gives another answer when Temporal replays the flock"
    ))
    .help(format!("use {twin}"))
}

pub(crate) fn breaks_replay(path: &str, twin: &str) -> Sentence {
    say(format!(
        "`{path}` does not go the same way when Temporal replays the flock"
    ))
    .help(format!("use {twin}"))
}

pub(crate) fn side_effect(path: &str) -> Sentence {
    say(format!(
        "`{path}` reaches outside, and would do so again on every replay"
    ))
    .help("do it in an agent: `ctx.run::<agent>(…)`")
}
