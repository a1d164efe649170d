//! The known words that were probably meant.

/// Guesses worth giving: where two are as close, either may be meant.
const MOST: usize = 2;

/// The words of `known` that look most like `word`, the closest first; none where none is close.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
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
    }
}
