//! Lists of names, in whatever form a program has them.

/// A list of names: `["ann", "role:editors"]`, a `Vec<String>`, a slice of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of names",
    label = "not a list of texts",
    note = "write them in brackets, a single one too: `[\"ann\"]`; a `Vec<String>` or a `&[&str]` will do as well"
)]
pub trait Names {
    /// Each as text.
    fn names(self) -> Vec<String>;
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: AsRef<str>>> Names for I {
    fn names(self) -> Vec<String> {
        let own = |name: I::Item| name.as_ref().to_owned();
        self.into_iter().map(own).collect()
    }
}
