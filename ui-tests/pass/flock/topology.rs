//! What just fits together.

/// A field may be left out where it is optional, and passed on in a better version.
mod optional {
    use flock::prelude::*;

    #[agent(output = "draft", hand_off = editor)]
    async fn writer(topic: String, style: Option<String>) -> Result<String> {
        Ok(format!("{topic} {}", style.unwrap_or_default()))
    }

    #[agent(output = "draft", hand_off = reader)]
    async fn editor(draft: String) -> Result<String> {
        Ok(draft.to_uppercase())
    }

    #[agent(output = "liked: bool")]
    async fn reader(draft: String, #[allow(unused)] stars: Option<u8>) -> Result<bool> {
        Ok(draft.is_empty())
    }

    #[flock(start = writer, input = "topic")]
    struct Desk;

    #[flock(start = writer, output = "draft, topic, stars: Option<u8>")]
    struct WholeDesk;
}

/// A declared way back, to an agent before and to itself; chosen ways back.
mod ways_back {
    use flock::prelude::*;

    #[agent(output = "draft", hand_off = editor)]
    async fn writer(topic: String) -> Result<String> {
        Ok(topic)
    }

    #[agent(output = "review", loop_to = writer, max_rounds = 1)]
    async fn editor(draft: String) -> Result<String> {
        Ok(draft)
    }

    #[flock(start = writer)]
    struct Desk;

    #[agent(output = "count: u8", loop_to = again, max_rounds = 2)]
    async fn again() -> Result<u8> {
        Ok(1)
    }

    #[flock(start = again)]
    struct Again;

    fn route(review: &critic_types::Review) -> Next {
        match review.good {
            true => Next::end(),
            false => Next::back(),
        }
    }

    mod critic_types {
        #[flock::flock_type]
        #[derive(Debug, Clone)]
        pub(crate) struct Review {
            pub(crate) good: bool,
        }
    }

    #[agent(hand_off(route), loop_to = critic, max_rounds = 3)]
    async fn critic(draft: String) -> Result<critic_types::Review> {
        Ok(critic_types::Review {
            good: draft.is_empty(),
        })
    }

    #[flock(start = critic)]
    struct Criticised;
}

/// What is given as itself is taken as an `Option`: from the flock, on the way forward and back, and by
/// the flock.
mod some {
    use flock::prelude::*;

    #[agent(output = "draft", hand_off = reviewer)]
    async fn writer(
        topic: Option<String>,
        feedback: Option<Vec<String>>,
        rounds: Option<u8>,
    ) -> Result<String> {
        Ok(format!("{topic:?} {feedback:?} {rounds:?}"))
    }

    #[agent(output = "feedback: Vec<String>, rounds: Option<u8>", loop_to = writer, max_rounds = 2)]
    async fn reviewer(
        draft: ::std::option::Option<String>,
        feedback: Option<Vec<String>>,
    ) -> Result<(Vec<String>, Option<u8>)> {
        Ok((feedback.unwrap_or_default(), draft.map(|_| 1)))
    }

    #[flock(
        start = writer,
        input = "topic: String",
        output = "draft: Option<String>, feedback: Option<Vec<String>>"
    )]
    struct Desk;
}

/// What comes round as another type, and is given anew before anybody takes it.
mod anew {
    use flock::prelude::*;

    #[agent(output = "notes: String", hand_off = writer)]
    async fn digest(topic: String) -> Result<String> {
        Ok(topic)
    }

    #[agent(output = "text: String", hand_off = reviewer)]
    async fn writer(notes: String) -> Result<String> {
        Ok(notes)
    }

    #[agent(output = "notes: Vec<String>", loop_to = digest, max_rounds = 2)]
    async fn reviewer(text: String, notes: String) -> Result<Vec<String>> {
        Ok(vec![text, notes])
    }

    #[flock(start = digest, input = "topic: String", output = "text: String")]
    struct Desk;
}

/// One agent on two ways, and one name for fields of two ways.
mod ways {
    use flock::prelude::*;

    fn route(urgent: &TriageOutput) -> Next {
        match urgent.urgent {
            true => Next::to::<support>(),
            false => Next::to::<billing>(),
        }
    }

    #[agent(output = "urgent: bool", hand_off(route, among = [support, billing]))]
    async fn triage(ticket: String) -> Result<bool> {
        Ok(ticket.ends_with('!'))
    }

    #[agent(output = "reply", hand_off = sender)]
    async fn support(ticket: String) -> Result<String> {
        Ok(ticket)
    }

    #[agent(output = "reply", hand_off = sender)]
    async fn billing(ticket: String) -> Result<String> {
        Ok(ticket)
    }

    #[agent(output = "sent: bool")]
    async fn sender(reply: String) -> Result<bool> {
        Ok(!reply.is_empty())
    }

    #[flock(start = triage, output = "reply, sent: bool")]
    struct Desk;
}

/// One type in two spellings that end alike.
mod spellings {
    use flock::prelude::*;
    use std::collections::BTreeMap;

    #[agent(output = "words: BTreeMap<String, u32>", hand_off = printer)]
    async fn counter(text: String) -> Result<BTreeMap<String, u32>> {
        Ok(BTreeMap::from([(text, 1)]))
    }

    #[agent]
    async fn printer(
        words: std::collections::BTreeMap<std::string::String, u32>,
    ) -> Result<String> {
        Ok(format!("{words:?}"))
    }

    #[flock(start = counter)]
    struct Count;
}

/// Agents of another crate.
mod crates {
    use flock::prelude::*;

    #[agent(output = "draft", hand_off = ui_tests::proofreader)]
    async fn writer(topic: String) -> Result<String> {
        Ok(topic)
    }

    #[flock(start = writer)]
    struct Desk;
}

/// A public flock over private agents, once it says itself what it takes and gives.
pub mod public {
    use flock::prelude::*;

    #[agent(output = "text")]
    async fn writer(topic: String) -> Result<String> {
        Ok(topic)
    }

    #[flock(start = writer, input = "topic", output = "text")]
    pub struct Desk;
}

/// Exactly as long as the compiler follows.
mod long {
    use flock::prelude::*;

    macro_rules! chain {
        ($first:ident $($rest:ident)*) => {
            chain!(@ $first $($rest)*);

            #[flock(start = $first)]
            struct Long;
        };
        (@ $one:ident $next:ident $($rest:ident)*) => {
            #[agent(hand_off = $next)]
            async fn $one() -> Result<()> {
                Ok(())
            }

            chain!(@ $next $($rest)*);
        };
        (@ $last:ident) => {
            #[agent(name = "last")]
            async fn $last() -> Result<()> {
                Ok(())
            }
        };
    }

    chain!(
        a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20
        a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40
    );
}

pub(crate) fn main() {}
