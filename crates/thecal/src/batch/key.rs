//! Keys: text that is the same for the same thing on every machine and holds no identity.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thecal_report::SettingsRecord;

use crate::record;
use crate::record::settings::AsAsked;
use crate::settings::Settings;

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

/// All that a study is asked for, in a form that means the same in every build.
#[derive(Serialize)]
struct Asked {
    structures: Vec<String>,
    settings: SettingsRecord,
}

/// The settings as JSON. Files of structures stand by their path below the root.
pub(super) fn serialised(settings: &Settings, root: &Path) -> serde_json::Result<String> {
    let below = |p: &Path| {
        let below = p.strip_prefix(root).unwrap_or(p);
        below.to_string_lossy().replace('\\', "/")
    };
    serde_json::to_string(&Asked {
        structures: settings.structures.iter().map(|p| below(p)).collect(),
        settings: record::settings::settings(settings, Default::default(), Vec::new(), &AsAsked),
    })
}

#[cfg(test)]
mod tests {
    use thecal_mask::EndRule;
    use thecal_mask::role::{Aliases, Role};
    use thecal_separation::{Anatomy, Approach};

    use super::*;
    use crate::settings::{Separate, Thresholds};

    #[test]
    fn texts_do_not_run_into_each_other() {
        let key = |texts: &[&str]| texts.iter().fold(Key::default(), |k, t| k.text(t)).hex(8);
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }

    #[test]
    fn every_setting_enters_the_key() {
        let root = Path::new("/in");
        let text = |s: &Settings| serialised(s, root).expect("JSON");
        let plain = Settings::default();
        let separated = |change: fn(&mut Separate)| {
            let mut separate = Separate::by(Approach::built_in().expect("built in"));
            change(&mut separate);
            Settings { separation: Some(separate), ..Settings::default() }
        };
        let alias = |role: &str| {
            let text = format!("[aliases]\nMyelon = \"{role}\"\n");
            Settings { aliases: Aliases::parse(&text).expect("aliases"), ..Settings::default() }
        };
        let all = [
            plain.clone(),
            Settings { tumours: vec!["x".into()], ..plain.clone() },
            Settings { cord: Some("x".into()), ..plain.clone() },
            Settings { sac: Some("x".into()), ..plain.clone() },
            Settings { ctvs: vec!["x".into()], ..plain.clone() },
            Settings { structures: vec!["/in/x".into()], ..plain.clone() },
            Settings { ends: EndRule::Plane, ..plain.clone() },
            Settings { thresholds: Thresholds::for_tumour(&[1.5]).expect("mm"), ..plain.clone() },
            Settings { assume_same_frame: true, ..plain.clone() },
            alias("cord"),
            alias("tumour"),
            separated(|_| {}),
            separated(|s| s.approaches[0].tool_radius_mm += 0.5),
            separated(|s| s.approaches[0].name.push('x')),
            separated(|s| s.amount_mm = 2.0),
            separated(|s| s.reference = Some(Role::Cord)),
            separated(|s| s.keep_out = vec!["x".into()]),
            separated(|s| s.levels_mm = Some([0.0, 1.0])),
            separated(|s| s.grid_mm = 1.0),
            separated(|s| s.sweep = true),
            separated(|s| s.anatomies = vec![Anatomy::SacReexpanded]),
            separated(|s| s.anatomies = vec![Anatomy::CordShift { shift_mm: [1.0, 0.0, 0.0] }]),
        ];
        for (n, a) in all.iter().enumerate() {
            assert_eq!(text(a), text(&a.clone()));
            assert!(all[..n].iter().all(|b| text(b) != text(a)), "{}", text(a));
        }
        // Wherever the folder lies.
        let moved = Settings { structures: vec!["/other/x".into()], ..plain };
        let here = serialised(&moved, Path::new("/other")).expect("JSON");
        assert_eq!(here, text(&all[5]));
    }
}
