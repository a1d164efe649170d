//! What is said of `hand_off`, `loop_to` and `max_rounds`.

use super::{Sentence, say};

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
