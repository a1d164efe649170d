//! Times in JSON: numbers of seconds, and those of the clock since the Unix epoch.

use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};

/// A length of time.
pub(crate) fn span<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(span.as_secs_f64())
}

/// A length of time, or none.
#[allow(clippy::ref_option, reason = "serde's signature")]
pub(crate) fn optional_span<S: Serializer>(
    span: &Option<Duration>,
    to: S,
) -> Result<S::Ok, S::Error> {
    span.map(|span| span.as_secs_f64()).serialize(to)
}

/// Since the epoch; what was before it is none.
fn since(time: &SystemTime) -> Option<f64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(since.as_secs_f64())
}

/// When something was, where that is known.
#[allow(clippy::ref_option, reason = "serde's signature")]
pub(crate) fn optional_time<S: Serializer>(
    time: &Option<SystemTime>,
    to: S,
) -> Result<S::Ok, S::Error> {
    time.as_ref().and_then(since).serialize(to)
}

/// When each of several was.
#[cfg(feature = "temporal")]
pub(crate) fn times<S: Serializer>(times: &[SystemTime], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(times.iter().filter_map(since))
}

/// A time that is read as well.
pub(crate) mod moment {
    use std::time::{Duration, SystemTime};

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(time: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
        super::since(time).unwrap_or_default().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
        time(f64::deserialize(from)?)
    }

    pub(super) fn time<E: Error>(seconds: f64) -> Result<SystemTime, E> {
        let since = Duration::try_from_secs_f64(seconds).map_err(E::custom)?;
        let time = SystemTime::UNIX_EPOCH.checked_add(since);
        time.ok_or_else(|| E::custom("a time too far away"))
    }
}

/// A time that is read as well, or none.
pub(crate) mod optional_moment {
    use std::time::SystemTime;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::moment;

    #[allow(clippy::ref_option, reason = "serde's signature")]
    pub(crate) fn serialize<S: Serializer>(
        time: &Option<SystemTime>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => moment::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<SystemTime>, D::Error> {
        let time = Option::<f64>::deserialize(from)?;
        time.map(moment::time).transpose()
    }
}
