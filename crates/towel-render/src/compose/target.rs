//! Entry of the target `compose`: a Compose file for each environment of a single machine, and what it mounts.

use super::setting::settings;
use super::{admin, project, proxy};
use crate::Product;
use crate::file::Files;

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    for setting in settings(product) {
        let Some(document) = project::document(setting) else { continue };
        let name = setting.stack.environment.name.as_str();
        files.yaml(setting.path(), &format!("environments.{name}"), &document);
        proxy::files(setting, files);
        admin::files(setting, files);
    }
}
