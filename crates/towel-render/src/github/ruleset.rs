//! Rules for the branch main: a pull request, and every pipeline green.

use serde_json::{Value, json};

use super::component::Component;
use super::towel::PLATFORM_PASSED;

/// The app that reports jobs of workflows; another app could report anything under their names.
const ACTIONS: u32 = 15368;

pub(super) fn main(components: &[Component<'_>]) -> Value {
    let verdicts = components.iter().map(Component::verdict).chain([PLATFORM_PASSED.to_owned()]);
    let checks: Vec<Value> = verdicts.map(|name| json!({ "context": name, "integration_id": ACTIONS })).collect();
    json!({
        "name": "main",
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": { "ref_name": { "include": ["refs/heads/main"], "exclude": [] } },
        "rules": [
            { "type": "deletion" },
            { "type": "non_fast_forward" },
            {
                "type": "pull_request",
                "parameters": {
                    "required_approving_review_count": 1,
                    "dismiss_stale_reviews_on_push": true,
                    "require_code_owner_review": false,
                    "require_last_push_approval": true,
                    "required_review_thread_resolution": true
                }
            },
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": true,
                    "do_not_enforce_on_create": true,
                    "required_status_checks": checks
                }
            }
        ]
    })
}
