//! The dashboard as Grafana reads it.

use serde_json::{Value, json};

use super::panels::{Panel, ROWS, Shape};

/// Grafana's grid is so wide.
const WIDTH: usize = 24;
/// A dashboard's uid has at most so many letters.
const LONGEST_UID: usize = 40;

/// The dashboard of the program that Prometheus has as the job `job`.
pub(super) fn dashboard(job: &str, written_by: &str) -> Value {
    // As JSON, a text is one in Prometheus' language too.
    let quoted = Value::from(job).to_string();
    let of = format!(r#"job={quoted}, instance=~"$instance""#);
    json!({
        "uid": &job[..job.len().min(LONGEST_UID)],
        "title": job,
        "description": format!("Written by `{written_by}`: after a change of the program have it written again."),
        "tags": ["flock"],
        "schemaVersion": 39,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": { "from": "now-1h", "to": "now" },
        "timezone": "browser",
        "annotations": { "list": [] },
        "links": [],
        "templating": { "list": [source(), instances(&quoted)] },
        "panels": panels(&of),
    })
}

/// The Prometheus that is asked, where Grafana knows several.
fn source() -> Value {
    json!({
        "name": "source",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "multi": false,
        "includeAll": false,
    })
}

/// Whose numbers are shown: all workers', or some.
fn instances(job: &str) -> Value {
    let query = format!("label_values(up{{job={job}}}, instance)");
    json!({
        "name": "instance",
        "label": "Worker",
        "type": "query",
        "datasource": datasource(),
        "query": { "query": query, "refId": "instances" },
        "refresh": 2,
        "sort": 1,
        "multi": true,
        "includeAll": true,
        "allValue": ".*",
        "current": { "text": ["All"], "value": ["$__all"] },
    })
}

fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "${source}" })
}

/// Each row below the one before, its panels in lines of as many as fit.
fn panels(of: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut top = 0;
    for row in ROWS {
        all.push(json!({
            "id": all.len() + 1,
            "type": "row",
            "title": row.title,
            "collapsed": false,
            "gridPos": { "x": 0, "y": top, "w": WIDTH, "h": 1 },
            "panels": [],
        }));
        top += 1;
        let mut left = 0;
        for panel in row.panels {
            let (width, height) = panel.shape.size();
            if left + width > WIDTH {
                left = 0;
                top += height;
            }
            let place = json!({ "x": left, "y": top, "w": width, "h": height });
            all.push(panel.told(all.len() + 1, &place, of));
            left += width;
        }
        top += row.panels.last().map_or(0, |panel| panel.shape.size().1);
    }
    all
}

impl Shape {
    /// Width and height on the grid.
    fn size(self) -> (usize, usize) {
        match self {
            Self::Number => (4, 4),
            Self::Lines => (8, 8),
        }
    }
}

impl Panel {
    fn told(&self, id: usize, place: &Value, of: &str) -> Value {
        let (kind, custom, options) = match self.shape {
            Shape::Number => ("stat", json!({}), number_options()),
            Shape::Lines => ("timeseries", line(), line_options()),
        };
        let is_number = self.shape == Shape::Number;
        let targets = self.asks.iter().zip('A'..).map(|(ask, letter)| {
            json!({
                "refId": letter.to_string(),
                "datasource": datasource(),
                "editorMode": "code",
                "expr": ask.0.replace("$of", of),
                "legendFormat": ask.1,
                "instant": is_number,
                "range": !is_number,
            })
        });
        json!({
            "id": id,
            "type": kind,
            "title": self.title,
            "description": self.what,
            "datasource": datasource(),
            "gridPos": place,
            "fieldConfig": {
                "defaults": { "unit": self.unit, "min": 0, "custom": custom },
                "overrides": [],
            },
            "options": options,
            "targets": targets.collect::<Vec<_>>(),
        })
    }
}

fn line() -> Value {
    json!({
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 10,
        "showPoints": "never",
        "spanNulls": false,
    })
}

fn line_options() -> Value {
    json!({
        "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] },
        "tooltip": { "mode": "multi", "sort": "desc" },
    })
}

fn number_options() -> Value {
    json!({
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": "value",
        "wideLayout": true,
        "showPercentChange": false,
        "percentChangeColorMode": "standard",
        "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of the grid that a panel takes.
    fn cells(panel: &Value) -> impl Iterator<Item = (u64, u64)> {
        let number = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        let (x, y, w, h) = (number("x"), number("y"), number("w"), number("h"));
        assert!(x + w <= 24, "{panel}");
        (x..x + w).flat_map(move |x| (y..y + h).map(move |y| (x, y)))
    }

    #[test]
    fn every_panel_has_a_place_of_its_own() {
        let dashboard = dashboard("shop", "shop deploy grafana");
        let panels = dashboard["panels"].as_array().unwrap();
        let mut taken = std::collections::HashSet::new();
        for panel in panels {
            assert!(cells(panel).all(|cell| taken.insert(cell)), "{panel}");
        }
        let ids: std::collections::BTreeSet<_> =
            panels.iter().map(|panel| panel["id"].as_u64()).collect();
        assert_eq!(ids.len(), panels.len());
    }

    #[test]
    fn every_question_is_of_the_program_s_workers_alone() {
        let shown = dashboard("shop", "shop deploy grafana").to_string();
        assert!(!shown.contains("$of"), "{shown}");
        for ask in ROWS
            .iter()
            .flat_map(|row| row.panels)
            .flat_map(|panel| panel.asks)
        {
            assert_eq!(
                ask.0.matches("{$of").count(),
                ask.0.matches('{').count(),
                "{}",
                ask.0
            );
        }
    }

    #[test]
    fn a_uid_is_no_longer_than_grafana_takes() {
        let dashboard = dashboard(&"s".repeat(46), "");
        assert_eq!(dashboard["uid"].as_str().map(str::len), Some(40));
    }
}
