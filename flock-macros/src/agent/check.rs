//! What must hold between the parts of an agent.

use syn::Path;

use super::{
    hand_off::{HandOff, Rule},
    mcp,
    model::{Agent, Kind},
};
use crate::{
    diag::{Errors, say},
    grammar::{own::written, values::Loop},
};

/// Notes what does not go together.
pub(super) fn check(agent: &Agent, errors: &mut Errors) {
    (agent.common.options.limits).check(agent.common.role, errors);
    way_back(agent, errors);
    who_routes(agent, errors);
    temperature(agent, errors);
    tools(agent, errors);
    mcp::check(agent, errors);
}

fn way_back(agent: &Agent, errors: &mut Errors) {
    let (loop_to, max_rounds) = (&agent.common.loop_to, &agent.common.max_rounds);
    match (loop_to.is_named(), max_rounds.is_named()) {
        (true, false) => errors.at(loop_to.place(), say::no_rounds()),
        (false, true) => errors.at(max_rounds.place(), say::no_way_back()),
        (false, false) => {
            if let Some(HandOff::Among { rule, among }) = &agent.common.hand_off
                && among.is_empty()
                && !is_misplaced(agent, rule)
            {
                errors.at(rule.span(), say::no_among(&rule.word()));
            }
        }
        (true, true) => {}
    }
}

fn who_routes(agent: &Agent, errors: &mut Errors) {
    if let Some(HandOff::Among { rule, among }) = &agent.common.hand_off
        && is_misplaced(agent, rule)
    {
        let among: Vec<_> = among.iter().map(written).collect();
        errors.at(rule.span(), say::model_routes_struct(&among));
    }
}

/// Whether a model is to choose where none answers.
fn is_misplaced(agent: &Agent, rule: &Rule) -> bool {
    matches!((&agent.kind, rule), (Kind::Function { .. }, Rule::Model(_)))
}

fn temperature(agent: &Agent, errors: &mut Errors) {
    if let Kind::Model(model) = &agent.kind
        && let Some(temperature) = &model.temperature
        && temperature.value > 2.0
    {
        errors.at(temperature.span, say::bad_temperature());
    }
}

fn tools(agent: &Agent, errors: &mut Errors) {
    let Kind::Model(model) = &agent.kind else {
        return;
    };
    let has_tools = model.tools.is_named() || model.mcp.is_named();
    if model.max_turns.get().is_some() && !has_tools {
        errors.at(model.max_turns.place(), say::no_tools());
    }
    if let Some(Loop::Activity) = model.looped.get() {
        let place = model.looped.place();
        if model.mcp.is_named() {
            errors.at(place, say::servers_in_activity());
        } else if !has_tools {
            errors.at(place, say::no_loop());
        }
    }
    let ident = &agent.common.identity.ident;
    let is_own = |tool: &&Path| tool.is_ident(ident) || tool.is_ident("Self");
    let mut tools = model.tools.get().into_iter().flat_map(|tools| &tools.0);
    if let Some(own) = tools.find(is_own) {
        errors.under(own, say::tool_of_itself(&ident.to_string()));
    }
}
