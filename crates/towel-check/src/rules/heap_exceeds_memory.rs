//! A runtime may grow its heap beyond the memory limit, at which it is killed.

use towel_model::{Service, Size, Stack, Template};
use towel_source::{Diagnostic, Span};

use crate::phrase::mebibytes;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("heap-exceeds-memory", include_str!("heap-exceeds-memory.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let Some(memory) = &service.resources.memory else { continue };
        for heap in heaps(service) {
            if heap.size >= memory.max {
                found.push(describe(service, &heap, memory.max, memory.span));
            }
        }
    }
}

/// A largest heap and where it is written.
struct Heap {
    size: Size,
    span: Span,
}

fn heaps(service: &Service) -> impl Iterator<Item = Heap> {
    let variables = service.env.iter().filter_map(|variable| variable.value.as_ref());
    let commands = service.run.iter();
    variables.chain(commands).filter_map(|template| Some(Heap { size: largest(template)?, span: template.span }))
}

fn largest(template: &Template) -> Option<Size> {
    template.text.split_whitespace().find_map(|word| {
        let node = word.strip_prefix("--max-old-space-size=").or_else(|| word.strip_prefix("--max_old_space_size="));
        match node {
            // Node.js counts in mebibytes.
            Some(count) => count.parse::<u64>().ok()?.checked_mul(1 << 20).map(Size),
            None => java_size(word.strip_prefix("-Xmx")?),
        }
    })
}

fn java_size(text: &str) -> Option<Size> {
    let shift = match text.chars().last()?.to_ascii_lowercase() {
        'k' => 10,
        'm' => 20,
        'g' => 30,
        't' => 40,
        _ => return text.parse().ok().map(Size),
    };
    text[..text.len() - 1].parse::<u64>().ok()?.checked_mul(1 << shift).map(Size)
}

fn describe(service: &Service, heap: &Heap, limit: Size, place: Span) -> Diagnostic {
    let fits = Size(limit.0 / 4 * 3);
    RULE.found(format!("the heap of `{}` may outgrow its memory limit", service.name))
        .at(heap.span, format!("a heap of up to {}", mebibytes(heap.size)))
        .also(place, format!("killed at {}", mebibytes(limit)))
        .note(format!("heap {} ≥ limit {}", mebibytes(heap.size), mebibytes(limit)))
        .note("code, stacks and buffers need memory beside the heap; three quarters of the limit are customary")
        .help(format!("lower the heap to {}, or raise the limit", mebibytes(fits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runtimes_are_understood() {
        let size = |text: &str| largest(&Template::literal(text));
        assert_eq!(size("node --max-old-space-size=512 main.js"), Some(Size(512 << 20)));
        assert_eq!(size("-Xms1g -Xmx2g"), Some(Size(2 << 30)));
        assert_eq!(size("-Xmx1048576"), Some(Size(1 << 20)));
        assert_eq!(size("--inspect"), None);
    }
}
