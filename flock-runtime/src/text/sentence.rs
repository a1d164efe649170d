//! Sentences put together in const evaluation, where `format!` is not to be had.

/// Long enough for the longest path that is still readable.
const ROOM: usize = 1024;

pub(crate) struct Message {
    text: [u8; ROOM],
    len: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self {
            text: [0; ROOM],
            len: 0,
        }
    }

    /// Appends `text`; what does not fit whole is left out, so that the buffer stays valid UTF-8.
    pub(crate) const fn push(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        if self.len + bytes.len() <= ROOM {
            let mut at = 0;
            while at < bytes.len() {
                self.text[self.len] = bytes[at];
                self.len += 1;
                at += 1;
            }
        }
        self
    }

    /// Appends `text` in backticks.
    pub(crate) const fn code(self, text: &str) -> Self {
        self.push("`").push(text).push("`")
    }

    /// Begins the line that says what to do, as the macros' own errors have it.
    pub(crate) const fn help(self, text: &str) -> Self {
        self.push("\nhelp: ").push(text)
    }

    pub(crate) const fn as_str(&self) -> &str {
        let (text, _) = self.text.split_at(self.len);
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "this flock does not fit together",
        }
    }
}

/// String equality, for const evaluation.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The number of letters to change, add or drop to get from `a` to `b`; in const evaluation too.
pub(crate) const fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 64;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() >= LONGEST || b.len() >= LONGEST {
        return LONGEST;
    }
    let mut row = [0; LONGEST];
    let mut column = 0;
    while column <= b.len() {
        row[column] = column;
        column += 1;
    }
    let mut line = 1;
    while line <= a.len() {
        let mut corner = row[0];
        row[0] = line;
        column = 1;
        while column <= b.len() {
            let replaced = corner + (a[line - 1] != b[column - 1]) as usize;
            corner = row[column];
            let mut best = replaced;
            if row[column] + 1 < best {
                best = row[column] + 1;
            }
            if row[column - 1] + 1 < best {
                best = row[column - 1] + 1;
            }
            row[column] = best;
            column += 1;
        }
        line += 1;
    }
    row[b.len()]
}

/// The one of `names` that looks most like `name`, where a third of its letters at most are others.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.min_by_key(|known| distance(known, name));
    near.filter(|known| distance(known, name) <= known.len().max(3) / 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("findings", "findings"), 0);
        assert_eq!(distance("findings", "finding"), 1);
        assert_eq!(distance("findings", "fnidings"), 2);
        assert_eq!(distance("", "abc"), 3);
    }
}
