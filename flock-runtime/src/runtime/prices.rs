//! Budgets of money need prices: looked at before anything runs.

use crate::{
    engine::{memo::agents, program::Execute},
    error::StartError,
    flock::registry::Registry,
    model::Models,
};

/// That the cost of every agent is known which has a budget of money. Of flocks that are code nobody knows
/// beforehand whom they call.
pub(super) fn known(
    registry: &Registry,
    models: &Models,
    attempts: &dyn Execute,
) -> Result<(), StartError> {
    let of_agents = registry.agents().filter_map(|entry| {
        let options = entry.descriptor.model_options()?;
        (options.budget.cost).map(|_| (entry.descriptor, "its own".to_owned()))
    });
    let costly = registry.flocks().map(|flock| flock.descriptor);
    let costly = costly.filter(|flock| flock.options.budget.cost.is_some());
    let of_flocks = costly.flat_map(|flock| {
        let agents = agents(flock).into_iter();
        agents.map(move |entry| (entry.descriptor, format!("flock `{}`", flock.name)))
    });
    for (agent, whose) in of_agents.chain(of_flocks) {
        if attempts.stands_in_for(agent.name) {
            continue;
        }
        let mut choices = models.choices(agent).into_iter();
        if let Some(choice) = choices.find(|choice| !models.has_price(choice)) {
            return Err(StartError::UnknownPrice {
                agent: agent.name,
                model: choice.name,
                whose,
            });
        }
    }
    Ok(())
}
