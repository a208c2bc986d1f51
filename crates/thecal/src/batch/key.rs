//! Keys: text that is the same for the same thing on every machine and holds no identity.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thecal_mask::role::Role;
use thecal_report::PairKind;
use thecal_separation::{Anatomy, Approach};

use crate::settings::{Separate, Settings};

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
struct Asked<'a> {
    tumours: &'a [String],
    cord: Option<&'a str>,
    sac: Option<&'a str>,
    ctvs: &'a [String],
    structures: Vec<String>,
    ends: &'static str,
    thresholds_mm: [&'a [f64]; 3],
    assume_same_frame: bool,
    aliases: Vec<(&'a str, &'static str)>,
    separation: Option<AskedSeparation<'a>>,
}

#[derive(Serialize)]
struct AskedSeparation<'a> {
    approaches: Vec<(&'a str, &'a Approach)>,
    amount_mm: f64,
    reference: Option<&'static str>,
    keep_out: &'a [String],
    levels_mm: Option<[f64; 2]>,
    grid_mm: f64,
    sweep: bool,
    anatomies: Vec<(&'static str, Option<[f64; 3]>)>,
}

/// The settings as JSON. Files of structures stand by their path below the root.
pub(super) fn serialised(settings: &Settings, root: &Path) -> serde_json::Result<String> {
    // Taken apart by name, so that a setting that is added is not forgotten here.
    let Settings {
        tumours,
        cord,
        sac,
        ctvs,
        structures,
        ends,
        thresholds,
        assume_same_frame,
        aliases,
        separation,
    } = settings;
    let below = |p: &Path| {
        let below = p.strip_prefix(root).unwrap_or(p);
        below.to_string_lossy().replace('\\', "/")
    };
    let kinds = [PairKind::TumourCord, PairKind::TumourSac, PairKind::CordSac];
    serde_json::to_string(&Asked {
        tumours,
        cord: cord.as_deref(),
        sac: sac.as_deref(),
        ctvs,
        structures: structures.iter().map(|p| below(p)).collect(),
        ends: crate::record::end_rule(*ends),
        thresholds_mm: kinds.map(|kind| thresholds.of(kind)),
        assume_same_frame: *assume_same_frame,
        aliases: aliases.entries().map(|(name, role)| (name, role.as_str())).collect(),
        separation: separation.as_ref().map(asked_separation),
    })
}

fn asked_separation(separation: &Separate) -> AskedSeparation<'_> {
    let Separate {
        approaches,
        amount_mm,
        reference,
        keep_out,
        levels_mm,
        grid_mm,
        sweep,
        anatomies,
    } = separation;
    let shift = |a: &Anatomy| match a {
        Anatomy::CordShift { shift_mm } => Some(*shift_mm),
        _ => None,
    };
    AskedSeparation {
        approaches: approaches.iter().map(|a| (a.name.as_str(), a)).collect(),
        amount_mm: *amount_mm,
        reference: reference.map(Role::as_str),
        keep_out,
        levels_mm: *levels_mm,
        grid_mm: *grid_mm,
        sweep: *sweep,
        anatomies: anatomies.iter().map(|a| (a.as_str(), shift(a))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use thecal_mask::EndRule;
    use thecal_mask::role::Aliases;

    use super::*;
    use crate::settings::Thresholds;

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
            Settings { thresholds: Thresholds::for_all(&[1.5]).expect("mm"), ..plain.clone() },
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
