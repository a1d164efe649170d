//! The yardstick: the workflow written directly on the SDK, as its documentation shows.
//!
//! It does what the flock does and no less: the same names, the same fields, the same limit and
//! retries.

#![allow(
    unreachable_pub,
    reason = "the SDK's macros make public items of these"
)]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use temporalio_common::RetryPolicy;
use temporalio_macros::{activities, workflow, workflow_methods};
use temporalio_sdk::{
    ActivityOptions, LocalActivityOptions, WorkflowContext, WorkflowResult,
    activities::{ActivityContext, ActivityError},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Question {
    pub topic: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Findings {
    pub findings: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summary {
    pub summary: String,
}

pub struct Activities;

#[activities]
impl Activities {
    #[activity(name = "researcher")]
    pub async fn researcher(
        _ctx: ActivityContext,
        input: Question,
    ) -> Result<Findings, ActivityError> {
        let findings = crate::work::research(&input.topic);
        Ok(Findings { findings })
    }

    #[activity(name = "summarizer")]
    pub async fn summarizer(
        _ctx: ActivityContext,
        input: Findings,
    ) -> Result<Summary, ActivityError> {
        let summary = crate::work::summarize(&input.findings);
        Ok(Summary { summary })
    }

    #[activity(name = "local_researcher")]
    pub async fn local_researcher(
        _ctx: ActivityContext,
        input: Question,
    ) -> Result<Findings, ActivityError> {
        let findings = crate::work::research(&input.topic);
        Ok(Findings { findings })
    }

    #[activity(name = "local_summarizer")]
    pub async fn local_summarizer(
        _ctx: ActivityContext,
        input: Findings,
    ) -> Result<Summary, ActivityError> {
        let summary = crate::work::summarize(&input.findings);
        Ok(Summary { summary })
    }
}

/// Two activities.
#[workflow]
#[derive(Default)]
pub struct Research;

#[workflow_methods]
impl Research {
    #[run(name = "research")]
    pub async fn run(ctx: &mut WorkflowContext<Self>, input: Question) -> WorkflowResult<Summary> {
        let found = ctx
            .execute_activity(Activities::researcher, input, remote())
            .await?;
        let summary = ctx
            .execute_activity(Activities::summarizer, found, remote())
            .await?;
        Ok(summary)
    }
}

/// Two local activities.
#[workflow]
#[derive(Default)]
pub struct LocalResearch;

#[workflow_methods]
impl LocalResearch {
    #[run(name = "local_research")]
    pub async fn run(ctx: &mut WorkflowContext<Self>, input: Question) -> WorkflowResult<Summary> {
        let found = ctx
            .execute_local_activity(Activities::local_researcher, input, local())
            .await?;
        let summary = ctx
            .execute_local_activity(Activities::local_summarizer, found, local())
            .await?;
        Ok(summary)
    }
}

/// An agent's limit of one attempt when nothing is set.
const TIMEOUT: Duration = Duration::from_secs(300);

fn remote() -> ActivityOptions {
    ActivityOptions::with_start_to_close_timeout(TIMEOUT)
        .retry_policy(retries())
        .build()
}

fn local() -> LocalActivityOptions {
    LocalActivityOptions::builder()
        .start_to_close_timeout(TIMEOUT)
        .retry_policy(retries())
        .build()
}

/// An agent's retries when nothing is set.
fn retries() -> RetryPolicy {
    RetryPolicy::builder()
        .maximum_attempts(4)
        .maximum_interval(Duration::from_secs(100))
        .build()
}
