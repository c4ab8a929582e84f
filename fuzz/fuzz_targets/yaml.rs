//! Any bytes as towel.yaml: reading ends, finds its faults inside the file, and builds a stack for each
//! environment, and every rule can be asked about it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use towel_source::Sources;

fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::new();
    let (file, not_utf8) = sources.add_bytes("towel.yaml", bytes.to_vec());
    if not_utf8.is_some() {
        return;
    }
    let reading = towel_model::read(&sources, file);
    let text = sources.get(file).expect("it has just been added").text();
    for label in reading.diagnostics.iter().flat_map(|found| &found.labels) {
        assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{label:?}");
    }
    let sound = reading.is_sound();
    let Some(model) = reading.model else { return };
    for environment in model.environments() {
        let (stack, _) = model.stack(&environment.name);
        assert!(stack.is_some() || !sound, "a sound file has a stack for each environment");
        if let Some(stack) = stack {
            drop(towel_check::check(&stack));
        }
    }
});
