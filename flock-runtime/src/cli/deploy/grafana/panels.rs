//! What the dashboard shows: rows of panels, each with what it asks Prometheus. `$of` stands for this program's
//! workers; counters are of each process, so they are summed, but what each worker tells of a whole queue is not.

/// Panels side by side, as far as there is room, below a heading.
pub(super) struct Row {
    pub(super) title: &'static str,
    pub(super) panels: &'static [Panel],
}

/// Something that is looked at.
pub(super) struct Panel {
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) shape: Shape,
    /// Grafana's word for it.
    pub(super) unit: &'static str,
    pub(super) asks: &'static [Ask],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One number, of now or of the time that is looked at.
    Number,
    /// Lines over time.
    Lines,
}

/// What Prometheus is asked, and what a line of the answer is called.
pub(super) struct Ask(pub(super) &'static str, pub(super) &'static str);

const fn number(
    title: &'static str,
    unit: &'static str,
    what: &'static str,
    asks: &'static [Ask],
) -> Panel {
    Panel {
        title,
        what,
        shape: Shape::Number,
        unit,
        asks,
    }
}

const fn lines(
    title: &'static str,
    unit: &'static str,
    what: &'static str,
    asks: &'static [Ask],
) -> Panel {
    Panel {
        title,
        what,
        shape: Shape::Lines,
        unit,
        asks,
    }
}

pub(super) const ROWS: &[Row] = &[
    Row {
        title: "At a glance",
        panels: &[
            number(
                "Runs completed",
                "short",
                "In the time that is looked at; about, since Prometheus guesses at its ends.",
                &[Ask(
                    r#"sum(increase(temporal_workflow_execution_count{$of, status="completed"}[$__range]))"#,
                    "completed",
                )],
            ),
            number(
                "Runs failed",
                "short",
                "In the time that is looked at; about, since Prometheus guesses at its ends.",
                &[Ask(
                    r#"sum(increase(temporal_workflow_execution_count{$of, status="failed"}[$__range])) or vector(0)"#,
                    "failed",
                )],
            ),
            number(
                "Active runs",
                "short",
                "Runs that workers have in memory and that have not ended.",
                &[Ask("sum(temporal_active_workflows{$of})", "active")],
            ),
            number(
                "Waiting tasks",
                "short",
                "Of all queues, about, as the server says.",
                &[Ask(
                    "sum(max by (queue_name) (temporal_task_queue_depth{$of}))",
                    "waiting",
                )],
            ),
            number(
                "Workers ready",
                "short",
                "Processes whose /readyz says yes.",
                &[Ask("sum(flock_worker_ready{$of})", "ready")],
            ),
            number(
                "Dollars an hour",
                "currencyUSD",
                "What models have cost in the last hour, by the list price; models without a known price count nothing.",
                &[Ask(
                    "sum(increase(flock_model_cost_dollars_total{$of}[1h])) or vector(0)",
                    "dollars",
                )],
            ),
        ],
    },
    Row {
        title: "Runs",
        panels: &[
            lines(
                "Runs ended, by flock and status",
                "ops",
                "A second.",
                &[Ask(
                    "sum by (workflow_type, status) (rate(temporal_workflow_execution_count{$of}[$__rate_interval]))",
                    "{{workflow_type}} {{status}}",
                )],
            ),
            lines(
                "How long runs take, by flock",
                "s",
                "From the run's begin to its end, what it waits for included. The bounds are 1 s, 10 s, 1 min, 5 min, 30 min and 1 h: what is between is guessed.",
                &[
                    Ask(
                        "histogram_quantile(0.5, sum by (workflow_type, le) (rate(temporal_workflow_duration_seconds_bucket{$of}[$__rate_interval])))",
                        "{{workflow_type}} half within",
                    ),
                    Ask(
                        "histogram_quantile(0.95, sum by (workflow_type, le) (rate(temporal_workflow_duration_seconds_bucket{$of}[$__rate_interval])))",
                        "{{workflow_type}} 95 % within",
                    ),
                ],
            ),
            lines(
                "Active runs, by worker",
                "short",
                "Runs in memory that have not ended.",
                &[Ask(
                    "sum by (instance) (temporal_active_workflows{$of})",
                    "{{instance}}",
                )],
            ),
        ],
    },
    Row {
        title: "Agents and tools",
        panels: &[
            lines(
                "Attempts, by agent and status",
                "ops",
                "A second. One that fails is made again while retries are left.",
                &[Ask(
                    "sum by (activity_name, status) (rate(temporal_activity_execution_count{$of}[$__rate_interval]))",
                    "{{activity_name}} {{status}}",
                )],
            ),
            lines(
                "Attempts that fail, by agent",
                "percentunit",
                "Of all its attempts.",
                &[Ask(
                    r#"sum by (activity_name) (rate(temporal_activity_execution_count{$of, status="failed"}[$__rate_interval])) / sum by (activity_name) (rate(temporal_activity_execution_count{$of}[$__rate_interval]))"#,
                    "{{activity_name}}",
                )],
            ),
            lines(
                "How long attempts take, by agent",
                "s",
                "95 % of them within.",
                &[Ask(
                    "histogram_quantile(0.95, sum by (activity_name, le) (rate(temporal_activity_duration_seconds_bucket{$of}[$__rate_interval])))",
                    "{{activity_name}}",
                )],
            ),
        ],
    },
    Row {
        title: "Task queues",
        panels: &[
            lines(
                "Tasks that wait, by queue",
                "short",
                "About, as the server says. Each worker of a queue is told the same, so it is not summed.",
                &[Ask(
                    "max by (queue_name) (temporal_task_queue_depth{$of})",
                    "{{queue_name}}",
                )],
            ),
            lines(
                "Attempts and runs ended, by queue",
                "ops",
                "A second.",
                &[Ask(
                    "sum by (queue_name) (rate(temporal_task_queue_processed_total{$of}[$__rate_interval]))",
                    "{{queue_name}}",
                )],
            ),
            lines(
                "How long agents wait for a worker",
                "ms",
                "From the server's side (schedule to start), 95 % of them within. More workers, or more slots.",
                &[Ask(
                    "histogram_quantile(0.95, sum by (task_queue, le) (rate(temporal_activity_schedule_to_start_latency_bucket{$of}[$__rate_interval])))",
                    "{{task_queue}}",
                )],
            ),
            lines(
                "How long flocks wait for a worker",
                "ms",
                "Each step of a run (workflow task, schedule to start), 95 % of them within.",
                &[Ask(
                    "histogram_quantile(0.95, sum by (task_queue, le) (rate(temporal_workflow_task_schedule_to_start_latency_bucket{$of}[$__rate_interval])))",
                    "{{task_queue}}",
                )],
            ),
        ],
    },
    Row {
        title: "Models",
        panels: &[
            lines(
                "Tokens, by agent and model",
                "short",
                "A second, given (input) and taken (output).",
                &[Ask(
                    "sum by (agent_name, model, direction) (rate(flock_model_tokens_total{$of}[$__rate_interval]))",
                    "{{agent_name}} {{model}} {{direction}}",
                )],
            ),
            lines(
                "Dollars an hour, by agent and model",
                "currencyUSD",
                "By the list price, at the pace of the moment.",
                &[Ask(
                    "3600 * sum by (agent_name, model) (rate(flock_model_cost_dollars_total{$of}[$__rate_interval]))",
                    "{{agent_name}} {{model}}",
                )],
            ),
            lines(
                "Questions, by model and status",
                "ops",
                "A second.",
                &[Ask(
                    "sum by (model, status) (rate(flock_model_requests_total{$of}[$__rate_interval]))",
                    "{{model}} {{status}}",
                )],
            ),
        ],
    },
    Row {
        title: "Workers",
        panels: &[
            lines(
                "Slots in use, by queue",
                "short",
                "Of all workers: flocks that take a step (WorkflowWorker), agents (ActivityWorker) and `local` agents (LocalActivityWorker) at work.",
                &[Ask(
                    "sum by (task_queue, worker_type) (temporal_worker_task_slots_used{$of})",
                    "{{task_queue}} {{worker_type}}",
                )],
            ),
            lines(
                "Slots that are free, by queue",
                "short",
                "Nothing is shown where a target for processors or memory decides in place of a number.",
                &[Ask(
                    "sum by (task_queue, worker_type) (temporal_worker_task_slots_available{$of})",
                    "{{task_queue}} {{worker_type}}",
                )],
            ),
            lines(
                "Polls that are open, by queue",
                "short",
                "Requests for work that wait at the server.",
                &[Ask(
                    "sum by (task_queue, poller_type) (temporal_num_pollers{$of})",
                    "{{task_queue}} {{poller_type}}",
                )],
            ),
            lines(
                "Runs in the cache",
                "short",
                "Kept in memory between their steps; `cache_size` is the most.",
                &[Ask(
                    "sum by (task_queue) (temporal_sticky_cache_size{$of})",
                    "{{task_queue}}",
                )],
            ),
            lines(
                "The cache at work",
                "ops",
                "Steps whose run was in memory, steps whose run was not, and runs put out before they had ended. The last two are replays.",
                &[
                    Ask(
                        "sum(rate(temporal_sticky_cache_hit{$of}[$__rate_interval]))",
                        "found",
                    ),
                    Ask(
                        "sum(rate(temporal_sticky_cache_miss{$of}[$__rate_interval]))",
                        "missed",
                    ),
                    Ask(
                        "sum(rate(temporal_sticky_cache_total_forced_eviction{$of}[$__rate_interval]))",
                        "put out",
                    ),
                ],
            ),
            lines(
                "How long a step of a flock takes",
                "ms",
                "The workflow task in the worker, without waits: 95 % of them within. Long ones are heavy code in a flock's body, or a long replay.",
                &[
                    Ask(
                        "histogram_quantile(0.95, sum by (workflow_type, le) (rate(temporal_workflow_task_execution_latency_bucket{$of}[$__rate_interval])))",
                        "{{workflow_type}}",
                    ),
                    Ask(
                        "histogram_quantile(0.95, sum by (workflow_type, le) (rate(temporal_workflow_task_replay_latency_bucket{$of}[$__rate_interval])))",
                        "{{workflow_type}} replay",
                    ),
                ],
            ),
            lines(
                "Steps that fail, by flock and reason",
                "short",
                "Workflow tasks, in the last five minutes: the code panics, or does not repeat what the run did. `list --stuck` names the runs.",
                &[Ask(
                    "sum by (workflow_type, failure_reason) (increase(temporal_workflow_task_execution_failed{$of}[5m]))",
                    "{{workflow_type}} {{failure_reason}}",
                )],
            ),
        ],
    },
    Row {
        title: "The Temporal server",
        panels: &[
            lines(
                "Requests, by operation",
                "ops",
                "A second, polls included.",
                &[
                    Ask(
                        "sum by (operation) (rate(temporal_request{$of}[$__rate_interval]))",
                        "{{operation}}",
                    ),
                    Ask(
                        "sum by (operation) (rate(temporal_long_request{$of}[$__rate_interval]))",
                        "{{operation}}",
                    ),
                ],
            ),
            lines(
                "Requests that fail, by operation and code",
                "ops",
                "A second. NOT_FOUND is ordinary where runs are asked for that are gone; UNAVAILABLE is a server that is away.",
                &[
                    Ask(
                        "sum by (operation, status_code) (rate(temporal_request_failure{$of}[$__rate_interval]))",
                        "{{operation}} {{status_code}}",
                    ),
                    Ask(
                        "sum by (operation, status_code) (rate(temporal_long_request_failure{$of}[$__rate_interval]))",
                        "{{operation}} {{status_code}}",
                    ),
                ],
            ),
            lines(
                "How long requests take, by operation",
                "ms",
                "95 % of them within, without polls.",
                &[Ask(
                    "histogram_quantile(0.95, sum by (operation, le) (rate(temporal_request_latency_bucket{$of}[$__rate_interval])))",
                    "{{operation}}",
                )],
            ),
        ],
    },
];
