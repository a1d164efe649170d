//! The words and braces of a Rust file, without its comments and texts.

/// What a file consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// An identifier, a keyword or a number; of a raw identifier what comes after `r#`.
    Word(&'t str),
    /// Anything else: one character.
    Sign(char),
}

/// A token, the line it begins in, from 1, and where it ends, in bytes.
pub(super) struct Placed<'t> {
    pub(super) token: Token<'t>,
    pub(super) line: usize,
    pub(super) end: usize,
}

/// Reads `text` from its beginning.
pub(super) struct Words<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl<'t> Words<'t> {
    pub(super) const fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes past `count` bytes.
    fn pass(&mut self, count: usize) {
        let passed = self.rest().get(..count).unwrap_or(self.rest());
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.at += passed.len();
    }

    /// Goes past the next `mark`, or to the end.
    fn pass_next(&mut self, mark: &str) {
        let rest = self.rest();
        let count = rest.find(mark).map_or(rest.len(), |at| at + mark.len());
        self.pass(count);
    }

    /// Goes past a comment that may hold others.
    fn pass_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                depth += 1;
                self.pass(2);
            } else if rest.starts_with("*/") {
                depth = depth.saturating_sub(1);
                self.pass(2);
                if depth == 0 {
                    return;
                }
            } else {
                match rest.chars().next() {
                    Some(next) => self.pass(next.len_utf8()),
                    None => return,
                }
            }
        }
    }

    /// Goes past a text and the quote at its end.
    fn pass_text(&mut self) {
        self.pass(1);
        loop {
            let rest = self.rest();
            let Some(at) = rest.find(['"', '\\']) else {
                return self.pass(rest.len());
            };
            if rest[at..].starts_with('"') {
                return self.pass(at + 1);
            }
            let escaped = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
            self.pass(at + 1 + escaped);
        }
    }

    /// Goes past a quoted character; of a lifetime, past its quote.
    fn pass_quote(&mut self) {
        let mut chars = self.rest().chars().skip(1);
        match (chars.next(), chars.next()) {
            (Some('\\'), Some(escaped)) => {
                self.pass(2 + escaped.len_utf8());
                self.pass_next("'");
            }
            (Some(quoted), Some('\'')) => self.pass(2 + quoted.len_utf8()),
            _ => self.pass(1),
        }
    }

    /// After `r`, `br` or `cr`: goes past a raw text, if it is one.
    fn pass_raw(&mut self) -> bool {
        let rest = self.rest();
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        if !rest[hashes..].starts_with('"') {
            return false;
        }
        self.pass(hashes + 1);
        self.pass_next(&format!("\"{}", "#".repeat(hashes)));
        true
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = Placed<'t>;

    fn next(&mut self) -> Option<Placed<'t>> {
        loop {
            let rest = self.rest();
            let next = rest.chars().next()?;
            if next.is_whitespace() {
                self.pass(next.len_utf8());
            } else if rest.starts_with("//") {
                self.pass_next("\n");
            } else if rest.starts_with("/*") {
                self.pass_comment();
            } else if next == '"' {
                self.pass_text();
            } else if next == '\'' {
                self.pass_quote();
            } else if next == '_' || next.is_alphanumeric() {
                let is_in = |c: char| c == '_' || c.is_alphanumeric();
                let word = &rest[..rest.find(|c| !is_in(c)).unwrap_or(rest.len())];
                self.pass(word.len());
                if matches!(word, "r" | "br" | "cr") && self.pass_raw() {
                    continue;
                }
                if word == "r" && self.rest().starts_with('#') {
                    self.pass(1);
                    continue;
                }
                return Some(Placed {
                    token: Token::Word(word),
                    line: self.line,
                    end: self.at,
                });
            } else {
                self.pass(next.len_utf8());
                return Some(Placed {
                    token: Token::Sign(next),
                    line: self.line,
                    end: self.at,
                });
            }
        }
    }
}
