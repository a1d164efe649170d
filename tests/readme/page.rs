//! README, taken apart.

/// The page.
pub(super) const README: &str = include_str!("../../README.md");

/// What stands between two fences.
pub(super) struct Block {
    /// Its first line, counted from 1.
    pub(super) line: usize,
    /// What is said behind the fence.
    pub(super) kind: &'static str,
    /// The file that it is to be, by the comment before it.
    pub(super) file: Option<&'static str>,
    pub(super) text: String,
}

/// A line after a `$`.
pub(super) struct Command {
    /// As it is typed.
    pub(super) typed: &'static str,
    /// What it prints, as far as that is shown.
    pub(super) prints: String,
}

pub(super) fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut file = None;
    let mut lines = README.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let inside = lines.by_ref().map(|(line, _)| line);
            let text = inside.take_while(|line| *line != "```");
            blocks.push(Block {
                line: number + 1,
                kind,
                file: file.take(),
                text: text.flat_map(|line| [line, "\n"]).collect(),
            });
        } else if let Some(name) = line.strip_prefix("<!-- ") {
            file = name.strip_suffix(" -->");
        }
    }
    blocks
}

impl Block {
    /// The commands of a block of them.
    pub(super) fn commands(&self) -> Vec<Command> {
        // As a part of the page, which lives as long as the program.
        let lines = README.lines().skip(self.line - 1);
        let mut commands: Vec<Command> = Vec::new();
        for line in lines.take_while(|line| *line != "```") {
            match line.strip_prefix("$ ") {
                Some(typed) => commands.push(Command {
                    typed: typed.split(" #").next().unwrap_or(typed).trim_end(),
                    prints: String::new(),
                }),
                None => {
                    let command = commands.last_mut().expect("a command first");
                    command.prints.push_str(line);
                    command.prints.push('\n');
                }
            }
        }
        commands
    }
}
