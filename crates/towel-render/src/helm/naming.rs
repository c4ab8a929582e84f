//! What values are called: the way to a leaf of an object, without what every object of its kind has on that way.

/// A word that Helm's templates can ask for behind a point: `prometheus.io/port` as `prometheusIoPort`.
pub(super) fn word(text: &str) -> String {
    if is_word(text) {
        return text.to_owned();
    }
    let mut word = String::with_capacity(text.len());
    let mut upper = false;
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            word.push(if upper { character.to_ascii_uppercase() } else { character });
            upper = false;
        } else {
            upper = !word.is_empty();
        }
    }
    if word.starts_with(|first: char| first.is_ascii_digit()) || word.is_empty() {
        word.insert(0, 'n');
    }
    word
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// How a template asks for what `path` leads to.
pub(super) fn expression(from: &str, path: &[String]) -> String {
    if path.iter().all(|segment| is_word(segment)) {
        let mut expression = from.to_owned();
        for segment in path {
            expression.push('.');
            expression.push_str(segment);
        }
        return expression;
    }
    let segments: String = path.iter().map(|segment| format!(" \"{segment}\"")).collect();
    format!("(index {from}{segments})")
}

/// Where the values of an object are kept within those of its part.
pub(super) fn section(kind: &str, name: &str, part: &str) -> Vec<String> {
    let name = name.strip_prefix("allow-").unwrap_or(name);
    let rest = name.strip_prefix(part).unwrap_or(name).trim_matches(['-', '.']);
    let rest = (!rest.is_empty()).then(|| word(rest));
    let kind = match kind {
        "ConfigMap" => "config",
        "HorizontalPodAutoscaler" => "autoscaling",
        "PodDisruptionBudget" => "disruptionBudget",
        "NetworkPolicy" => "networkPolicy",
        "HTTPRoute" => "route",
        "Ingress" => "ingress",
        "Service" => "service",
        "ServiceAccount" => "account",
        "Role" => "role",
        "RoleBinding" => "binding",
        _ => "",
    };
    rest.into_iter().chain((!kind.is_empty()).then(|| kind.to_owned())).collect()
}

/// The way to a leaf within its object's section. `main` is the container that the object is about.
pub(super) fn leaf(tree: &[String], main: &str) -> Vec<String> {
    let mut path = Vec::new();
    let mut steps = tree.iter().peekable();
    while let Some(step) = steps.next() {
        match step.as_str() {
            "spec"
            | "template"
            | "jobTemplate"
            | "metadata"
            | "volumeClaimTemplates"
            | "valueFrom"
            | "secretKeyRef"
            | "ephemeral"
            | "volumeClaimTemplate"
            | "volumes" => {}
            "resources"
                if steps.peek().is_some_and(|next| *next == "requests") && tree.ends_with(&["storage".to_owned()]) =>
            {
                steps.next();
            }
            "command" if steps.next_if(|next| next.starts_with("item")).is_some() => path.push("script".to_owned()),
            "containers" | "initContainers" => _ = steps.next_if(|name| *name == main),
            "env" => path.push("variables".to_owned()),
            step => path.push(word(step)),
        }
    }
    if path.is_empty() {
        path.push("value".to_owned());
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn the_way_to_a_leaf_is_short() {
        let short = |text: &str| leaf(&path(text), "api").join(".");
        assert_eq!(short("spec|template|spec|terminationGracePeriodSeconds"), "terminationGracePeriodSeconds");
        assert_eq!(short("spec|template|spec|containers|api|livenessProbe|httpGet|path"), "livenessProbe.httpGet.path");
        assert_eq!(short("spec|template|spec|initContainers|fill|resources"), "fill.resources");
        assert_eq!(short("spec|template|metadata|annotations|prometheus.io/port"), "annotations.prometheusIoPort");
        assert_eq!(short("spec|template|spec|containers|api|env|KEY|valueFrom"), "variables.KEY");
        assert_eq!(
            short("spec|volumes|work|ephemeral|volumeClaimTemplate|spec|resources|requests|storage"),
            "work.storage"
        );
        assert_eq!(short("spec|template|spec|containers|dump|command|item3"), "dump.script");
    }

    #[test]
    fn an_expression_names_what_has_no_word_in_quotes() {
        assert_eq!(expression(".Values", &path("services|api|image")), ".Values.services.api.image");
        assert_eq!(expression(".Values", &path("services|orders-api")), "(index .Values \"services\" \"orders-api\")");
    }

    #[test]
    fn objects_of_a_part_have_sections_of_their_own() {
        let of = |kind, name| section(kind, name, "database").join(".");
        assert_eq!(of("StatefulSet", "database"), "");
        assert_eq!(of("NetworkPolicy", "allow-database"), "networkPolicy");
        assert_eq!(of("NetworkPolicy", "allow-database.backup"), "backup.networkPolicy");
        assert_eq!(of("CronJob", "database-backup"), "backup");
        assert_eq!(of("PersistentVolumeClaim", "database.nearby"), "nearby");
    }
}
