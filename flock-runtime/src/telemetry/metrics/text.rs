//! Metrics as Prometheus reads them: its text format, 0.0.4.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use super::registry::{Family, Is, Value};

pub(super) fn write(families: &BTreeMap<String, Family>) -> String {
    let mut text = String::new();
    for (name, family) in families {
        // Nothing fails that is written into a string.
        let _ = one(&mut text, name, family);
    }
    text
}

fn one(text: &mut String, name: &str, family: &Family) -> fmt::Result {
    let kind = match family.is {
        Is::Counter => "counter",
        Is::Gauge => "gauge",
        Is::Histogram(_) => "histogram",
    };
    if !family.help.is_empty() {
        let help = family.help.replace('\\', "\\\\").replace('\n', "\\n");
        writeln!(text, "# HELP {name} {help}")?;
    }
    writeln!(text, "# TYPE {name} {kind}")?;
    for (labels, value) in &family.series {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| label(name, value))
            .collect();
        match (value, &family.is) {
            (Value::Histogram(observed), Is::Histogram(bounds)) => {
                let bounds = bounds.iter().map(ToString::to_string);
                let mut within = 0;
                for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(&observed.buckets) {
                    within += count;
                    let labels = [&labels[..], &[label("le", &bound)]].concat();
                    writeln!(text, "{name}_bucket{} {within}", braced(&labels))?;
                }
                writeln!(text, "{name}_sum{} {}", braced(&labels), observed.sum)?;
                writeln!(text, "{name}_count{} {}", braced(&labels), observed.count())?;
            }
            (Value::Number(number), _) => writeln!(text, "{name}{} {number}", braced(&labels))?,
            (Value::Histogram(_), _) => {}
        }
    }
    Ok(())
}

fn label(name: &str, value: &str) -> String {
    let value = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("{name}=\"{value}\"")
}

fn braced(labels: &[String]) -> String {
    match labels {
        [] => String::new(),
        labels => format!("{{{}}}", labels.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use crate::telemetry::metrics::Metrics;

    #[test]
    fn each_kind_is_written_as_prometheus_reads_it() {
        let metrics = Metrics::kept();
        metrics
            .counter("a_total")
            .label("x", "say \"hi\"\\\n")
            .add(2);
        metrics.gauge("b").set(1.5);
        metrics.gauge("b").add(-1.0);
        let histogram = || metrics.histogram("c").buckets(&[1.0, 2.5]).label("x", 1);
        histogram().observe(0.5);
        histogram().observe(7.0);
        assert_eq!(
            metrics.to_prometheus(),
            r#"# TYPE a_total counter
a_total{x="say \"hi\"\\\n"} 2
# TYPE b gauge
b 0.5
# TYPE c histogram
c_bucket{x="1",le="1"} 1
c_bucket{x="1",le="2.5"} 1
c_bucket{x="1",le="+Inf"} 2
c_sum{x="1"} 7.5
c_count{x="1"} 2
"#
        );
        assert_eq!(Metrics::silent().to_prometheus(), "");
    }
}
