//! A run's steps as they happen: a line an agent on a terminal, plain lines elsewhere, JSON lines
//! with `--json`. All on stderr.

use std::{collections::HashMap, sync::LazyLock, time::Duration};

use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;

use super::{logging, show, words::Words};
use crate::{
    agent::stream::Piece,
    cli::runs::following::{Depth, Following, Tiding, Whose},
    engine::{Engine, RunId},
    error::RunError,
    flock::event::{AgentStep, StepEvent, StepPhase},
    value::payload::Payload,
};

/// The lines that are redrawn, one for the whole process, since there is one terminal.
pub(crate) static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// How long the last steps may come after the result.
const LATE: Duration = Duration::from_millis(500);

/// Waits for the result of a run and shows its steps meanwhile, those of its children too.
pub(crate) async fn follow(
    engine: &dyn Engine,
    run: &RunId,
    looks: Looks,
) -> Result<Payload, RunError> {
    let mut display = Display::new(looks);
    let mut following = Following::new(engine, run, display.depth()).await?;
    let mut result = engine.result(run);
    let ended = loop {
        tokio::select! {
            biased;
            Some(tiding) = following.next() => display.show(&tiding),
            ended = &mut result => break ended,
        }
    };
    let _ = tokio::time::timeout(LATE, async {
        while let Some(tiding) = following.next().await {
            display.show(&tiding);
        }
    })
    .await;
    ended
}

/// Shows the steps of a run until its end.
#[cfg(feature = "temporal")]
pub(crate) async fn watch(engine: &dyn Engine, run: &RunId, looks: Looks) -> Result<(), RunError> {
    let mut display = Display::new(looks);
    let mut following = Following::new(engine, run, display.depth()).await?;
    while let Some(tiding) = following.next().await {
        display.show(&tiding);
    }
    Ok(())
}

/// What is told of a call that its flock has given up.
const DROPPED: &str = "dropped: the flock waits for it no longer";

/// How a run is to be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looks {
    pub(crate) json: bool,
    /// What agents say is told where there is no terminal too.
    pub(crate) stream: bool,
}

impl Looks {
    /// Whether what agents say while they are at work is shown.
    pub(crate) fn has_words(self) -> bool {
        Display::new(self).depth().streamed
    }
}

/// By run and step.
type Steps<T> = HashMap<(u64, u64), T>;

enum Display {
    Terminal(Steps<(ProgressBar, Words)>),
    /// With the words of agents at work, where they are asked for.
    Lines(Option<Steps<Words>>),
    Json {
        stream: bool,
    },
}

impl Display {
    fn new(Looks { json, stream }: Looks) -> Self {
        match json {
            true => Self::Json { stream },
            false if logging::is_json() => Self::Json { stream },
            false if BARS.is_hidden() => Self::Lines(stream.then(HashMap::new)),
            false => Self::Terminal(HashMap::new()),
        }
    }

    /// What is shown besides agents' steps.
    fn depth(&self) -> Depth {
        Depth {
            all: matches!(self, Self::Json { .. }),
            streamed: match self {
                Self::Terminal(_) => true,
                Self::Lines(words) => words.is_some(),
                Self::Json { stream } => *stream,
            },
        }
    }

    fn show(&mut self, tiding: &Tiding) {
        let whose = &tiding.whose;
        match (self, &tiding.event) {
            (Self::Json { .. }, event) => {
                if let Ok(mut event) = serde_json::to_value(event) {
                    if let Some(child) = &whose.child {
                        event["in_child"] = json!(child);
                    }
                    show::event(&event.to_string());
                }
            }
            (Self::Terminal(bars), StepEvent::Agent(step)) => draw(bars, whose, step),
            (Self::Terminal(bars), StepEvent::Streamed(said)) => {
                if let Some((bar, words)) = bars.get_mut(&(whose.number, said.step)) {
                    words.hear(said);
                    // Why it begins anew is shown until there is something else.
                    if said.piece != Piece::Begun {
                        let line = words.line(&bar.prefix());
                        bar.set_message(style(line).dim().for_stderr().to_string());
                    }
                }
            }
            (Self::Lines(words), StepEvent::Agent(step)) => {
                let words = words.as_mut();
                let last = words.and_then(|words| words.remove(&(whose.number, step.step)));
                let title = title(whose, &step.agent, step.summary.as_deref());
                tell(&title, last.unwrap_or_default().lines(true));
                show::note(&line(whose, step));
            }
            (Self::Lines(Some(words)), StepEvent::Streamed(said)) => {
                let words = words.entry((whose.number, said.step)).or_default();
                words.hear(said);
                let title = title(whose, &said.agent, said.summary.as_deref());
                tell(&title, words.lines(false));
            }
            // What else happens is told where it is asked for.
            (Self::Terminal(_) | Self::Lines(_), _) => {}
        }
    }
}

/// Tells lines of what an agent says.
fn tell(title: &str, lines: Vec<String>) {
    for line in lines {
        show::note(&format!("{title} │ {line}"));
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // What is still at work when the run ends (or Ctrl-C comes) leaves no spinner behind.
        if let Self::Terminal(bars) = self {
            for (bar, _) in bars.values() {
                bar.finish_and_clear();
            }
        }
    }
}

fn draw(bars: &mut Steps<(ProgressBar, Words)>, whose: &Whose, event: &AgentStep) {
    let key = (whose.number, event.step);
    let (bar, _) = bars.entry(key).or_insert_with(|| {
        let bar = BARS.add(ProgressBar::new_spinner());
        // The template is ours and right; the plain spinner is no worse.
        if let Ok(looks) =
            ProgressStyle::with_template("{spinner:.cyan} {prefix} {elapsed:.dim} {wide_msg}")
        {
            bar.set_style(looks);
        }
        bar.set_prefix(title(whose, &event.agent, event.summary.as_deref()));
        bar.enable_steady_tick(Duration::from_millis(100));
        (bar, Words::default())
    });
    let done = match &event.phase {
        StepPhase::Started => return,
        StepPhase::Retrying {
            attempt,
            error,
            wait,
        } => {
            bar.set_message(warned(&retrying(*attempt, error, *wait)));
            return;
        }
        StepPhase::WorkerLost { lost, wait } => {
            bar.set_message(warned(&worker_lost(*lost, *wait)));
            return;
        }
        StepPhase::Completed { took } => format!(
            "{} {} {}",
            style("✓").green().for_stderr(),
            bar.prefix(),
            style(show::span(*took)).dim().for_stderr()
        ),
        StepPhase::Failed { error } => format!(
            "{} {} {}",
            style("✗").red().for_stderr(),
            bar.prefix(),
            style(error).red().for_stderr()
        ),
        StepPhase::Dropped => format!(
            "{} {} {}",
            style("–").dim().for_stderr(),
            bar.prefix(),
            style(DROPPED).dim().for_stderr()
        ),
    };
    // Finished lines go above those at work, so that a thousand agents do not fill the screen.
    bar.finish_and_clear();
    bars.remove(&key);
    show::note(&done);
}

fn warned(text: &str) -> String {
    style(text).yellow().for_stderr().to_string()
}

fn line(whose: &Whose, event: &AgentStep) -> String {
    let what = match &event.phase {
        StepPhase::Started => "started".into(),
        StepPhase::Retrying {
            attempt,
            error,
            wait,
        } => retrying(*attempt, error, *wait),
        StepPhase::WorkerLost { lost, wait } => worker_lost(*lost, *wait),
        StepPhase::Completed { took } => format!("done in {}", show::span(*took)),
        StepPhase::Failed { error } => format!("failed: {error}"),
        StepPhase::Dropped => DROPPED.into(),
    };
    let title = title(whose, &event.agent, event.summary.as_deref());
    format!("{title}: {what}")
}

/// `agent (summary)`, behind the flocks of the children in which it runs. A summary that says itself who it is,
/// as those of a conversation do, stands alone.
fn title(whose: &Whose, agent: &str, summary: Option<&str>) -> String {
    let mut title = String::new();
    for flock in &whose.flocks {
        title += &format!("{flock} › ");
    }
    title
        + &match summary {
            Some(summary) if summary.split(" · ").any(|part| part == agent) => summary.to_owned(),
            Some(summary) => format!("{agent} ({summary})"),
            None => agent.to_owned(),
        }
}

fn retrying(attempt: u32, error: &str, wait: Option<Duration>) -> String {
    format!(
        "attempt {attempt} failed: {error}; trying again{}",
        after(wait)
    )
}

fn worker_lost(lost: u32, wait: Option<Duration>) -> String {
    let workers = match lost {
        1 => "its worker died".to_owned(),
        lost => format!("{lost} workers died under it"),
    };
    format!(
        "{workers}, which is no failure of its own; trying again{}",
        after(wait)
    )
}

fn after(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| format!(" in {}", show::span(wait)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_happened() {
        let say = |phase| line(&Whose::default(), &AgentStep::new(1, "writer", None, phase));
        assert_eq!(say(StepPhase::Started), "writer: started");
        assert_eq!(
            say(StepPhase::Retrying {
                attempt: 1,
                error: "no network".into(),
                wait: Some(Duration::from_secs(2))
            }),
            "writer: attempt 1 failed: no network; trying again in 2.0s"
        );
        assert_eq!(
            say(StepPhase::WorkerLost {
                lost: 2,
                wait: None
            }),
            "writer: 2 workers died under it, which is no failure of its own; trying again"
        );
        assert_eq!(
            say(StepPhase::Dropped),
            "writer: dropped: the flock waits for it no longer"
        );
        let took = Duration::from_millis(1_240);
        let event = AgentStep::new(
            2,
            "writer",
            Some("chapter 1".into()),
            StepPhase::Completed { took },
        );
        assert_eq!(
            line(&Whose::default(), &event),
            "writer (chapter 1): done in 1.2s"
        );
        let call = Some("editor · turn 2 · writer".into());
        let call = AgentStep::new(3, "writer", call, StepPhase::Started);
        assert_eq!(
            line(&Whose::default(), &call),
            "editor · turn 2 · writer: started"
        );
        let child = Whose {
            flocks: vec!["book".into(), "part".into()],
            ..Whose::default()
        };
        assert_eq!(
            line(&child, &event),
            "book › part › writer (chapter 1): done in 1.2s"
        );
    }
}
