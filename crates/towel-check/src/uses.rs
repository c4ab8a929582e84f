//! Every `${…}` of a stack, with the service that uses it.

use towel_model::{Ask, Channel, Mail, Reference, Service, Stack, Template};
use towel_source::Span;

/// A reference and where it stands.
pub(crate) struct Use<'a> {
    /// What it names.
    pub(crate) to: &'a Reference,
    /// Where.
    pub(crate) span: Span,
}

/// The references of one service.
pub(crate) fn of_service(service: &Service) -> Vec<Use<'_>> {
    let variables = service.env.iter().filter_map(|variable| variable.value.as_ref());
    let hooks = service.rollout.before.iter().map(|hook| &hook.run);
    let spanned = [&service.image, &service.run].into_iter().flatten().chain(variables).chain(hooks);
    let mut uses: Vec<_> = spanned.flat_map(|template| of_template(template)).collect();
    if let Some(expose) = &service.expose {
        uses.extend(of_template(&expose.host));
    }
    for probe in [&service.health.live, &service.health.ready].into_iter().flatten() {
        if let Ask::Run(command) = &probe.ask {
            uses.extend(of_template(command));
        }
    }
    uses
}

/// The references of the whole stack.
pub(crate) fn of_stack(stack: &Stack) -> Vec<Use<'_>> {
    let mut uses: Vec<_> = stack.services.iter().flat_map(of_service).collect();
    uses.extend(stack.probes.iter().flat_map(|probe| of_template(&probe.url)));
    uses.extend(stack.mail.iter().flat_map(Mail::templates).flat_map(of_template));
    for channel in stack.notify.iter().flat_map(|notification| &notification.to) {
        if let Channel::Discord(url) | Channel::Webhook(url) = channel {
            uses.extend(of_template(url));
        }
    }
    uses
}

fn of_template(template: &Template) -> impl Iterator<Item = Use<'_>> {
    template.references().map(|(to, span)| Use { to, span })
}
