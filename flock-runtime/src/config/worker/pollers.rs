//! How many polls are open at a time.

use std::{fmt, str::FromStr};

use crate::config::frame::{Data, Faults, Setting, Shape, Spot};

/// How many of a worker's polls a task queue has open at a time, of one kind of tasks.
///
/// ```
/// use flock::config::Pollers;
///
/// assert_eq!("5".parse(), Ok(Pollers::Fixed(5)));
/// let scaled = Pollers::Autoscaling { min: 1, max: 50, initial: 5 };
/// assert_eq!("1..50".parse(), Ok(scaled));
/// assert_eq!("1..50:5".parse(), Ok(scaled));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pollers {
    /// So many (Temporal's SDK: simple maximum).
    Fixed(usize),
    /// As many as the server finds right (Temporal's SDK: poller autoscaling).
    Autoscaling {
        /// No fewer, at least 1.
        min: usize,
        /// No more.
        max: usize,
        /// How many at the start. 5 when left out, or what of the two bounds is nearest.
        initial: usize,
    },
}

/// How many there are at the start, where nothing is said, as for the SDK's own.
const INITIAL: usize = 5;
/// More are of no use, and each is a request that a server holds.
const MOST: usize = 10_000;

impl Pollers {
    /// What is wrong with it, said of `key`.
    pub(super) fn fault(self, key: &str) -> Option<String> {
        let said = match self {
            Self::Fixed(0) => {
                "is 0, and so nothing would be polled for: leave it out for Temporal's 5, or serve \
                 less with `--only-agents` or `--only-flocks`"
                    .to_owned()
            }
            Self::Fixed(most) | Self::Autoscaling { max: most, .. } if most > MOST => {
                format!("asks for {most} polls at a time: {MOST} at most")
            }
            Self::Autoscaling { min: 0, .. } => "needs a least of 1: write `1..50`".to_owned(),
            Self::Autoscaling { min, max, .. } if max < min => {
                format!("goes from {min} up to {max}: exchange the two")
            }
            Self::Autoscaling { min, max, initial } if !(min..=max).contains(&initial) => {
                format!("begins with {initial}, which is not within {min} to {max}")
            }
            _ => return None,
        };
        Some(format!("{key} {said}"))
    }

    fn scaled(min: usize, max: usize, initial: Option<usize>) -> Self {
        // Bounds that are the wrong way round are told later.
        let initial = initial.unwrap_or(INITIAL.min(max).max(min));
        Self::Autoscaling { min, max, initial }
    }
}

impl FromStr for Pollers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is no number of pollers: write `5`, or `1..50` to scale them, or `1..50:5` to begin with 5"
            )
        };
        let number = |text: &str| text.trim().parse().map_err(|_| wrong());
        let Some((min, rest)) = text.split_once("..") else {
            return Ok(Self::Fixed(number(text)?));
        };
        let (max, initial) = match rest.split_once(':') {
            Some((max, initial)) => (max, Some(number(initial)?)),
            None => (rest, None),
        };
        Ok(Self::scaled(number(min)?, number(max)?, initial))
    }
}

impl fmt::Display for Pollers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(count) => write!(f, "{count}"),
            Self::Autoscaling { min, max, initial } => write!(f, "{min}..{max}:{initial}"),
        }
    }
}

impl Setting for Pollers {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Pollers
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        let read = match &data {
            Data::Whole(count) => usize::try_from(*count).ok().map(Self::Fixed),
            Data::Text(text) => text.parse().ok(),
            _ => None,
        };
        if read.is_none() {
            faults.other_kind(spot, &Self::shape(), &data);
        }
        read
    }
}
