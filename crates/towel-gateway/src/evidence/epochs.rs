//! The epochs of a backend that are remembered, newest last.

use std::collections::VecDeque;
use std::sync::Arc;

use super::tally::{Scars, Tally};
use crate::settings::EPOCHS;

/// One split of a backend.
#[derive(Debug)]
pub(crate) struct Epoch {
    pub(crate) number: u64,
    pub(crate) scars: Arc<Scars>,
    pub(crate) tallies: Vec<Arc<Tally>>,
}

/// Counters by epoch and version.
#[derive(Debug, Default)]
pub(crate) struct Epochs(pub(crate) VecDeque<Epoch>);

impl Epochs {
    /// Opens an epoch or finds it again, so that a table that was sent twice counts on.
    pub(crate) fn open(&mut self, number: u64) -> &mut Epoch {
        let place = self.0.iter().position(|e| e.number == number).unwrap_or_else(|| {
            if self.0.len() == EPOCHS {
                self.0.pop_front();
            }
            self.0.push_back(Epoch { number, scars: Arc::default(), tallies: Vec::new() });
            self.0.len() - 1
        });
        &mut self.0[place]
    }
}

impl Epoch {
    pub(crate) fn tally(&mut self, label: &str, workers: usize) -> Arc<Tally> {
        if let Some(tally) = self.tallies.iter().find(|t| t.label == label) {
            return Arc::clone(tally);
        }
        let tally = Arc::new(Tally::new(label, workers));
        self.tallies.push(Arc::clone(&tally));
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_opened_again_goes_on_counting() {
        let mut epochs = Epochs::default();
        epochs.open(1).tally("v1", 1).bad(0);
        epochs.open(2);
        let again = epochs.open(1).tally("v1", 1).sums();
        assert_eq!((again.requests, again.bad), (1, 1));
    }

    #[test]
    fn only_the_last_epochs_are_remembered() {
        let mut epochs = Epochs::default();
        for number in 0..40 {
            epochs.open(number);
        }
        assert_eq!(epochs.0.len(), EPOCHS);
        assert_eq!(epochs.0.back().map(|e| e.number), Some(39));
    }
}
