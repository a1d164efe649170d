//! Where in a trace something stands.
//!
//! Ids are not drawn but made of what is the same on every process and on replay: a trace's of the first run,
//! a span's of the run, its step and the attempt. So two processes that tell of one thing tell the same span,
//! and one that was restarted needs to remember none.

use std::{fmt, str::FromStr};

use crate::text::hash::Fnv;

/// A span, as its children know it: what travels as W3C's `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceContext {
    pub(crate) trace: u128,
    pub(crate) span: u64,
    /// Whether whoever began the trace wants it told.
    pub(crate) sampled: bool,
}

impl TraceContext {
    /// The span of a run that nobody has begun a trace for. The trace's id is the run's, without hyphens.
    pub(crate) fn of_run(run_id: &str) -> Self {
        Self {
            trace: trace_of(run_id),
            span: span_of(run_id, "run", &[]),
            sampled: true,
        }
    }

    /// The trace, as it is shown.
    pub(crate) fn id(self) -> String {
        format!("{:032x}", self.trace)
    }

    /// Another span of the same trace.
    pub(crate) fn at(self, span: u64) -> Self {
        Self { span, ..self }
    }
}

/// What the process that called this one has begun. What is none there is nobody's slip.
#[cfg(feature = "cli")]
pub(crate) fn of_environment() -> Option<String> {
    let given = std::env::var("TRACEPARENT").ok()?;
    given.parse::<TraceContext>().ok().map(|_| given)
}

/// The id of a span: of a run, of what kind, and which of them.
pub(crate) fn span_of(run_id: &str, kind: &str, which: &[u64]) -> u64 {
    let mut hash = Fnv::default();
    hash.take(run_id.as_bytes());
    hash.take(&[0]);
    hash.take(kind.as_bytes());
    for number in which {
        hash.take(&number.to_le_bytes());
    }
    mixed(hash.end())
}

fn trace_of(run_id: &str) -> u128 {
    let digits: String = run_id.chars().filter(|c| *c != '-').collect();
    let is_uuid = digits.len() == 32;
    let known = u128::from_str_radix(&digits, 16).ok().filter(|_| is_uuid);
    known.filter(|id| *id != 0).unwrap_or_else(|| {
        let half = |kind| u128::from(span_of(run_id, kind, &[]));
        (half("trace") << 64) | half("trace, the other half")
    })
}

/// Mixed: what differs in a digit would else differ in a few bits. Never 0, which is no id.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash ^ (hash >> 33)).max(1)
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(f, "00-{:032x}-{:016x}-{flags:02x}", self.trace, self.span)
    }
}

/// What a `traceparent` has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoTraceParent;

impl FromStr for TraceContext {
    type Err = NoTraceParent;

    fn from_str(text: &str) -> Result<Self, NoTraceParent> {
        let mut parts = text.trim().split('-');
        let mut part = |digits: usize| {
            let part = parts.next().ok_or(NoTraceParent)?;
            let is_hex = part.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            if part.len() == digits && is_hex {
                Ok(part)
            } else {
                Err(NoTraceParent)
            }
        };
        let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        // A later version may say more behind; ours does not, and `ff` is none.
        if version == "ff" || (version == "00" && parts.next().is_some()) {
            return Err(NoTraceParent);
        }
        let context = Self {
            trace: u128::from_str_radix(trace, 16).map_err(|_| NoTraceParent)?,
            span: u64::from_str_radix(span, 16).map_err(|_| NoTraceParent)?,
            sampled: u8::from_str_radix(flags, 16).map_err(|_| NoTraceParent)? & 1 == 1,
        };
        match context.trace == 0 || context.span == 0 {
            true => Err(NoTraceParent),
            false => Ok(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_travels_is_read_again_and_what_is_none_is_refused() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context: TraceContext = text.parse().unwrap();
        assert!(context.sampled);
        assert_eq!(context.to_string(), text);
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(wrong.parse::<TraceContext>(), Err(NoTraceParent), "{wrong}");
        }
        let later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more";
        assert!(later.parse::<TraceContext>().is_ok_and(|c| !c.sampled));
    }

    #[test]
    fn a_trace_is_found_by_its_first_run() {
        let run = "01989a3e-6f4d-7c1a-9d7e-2f1f4f6f8a10";
        let context = TraceContext::of_run(run);
        assert_eq!(format!("{:032x}", context.trace), run.replace('-', ""));
        assert_eq!(TraceContext::of_run(run), context);
        assert_ne!(span_of(run, "step", &[1, 1]), span_of(run, "step", &[1, 2]));
        assert_ne!(TraceContext::of_run("another id").trace, 0);
    }
}
