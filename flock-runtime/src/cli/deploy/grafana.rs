//! `deploy grafana`: a dashboard of what workers tell Prometheus, and what has Grafana show it.

mod dashboard;
mod panels;

use super::{facts::Facts, files::File, render::render};
use crate::cli::exit::Fault;

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let written_by = format!("{} deploy grafana", facts.program);
    let dashboard = dashboard::dashboard(&facts.name, &written_by);
    let source = include_str!("grafana/templates/source.yaml.jinja");
    let dashboards = include_str!("grafana/templates/dashboards.yaml.jinja");
    Ok(vec![
        File::new(
            format!("grafana/dashboards/{0}/{0}.json", facts.name),
            format!("{dashboard:#}\n"),
        ),
        File::new(
            "grafana/provisioning/datasources/prometheus.yaml",
            render("prometheus.yaml", source, facts)?,
        ),
        File::new(
            format!("grafana/provisioning/dashboards/{}.yaml", facts.name),
            render("dashboards.yaml", dashboards, facts)?,
        ),
    ])
}
