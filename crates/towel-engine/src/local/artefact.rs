//! Whether a program's file can be run here, and if not, why, in words a newcomer understands.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::elf;

/// The file that `called` means: a path is relative to `project`, a bare name is looked for in `search`
/// (folders separated by `:`), folder by folder, as a shell does.
pub(crate) fn find_program(called: &str, project: &Path, search: &str) -> Result<PathBuf, String> {
    if called.contains('/') {
        // Without the `.` of `./releases`, which would stand in the middle of the path in messages.
        return Ok(project.join(called).components().collect());
    }
    let candidates =
        search.split(':').filter(|folder| !folder.is_empty()).map(|folder| project.join(folder).join(called));
    let mut found = None;
    for candidate in candidates {
        match fs::metadata(&candidate) {
            Ok(metadata) if metadata.is_file() && is_executable(&metadata) => return Ok(candidate),
            Ok(metadata) if metadata.is_file() => found = found.or(Some(candidate)),
            _ => {}
        }
    }
    found.ok_or_else(|| {
        format!(
            "there is no program `{called}` in PATH ({search}): install it, or write its path \
             (`./{called}` is relative to the folder of towel.yaml)"
        )
    })
}

/// Whether `program` can be run on this machine.
pub(crate) fn examine(program: &Path) -> Result<(), String> {
    let shown = program.display();
    let metadata = fs::metadata(program).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file `{shown}`: is this version built?"),
        _ => format!("`{shown}` cannot be looked at: {error}"),
    })?;
    if metadata.is_dir() {
        return Err(format!("`{shown}` is a folder, not a program"));
    }
    if !is_executable(&metadata) {
        return Err(format!("`{shown}` is not executable: run `chmod +x {shown}`"));
    }
    let mut head = Vec::new();
    // A file that may be run but not read cannot be looked into; running it will tell.
    let opened = File::open(program).and_then(|file| file.take(4096).read_to_end(&mut head));
    if opened.is_err() { Ok(()) } else { examine_head(program, &head, metadata.len()) }
}

/// Why running `program` failed with this error of the system.
pub(crate) fn explain(program: &Path, errno: i32, message: &str) -> String {
    if let Err(reason) = examine(program) {
        return reason;
    }
    let shown = program.display();
    match errno {
        // It is there, so what is missing is what should load it.
        libc_errno::ENOENT => format!("`{shown}` was built for another system: its loader is not on this machine"),
        libc_errno::ENOEXEC => {
            format!("`{shown}` cannot be run on this machine: it is damaged or made for another one")
        }
        libc_errno::ETXTBSY => format!("`{shown}` is being written: let the build finish first"),
        libc_errno::EACCES => format!("`{shown}` may not be run: its file system or one of its folders forbids it"),
        _ => format!("`{shown}` cannot be run: {message}"),
    }
}

/// Error numbers by their names, as `nix` has them.
mod libc_errno {
    use nix::errno::Errno;
    pub(super) const ENOENT: i32 = Errno::ENOENT as i32;
    pub(super) const ENOEXEC: i32 = Errno::ENOEXEC as i32;
    pub(super) const ETXTBSY: i32 = Errno::ETXTBSY as i32;
    pub(super) const EACCES: i32 = Errno::EACCES as i32;
}

fn is_executable(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o111 != 0
}

fn examine_head(program: &Path, head: &[u8], length: u64) -> Result<(), String> {
    let shown = program.display();
    if let Some(script) = head.strip_prefix(b"#!") {
        return examine_script(program, script);
    }
    if head.starts_with(b"\x7fELF") {
        return examine_elf(program, head, length);
    }
    if head.is_empty() {
        return Err(format!("`{shown}` is empty: was the build cut short?"));
    }
    let foreign = match head {
        [b'M', b'Z', ..] => "a program for Windows",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a program for macOS",
        // Other formats may have been registered with the kernel (`binfmt_misc`); running them will tell.
        _ if foreign_formats_run() => return Ok(()),
        _ => {
            return Err(format!(
                "`{shown}` is neither a program nor a script that begins with `#!`: add a first line like `#!/bin/sh`, \
                 or call it through its interpreter"
            ));
        }
    };
    Err(format!("`{shown}` is {foreign}, this machine runs Linux: build it for Linux"))
}

fn examine_script(program: &Path, script: &[u8]) -> Result<(), String> {
    let line = script.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let shown = program.display();
    if line.ends_with('\r') {
        return Err(format!("the first line of `{shown}` ends like on Windows (CR LF): save it with LF line ends"));
    }
    match line.split_whitespace().next() {
        Some(interpreter) if Path::new(interpreter).exists() => Ok(()),
        Some(interpreter) => Err(format!("`{shown}` wants to be run by `{interpreter}`, which is not on this machine")),
        None => Err(format!("the first line of `{shown}` names no interpreter after `#!`")),
    }
}

fn examine_elf(program: &Path, head: &[u8], length: u64) -> Result<(), String> {
    let (shown, here) = (program.display(), std::env::consts::ARCH);
    match elf::examine(head, length, here) {
        Ok(()) => Ok(()),
        Err(elf::Flaw::OtherMachine(_)) if foreign_formats_run() => Ok(()),
        Err(elf::Flaw::OtherMachine(name)) => {
            Err(format!("`{shown}` is built for {name}, this machine is {here}: build it for {here}"))
        }
        Err(elf::Flaw::Damaged) => Err(format!("`{shown}` is damaged or cut off: copy or build it again")),
        Err(elf::Flaw::NoLoader(loader)) => Err(format!(
            "`{shown}` was built for another system: its loader `{loader}` is not on this machine (a program for \
             musl on a machine with glibc, or the reverse)"
        )),
    }
}

/// Whether formats besides the kernel's own are registered with it, such as other machines' through QEMU.
fn foreign_formats_run() -> bool {
    let Ok(entries) = fs::read_dir("/proc/sys/fs/binfmt_misc") else { return false };
    entries.flatten().any(|entry| !matches!(entry.file_name().to_str(), Some("register" | "status")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, content: &[u8], mode: u32) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn reason(path: &Path, folder: &Path) -> String {
        examine(path).unwrap_err().replace(folder.to_str().unwrap(), "…")
    }

    #[test]
    fn what_cannot_be_run_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let told = |name: &str, content: &[u8], mode| reason(&file(at, name, content, mode), at);
        assert_eq!(reason(&at.join("none"), at), "there is no file `…/none`: is this version built?");
        assert_eq!(reason(at, at), "`…` is a folder, not a program");
        assert_eq!(told("plain", b"#!/bin/sh\n", 0o644), "`…/plain` is not executable: run `chmod +x …/plain`");
        assert_eq!(told("empty", b"", 0o755), "`…/empty` is empty: was the build cut short?");
        assert_eq!(
            told("script", b"#!/opt/none/python\n", 0o755),
            "`…/script` wants to be run by `/opt/none/python`, which is not on this machine"
        );
        assert_eq!(
            told("dos", b"#!/bin/sh\r\necho\r\n", 0o755),
            "the first line of `…/dos` ends like on Windows (CR LF): save it with LF line ends"
        );
        assert_eq!(
            told("win.exe", b"MZ\x90", 0o755),
            "`…/win.exe` is a program for Windows, this machine runs Linux: build it for Linux"
        );
    }

    #[test]
    fn another_machines_program_names_both_machines() {
        let mut head = [0_u8; 64];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        head[18] = if std::env::consts::ARCH == "aarch64" { 62 } else { 183 };
        let folder = tempfile::tempdir().unwrap();
        let told = examine(&file(folder.path(), "api", &head, 0o755)).unwrap_err();
        assert!(told.contains("is built for ") && told.contains(std::env::consts::ARCH), "{told}");
    }

    #[test]
    fn this_very_program_can_be_run() {
        assert_eq!(examine(&std::env::current_exe().unwrap()), Ok(()));
    }

    #[test]
    fn a_bare_name_is_found_in_the_search_path_and_a_path_in_the_project() {
        let folder = tempfile::tempdir().unwrap();
        let sh = find_program("sh", folder.path(), "/nowhere::/bin:/usr/bin").unwrap();
        assert_eq!(sh, Path::new("/bin/sh"));
        assert_eq!(find_program("./a/b", folder.path(), "/bin").unwrap(), folder.path().join("./a/b"));
        let told = find_program("nod", folder.path(), "/bin").unwrap_err();
        assert!(told.starts_with("there is no program `nod` in PATH (/bin): install it"), "{told}");
    }
}
