//! Looks into the head of a Linux program: for which machine it is, whether it is whole, what loads it.

use std::path::Path;

/// What is wrong with a program, before anybody tries to run it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is for another machine, which has this name if it is a known one.
    OtherMachine(String),
    /// Parts of it are missing.
    Damaged,
    /// The file that would load it is not there.
    NoLoader(String),
}

/// `e_machine` of the ELF specification, by the names that Rust uses.
const KNOWN: [(u16, &str); 9] = [
    (3, "x86"),
    (8, "mips"),
    (21, "powerpc64"),
    (22, "s390x"),
    (40, "arm"),
    (62, "x86_64"),
    (183, "aarch64"),
    (243, "riscv64"),
    (258, "loongarch64"),
];
const LOAD: u64 = 1;
const INTERPRETER: u64 = 3;
/// Size of a 64-bit program header.
const HEADER: u64 = 56;

/// Examines the first bytes of an ELF file of that length for a machine of that architecture.
pub(crate) fn examine(head: &[u8], length: u64, here: &str) -> Result<(), Flaw> {
    let elf = Elf { head, big_endian: head.get(5) == Some(&2) };
    let machine = elf.number(18, 2).and_then(|machine| u16::try_from(machine).ok()).ok_or(Flaw::Damaged)?;
    if !runs_here(machine, here) {
        let name = name_of(machine).map_or_else(|| format!("machine type {machine}"), str::to_owned);
        return Err(Flaw::OtherMachine(name));
    }
    // What follows differs for 32-bit programs, which are rare and left to the kernel.
    if head.get(4) == Some(&2) { elf.examine_segments(length) } else { Ok(()) }
}

fn runs_here(machine: u16, here: &str) -> bool {
    let built_for = name_of(machine);
    // A 64-bit PC runs 32-bit programs; what is unknown on a machine that is unknown is the kernel's to judge.
    let unknown = !KNOWN.iter().any(|(_, name)| *name == here);
    built_for == Some(here) || here == "x86_64" && built_for == Some("x86") || unknown
}

fn name_of(machine: u16) -> Option<&'static str> {
    KNOWN.iter().find(|(number, _)| *number == machine).map(|(_, name)| *name)
}

struct Elf<'a> {
    head: &'a [u8],
    big_endian: bool,
}

impl Elf<'_> {
    fn number(&self, offset: u64, bytes: usize) -> Option<u64> {
        let start = usize::try_from(offset).ok()?;
        let field = self.head.get(start..start.checked_add(bytes)?)?;
        let join = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.big_endian { field.iter().fold(0, join) } else { field.iter().rev().fold(0, join) })
    }

    fn examine_segments(&self, length: u64) -> Result<(), Flaw> {
        let field = |offset, bytes| self.number(offset, bytes).ok_or(Flaw::Damaged);
        let (table, size, count) = (field(32, 8)?, field(54, 2)?, field(56, 2)?);
        if count == 0 || size != HEADER || table.saturating_add(count * HEADER) > length {
            return Err(Flaw::Damaged);
        }
        for header in (0..count).map(|index| table + index * HEADER) {
            // A table beyond what was read is unusual, and not wrong.
            let Some(kind) = self.number(header, 4) else { return Ok(()) };
            let (Some(offset), Some(bytes)) = (self.number(header + 8, 8), self.number(header + 32, 8)) else {
                return Ok(());
            };
            if kind == LOAD && offset.saturating_add(bytes) > length {
                return Err(Flaw::Damaged);
            }
            if kind == INTERPRETER {
                self.examine_loader(offset, bytes)?;
            }
        }
        Ok(())
    }

    fn examine_loader(&self, offset: u64, bytes: u64) -> Result<(), Flaw> {
        let (Ok(start), Ok(bytes)) = (usize::try_from(offset), usize::try_from(bytes)) else { return Ok(()) };
        let path = start.checked_add(bytes).and_then(|end| self.head.get(start..end));
        let Some(path) = path.map(|path| String::from_utf8_lossy(path)) else { return Ok(()) };
        let path = path.trim_end_matches('\0');
        if Path::new(path).exists() { Ok(()) } else { Err(Flaw::NoLoader(path.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with a loader and one segment of 64 bytes at its beginning.
    fn program(loader: &str) -> Vec<u8> {
        let mut file = vec![0_u8; 64 + 2 * 56];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        let mut put = |offset: usize, value: u64, bytes: usize| {
            file[offset..offset + bytes].copy_from_slice(&value.to_le_bytes()[..bytes]);
        };
        put(18, 62, 2);
        put(32, 64, 8);
        put(54, 56, 2);
        put(56, 2, 2);
        put(64, INTERPRETER, 4);
        put(64 + 8, 176, 8);
        put(64 + 32, loader.len() as u64, 8);
        put(120, LOAD, 4);
        put(120 + 32, 64, 8);
        file.extend_from_slice(loader.as_bytes());
        file
    }

    fn check(file: &[u8], length: usize, expected: &Result<(), Flaw>) {
        assert_eq!(examine(file, length as u64, "x86_64"), *expected);
    }

    #[test]
    fn a_whole_program_with_its_loader_passes() {
        let file = program("/proc/self/exe\0");
        check(&file, file.len(), &Ok(()));
    }

    #[test]
    fn a_program_for_another_libc_names_its_loader() {
        let file = program("/lib/ld-musl-none.so.1\0");
        check(&file, file.len(), &Err(Flaw::NoLoader("/lib/ld-musl-none.so.1".to_owned())));
    }

    #[test]
    fn a_program_that_was_cut_off_is_damaged() {
        let file = program("/proc/self/exe\0");
        check(&file, 100, &Err(Flaw::Damaged));
        check(&file[..10], 10, &Err(Flaw::Damaged));
        check(&[b"\x7fELF\x02\x01".as_slice(), &[0; 12], &[62, 0], &[0; 44]].concat(), 64, &Err(Flaw::Damaged));
    }

    #[test]
    fn the_other_machine_is_named() {
        assert_eq!(examine(&program(""), 1 << 20, "aarch64"), Err(Flaw::OtherMachine("x86_64".to_owned())));
        assert_eq!(examine(&program(""), 1 << 20, "unheard-of"), Err(Flaw::NoLoader(String::new())));
    }
}
