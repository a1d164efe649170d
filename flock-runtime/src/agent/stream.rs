//! What an agent says while it is at work: the tokens of a model, the tools that it begins to call, how far a
//! function has come. It is for those who look on, and no part of what the agent gives.
//!
//! One transcript an attempt is kept, of the newest. Whoever follows a run compares it with what they have
//! seen, so a slow reader holds up nobody, and one who comes late hears what was said before.

use serde::{Deserialize, Serialize};

/// As much of an attempt's text is kept, in bytes, for those who look late or seldom.
const KEPT: usize = 64 << 10;

/// As many calls of tools.
const CALLS: usize = 64;

/// A piece of what an agent says while it is at work.
///
/// In JSON `piece` says which, in snake case: `{"piece": "text", "text": "Once upon"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "piece")]
#[non_exhaustive]
pub enum Piece {
    /// The text begins. Where it has begun before, it begins anew: an attempt failed, its worker died, or a
    /// model's answer did not fit, and what was said of this step until now is void.
    Begun,
    /// More of the text.
    Text {
        /// What follows on what was said before.
        text: String,
    },
    /// The model begins to call a tool. The call itself is a step of its own, once the turn is over.
    ToolCall {
        /// The tool's name.
        tool: String,
    },
    /// Text went by faster than it was looked at, and is kept no more.
    Missed {
        /// So many bytes of it.
        bytes: u64,
    },
}

/// What an attempt has to say.
pub(crate) enum Saying<'a> {
    /// The text begins anew.
    Anew,
    Text(&'a str),
    Call(&'a str),
}

/// What was said in an attempt: the newest of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transcript {
    pub(crate) attempt: u32,
    pub(crate) lost_workers: u32,
    /// How often the text began anew within the attempt.
    anew: u32,
    /// Bytes of the text before those that are kept.
    cut: u64,
    text: String,
    calls: Vec<Call>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Call {
    /// Its number, from 0.
    number: u64,
    /// Where in the text.
    at: u64,
    tool: String,
}

impl Transcript {
    pub(crate) fn new(attempt: u32, lost_workers: u32) -> Self {
        Self {
            attempt,
            lost_workers,
            ..Self::default()
        }
    }

    pub(crate) fn say(&mut self, saying: &Saying<'_>) {
        match *saying {
            Saying::Anew => {
                *self = Self {
                    anew: self.anew + 1,
                    ..Self::new(self.attempt, self.lost_workers)
                };
            }
            Saying::Text(text) => {
                self.text.push_str(text);
                // Not for every piece: what follows moves.
                if self.text.len() > 2 * KEPT {
                    self.keep(KEPT);
                }
            }
            Saying::Call(tool) => {
                let number = self.calls.last().map_or(0, |call| call.number + 1);
                self.calls.push(Call {
                    number,
                    at: self.end(),
                    tool: tool.to_owned(),
                });
                if self.calls.len() > CALLS {
                    self.calls.remove(0);
                }
            }
        }
    }

    /// The bytes that it takes.
    pub(crate) fn len(&self) -> usize {
        let calls = self.calls.iter().map(|call| call.tool.len());
        size_of::<Self>() + self.text.len() + calls.sum::<usize>()
    }

    /// The newest of it, of about so many bytes.
    #[cfg(feature = "temporal")]
    pub(crate) fn tail(&self, bytes: usize) -> Self {
        let mut tail = self.clone();
        tail.keep(bytes);
        tail
    }

    fn keep(&mut self, bytes: usize) {
        let begin = self.text.len().saturating_sub(bytes);
        let begin = self.text.ceil_char_boundary(begin);
        self.text.drain(..begin);
        self.cut += begin as u64;
    }

    fn end(&self) -> u64 {
        self.cut + self.text.len() as u64
    }

    /// The text between two places, as far as it is kept.
    fn between(&self, from: u64, to: u64) -> &str {
        let place = |at: u64| usize::try_from(at.saturating_sub(self.cut)).unwrap_or(usize::MAX);
        self.text.get(place(from)..place(to)).unwrap_or_default()
    }
}

/// How much of a step's transcripts somebody has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Which attempt, and which beginning within it.
    begun: Option<(u32, u32, u32)>,
    text: u64,
    calls: u64,
}

impl Seen {
    /// What is new in it.
    pub(crate) fn news(&mut self, told: &Transcript) -> Vec<Piece> {
        let begun = (told.attempt, told.lost_workers, told.anew);
        let mut news = Vec::new();
        if self.begun != Some(begun) {
            *self = Self {
                begun: Some(begun),
                ..Self::default()
            };
            news.push(Piece::Begun);
        }
        if let Some(bytes) = told.cut.checked_sub(self.text).filter(|bytes| *bytes > 0) {
            news.push(Piece::Missed { bytes });
            self.text = told.cut;
        }
        for call in &told.calls {
            if call.number < self.calls {
                continue;
            }
            self.text_until(told, call.at, &mut news);
            self.calls = call.number + 1;
            let tool = call.tool.clone();
            news.push(Piece::ToolCall { tool });
        }
        self.text_until(told, told.end(), &mut news);
        news
    }

    fn text_until(&mut self, told: &Transcript, end: u64, news: &mut Vec<Piece>) {
        if end > self.text {
            let text = told.between(self.text, end).to_owned();
            self.text = end;
            news.push(Piece::Text { text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        let text = text.to_owned();
        Piece::Text { text }
    }

    fn call(tool: &str) -> Piece {
        let tool = tool.to_owned();
        Piece::ToolCall { tool }
    }

    #[test]
    fn each_hears_what_is_new_and_late_ones_what_was_before() {
        let mut told = Transcript::new(1, 0);
        let (mut early, mut late) = (Seen::default(), Seen::default());
        told.say(&Saying::Text("one "));
        assert_eq!(early.news(&told), [Piece::Begun, text("one ")]);
        assert_eq!(early.news(&told), []);
        told.say(&Saying::Text("two"));
        told.say(&Saying::Call("search"));
        told.say(&Saying::Text("three"));
        let news = [text("two"), call("search"), text("three")];
        assert_eq!(early.news(&told), news);
        let all = [Piece::Begun, text("one two"), call("search"), text("three")];
        assert_eq!(late.news(&told), all);
        assert_eq!(late.news(&told), []);
    }

    #[test]
    fn what_begins_anew_is_told() {
        let mut told = Transcript::new(1, 0);
        let mut seen = Seen::default();
        told.say(&Saying::Text("a guess"));
        seen.news(&told);
        told.say(&Saying::Anew);
        told.say(&Saying::Text("a"));
        assert_eq!(seen.news(&told), [Piece::Begun, text("a")]);
        for mut told in [Transcript::new(2, 0), Transcript::new(2, 1)] {
            told.say(&Saying::Text("a"));
            assert_eq!(seen.news(&told), [Piece::Begun, text("a")]);
        }
    }

    #[test]
    fn what_nobody_looks_at_is_forgotten_and_that_is_told() {
        let mut told = Transcript::new(1, 0);
        let mut seen = Seen::default();
        told.say(&Saying::Text("seen"));
        seen.news(&told);
        let line = "äöü".repeat(100);
        for _ in 0..1_000 {
            told.say(&Saying::Text(&line));
        }
        assert!(told.len() < 3 * KEPT, "{}", told.len());
        let news = seen.news(&told);
        let [Piece::Missed { bytes }, Piece::Text { text }] = news.as_slice() else {
            panic!("{news:?}")
        };
        assert_eq!(*bytes + text.len() as u64, 600 * 1_000);
        for number in 0..1_000 {
            told.say(&Saying::Call(&number.to_string()));
        }
        let news = seen.news(&told);
        assert_eq!((news.len(), news.last()), (CALLS, Some(&call("999"))));
    }
}
