//! Files of a chart that say what it is: its manifest, its notes, what it leaves out, and what its templates share.

use towel_check::CheckedStack;

use super::template::head;
use crate::names;
use crate::yaml::Map;

/// `Chart.yaml`.
pub(super) fn manifest(stack: &CheckedStack) -> Map {
    let name = stack.name.as_str();
    let description = stack.description.as_ref().map_or_else(|| name.to_owned(), |text| text.to_string());
    let repository = names::repository_url(stack);
    Map::new()
        .with("apiVersion", "v2")
        .with("name", name.to_owned())
        .with("description", description)
        .with("type", "application")
        .comment("Of the chart. Versions of services are their `image.tag`; each is released by itself.")
        .with("version", "0.1.0")
        .with("appVersion", "unreleased")
        .comment("Pods wait by `preStop.sleep` until no router sends them requests; clusters know it since 1.30.")
        .with("kubeVersion", ">=1.30.0-0")
        .maybe("home", repository.clone())
        .maybe("sources", repository.map(|url| vec![url]))
}

/// `.helmignore`.
pub(super) const IGNORED: &str = "# What editors, operating systems and version control leave behind.\n\
.DS_Store\n.git/\n.gitignore\n.idea/\n.vscode/\n*.bak\n*.orig\n*.swp\n*.tmp\n*~\n";

/// `templates/_helpers.tpl`.
pub(super) fn helpers(product: &str) -> String {
    let mut text = head("");
    text.push_str(&format!(
        "{{{{- /* The image of a service: a digest names it whatever its tag. */ -}}}}\n\
         {{{{- define \"{product}.image\" -}}}}\n\
         {{{{ .repository }}}}{{{{ with .tag }}}}:{{{{ . }}}}{{{{ end }}}}{{{{ with .digest }}}}@{{{{ . }}}}{{{{ end }}}}\n\
         {{{{- end }}}}\n\
         {{{{- /*\n\
         What the name of a ConfigMap ends with. It follows from what is in it, so pods roll when a variable changes, and pods\n\
         of the release before still find theirs. The same as Kustomize's, so either may follow the other.\n\
         */ -}}}}\n\
         {{{{- define \"{product}.hash\" -}}}}\n\
         {{{{- $json := printf `{{\"data\":%s,\"kind\":\"ConfigMap\",\"name\":\"\"}}` (toJson .) -}}}}\n\
         {{{{- $json | sha256sum | trunc 10 | replace \"0\" \"g\" | replace \"1\" \"h\" | replace \"3\" \"k\" | replace \"a\" \"m\" | replace \"e\" \"t\" -}}}}\n\
         {{{{- end }}}}\n"
    ));
    text
}

/// `templates/NOTES.txt`.
pub(super) fn notes(product: &str) -> String {
    let mut text = head("");
    text.push_str(&format!(
        "{{{{ .Chart.Name }}}} is in the namespace {{{{ .Release.Namespace }}}} ({{{{ .Values.environment }}}}).\n\
         {{{{- range $name, $service := .Values.services }}}}\n\
         {{{{- if and (hasKey $service \"host\") (ne (toString $service.enabled) \"false\") }}}}\n\
         \x20 {{{{ $name }}}}: {{{{ $service.host }}}}\n\
         {{{{- end }}}}\n\
         {{{{- end }}}}\n\
         \n\
         Secrets are not part of the chart. Pods wait for {product}-secrets, and for a <datastore>-credentials of each datastore\n\
         that they use.\n\
         \n\
         A version of a service is released by its tag; no registry has `unreleased`:\n\
         \x20 helm upgrade {{{{ .Release.Name }}}} <this chart> --namespace {{{{ .Release.Namespace }}}} --reuse-values \\\n\
         \x20   --set-string services.<name>.image.tag=<version>\n\
         \n\
         To see how it goes:\n\
         \x20 kubectl --namespace {{{{ .Release.Namespace }}}} get pods --watch\n"
    ));
    text
}
