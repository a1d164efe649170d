/// What a critic says.
#[flock::flock_type]
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Out of ten.
    pub score: u8,
    /// In a line.
    pub reason: Option<String>,
}
