//! `towel schema`: the JSON Schema of towel.yaml, for editors.

use std::io::Write;

use crate::exit::Status;

/// Prints the schema. Ends with [`Status::Done`] (0).
pub(crate) fn schema(out: &mut dyn Write) -> anyhow::Result<Status> {
    writeln!(out, "{:#}", towel_model::schema())?;
    Ok(Status::Done)
}
