//! Blackboards: agents that run when the facts they subscribe to are there.

use flock::{Facts, prelude::*};

use super::traced::{trace, until_begun};

#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Topic(pub(crate) String);

#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) number: u32,
    pub(crate) text: String,
}

#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) number: u32,
    pub(crate) text: String,
}

/// Never on a board.
#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Rumour(String);

/// A note about an answer that could not be had.
#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Gap {
    pub(crate) number: u32,
    pub(crate) why: String,
}

#[agent(output = "questions: Vec<Question>")]
pub(crate) async fn asker(topic: String, questions: u32) -> Result<Vec<Question>> {
    let text = |number| format!("{topic} {number}");
    let ask = |number| Question {
        number,
        text: text(number),
    };
    Ok((1..=questions).map(ask).collect())
}

/// Gives no answer to what has a `?!` in it.
#[agent(input = Question, output = Answer, retries = 0)]
pub(crate) async fn answerer(question: Question) -> Result<Answer> {
    if question.text.contains("?!") {
        return Err(Error::permanent("it cannot be known").with_type("Unknowable"));
    }
    Ok(Answer {
        number: question.number,
        text: question.text.to_uppercase(),
    })
}

#[agent(output = "text: String")]
pub(crate) async fn binder(answers: Vec<Answer>) -> Result<String> {
    let mut texts: Vec<_> = answers.into_iter().map(|answer| answer.text).collect();
    texts.sort();
    Ok(texts.join(", "))
}

#[agent(output = "pair: String")]
pub(crate) async fn matcher(question: Question, answer: Answer) -> Result<String> {
    Ok(format!("{} = {}", question.text, answer.text))
}

/// A topic, its questions, an answer to each, and one text of all.
#[flock]
pub(crate) async fn digests(ctx: FlockContext, topic: String, questions: u32) -> Result<String> {
    let mut board = ctx.blackboard();
    board
        .on::<Topic>()
        .map(move |topic| (topic.0, questions))
        .run::<asker>()
        .publish(|asked| asked.questions);
    board.on::<Question>().run::<answerer>().concurrency(2);
    board.batch::<Answer>(100).run::<binder>();
    board.publish(Topic(topic));
    Ok(board.until::<BinderOutput>().await?.text)
}

/// Questions and answers that come in another order are brought together by their numbers, or by `when`.
#[flock]
pub(crate) async fn pairs(ctx: FlockContext, keyed: bool) -> Result<Vec<String>> {
    let mut board = ctx.blackboard();
    for number in [1, 2, 3] {
        let text = format!("q{number}");
        board.publish(Question { number, text });
    }
    let join = board.join::<(Question, Answer)>();
    match keyed {
        true => join.by(|asked| asked.number, |said| said.number),
        false => join.when(|asked, said| asked.number == said.number),
    }
    .run::<matcher>();
    for number in [3, 1] {
        let text = format!("a{number}");
        board.publish(Answer { number, text });
    }
    board.until_idle().await?;
    let pairs = board.facts::<MatcherOutput>().map(|pair| pair.pair.clone());
    Ok(pairs.collect())
}

/// Five answers, two at a time, and never one that is empty.
#[flock]
pub(crate) async fn batches(ctx: FlockContext, answers: u32) -> Result<Vec<String>> {
    let mut board = ctx.blackboard();
    board
        .batch::<Answer>(2)
        .when(|answer| !answer.text.is_empty())
        .run::<binder>();
    for number in 0..=answers {
        let text = if number == 0 {
            String::new()
        } else {
            number.to_string()
        };
        board.publish(Answer { number, text });
    }
    board.until_idle().await?;
    let bound = board
        .facts::<BinderOutput>()
        .map(|bound| bound.text.clone());
    let mut bound: Vec<_> = bound.collect();
    bound.sort();
    Ok(bound)
}

/// Words are bound two at a time, until there is one: a batch that fills itself.
#[flock]
pub(crate) async fn folds(ctx: FlockContext, words: Vec<String>) -> Result<String> {
    let mut board = ctx.blackboard();
    let all = u32::try_from(words.len()).unwrap_or_default();
    board
        .batch::<Answer>(2)
        .when(move |answer| answer.number < all)
        .map(|answers| {
            (
                answers.iter().map(|answer| answer.number).sum::<u32>(),
                answers,
            )
        })
        .run::<folder>();
    for text in words {
        board.publish(Answer { number: 1, text });
    }
    board.until_idle().await?;
    let whole = board.facts::<Answer>().find(|answer| answer.number == all);
    Ok(whole.map(|answer| answer.text.clone()).unwrap_or_default())
}

#[agent(output = Answer)]
pub(crate) async fn folder(number: u32, answers: Vec<Answer>) -> Result<Answer> {
    let texts: Vec<_> = answers.into_iter().map(|answer| answer.text).collect();
    Ok(Answer {
        number,
        text: texts.concat(),
    })
}

/// Answers and questions that have each other run, until one is `long` enough.
#[flock]
pub(crate) async fn circles(ctx: FlockContext, long: u32, at_most: u32) -> Result<u32> {
    let mut board = ctx.blackboard();
    board.at_most(at_most);
    board.on::<Question>().run::<answerer>();
    board
        .on::<Answer>()
        .when(move |answer| answer.number < long)
        .map(|answer| (answer.text, answer.number + 1))
        .run::<asker>()
        .publish(|asked| asked.questions.into_iter().last());
    board.publish(Question {
        number: 1,
        text: "what".into(),
    });
    board.until_idle().await?;
    let longest = board.facts::<Answer>().map(|answer| answer.number).max();
    Ok(longest.unwrap_or_default())
}

/// Waits in vain, for `what`.
#[flock]
pub(crate) async fn in_vain(ctx: FlockContext, what: String) -> Result<String> {
    let mut board = ctx.blackboard();
    board.on::<Topic>().map(|topic| (topic.0, 2)).run::<asker>();
    board.on::<Question>().run::<answerer>().at_most(1);
    board
        .join::<(Question, Answer)>()
        .by(|asked| asked.number, |said| said.number)
        .run::<matcher>();
    board.publish(Topic("t".into()));
    match what.as_str() {
        "nobody gives it" => drop(board.until::<Rumour>().await?),
        "nobody can give it" => drop(board.until::<MatcherOutput>().await?),
        "no two belong together" => {
            for number in [1, 2] {
                let text = "x".into();
                board.publish(Question { number, text });
            }
            board.publish(Answer {
                number: 7,
                text: "y".into(),
            });
            board.until::<MatcherOutput>().await?;
            board.until::<MatcherOutput>().await?;
        }
        _ => {}
    }
    Ok(what)
}

/// A question that nobody can answer: the board fails, or a gap stands in its place.
#[flock]
pub(crate) async fn unknowable(ctx: FlockContext, gaps: bool) -> Result<Vec<String>> {
    let mut board = ctx.blackboard();
    let answers = board.on::<Question>().run::<answerer>();
    if gaps {
        answers.otherwise(|question, error| Gap {
            number: question.number,
            why: error.message().to_owned(),
        });
    }
    for (number, text) in [(1, "who"), (2, "why?!")] {
        let text = text.into();
        board.publish(Question { number, text });
    }
    board.until_idle().await?;
    let answers = board.facts::<Answer>().map(|answer| answer.text.clone());
    let gaps = board
        .facts::<Gap>()
        .map(|gap| format!("{}: {}", gap.number, gap.why));
    Ok(answers.chain(gaps).collect())
}

#[agent(output = "number: u32", heartbeat = "5s")]
pub(crate) async fn traced_one(file: String, number: u32) -> Result<u32> {
    trace(&file, &format!("begins {number}"));
    until_begun(&file, 3).await;
    trace(&file, &format!("ends {number}"));
    Ok(number)
}

/// Eight facts, three at a time.
#[flock]
pub(crate) async fn three_at_a_time(
    ctx: FlockContext,
    file: String,
    of_all: bool,
) -> Result<usize> {
    let mut board = ctx.blackboard();
    if of_all {
        board.concurrency(3);
    }
    let runs = board
        .on::<u32>()
        .map(move |number| (file.clone(), number))
        .run::<traced_one>();
    if !of_all {
        runs.concurrency(3);
    }
    (0..8_u32).for_each(|number| board.publish(number));
    board.until_idle().await?;
    Ok(board.facts::<TracedOneOutput>().count())
}

#[signal]
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) number: u32,
}

#[signal]
#[derive(Debug, Clone)]
pub(crate) struct Close {}

/// Adds up what it is told by signals, in pairs, over as many runs as need be, which it counts.
#[flock]
pub(crate) async fn counter(
    ctx: FlockContext,
    runs: u64,
    closed: bool,
    facts: Option<Facts>,
) -> Result<u64> {
    let mut board = ctx.blackboard();
    board.signals::<Ask>();
    board.signals::<Close>();
    board
        .on::<Ask>()
        .map(|asked| (asked.number, "x".to_owned()))
        .run::<numbered>();
    board
        .batch::<Answer>(2)
        .map(|answers| {
            answers
                .iter()
                .map(|answer| u64::from(answer.number))
                .sum::<u64>()
        })
        .run::<summer>();
    board.resume(facts.unwrap_or_default());
    board.renew::<counter>(move |facts| (runs + 1, closed, Some(facts)).into());
    if !closed {
        board.until::<Close>().await?;
        board.renew::<counter>(move |facts| (runs + 1, true, Some(facts)).into());
    }
    board.until_idle().await?;
    let sums = board.facts::<SummerOutput>().map(|sum| sum.sum);
    Ok(sums.sum::<u64>() * 1000 + runs)
}

#[agent(output = Answer)]
pub(crate) async fn numbered(number: u32, text: String) -> Result<Answer> {
    Ok(Answer { number, text })
}

#[agent(output = "sum: u64")]
pub(crate) async fn summer(sum: u64) -> Result<u64> {
    Ok(sum)
}

/// A child, a person, and a wish for two facts one after the other.
#[flock]
pub(crate) async fn others(ctx: FlockContext, topic: String) -> Result<Vec<String>> {
    let mut board = ctx.blackboard();
    board
        .on::<Topic>()
        .map(|topic| (topic.0, 2))
        .child::<digests>()
        .each(|call| call.timeout("1h"))
        .publish(|text| [Rumour(text.clone()), Rumour(text.to_lowercase())]);
    board.on::<Rumour>().does("person", async |ctx, rumour| {
        let decision = ctx.approval("believe", &rumour.0).await?;
        Ok(match decision.approved {
            true => Gap {
                number: 1,
                why: rumour.0,
            },
            false => Gap {
                number: 0,
                why: decision.comment.unwrap_or_default(),
            },
        })
    });
    board.publish(Topic(topic));
    let (first, second) = (board.until::<Gap>().await?, board.until::<Gap>().await?);
    Ok(vec![first.why, second.why])
}

/// As `digests`, with traces, for a worker that is killed.
#[flock]
pub(crate) async fn killed_board(ctx: FlockContext, file: String) -> Result<u32> {
    let mut board = ctx.blackboard();
    let (one, two) = (file.clone(), file);
    board
        .on::<u32>()
        .when(|number| *number < 10)
        .map(move |number| (one.clone(), number))
        .run::<traced_one>();
    board
        .batch::<TracedOneOutput>(3)
        .when(|done| done.number < 10)
        .map(move |done| {
            (
                two.clone(),
                done.iter().map(|done| done.number).sum::<u32>() + 10,
            )
        })
        .run::<traced_one>();
    (1..=3_u32).for_each(|number| board.publish(number));
    board.until_idle().await?;
    let greatest = board
        .facts::<TracedOneOutput>()
        .map(|done| done.number)
        .max();
    Ok(greatest.unwrap_or_default())
}
