//! What must not be copied into a file: passwords, keys, tokens.

/// Endings of names whose values are secret.
const ENDINGS: [&str; 20] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PASS",
    "PWD",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "APP_KEY",
    "SECRET_KEY",
    "SECRET_KEY_BASE",
    "MASTER_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
    "ACCESS_KEY_ID",
    "CREDENTIALS",
    "DSN",
];
/// What values of well-known services begin with.
const BEGINNINGS: [&str; 13] = [
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "whsec_",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AKIA",
    "SG.",
    "eyJhbGciOi",
];
/// Secrets that only the product itself has to know.
const OWN: [&str; 14] = [
    "JWT_SECRET",
    "JWT_ACCESS_SECRET",
    "JWT_REFRESH_SECRET",
    "SESSION_SECRET",
    "COOKIE_SECRET",
    "APP_SECRET",
    "AUTH_SECRET",
    "NEXTAUTH_SECRET",
    "CSRF_SECRET",
    "SECRET_KEY",
    "DJANGO_SECRET_KEY",
    "SECRET_KEY_BASE",
    "JWT_SECRET_KEY",
    "BETTER_AUTH_SECRET",
];

/// Whether a variable's value should stand in no file.
pub(crate) fn looks_secret(name: &str, value: &str) -> bool {
    let name = name.to_uppercase();
    let named = ENDINGS
        .iter()
        .any(|ending| name.strip_suffix(ending).is_some_and(|before| before.is_empty() || before.ends_with('_')));
    named
        || has_password(value)
        || value.contains("PRIVATE KEY-----")
        || BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
}

/// Whether towel may make the value itself.
pub(crate) fn made_here(variable: &str) -> bool {
    OWN.contains(&variable.to_uppercase().as_str())
}

/// `scheme://user:password@host`.
pub(crate) fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_a_value_gives_a_secret_away() {
        assert!(looks_secret("DB_PASSWORD", ""));
        assert!(looks_secret("token", "x"));
        assert!(looks_secret("PAYMENTS", concat!("sk_", "live_abc")));
        assert!(looks_secret("SMTP", "smtp://me:hunter2@mail.example:25"));
        assert!(!looks_secret("TOKEN_TTL", "15m"));
        assert!(!looks_secret("BYPASS", "1"));
        assert!(!looks_secret("API", "https://api.example/"));
    }
}
