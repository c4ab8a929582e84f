//! What texts that hold nothing but facts of the environment come to.

use towel_model::{Environment, EnvironmentField, Reference, Template};

/// The text in one environment, in lower case; none when it depends on anything else.
pub(crate) fn resolved(template: &Template, environment: &Environment) -> Option<String> {
    let text = template.fill(|to| match to {
        Reference::Environment(EnvironmentField::Name) => Ok(environment.name.to_string()),
        Reference::Environment(EnvironmentField::Domain) => {
            environment.domain_or_localhost().map(str::to_owned).ok_or(())
        }
        _ => Err(()),
    });
    text.ok().map(|text| text.to_lowercase())
}

/// The host of a URL, without its port.
pub(crate) fn of_url(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.split(':').next().unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::of_url;

    #[test]
    fn a_url_has_one_host() {
        assert_eq!(of_url("https://shop.example:8443/a?b#c"), "shop.example");
        assert_eq!(of_url("shop.example"), "shop.example");
    }
}
