//! What stands around an item, by its file.
//!
//! A macro sees its item and nothing else: not that a name it is about to give is taken, nor that the
//! function is a method. Rustc tells of that in ten errors that name none of it. So the file is read,
//! as it lies there, once, and for a better message alone: a file that cannot be read, or an item that is
//! not found in it, changes nothing.

mod words;

use std::{
    cell::RefCell,
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
    time::SystemTime,
};

use proc_macro2::Ident;

use self::words::{Token, Words};

/// What stands around an item.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Whether that is an `impl`.
    pub(crate) is_impl: bool,
    /// Types beside it, those by `#[cfg]` aside.
    types: Vec<Type>,
}

/// A type beside an item.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Type {
    name: String,
    /// `agent` or `flock`, and its options, where it is a struct under one of these.
    of_ours: Option<(String, String)>,
}

/// A file as it was read: what is between its braces, and where its items are.
#[derive(Debug)]
struct File {
    changed: Option<SystemTime>,
    scopes: Vec<Rc<Scope>>,
    /// By line and name, in which of the scopes.
    items: HashMap<(usize, String), usize>,
}

thread_local! {
    /// Files that were read: most have many items.
    static FILES: RefCell<HashMap<PathBuf, Rc<File>>> = RefCell::default();
}

impl Scope {
    /// That of the item of this name.
    pub(crate) fn of(item: &Ident) -> Option<Rc<Self>> {
        if !proc_macro::is_available() {
            return None;
        }
        let span = item.span().unwrap();
        File::read(&span.local_file()?)?.scope(&item.to_string(), span.line())
    }

    /// Whether a type of this name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.types.iter().any(|ty| ty.name == name)
    }

    /// The struct of this name under `#[agent]` or `#[flock]`: which of the two, and its options.
    pub(crate) fn ours(&self, name: &str) -> Option<(&str, &str)> {
        let ty = self.types.iter().find(|ty| ty.name == name)?;
        ty.of_ours
            .as_ref()
            .map(|(word, options)| (word.as_str(), options.as_str()))
    }
}

impl File {
    /// The file there, read if it was not or has changed since.
    fn read(path: &Path) -> Option<Rc<Self>> {
        let changed = fs::metadata(path).ok()?.modified().ok();
        FILES.with_borrow_mut(|files| match files.get(path) {
            Some(known) if known.changed == changed => Some(Rc::clone(known)),
            _ => {
                let file = Rc::new(Self {
                    changed,
                    ..Self::of(&fs::read_to_string(path).ok()?)
                });
                files.insert(path.to_owned(), Rc::clone(&file));
                Some(file)
            }
        })
    }

    fn of(text: &str) -> Self {
        let mut done = Vec::new();
        let mut items = HashMap::new();
        let mut outer: Vec<Braces<'_>> = Vec::new();
        let mut scope = Braces::default();
        for placed in Words::of(text) {
            match placed.token {
                Token::Sign('{') => {
                    let within = Braces {
                        is_impl: scope.head == Some("impl"),
                        ..Braces::default()
                    };
                    outer.push(std::mem::replace(&mut scope, within));
                }
                Token::Sign('}') => {
                    let Some(around) = outer.pop() else { break };
                    std::mem::replace(&mut scope, around).end(&mut done, &mut items);
                    scope.end_item();
                }
                Token::Sign(sign) => scope.sign(sign, text, placed.end),
                Token::Word(word) => scope.word(word, placed.line),
            }
        }
        // Of one that is not whole, what there is.
        for scope in outer.into_iter().chain([scope]) {
            scope.end(&mut done, &mut items);
        }
        Self {
            changed: None,
            scopes: done,
            items,
        }
    }

    /// That of the item of this name in a line.
    fn scope(&self, item: &str, line: usize) -> Option<Rc<Scope>> {
        let name = item.trim_start_matches("r#").to_owned();
        let scope = self.scopes.get(*self.items.get(&(line, name))?)?;
        Some(Rc::clone(scope))
    }
}

/// What is between two braces, as far as it is read.
#[derive(Default)]
struct Braces<'t> {
    is_impl: bool,
    types: Vec<Type>,
    /// The lines and names of functions, structs and what has an `impl`.
    items: Vec<(usize, &'t str)>,
    /// The word before.
    last: &'t str,
    /// The keyword that says what the item under way is.
    head: Option<&'t str>,
    /// Whether the item under way comes and goes by `#[cfg]`.
    is_cfg: bool,
    of_ours: Option<(&'t str, &'t str)>,
    /// How many `(` and `[` are open, and where the first began.
    depth: usize,
    opened: usize,
    is_attribute: bool,
    /// The last word of the attribute's path, until its options begin.
    path: &'t str,
}

const TYPES: [&str; 6] = ["struct", "enum", "union", "type", "trait", "mod"];

const KEYWORDS: [&str; 12] = [
    "fn",
    "impl",
    "trait",
    "mod",
    "struct",
    "enum",
    "union",
    "type",
    "use",
    "const",
    "static",
    "macro_rules",
];

impl<'t> Braces<'t> {
    fn word(&mut self, word: &'t str, line: usize) {
        if self.depth == 0 {
            if matches!(self.last, "fn" | "struct" | "impl") {
                self.items.push((line, word));
            }
            if TYPES.contains(&self.last) && self.head == Some(self.last) && !self.is_cfg {
                let of_ours = self.of_ours.filter(|_| self.last == "struct");
                self.types.push(Type {
                    name: word.to_owned(),
                    of_ours: of_ours.map(|(word, options)| (word.to_owned(), options.to_owned())),
                });
            }
            if self.head.is_none_or(|head| matches!(head, "const")) && KEYWORDS.contains(&word) {
                self.head = Some(word);
            }
        } else if self.is_attribute && self.depth == 1 {
            self.path = word;
            self.is_cfg |= matches!(word, "cfg" | "cfg_attr");
        }
        self.last = word;
    }

    fn sign(&mut self, sign: char, text: &'t str, end: usize) {
        match sign {
            '(' | '[' => {
                if self.depth == 0 {
                    self.is_attribute = sign == '[' && self.last == "#";
                }
                if self.depth == 1 {
                    self.opened = end;
                }
                self.depth += 1;
            }
            ')' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                let is_ours = self.is_attribute && matches!(self.path, "agent" | "flock");
                if is_ours && self.depth == 1 {
                    let options = text.get(self.opened..end - 1);
                    self.of_ours = Some((self.path, options.unwrap_or_default()));
                } else if is_ours && self.depth == 0 && self.of_ours.is_none() {
                    self.of_ours = Some((self.path, ""));
                }
                if self.depth == 0 {
                    (self.is_attribute, self.path) = (false, "");
                }
            }
            ';' if self.depth == 0 => self.end_item(),
            _ => {}
        }
        self.last = if sign == '#' { "#" } else { "" };
    }

    /// What follows is another item.
    fn end_item(&mut self) {
        self.head = None;
        self.is_cfg = false;
        self.of_ours = None;
        self.last = "";
    }

    /// What follows is in another.
    fn end(self, done: &mut Vec<Rc<Scope>>, items: &mut HashMap<(usize, String), usize>) {
        let place = |(line, name): (usize, &str)| ((line, name.to_owned()), done.len());
        items.extend(self.items.into_iter().map(place));
        done.push(Rc::new(Scope {
            is_impl: self.is_impl,
            types: self.types,
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{File, Scope};

    /// Around `here` in the text, in the first line that has it.
    fn around(text: &str, here: &str) -> Option<Rc<Scope>> {
        let line = text.lines().position(|line| line.contains(here));
        File::of(text).scope(here, line.expect("it is there") + 1)
    }

    fn names(around: Option<Rc<Scope>>) -> Vec<String> {
        let around = around.expect("it is found");
        around.types.iter().map(|ty| ty.name.clone()).collect()
    }

    #[test]
    fn types_beside_an_item_are_found() {
        let text = r##"
            //! struct A; /* { */
            use a::{b, c};
            pub(crate) struct B { x: [u8; 3], y: fn(u8) -> char }
            /* struct C; /* struct D; */ { */
            #[doc = "struct E; {"] enum F<'a> { X(&'a str) }
            const G: (&str, char, char) = (r#"" struct H; {"#, '{', '\'');
            #[agent(output = "x: u8")]
            async fn here(topic: String) -> Result<()> { struct Inner; Ok(()) }
            mod other { struct I; }
            #[cfg(test)] struct J;
            type K = [u8; { struct L; 3 }];
            union M { x: u8 }
            unsafe trait N {}
        "##;
        assert_eq!(
            names(around(text, "here")),
            ["B", "F", "other", "K", "M", "N"]
        );
        assert_eq!(names(around(text, "Inner")), ["Inner"]);
    }

    #[test]
    fn an_item_has_its_own_line_and_name() {
        let text =
            "mod a {\n#[agent] fn writer() {} struct A; }\nmod b { fn writer() {}\nstruct B; }";
        let file = File::of(text);
        assert_eq!(names(file.scope("writer", 2)), ["A"]);
        assert_eq!(names(file.scope("r#writer", 3)), ["B"]);
        assert_eq!(file.scope("writer", 4), None);
        assert_eq!(file.scope("reader", 2), None);
    }

    #[test]
    fn half_a_file_is_read_as_far_as_it_goes() {
        let text = "struct A;\nimpl B {\nfn here() { \"";
        assert!(around(text, "here").expect("it is found").is_impl);
        assert_eq!(
            names(around("struct A; fn here() {} } fn b() {}", "here")),
            ["A"]
        );
        assert_eq!(around("} fn here() {}", "here"), None);
    }

    #[test]
    fn a_method_is_in_an_impl() {
        let text = "
            struct Desk;
            impl<T: Into<u8>> Desk<T> where T: Copy {
                const X: u8 = { 1 };
                #[agent]
                pub async fn method(x: u8) -> Result<()> { async fn within() {} Ok(()) }
            }
            fn free(x: impl Copy) -> impl Copy { fn local() {} }
            mod m { fn of_mod() {} }
        ";
        let is_impl = |item| around(text, item).expect("it is found").is_impl;
        assert!(is_impl("method"));
        for item in ["within", "free", "local", "of_mod"] {
            assert!(!is_impl(item), "{item}");
        }
    }

    #[test]
    fn agents_and_flocks_are_told_from_other_types() {
        let text = r#"
            #[derive(Debug)] struct Plain;
            /// Writes.
            #[flock::agent(input = "topic: String", output(text: String))] #[allow(unused)]
            struct Writer;
            #[flock] struct Desk;
            fn here() {}
        "#;
        let around = around(text, "here").expect("it is found");
        assert!(around.has("Plain") && !around.has("Nobody"));
        assert_eq!(around.ours("Plain"), None);
        let options = r#"input = "topic: String", output(text: String)"#;
        assert_eq!(around.ours("Writer"), Some(("agent", options)));
        assert_eq!(around.ours("Desk"), Some(("flock", "")));
    }
}
