//! Images and files as inputs, and prompts that users write: the same on both engines.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use flock::{Media, Runtime};
use libtest_mimic::Trial;

use crate::{
    flocks::shown::{LookerInput, Looking},
    support::{both, say, temporal, test, trace_file},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::from(both("media::are_shown_beside_the_words", shown));
    trials.push(test("media::are_no_larger_than_temporal_takes", large));
    trials.push(test("media::are_read_from_files", files));
    trials
}

fn photo() -> Media {
    Media::new("image/png", [1, 2, 3]).named("photo.png")
}

async fn shown(runtime: Runtime) {
    let there = Media::at("image/png", "https://h/a.png");
    let input = LookerInput::from(("Well?".to_owned(), photo(), vec![there]));
    let output = runtime.start::<Looking>(input).await.unwrap();
    let output = output.result().await.unwrap();
    assert_eq!(
        output.asked,
        "Well? {picture} is attachment 1: photo.png, image/png, 3 B, and [\n  \"attachment 2: image/png, by its address\"\n]"
    );
    assert_eq!(output.shown, ["[1, 2, 3]", "https://h/a.png"]);
}

async fn large() {
    let runtime = temporal().await;
    let large = Media::new("image/png", vec![7; 1_600_000]);
    let input = LookerInput::from(("Well?".to_owned(), large, Vec::new()));
    let refused = runtime.start::<Looking>(input).await.map(drop).unwrap_err();
    let refused = refused.to_string();
    assert!(
        refused.contains("more than Temporal takes (2 MiB)"),
        "{refused}"
    );
    assert!(refused.len() < 500, "{refused}");
}

async fn files() {
    let file = trace_file("media").with_extension("png");
    std::fs::write(&file, [1, 2, 3]).unwrap();
    let picture = format!("picture=@{}", file.display());
    let input = ["-i", "question=Well?", "-i", &picture];
    let prompt = say(&[&["prompt", "looker"][..], &input].concat()).await;
    assert_eq!(prompt.code, Some(0), "{}", prompt.err);
    assert!(
        prompt.out.contains("Well? {picture} is attachment 1:"),
        "{}",
        prompt.out
    );
    assert!(
        prompt.out.contains(".png, image/png, 3 B"),
        "{}",
        prompt.out
    );
    assert!(!prompt.out.contains("AQID"), "{}", prompt.out);
    let run = say(&[&["run", "looking", "--engine", "local"][..], &input].concat()).await;
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("[1, 2, 3]"), "{}", run.out);
    assert!(
        !format!("{}{}", run.out, run.err).contains("AQID"),
        "{}",
        run.err
    );
    let refused = say(&[
        "run",
        "looking",
        "-i",
        "question=Well?",
        "-i",
        "picture=photo.png",
    ])
    .await;
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert!(
        refused.err.contains("takes image or file"),
        "{}",
        refused.err
    );
}
