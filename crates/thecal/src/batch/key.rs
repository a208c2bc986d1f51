//! Keys: text that is the same for the same thing on every machine and holds no identity.

use sha2::{Digest as _, Sha256};

/// A hash of texts and numbers, each told from the next.
#[derive(Default)]
pub(super) struct Key(Sha256);

impl Key {
    pub(super) fn text(mut self, text: &str) -> Self {
        self.add(text);
        self
    }

    pub(super) fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    pub(super) fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    /// The first `bytes` of the hash as hexadecimal digits.
    pub(super) fn hex(self, bytes: usize) -> String {
        self.0.finalize().iter().take(bytes).map(|b| format!("{b:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_do_not_run_into_each_other() {
        let key = |texts: &[&str]| texts.iter().fold(Key::default(), |k, t| k.text(t)).hex(8);
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }
}
