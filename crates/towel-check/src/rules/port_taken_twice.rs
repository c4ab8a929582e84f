//! Two environments of this machine want to answer at the same port.

use towel_model::{EngineKind, Stack};
use towel_source::{Diagnostic, Severity, Spanned};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::over_product(Severity::Warning, "port-taken-twice", include_str!("port-taken-twice.md"), examine);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let doors: Vec<_> = stacks.iter().filter_map(|stack| Some((stack, front_door(stack)?))).collect();
    for (number, (stack, (listen, port))) in doors.iter().enumerate() {
        let earlier = doors[..number].iter().find(|(_, (_, other))| other == port);
        if let Some((other, (taken, _))) = earlier {
            found.push(
                RULE.found(format!("port `{port}` is taken twice"))
                    .at(listen.span, format!("by the gateway of `{}`", stack.environment.name))
                    .also(taken.span, format!("and by that of `{}`", other.environment.name))
                    .note("both environments run on this machine; the second one to be started is refused")
                    .help("give one of them another port, or remove `listen:`; a free port is chosen then"),
            );
        }
    }
}

/// The port that the file fixes. Without one, the engine looks for one that is free.
fn front_door(stack: &Stack) -> Option<(&Spanned<String>, u16)> {
    if *stack.environment.engine != EngineKind::Local {
        return None;
    }
    let listen = stack.environment.gateway.as_ref()?.listen.as_ref()?;
    // Port 0 asks for a free one.
    let port = listen.rsplit(':').next()?.parse().ok().filter(|port| *port != 0)?;
    Some((listen, port))
}
