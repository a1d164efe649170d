//! Values for Temporal's Helm chart.

use std::collections::BTreeSet;

use super::{CONFIG, Place, paths};
use crate::deploy::yaml;

/// The keys that the chart's `values.yaml` (1.6.0) has, those that it only shows in comments (`sql`), and those that its
/// templates read beside it.
const CHART: &[&str] = &[
    "server.replicaCount",
    "server.config.logLevel",
    "server.config.persistence.defaultStore",
    "server.config.persistence.visibilityStore",
    "server.config.persistence.numHistoryShards",
    "sql.createDatabase",
    "sql.manageSchema",
    "sql.pluginName",
    "sql.databaseName",
    "sql.connectAddr",
    "sql.connectProtocol",
    "sql.user",
    "sql.existingSecret",
    "sql.secretKey",
    "sql.maxConns",
    "sql.maxIdleConns",
    "sql.maxConnLifetime",
    "server.config.namespaces.create",
    "server.config.namespaces.namespace.name",
    "server.config.namespaces.namespace.retention",
    "server.tls.*.enabled",
    "server.tls.*.secretName",
    "server.tls.*.serverName",
    "server.tls.*.requireClientAuth",
    "server.metrics.annotations.enabled",
    "server.*.replicaCount",
    "server.*.podDisruptionBudget.maxUnavailable",
    "server.*.topologySpreadConstraints",
    "server.*.resources",
    "web.replicaCount",
    "web.podDisruptionBudget.maxUnavailable",
    "web.tls.enabled",
    "web.tls.secretName",
    "web.tls.serverName",
    "web.tls.enableHostVerification",
    "schema.useHelmHooks",
];

pub(super) async fn helm() {
    for (config, tls) in [("", false), (CONFIG, true)] {
        let place = Place::new(config);
        let files = place.files("helm").await;
        let [(_, text)] = &files[..] else {
            panic!("{files:?}")
        };
        let values = yaml(text).await.remove(0);
        let mut found = BTreeSet::new();
        paths(&values, "", &mut found);
        for path in &found {
            let fits = CHART.iter().any(|key| chart_has(path, key));
            assert!(fits, "the chart has no {path}");
        }
        let server = &values["server"];
        let stores = &server["config"]["persistence"]["datastores"];
        assert_eq!(server["config"]["persistence"]["numHistoryShards"], 512);
        for store in ["default", "visibility"] {
            // No password is in it.
            assert_eq!(stores[store]["sql"]["existingSecret"], "temporal-postgres");
        }
        let namespace = &server["config"]["namespaces"]["namespace"][0]["name"];
        assert_eq!(namespace, if tls { "shop" } else { "default" });
        assert_eq!(server["tls"].is_object(), tls);
        if tls {
            let name = &server["tls"]["frontend"]["serverName"];
            assert_eq!(name, "temporal.example.com");
            assert_eq!(server["tls"]["frontend"]["requireClientAuth"], true);
        }
    }
}

/// Whether `key` is `path`, or stands for it.
fn chart_has(path: &str, key: &str) -> bool {
    let path = match path.strip_prefix("server.config.persistence.datastores.") {
        Some(store) => store.split_once('.').unwrap().1,
        None => path,
    };
    match key.split_once('*') {
        None => path == key || path.starts_with(&format!("{key}.")),
        Some((before, after)) => {
            let Some(rest) = path.strip_prefix(before) else {
                return false;
            };
            let service = rest.split('.').next().unwrap();
            let rest = &rest[service.len()..];
            let known = ["frontend", "history", "matching", "worker", "internode"];
            known.contains(&service) && (rest == after || rest.starts_with(&format!("{after}.")))
        }
    }
}
