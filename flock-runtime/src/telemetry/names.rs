//! The names of spans' attributes. docs/observability.md lists them, and a test compares.

macro_rules! names {
    ($($(#[doc = $what:literal])+ $constant:ident = $name:literal;)+) => {
        $($(#[doc = $what])+ pub(crate) const $constant: &str = $name;)+
        #[cfg(test)]
        pub(crate) const ALL: &[&str] = &[$($name),+];
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::telemetry::page::rows;

    #[test]
    fn the_page_lists_each() {
        let rows = rows("| attribute | on | what |");
        let names = rows.iter().filter_map(|row| row.split('`').nth(1));
        let listed: BTreeSet<_> = names.collect();
        assert_eq!(listed, super::ALL.iter().copied().collect());
    }
}

names! {
    /// What is done: `invoke_workflow`, `invoke_agent`, `execute_tool`, `chat`.
    OPERATION = "gen_ai.operation.name";
    /// The run id.
    CONVERSATION = "gen_ai.conversation.id";
    /// The flock.
    WORKFLOW = "gen_ai.workflow.name";
    /// The agent.
    AGENT = "gen_ai.agent.name";
    /// The tool.
    TOOL = "gen_ai.tool.name";
    /// `function`, or `extension` for an MCP server's.
    TOOL_TYPE = "gen_ai.tool.type";
    /// Who answers for a model.
    PROVIDER = "gen_ai.provider.name";
    /// The model that was asked.
    REQUEST_MODEL = "gen_ai.request.model";
    /// Limit of the answer's tokens.
    MAX_TOKENS = "gen_ai.request.max_tokens";
    /// The model that answered, as its vendor says.
    RESPONSE_MODEL = "gen_ai.response.model";
    /// Why the model stopped.
    FINISH_REASONS = "gen_ai.response.finish_reasons";
    /// Tokens given.
    INPUT_TOKENS = "gen_ai.usage.input_tokens";
    /// Tokens taken.
    OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    /// What went wrong: the failure type.
    ERROR_TYPE = "error.type";
    /// The workflow id.
    WORKFLOW_ID = "temporal.workflow.id";
    /// The run id of a step's run.
    RUN_ID = "temporal.run.id";
    /// Which of the run's steps it is.
    STEP = "flock.step";
    /// The attempt, from 1.
    ATTEMPT = "flock.attempt";
    /// Workers that died under the call before.
    LOST_WORKERS = "flock.lost_workers";
    /// How a run ended: `completed`, `failed`, `cancelled` or `continued_as_new`.
    STATUS = "flock.status";
    /// Money that a question has cost, in millionths of a dollar.
    MICRO_DOLLARS = "flock.usage.micro_dollars";
    /// What the agent's model is told to be: with `content`.
    INSTRUCTIONS = "gen_ai.system_instructions";
    /// What a model was asked: with `content`.
    INPUT_MESSAGES = "gen_ai.input.messages";
    /// What a model answered: with `content`.
    OUTPUT_MESSAGES = "gen_ai.output.messages";
    /// What a tool was called with: with `content`.
    ARGUMENTS = "gen_ai.tool.call.arguments";
    /// What a tool gave: with `content`.
    RESULT = "gen_ai.tool.call.result";
}
