//! Where metrics are kept. Labels are free, as those of Temporal's SDK are: two series of one metric may have
//! different ones.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Combinations of labels of one metric.
const MOST_SERIES: usize = 1000;

/// Labels and their values, sorted.
pub(crate) type Labels = Vec<(String, String)>;

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind<'a> {
    Counter,
    /// A gauge that is set.
    Gauge,
    /// A gauge that is added to.
    UpDown,
    /// With its bounds.
    Histogram(&'a [f64]),
}

/// The metrics of a runtime.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    families: BTreeMap<String, Family>,
    /// What was complained of already.
    refused: BTreeMap<String, &'static str>,
}

/// A metric with all its series.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(crate) help: String,
    pub(crate) is: Is,
    pub(crate) series: BTreeMap<Labels, Value>,
}

/// A metric's kind, as it is told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Is {
    Counter,
    Gauge,
    Histogram(Vec<f64>),
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Number(f64),
    Histogram(Observed),
}

#[derive(Debug, Clone)]
pub(crate) struct Observed {
    /// How many were within each bound and above the one before; the last are above all.
    pub(crate) buckets: Vec<u64>,
    pub(crate) sum: f64,
}

impl Observed {
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

impl Registry {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All metrics as they are, by name.
    pub(crate) fn snapshot(&self) -> BTreeMap<String, Family> {
        self.kept().families.clone()
    }

    /// Records `value`, of a metric that begins with it.
    pub(crate) fn record(
        &self,
        name: &str,
        help: &str,
        kind: Kind<'_>,
        mut labels: Labels,
        value: f64,
    ) {
        labels.sort_unstable();
        let mut kept = self.kept();
        if let Err(fault) = kept.record(name, help, kind, labels, value)
            && kept.refused.insert(name.to_owned(), fault) != Some(fault)
        {
            drop(kept);
            tracing::warn!("the metric `{name}` is not kept: {fault}");
        }
    }
}

impl Kept {
    fn record(
        &mut self,
        name: &str,
        help: &str,
        kind: Kind<'_>,
        labels: Labels,
        value: f64,
    ) -> Result<(), &'static str> {
        if !value.is_finite() {
            return Err("it was given no number");
        }
        if kind == Kind::Counter && value < 0.0 {
            return Err("a counter only grows: take a gauge");
        }
        if !self.families.contains_key(name) {
            let family = Family::new(name, help, kind)?;
            self.families.insert(name.to_owned(), family);
        }
        let Some(family) = self.families.get_mut(name) else {
            return Ok(());
        };
        if !family.is.takes(kind) {
            return Err("it is a metric of another kind already: give it another name");
        }
        if !family.series.contains_key(&labels) {
            if family.series.len() >= MOST_SERIES {
                return Err(
                    "it has 1000 combinations of labels already: label it with what has few values",
                );
            }
            if !labels.iter().all(|(label, _)| is_label(label)) {
                return Err("a label is letters, digits and `_`, no digit first");
            }
            if labels.windows(2).any(|two| two[0].0 == two[1].0) {
                return Err("a label is given twice");
            }
        }
        let empty = family.is.empty();
        let series = family.series.entry(labels).or_insert(empty);
        match (series, kind) {
            (Value::Number(number), Kind::Gauge) => *number = value,
            (Value::Number(number), _) => *number += value,
            (Value::Histogram(observed), _) => {
                if let Is::Histogram(bounds) = &family.is {
                    observed.buckets[bounds.partition_point(|bound| *bound < value)] += 1;
                    observed.sum += value;
                }
            }
        }
        Ok(())
    }
}

impl Family {
    fn new(name: &str, help: &str, kind: Kind<'_>) -> Result<Self, &'static str> {
        // A name may have colons too, which stand for nothing that a label may not begin with.
        if !is_label(&name.replace(':', "_")) {
            return Err("a name is letters, digits, `_` and `:`, no digit first");
        }
        let is = match kind {
            Kind::Counter => Is::Counter,
            Kind::Gauge | Kind::UpDown => Is::Gauge,
            Kind::Histogram(bounds) => {
                let grows = bounds.windows(2).all(|two| two[0] < two[1]);
                if !grows || !bounds.iter().all(|bound| bound.is_finite()) {
                    return Err("the bounds of a histogram are numbers, the smallest first");
                }
                Is::Histogram(bounds.to_vec())
            }
        };
        Ok(Self {
            help: help.to_owned(),
            is,
            series: BTreeMap::new(),
        })
    }
}

impl Is {
    fn takes(&self, kind: Kind<'_>) -> bool {
        matches!(
            (self, kind),
            (Self::Counter, Kind::Counter)
                | (Self::Gauge, Kind::Gauge | Kind::UpDown)
                | (Self::Histogram(_), Kind::Histogram(_))
        )
    }

    fn empty(&self) -> Value {
        match self {
            Self::Counter | Self::Gauge => Value::Number(0.0),
            Self::Histogram(bounds) => Value::Histogram(Observed {
                buckets: vec![0; bounds.len() + 1],
                sum: 0.0,
            }),
        }
    }
}

fn is_label(label: &str) -> bool {
    let mut chars = label.chars();
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    chars.next().is_some_and(first) && chars.all(|c| first(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(name: &str, value: &str) -> Labels {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let mut kept = Kept::default();
        let mut record =
            |name: &str, kind, labels, value| kept.record(name, "", kind, labels, value);
        record("a_total", Kind::Counter, vec![], 1.0).unwrap();
        for (name, kind, with, value) in [
            ("a_total", Kind::Gauge, vec![], 1.0),
            ("a_total", Kind::Counter, vec![], -1.0),
            ("a_total", Kind::Counter, vec![], f64::NAN),
            ("a_total", Kind::Counter, labels("1", "x"), 1.0),
            (
                "a_total",
                Kind::Counter,
                [labels("x", "1"), labels("x", "2")].concat(),
                1.0,
            ),
            ("a-b", Kind::Counter, vec![], 1.0),
            ("h", Kind::Histogram(&[2.0, 1.0]), vec![], 1.0),
        ] {
            assert!(record(name, kind, with, value).is_err(), "{name} {kind:?}");
        }
    }

    #[test]
    fn a_label_with_many_values_does_not_fill_the_memory() {
        let registry = Registry::default();
        for id in 0..2 * MOST_SERIES {
            registry.record("n", "", Kind::Counter, labels("id", &id.to_string()), 1.0);
        }
        assert_eq!(registry.snapshot()["n"].series.len(), MOST_SERIES);
    }

    #[test]
    fn a_number_at_a_bound_is_within_it() {
        let registry = Registry::default();
        for value in [0.5, 1.0, 1.5, 9.0] {
            registry.record("h", "", Kind::Histogram(&[1.0, 2.0]), vec![], value);
        }
        let family = &registry.snapshot()["h"];
        let Some(Value::Histogram(observed)) = family.series.values().next() else {
            panic!("{family:?}");
        };
        assert_eq!(
            (&observed.buckets[..], observed.sum),
            (&[2, 1, 1][..], 12.0)
        );
    }
}
