//! Entry of the target `ansible`: a playbook for the environments of single machines that are no developer's.

use super::{files, host, playbook};
use crate::Product;
use crate::compose::{Setting, settings};
use crate::file::{Files, origin};
use crate::yaml::Yaml;

const FOLDER: &str = "deploy/ansible";

/// Writes the files of this target; none without such an environment.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let hosted: Vec<Setting<'_>> =
        settings(product).into_iter().filter(|setting| playbook::is_hosted(setting.stack) && !setting.main).collect();
    if hosted.is_empty() {
        return;
    }
    yaml(files, "playbook.yaml", &playbook::playbook(&hosted));
    yaml(files, "inventory.example.yaml", &playbook::inventory(&hosted));
    for setting in &hosted {
        files.yaml(playbook::vault_path(setting), "", &playbook::vault(setting));
    }
    yaml(files, "tasks/host.yaml", &host::of_host());
    yaml(files, "tasks/stack.yaml", &host::of_stack());
    yaml(files, "tasks/handlers.yaml", &host::handlers());
    files.text(format!("{FOLDER}/files/daemon.json"), files::DAEMON);
    text(files, "files/20auto-upgrades", "//", files::UPGRADES);
    text(files, "templates/dotenv.j2", "#", files::DOTENV);
    text(files, "templates/stack.service.j2", "#", files::UNIT);
    firewall(files);
}

fn yaml(files: &mut Files, name: &str, document: &Yaml) {
    files.yaml(format!("{FOLDER}/{name}"), "", document);
}

fn text(files: &mut Files, name: &str, comment: &str, contents: &str) {
    files.text(format!("{FOLDER}/{name}"), format!("{}{contents}", origin(comment, "")));
}

/// Its first line says what reads it.
fn firewall(files: &mut Files) {
    let (first, rest) = files::FIREWALL.split_once('\n').unwrap_or_default();
    files.text(format!("{FOLDER}/templates/nftables.conf.j2"), format!("{first}\n{}{rest}", origin("#", "")));
}
