//! nginx: its own configuration test, on whole files and on those that are included.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::call::Told;
use super::rendered::{Rendered, different};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "nginx";
const CONFIGS: [&str; 2] = ["**/nginx.conf", "deploy/**/*nginx*.conf"];

/// What configurations include by name, as the images have it.
const INCLUDED: [&str; 4] = ["mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params"];

/// Hosts of other services that one configuration may name.
const MOST_HOSTS: usize = 20;

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = different(rendered, &CONFIGS)?;
    let report = Report::of(TOOL, files.len(), || {
        let mut verdicts = Vec::new();
        for file in &files {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            verdicts.extend(refuse(toolbox, text)?.map(|what| Verdict::new(TOOL, file, "", what)));
        }
        Ok(verdicts)
    })?;
    Ok(vec![report])
}

/// Where a container finds its certificate, which is mounted there.
const CERTIFICATES: &str = "/etc/nginx/tls/";

/// Services are found by name where they run, and not here: each name that nginx cannot find becomes this machine.
/// Certificates are mounted where they run: here, one for the test stands in.
fn refuse(toolbox: &Toolbox, mut text: String) -> Result<Option<String>> {
    let folder = toolbox.scratch("nginx")?;
    if text.contains(CERTIFICATES) {
        certify(&folder)?;
        text = text.replace(CERTIFICATES, &format!("{}/", folder.display()));
    }
    for name in INCLUDED {
        std::fs::copy(Path::new("/etc/nginx").join(name), folder.join(name))
            .with_context(|| format!("there is no `/etc/nginx/{name}`; run `.ci/tools`"))?;
    }
    for _ in 0..MOST_HOSTS {
        let told = test(toolbox, &folder, &text)?;
        match unknown_host(&told.err) {
            Some(host) => text = text.replace(&host, "127.0.0.1"),
            None => return Ok(complaint(&told, &folder)),
        }
    }
    Ok(Some(format!("it names more than {MOST_HOSTS} hosts")))
}

fn certify(folder: &Path) -> Result<()> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).context("cannot make a certificate")?;
    std::fs::write(folder.join("certificate.pem"), made.cert.pem())?;
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem())?;
    Ok(())
}

fn test(toolbox: &Toolbox, folder: &PathBuf, text: &str) -> Result<Told> {
    let file = folder.join("tested.conf");
    std::fs::write(&file, whole(text, folder))?;
    toolbox.call(TOOL)?.args(["-t", "-q", "-e", "stderr", "-p"]).arg(folder).arg("-c").arg(&file).run()
}

/// A file without `events` is one that the image's own configuration includes.
fn whole(text: &str, folder: &Path) -> String {
    let has = |word: &str| text.lines().any(|line| line.trim_start().starts_with(word));
    let pid = if has("pid ") { String::new() } else { format!("pid {}/nginx.pid;\n", folder.display()) };
    if has("events") {
        return format!("{pid}{text}");
    }
    format!("{pid}events {{}}\nhttp {{\ninclude mime.types;\naccess_log off;\n{text}\n}}\n")
}

fn unknown_host(err: &str) -> Option<String> {
    let (_, after) = err.split_once("host not found in upstream \"")?;
    let (host, _) = after.split_once('"')?;
    Some(host.split(':').next().unwrap_or(host).to_owned())
}

fn complaint(told: &Told, folder: &Path) -> Option<String> {
    let err = told.err.replace(&format!("{}/", folder.display()), "");
    let warned = err.lines().any(|line| line.contains("[warn]") || line.contains("[alert]"));
    (!told.succeeded || warned).then(|| err.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_put_where_the_image_includes_it() {
        assert_eq!(whole("pid x;\nevents {}\n", Path::new("/t")), "pid x;\nevents {}\n");
        assert!(whole("server {}", Path::new("/t")).contains("http {"));
    }

    #[test]
    fn a_host_that_is_not_found_is_read_without_its_port() {
        let err = "nginx: [emerg] host not found in upstream \"api:3001\" in /t/tested.conf:9";
        assert_eq!(unknown_host(err).as_deref(), Some("api"));
        assert_eq!(unknown_host("nginx: [emerg] unknown directive \"lisen\""), None);
    }

    #[test]
    fn a_warning_is_a_complaint() {
        let told = |err: &str| Told { succeeded: true, out: String::new(), err: err.to_owned() };
        assert_eq!(
            complaint(&told("nginx: [warn] twice in /t/tested.conf:3\n"), Path::new("/t")).unwrap(),
            "nginx: [warn] twice in tested.conf:3"
        );
        assert_eq!(complaint(&told(""), Path::new("/t")), None);
    }
}
