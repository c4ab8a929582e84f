//! Every SVG is well-formed XML with an `svg` at its root, as Python's expat reads it.

use anyhow::{Context, Result};
use serde_json::Value;

use super::call::{Call, answers};
use super::rendered::{Rendered, different};
use super::toolbox::Toolbox;
use super::verdict::{Report, Verdict};

const TOOL: &str = "svg";

const PROGRAM: &str = "
import json, sys, xml.etree.ElementTree
found = {}
for path in sys.argv[1:]:
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
        if root.tag != '{http://www.w3.org/2000/svg}svg':
            found[path] = f'its root is {root.tag}'
    except xml.etree.ElementTree.ParseError as error:
        found[path] = str(error)
print(json.dumps(found))
";

pub(super) fn judge(toolbox: &Toolbox, rendered: &[Rendered]) -> Result<Vec<Report>> {
    let files = different(rendered, &["**/*.svg"])?;
    let report = Report::of(TOOL, files.len(), || {
        let call = toolbox.call("python")?.args(["-I", "-c", PROGRAM]);
        answers(TOOL, &files, |batch| Call::args(call.clone(), batch), read)
    })?;
    Ok(vec![report])
}

fn read(answer: &Value) -> Result<Vec<Verdict>> {
    let found = answer.as_object().context("python lists nothing")?;
    Ok(found.iter().map(|(file, what)| Verdict::new(TOOL, file, "", what.as_str().unwrap_or_default())).collect())
}
