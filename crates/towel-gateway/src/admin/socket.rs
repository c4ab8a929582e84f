//! The admin socket: made where nobody sees it, then moved into place.

use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

/// A bound socket and the file that stands for it.
#[derive(Debug)]
pub(crate) struct AdminSocket {
    pub(crate) listener: UnixListener,
    pub(crate) file: SocketFile,
}

/// Removed at the end, unless a successor's socket is in its place.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    inode: u64,
}

/// Binds with mode 0600, replacing what a dead or predecessor process left there.
pub(crate) fn bind(path: &Path) -> io::Result<AdminSocket> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(format!(".{}", std::process::id()));
    let draft = path.with_file_name(name);
    match std::fs::remove_file(&draft) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let listener = UnixListener::bind(&draft)?;
    std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o600))?;
    let inode = std::fs::metadata(&draft)?.ino();
    std::fs::rename(&draft, path)?;
    Ok(AdminSocket { listener, file: SocketFile { path: path.to_owned(), inode } })
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let is_ours = std::fs::metadata(&self.path).is_ok_and(|m| m.ino() == self.inode);
        if is_ours {
            // If it cannot be removed, the next process replaces it.
            drop(std::fs::remove_file(&self.path));
        }
    }
}
