//! The known words that were probably meant.

/// Guesses worth giving: where two are as close, either may be meant.
const MOST: usize = 2;

/// What options are called elsewhere.
const MEANT: [(&str, &str); 22] = [
    ("prompt", "instructions"),
    ("system", "instructions"),
    ("system_prompt", "instructions"),
    ("llm", "model"),
    ("schema", "output"),
    ("returns", "output"),
    ("result", "output"),
    ("response_format", "output"),
    ("args", "input"),
    ("params", "input"),
    ("parameters", "input"),
    ("next", "hand_off"),
    ("then", "hand_off"),
    ("handoffs", "hand_off"),
    ("start_to_close", "timeout"),
    ("start_to_close_timeout", "timeout"),
    ("first", "start"),
    ("entry", "start"),
    ("begin", "start"),
    ("cron", "schedule"),
    ("execution_timeout", "timeout"),
    ("max_iterations", "max_rounds"),
];

/// The words of `known` that look most like `word`, the closest first; none where none is close.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let meant = MEANT.iter().find(|(called, _)| *called == word);
    if let Some((_, meant)) = meant.filter(|(_, meant)| known.contains(meant)) {
        return known.into_iter().filter(|word| word == meant).collect();
    }
    let scored = known
        .into_iter()
        .map(|candidate| (likeness(word, candidate), candidate));
    let mut close: Vec<_> = scored.filter(|(score, _)| *score > 0.85).collect();
    close.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    close
        .into_iter()
        .take(MOST)
        .map(|(_, candidate)| candidate)
        .collect()
}

fn likeness(word: &str, candidate: &str) -> f64 {
    // `queue` was meant to be `task_queue`.
    if word.len() > 3 && candidate.split('_').any(|part| part == word) {
        return 0.9;
    }
    strsim::jaro_winkler(word, candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn close_words_only() {
        let known = ["retries", "retry", "timeout", "heartbeat"];
        assert_eq!(nearest("retrys", known), ["retry", "retries"]);
        assert_eq!(nearest("time_out", known), ["timeout"]);
        assert_eq!(nearest("queue", ["task_queue", "timeout"]), ["task_queue"]);
        assert!(nearest("colour", known).is_empty());
        assert_eq!(nearest("start_to_close", known), ["timeout"]);
        assert!(nearest("prompt", known).is_empty());
    }
}
