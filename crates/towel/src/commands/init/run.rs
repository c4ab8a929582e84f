//! Looks or converts, writes the file, and says what came of it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use towel_import::{Draft, Files, Format, Imported, Input, detect, import, write};
use towel_source::{Colour, human};

use super::said;
use super::shape::{Answer, Key, Note, Origin, Part};
use super::tree::Tree;
use super::verdict::{Verdict, judge};
use crate::exit::{Failure, Status};

/// What is asked for.
pub(crate) struct Wish<'a> {
    /// Where the file goes.
    pub(crate) out: &'a Path,
    /// Files of other tools; none to look at the repository.
    pub(crate) from: &'a [PathBuf],
    /// Show the file, write nothing.
    pub(crate) dry_run: bool,
    /// Replace a file that is there.
    pub(crate) force: bool,
    /// Answer with JSON.
    pub(crate) json: bool,
    /// Say nothing when all went well.
    pub(crate) quiet: bool,
}

/// Makes a first `towel.yaml`. Ends with [`Status::Done`] (0) when it is there, with [`Status::No`] (1) when nothing
/// was found to put into it, and with [`Status::Usage`] (2) when a file cannot be read or is there already.
pub(crate) fn init(wish: &Wish<'_>, out: &mut dyn Write) -> anyhow::Result<Status> {
    if !wish.dry_run && !wish.force && wish.out.symlink_metadata().is_ok() {
        return Err(taken(wish.out).into());
    }
    let root = root(wish.out)?;
    let tree = Tree::of(&root);
    let folder = root.file_name().and_then(|name| name.to_str()).unwrap_or("product").to_owned();
    let mut answer = Answer { file: wish.out.display().to_string(), ..Answer::default() };
    let draft = if wish.from.is_empty() {
        look(&tree, &folder, &mut answer)?
    } else {
        convert(wish.from, &tree, &root, &folder, &mut answer)?
    };
    let text = write(&draft);
    let verdict = judge(&answer.file, &text);
    (answer.errors, answer.warnings) = (verdict.errors, verdict.warnings);
    let given = draft.secrets.iter().filter(|secret| secret.generate.is_none());
    answer.secrets = given.map(|secret| secret.name.to_uppercase().replace('-', "_")).collect();
    if wish.dry_run {
        answer.text = Some(text);
    } else {
        put(wish, &text)?;
        answer.written = true;
    }
    tell(wish, &answer, &tree, &verdict, out)?;
    Ok(if verdict.errors > 0 { Status::No } else { Status::Done })
}

/// The folder in which the file lies: everything in it is relative to that.
fn root(out: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::path::absolute(out).with_context(|| format!("find `{}`", out.display()))?;
    let parent = absolute.parent().unwrap_or(Path::new("/"));
    parent.canonicalize().map_err(|error| {
        Failure::usage(format!("the folder `{}` cannot be entered: {error}", parent.display()))
            .help("make it first, or name another file with `--out`")
            .into()
    })
}

fn look(tree: &Tree, folder: &str, answer: &mut Answer) -> anyhow::Result<Draft> {
    let detected = detect(tree, folder);
    answer.files = tree.paths().len();
    answer.parts = detected.sights.iter().map(Part::from).collect();
    answer.unclear = detected.unclear.iter().map(Note::from).collect();
    let draft = detected.draft;
    if draft.services.is_empty() && draft.clients.is_empty() && draft.datastores.is_empty() {
        let files = said::counted(answer.files, "file");
        let seen = detected.unclear.first().map(|one| format!("; `{}` is {}", one.place, one.what)).unwrap_or_default();
        return Err(Failure::no(format!("nothing was found in {files} that towel knows how to run{seen}"))
            .help(
                "run it at the root of your repository, convert another tool's file with `--from FILE`, \
                 or begin with three lines by hand: `towel: 1`, `name: …`, `services: { … }`",
            )
            .into());
    }
    Ok(draft)
}

fn convert(from: &[PathBuf], tree: &Tree, root: &Path, folder: &str, answer: &mut Answer) -> anyhow::Result<Draft> {
    let inputs: Vec<Input> = from.iter().map(|path| input(path, tree)).collect::<anyhow::Result<_>>()?;
    let imported = import(&inputs, tree, folder).map_err(|unreadable| {
        let shown = human(&unreadable.diagnostics, &unreadable.sources, Colour::None);
        Failure::usage(format!("this cannot be converted\n\n{}", shown.trim_end()))
    })?;
    let Imported { draft, account, formats } = imported;
    answer.from = formats.iter().map(|(file, format)| Origin { file: file.clone(), format: word(*format) }).collect();
    answer.converted = account.converted;
    answer.keys = account.items.iter().map(Key::from).collect();
    answer.parts = parts(&draft);
    if draft.services.is_empty() && draft.datastores.is_empty() {
        return Err(Failure::no(format!("no part of `{}` could be converted", root.join(&inputs[0].name).display()))
            .help("write `towel.yaml` by hand, or run `towel init` without `--from`")
            .into());
    }
    Ok(draft)
}

const fn word(format: Format) -> &'static str {
    match format {
        Format::Compose => "compose",
        Format::Score => "score",
        Format::Kamal => "kamal",
        Format::Render => "render",
    }
}

/// A file that is to be converted, named as it is within the tree if it lies there.
fn input(path: &Path, tree: &Tree) -> anyhow::Result<Input> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::usage(format!("there is no file `{shown}`")).help("name it with its folder"),
        _ => Failure::usage(format!("`{shown}` cannot be read: {error}")),
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("`{shown}` is not UTF-8 text")).help("save it as UTF-8"))?;
    let inside = path.canonicalize().ok().and_then(|path| tree.relative(&path));
    Ok(Input { name: inside.unwrap_or_else(|| shown.to_string()), text })
}

fn parts(draft: &Draft) -> Vec<Part> {
    let services = draft.services.iter().map(|service| Part {
        role: "service",
        name: service.name.clone(),
        what: service.stack.as_ref().map(|stack| stack.value.clone()),
        folder: service.source.as_ref().map(|source| source.value.clone()),
        evidence: Vec::new(),
    });
    let stores = draft.datastores.iter().map(|store| Part {
        role: "datastore",
        name: store.name.clone(),
        what: Some(store.kind.value.name().to_owned()),
        folder: None,
        evidence: Vec::new(),
    });
    services.chain(stores).collect()
}

fn put(wish: &Wish<'_>, text: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if wish.force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let file = options.open(wish.out);
    let mut file = match file {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(wish.out).into()),
        file => file.with_context(|| format!("write `{}`", wish.out.display()))?,
    };
    file.write_all(text.as_bytes()).with_context(|| format!("write `{}`", wish.out.display()))
}

fn taken(out: &Path) -> Failure {
    Failure::usage(format!("`{}` is there already", out.display()))
        .help("`--out FILE` writes another one, `--dry-run` only shows it, `--force` replaces what is there")
}

/// The file goes to standard output when it is not written, what is said of it to standard error then.
fn tell(wish: &Wish<'_>, answer: &Answer, tree: &Tree, verdict: &Verdict, out: &mut dyn Write) -> anyhow::Result<()> {
    if wish.json {
        writeln!(out, "{}", serde_json::to_string_pretty(answer)?)?;
        return Ok(());
    }
    let said = if wish.quiet { verdict.shown.clone() } else { said::report(answer, tree.cut, verdict) };
    match &answer.text {
        Some(text) => {
            out.write_all(text.as_bytes())?;
            std::io::stderr().write_all(said.as_bytes())?;
        }
        None => out.write_all(said.as_bytes())?,
    }
    Ok(())
}
