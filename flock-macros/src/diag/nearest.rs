//! The known words that were probably meant.

/// Guesses worth giving: where two are as close, either may be meant.
const MOST: usize = 2;

/// The words of `known` that look most like `word`, the closest first; none where none is close.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let scored = known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate));
    let mut close: Vec<_> = scored.filter(|(score, _)| *score > 0.85).collect();
    close.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    close
        .into_iter()
        .take(MOST)
        .map(|(_, candidate)| candidate)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn close_words_only() {
        let known = ["retries", "retry", "timeout", "heartbeat"];
        assert_eq!(nearest("retrys", known), ["retry", "retries"]);
        assert_eq!(nearest("time_out", known), ["timeout"]);
        assert!(nearest("colour", known).is_empty());
    }
}
