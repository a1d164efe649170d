//! Which build of the program a worker is of, where nobody says it.

use std::{fs::File, io::Read, sync::OnceLock};

use temporalio_common::worker::build_id_from_current_exe;

/// As much of a program as has the notes of its linker in it.
const HEAD: u64 = 4096;
/// What a note is called that is an id, behind how long its name and the id are.
const ID: [u8; 8] = *b"\x03\0\0\0GNU\0";

/// An id that no other build has: the one that its linker wrote into it, else a checksum. To read all of a debug build
/// for that takes longer than all else that a worker does to begin.
pub(super) fn of_this_program() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| linkers().unwrap_or_else(|| build_id_from_current_exe().to_owned()))
}

fn linkers() -> Option<String> {
    let program = File::open(std::env::current_exe().ok()?).ok()?;
    let mut head = Vec::new();
    program.take(HEAD).read_to_end(&mut head).ok()?;
    noted(&head)
}

/// The first half of a SHA-1, or as much of what else a linker writes: a half tells builds apart.
fn noted(head: &[u8]) -> Option<String> {
    let at = head.windows(ID.len()).position(|bytes| *bytes == ID)?;
    let id = head.get(at + ID.len()..)?.first_chunk()?;
    // The bytes of a short one are followed by what is no part of it.
    let length = *head.get(at.checked_sub(4)?)?;
    (length >= 8).then(|| format!("{:016x}", u64::from_be_bytes(*id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_the_id_of_its_linker() {
        let note = |length: u8| {
            let sizes = [4, 0, 0, 0, length, 0, 0, 0];
            let id = [1, 2, 3, 4, 5, 6, 7, 0xff, 9];
            [&b"\x7fELF..."[..], &sizes, &ID, &id].concat()
        };
        assert_eq!(noted(&note(20)).unwrap(), "01020304050607ff");
        assert_eq!(noted(&note(8)).unwrap(), "01020304050607ff");
        assert_eq!(noted(&note(4)), None, "too short to tell builds apart");
        assert_eq!(noted(&note(20)[..30]), None, "cut off");
        assert_eq!(noted(b"\x7fELF and no notes"), None);
    }

    /// Where there is none, the whole program is read, and has one all the same.
    #[test]
    fn every_program_has_one() {
        let id = of_this_program();
        assert!(id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
        assert_eq!(linkers().is_some(), id.len() == 16, "{id}");
    }
}
