//! A presentation is outlined by one agent and written by another, each with its own limits.
//!
//! ```text
//! cargo run --example presentation
//! cargo run --example presentation -- describe presentation
//! ```
//!
//! The outliner says nothing of limits and takes the flock's; the writer sets its own timeout,
//! retries and queue. One worker process serves both queues.

use flock::prelude::*;

/// One slide of the outline.
#[flock_type]
#[derive(Debug, Clone)]
struct Slide {
    /// What stands at its top.
    title: String,
    /// Minutes to spend on it.
    minutes: u32,
}

/// Divides the time among an opening, the points and a close.
#[agent(
    output(
        /** The slides, in order */
        slides: Vec<Slide>,
    ),
    hand_off = content,
)]
async fn outline(topic: String, points: Vec<String>, minutes: u32) -> Result<Vec<Slide>> {
    let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
    if minutes < count.saturating_add(2) {
        return Err(Error::invalid(format!(
            "{minutes} minutes are too few for an opening, {count} points and a close"
        )));
    }
    let each = (minutes - 2) / count.max(1);
    let slide = |title: String, minutes| Slide { title, minutes };
    let mut slides = vec![slide(topic, 1)];
    slides.extend(points.into_iter().map(|point| slide(point, each)));
    slides.push(slide(
        "What to take home".into(),
        minutes - 1 - each * count,
    ));
    Ok(slides)
}

/// Writes the talk as text, slide by slide.
#[agent(
    output = "talk: String | The talk, ready to print",
    timeout = "30s",
    retries = 5,
    retry(initial = "200ms", max = "5s"),
    task_queue = "content"
)]
async fn content(topic: String, slides: Vec<Slide>) -> Result<String> {
    let mut talk = String::new();
    let mut clock = 0;
    for (number, slide) in slides.iter().enumerate() {
        talk += &format!("{:>3} min  {}. {}\n", clock, number + 1, slide.title);
        clock += slide.minutes;
    }
    Ok(format!("{talk}{clock:>3} min  Questions about {topic}"))
}

/// Prepares a talk.
#[flock(
    start = outline,
    input(
        /** What the talk is about */
        topic: String = "Durable agents",
        /** What it must say */
        points: Vec<String> = default_points(),
        /** How long it may take */
        minutes: u32 = 20,
    ),
    task_queue = "presentation",
    timeout = "10m",
    retries = 2,
)]
struct Presentation;

fn default_points() -> Vec<String> {
    [
        "Work is lost",
        "History is kept",
        "Steps are repeated safely",
    ]
    .map(String::from)
    .to_vec()
}

flock::main!();
