//! `numInstances` and `scaling`.

use crate::account::Cursor;
use crate::draft::{Noted, ScaleOn, Service};

/// How many instances there are, and when there are more.
pub(super) fn convert(at: &Cursor<'_>, service: &mut Service) {
    let number = |at: Option<Cursor<'_>>| -> Option<u32> {
        let at = at?;
        let number = at.peek()?.parse().ok().filter(|number| *number > 0)?;
        at.converted();
        Some(number)
    };
    let scaling = at.get("scaling");
    let inner = |key: &str| scaling.as_ref().and_then(|scaling| scaling.get(key));
    let (Some(min), Some(max)) = (number(inner("minInstances")), number(inner("maxInstances"))) else {
        service.replicas = number(at.get("numInstances")).map(|count| Noted::plain(count.to_string()));
        return;
    };
    if max <= min {
        service.replicas = Some(Noted::plain(min.to_string()));
        for key in ["targetCPUPercent", "targetMemoryPercent"] {
            if let Some(at) = inner(key) {
                at.left_out("there is nothing between the least and the most instances");
            }
        }
        return;
    }
    service.replicas = Some(Noted::plain(format!("{min}..{max}")));
    let share = |key: &str| number(inner(key)).map(|share| format!("{share}%"));
    let scale = ScaleOn { cpu: share("targetCPUPercent"), memory: share("targetMemoryPercent") };
    // A share needs to be of something: Render takes that of the plan, which is sized by its price.
    if scale.cpu.is_some() {
        service.cpu = Some(Noted::new("250m..500m".to_owned(), "a guess: `scale_on` is a share of what is asked for"));
    }
    if scale.memory.is_some() {
        service.memory =
            Some(Noted::new("256Mi..512Mi".to_owned(), "a guess: `scale_on` is a share of what is asked for"));
    }
    let scale = if scale.cpu.is_none() && scale.memory.is_none() {
        service.cpu = Some(Noted::new("250m..500m".to_owned(), "a guess: `scale_on` is a share of what is asked for"));
        Noted::new(ScaleOn { cpu: Some("70%".to_owned()), memory: None }, "a guess: the blueprint does not say when")
    } else {
        Noted::plain(scale)
    };
    if let Some(scaling) = &scaling {
        scaling
            .approximated("became `replicas:` and `scale_on:`; the resources of which these are shares were guessed");
    }
    service.scale_on = Some(scale);
}
