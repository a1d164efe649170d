//! What agents say while they are at work, in lines for people.

use console::{Term, measure_text_width};

use crate::{agent::stream::Piece, flock::event::Streamed};

/// Longest text that is kept for a line, in bytes.
const KEPT: usize = 4 << 10;

/// The newest of what an agent says.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
}

impl Words {
    /// Takes in what was said.
    pub(super) fn hear(&mut self, said: &Streamed) {
        match &said.piece {
            Piece::Begun => self.text.clear(),
            Piece::Text { text } => self.text.push_str(text),
            Piece::ToolCall { tool } => self.text += &format!("\n→ {tool}\n"),
            Piece::Missed { .. } => self.text.push('…'),
        }
        if self.text.len() > 2 * KEPT {
            let begin = self.text.ceil_char_boundary(self.text.len() - KEPT);
            self.text.drain(..begin);
        }
    }

    /// The end of it as one line, beside `title` in a terminal.
    pub(super) fn line(&self, title: &str) -> String {
        let width = usize::from(Term::stderr().size().1);
        // A spinner, the time, and the spaces between.
        let width = width.saturating_sub(measure_text_width(title) + 12).max(10);
        end(&self.text, width)
    }

    /// The lines of it that have come to their end; all of it where nothing follows.
    pub(super) fn lines(&mut self, is_over: bool) -> Vec<String> {
        let end = match (is_over, self.text.rfind('\n')) {
            (true, _) => self.text.len(),
            (false, Some(at)) => at + 1,
            (false, None) => 0,
        };
        let whole: String = self.text.drain(..end).collect();
        let lines = whole.lines().map(|line| plain(line.trim_end()));
        lines.filter(|line| !line.is_empty()).collect()
    }
}

/// The end of a text in one line, as much of it as fits.
fn end(text: &str, width: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = plain(&words.join(" "));
    let mut begin = line.len();
    for (at, _) in line.char_indices().rev() {
        if measure_text_width(&line[at..]) > width {
            break;
        }
        begin = at;
    }
    if begin == 0 {
        return line;
    }
    // Its first is the sign that something is left out.
    let rest = line[begin..].chars().skip(1);
    ['…'].into_iter().chain(rest).collect()
}

/// A model's text without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_shown_in_one_line() {
        assert_eq!(end("Once\n  upon a\ttime", 40), "Once upon a time");
        assert_eq!(end("Once upon a time", 8), "… a time");
        assert_eq!(end("\u{1b}[31mred\u{7}", 40), "[31mred");
        assert_eq!(end("", 8), "");
    }

    #[test]
    fn lines_are_told_when_they_are_whole() {
        let mut words = Words::default();
        words.text.push_str("one\ntwo\n\nthr");
        assert_eq!(words.lines(false), ["one", "two"]);
        words.text.push_str("ee");
        assert_eq!(words.lines(false), [""; 0]);
        assert_eq!(words.lines(true), ["three"]);
    }
}
