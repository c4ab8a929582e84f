//! Decides which instances of one release to start and which to drain. Pure: what is, what shall be,
//! what to do.

/// What an instance counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its id.
    pub(crate) id: String,
    /// Its number; newer ones have greater ones.
    pub(crate) number: u32,
    /// Whether it is ready.
    pub(crate) ready: bool,
    /// Whether it was told to leave.
    pub(crate) leaving: bool,
    /// Whether a restart wants another in its place.
    pub(crate) replaced: bool,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Start a new instance.
    Start,
    /// Drain and stop this one.
    Leave(String),
}

/// The steps towards `wanted` instances. During a restart one instance more than wanted may live, so that
/// an old one is only drained when everything new is ready.
pub(crate) fn plan(wanted: u32, members: &[Member]) -> Vec<Step> {
    let wanted = wanted as usize;
    let mut live: Vec<&Member> = members.iter().filter(|member| !member.leaving).collect();
    live.sort_by_key(|member| (member.ready, !member.replaced, std::cmp::Reverse(member.number)));
    let replaced = live.iter().filter(|member| member.replaced).count();
    if replaced == 0 {
        return to_count(wanted, &live);
    }
    if live.len() > wanted + 1 || wanted == 0 {
        return to_count(wanted, &live);
    }
    // One that serves nobody can go at once: no capacity is lost.
    if let Some(idle) = live.iter().find(|member| member.replaced && !member.ready) {
        return vec![Step::Leave(idle.id.clone())];
    }
    if live.len() <= wanted {
        return vec![Step::Start; wanted + 1 - live.len()];
    }
    let new_ready = live.iter().all(|member| member.replaced || member.ready);
    let oldest = live.iter().filter(|member| member.replaced).min_by_key(|member| member.number);
    match oldest {
        Some(oldest) if new_ready => vec![Step::Leave(oldest.id.clone())],
        _ => Vec::new(),
    }
}

/// `live` is sorted by who goes first: unready before ready, new before old.
fn to_count(wanted: usize, live: &[&Member]) -> Vec<Step> {
    if live.len() < wanted {
        return vec![Step::Start; wanted - live.len()];
    }
    live.iter().take(live.len() - wanted).map(|member| Step::Leave(member.id.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `r` ready, `u` unready, `l` leaving, `R` and `U` the same but to be replaced; numbers count from 1.
    fn members(text: &str) -> Vec<Member> {
        let member = |(index, letter): (usize, char)| Member {
            id: (index + 1).to_string(),
            number: u32::try_from(index).unwrap() + 1,
            ready: letter.eq_ignore_ascii_case(&'r'),
            leaving: letter == 'l',
            replaced: letter.is_uppercase(),
        };
        text.chars().enumerate().map(member).collect()
    }

    fn check(wanted: u32, text: &str, expected: &str) {
        let show = |step: Step| match step {
            Step::Start => "+".to_owned(),
            Step::Leave(id) => format!("-{id}"),
        };
        let steps: Vec<String> = plan(wanted, &members(text)).into_iter().map(show).collect();
        assert_eq!(steps.join(" "), expected, "{wanted} of {text}");
    }

    #[test]
    fn missing_instances_are_started() {
        check(3, "", "+ + +");
        check(3, "ru", "+");
        check(2, "rl", "+");
        check(2, "rr", "");
    }

    #[test]
    fn surplus_instances_leave_unready_before_ready_and_new_before_old() {
        check(1, "rrr", "-3 -2");
        check(2, "rur", "-2");
        check(0, "rul", "-2 -1");
    }

    #[test]
    fn a_restart_drains_an_old_one_only_when_a_new_one_is_ready() {
        check(2, "RR", "+");
        check(2, "RRu", "");
        check(2, "RRr", "-1");
        check(2, "lRr", "+");
        check(2, "lRru", "");
        check(2, "lRrr", "-2");
        check(2, "llrr", "");
    }

    #[test]
    fn a_restart_replaces_one_that_serves_nobody_at_once() {
        check(2, "RU", "-2");
        check(1, "U", "-1");
        check(1, "l", "+");
    }

    #[test]
    fn a_restart_may_be_scaled_meanwhile() {
        check(1, "RRR", "-3 -2");
        check(0, "RRr", "-2 -1 -3");
        check(4, "RRr", "+ +");
    }
}
