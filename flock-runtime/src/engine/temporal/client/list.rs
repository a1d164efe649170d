//! A filter in the words of the server's index.

use crate::engine::{RunFilter, RunStatus};

/// The same as Temporal's list filter.
pub(crate) fn query(filter: &RunFilter) -> String {
    let own = filter
        .query
        .as_ref()
        .filter(|query| !query.trim().is_empty());
    let flocks = filter
        .flocks
        .as_ref()
        .map(|flocks| match flocks.is_empty() {
            // No flock is of none.
            true => "WorkflowType = ''".to_owned(),
            false => {
                let names = flocks.iter().map(|name| quoted(name));
                format!("WorkflowType IN ({})", Vec::from_iter(names).join(", "))
            }
        });
    let status = filter.status.map(|status| {
        let status = match status {
            RunStatus::Running => "Running",
            RunStatus::Completed => "Completed",
            RunStatus::Failed => "Failed",
            RunStatus::Cancelled => "Canceled",
            RunStatus::Terminated => "Terminated",
            RunStatus::TimedOut => "TimedOut",
            RunStatus::ContinuedAsNew => "ContinuedAsNew",
        };
        format!("ExecutionStatus = '{status}'")
    });
    let ours: Vec<_> = flocks.into_iter().chain(status).collect();
    match (own, ours.is_empty()) {
        // As it was written: it may have an order at its end.
        (Some(own), true) => own.clone(),
        (Some(own), false) => both(own, &ours.join(" AND ")),
        (None, _) => ours.join(" AND "),
    }
}

/// The same for runs whose workflow tasks fail again and again, as the server indexes them.
pub(crate) fn troubled(filter: &RunFilter) -> RunFilter {
    const TROUBLED: &str = "TemporalReportedProblems IS NOT NULL";
    RunFilter {
        query: Some(both(filter.query.as_deref().unwrap_or_default(), TROUBLED)),
        ..filter.clone()
    }
}

/// What `own` asks for and `ours` as well, in the order of `own`, which goes to the end.
fn both(own: &str, ours: &str) -> String {
    let order = own.to_ascii_lowercase().rfind("order by");
    // Not within a text.
    let order = order.filter(|at| !own[*at..].contains(['\'', '"']));
    let (asked, order) = own.split_at(order.unwrap_or(own.len()));
    let both = match asked.trim() {
        "" => ours.to_owned(),
        asked => format!("({asked}) AND {ours}"),
    };
    format!("{both} {order}").trim_end().to_owned()
}

/// A text as filters have it.
pub(crate) fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_stays_at_the_end() {
        for (own, query) in [
            ("", "TemporalReportedProblems IS NOT NULL"),
            (
                "a = 'order by'",
                "(a = 'order by') AND TemporalReportedProblems IS NOT NULL",
            ),
            (
                "a = 1 ORDER BY StartTime DESC",
                "(a = 1) AND TemporalReportedProblems IS NOT NULL ORDER BY StartTime DESC",
            ),
            (
                "order by StartTime",
                "TemporalReportedProblems IS NOT NULL order by StartTime",
            ),
        ] {
            let filter = RunFilter {
                query: Some(own.to_owned()),
                ..RunFilter::default()
            };
            assert_eq!(troubled(&filter).query.as_deref(), Some(query));
        }
    }

    #[test]
    fn what_is_asked_is_one_filter() {
        let mut filter = RunFilter::default();
        assert_eq!(query(&filter), "");
        filter.status = Some(RunStatus::Cancelled);
        assert_eq!(query(&filter), "ExecutionStatus = 'Canceled'");
        filter.flocks = Some(vec!["a".into(), "it's".into()]);
        filter.query = Some("session_id = 's' OR session_id = 't'".into());
        assert_eq!(
            query(&filter),
            "(session_id = 's' OR session_id = 't') AND WorkflowType IN ('a', 'it''s') \
             AND ExecutionStatus = 'Canceled'"
        );
    }
}
