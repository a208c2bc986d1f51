//! How the structures of a result are called and how they say what they are.

use thecal_dicom::write::CodeOut;
use thecal_mask::role::{Aliases, Role, role_of};
use thecal_report as report;

use super::ResultKind;
use crate::measured::Residual;

/// Most characters of a name.
pub(super) const NAME_LENGTH: usize = 16;
/// TG-263's name of the cord.
pub(super) const CORD_NAME: &str = "SpinalCord";
/// The usual name of the sac; TG-263 has none.
pub(super) const SAC_NAME: &str = "ThecalSac";

/// Targets by the first letters of their names.
const TARGETS: [&str; 3] = ["GTV", "CTV", "PTV"];

/// `GTV`, `CTV` or `PTV`, as the tumour's name begins; `GTV` for any other.
pub(super) fn target(name: &str) -> &'static str {
    let starts = |t: &&str| name.get(..t.len()).is_some_and(|s| s.eq_ignore_ascii_case(t));
    TARGETS.into_iter().find(starts).unwrap_or(TARGETS[0])
}

/// The usual name of a role where the structure's own name reads as it; its own, cut, where a person
/// chose it for the role.
pub(super) fn organ(own: &str, role: Role, usual: &str) -> String {
    if role_of(own, None, &Aliases::default()).role == role { usual } else { own }.to_owned()
}

/// As TG-263 calls the planning risk volume by a whole number of millimetres; it knows no parts of
/// one.
pub(super) fn expansion_name(organ: &str, margin_mm: f64) -> String {
    let ending = expansion_ending(margin_mm);
    let room = NAME_LENGTH.saturating_sub(ending.len());
    let organ = if organ == CORD_NAME && organ.len() > room { "Cord" } else { organ };
    organ.chars().filter(fits).take(room).chain(ending.chars()).collect()
}

fn expansion_ending(margin_mm: f64) -> String {
    if margin_mm.fract() == 0.0 && (0.0..100.0).contains(&margin_mm) {
        format!("_PRV{margin_mm:02.0}")
    } else {
        format!("_PRV{margin_mm}mm")
    }
}

/// The name of the exact expansion that a drawn PRV should be, told apart from expansions by thresholds. Where
/// there is no room for the organ, `PRV` says enough.
pub(super) fn exact_name(organ: &str, margin_mm: f64) -> String {
    const ENDING: &str = "_exact";
    let short = match organ {
        CORD_NAME => "Cord",
        SAC_NAME => "Sac",
        other => other,
    };
    let margin = expansion_ending(margin_mm);
    let room = NAME_LENGTH.saturating_sub(margin.len() + ENDING.len());
    let organ: String = short.chars().filter(fits).collect();
    let organ = if organ.len() <= room { organ } else { String::new() };
    let name = format!("{organ}{margin}{ENDING}");
    name.trim_start_matches('_').chars().take(NAME_LENGTH).collect()
}

/// Characters that a name may have: it becomes the name of a file, too.
pub(super) fn fits(c: &char) -> bool {
    c.is_ascii_alphanumeric() || "_-+.^~".contains(*c)
}

/// What the descriptions of one result share.
pub(super) struct Recipe<'a> {
    separation: Option<&'a report::Separation>,
    tool: String,
}

impl<'a> Recipe<'a> {
    pub(super) fn from_report(report: &'a report::Report) -> Self {
        let tool = format!("{} {}", report.tool.name, report.tool.version);
        Self { separation: report.separation.as_ref(), tool }
    }

    fn ended(&self, text: &str) -> String {
        format!("{text} {}, research software, not a medical device.", self.tool)
    }

    pub(super) fn drawn(&self, name: &str) -> String {
        self.ended(&format!("\"{name}\" as it was measured, on its own planes."))
    }

    pub(super) fn separated(&self, kind: ResultKind, of: &Residual) -> String {
        let what = if kind == ResultKind::Removed { "Removed part" } else { "Residual" };
        let how = self.separation.map_or_else(String::new, |s| {
            format!(
                ": tumour within {} mm of \"{}\" is removed where the approach reaches it (grid {} mm)",
                s.amount_mm, s.reference, s.grid_mm
            )
        });
        self.ended(&format!(
            "{what} of \"{}\" in a simulated separation, approach {}{how}; sections on the planes \
             of \"{}\".",
            of.tumour, of.approach, of.tumour
        ))
    }

    pub(super) fn extent(&self, description: &str) -> String {
        self.ended(&format!("{}.", description.trim_end_matches('.')))
    }

    pub(super) fn expansion(&self, cord: &str, margin_mm: f64, step_mm: f64) -> String {
        self.ended(&format!(
            "\"{cord}\" grown by the threshold of {margin_mm} mm all round, ends included, from \
             the distance to its interpolated surface (grid {step_mm} mm); sections on its planes."
        ))
    }
}

impl Recipe<'_> {
    pub(super) fn exact_prv(
        &self,
        drawn: &str,
        organ: &str,
        margin_mm: f64,
        step_mm: f64,
    ) -> String {
        self.ended(&format!(
            "What the drawn \"{drawn}\" should be: \"{organ}\" grown by {margin_mm} mm all round, ends \
             included, from the distance to its interpolated surface (grid {step_mm} mm); sections on its \
             planes."
        ))
    }
}

/// How a kind of solid is shown and coded.
pub(super) struct Look {
    /// RT ROI Interpreted Type; none where the name says it.
    pub(super) interpreted_type: Option<&'static str>,
    /// True where a person drew what is copied.
    pub(super) drawn: bool,
    pub(super) colour: [u8; 3],
    pub(super) category: CodeOut,
    pub(super) property: CodeOut,
}

const fn code(value: &'static str, scheme: &'static str, meaning: &'static str) -> CodeOut {
    CodeOut { value, scheme, meaning }
}

/// PS3.16 CID 7150.
const ANATOMY: CodeOut = code("91723000", "SCT", "Anatomical Structure");
const ABNORMAL: CodeOut = code("49755003", "SCT", "Morphologically Abnormal Structure");
const CONCEPT: CodeOut = code("309825002", "SCT", "Spatial and Relational Concept");
/// PS3.16 CID 7151 and CID 7159.
const CORD: CodeOut = code("2748008", "SCT", "Spinal cord");
const DURA: CodeOut = code("18545000", "SCT", "Dura mater");
const NEOPLASM: CodeOut = code("108369006", "SCT", "Neoplasm");
/// PS3.16 CID 9535 and CID 9534.
const PRV: CodeOut = code("130057", "DCM", "Planning Organ At Risk Volume");
const CTV: CodeOut = code("228792002", "SCT", "Clinical Target Volume");

/// Colours that colour-blind readers tell apart. B. Wong: Nat. Methods 8 (2011) 441,
/// doi:10.1038/nmeth.1618.
pub(super) fn look(kind: ResultKind) -> Look {
    let of = |interpreted_type, drawn, colour, category, property| Look {
        interpreted_type,
        drawn,
        colour,
        category,
        property,
    };
    match kind {
        ResultKind::Cord => of(Some("ORGAN"), true, [240, 228, 66], ANATOMY, CORD),
        ResultKind::Sac => of(Some("ORGAN"), true, [86, 180, 233], ANATOMY, DURA),
        ResultKind::Tumour => of(None, true, [213, 94, 0], ABNORMAL, NEOPLASM),
        ResultKind::Residual => of(None, false, [204, 121, 167], ABNORMAL, NEOPLASM),
        ResultKind::Removed => of(Some("CAVITY"), false, [230, 159, 0], ABNORMAL, NEOPLASM),
        ResultKind::Expansion => of(Some("AVOIDANCE"), false, [0, 158, 115], CONCEPT, PRV),
        ResultKind::ExactPrv => of(Some("AVOIDANCE"), false, [0, 114, 110], CONCEPT, PRV),
        ResultKind::Target => of(Some("CTV"), false, [0, 114, 178], CONCEPT, CTV),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_sixteen_characters() {
        assert_eq!(expansion_name("SpinalCord", 2.0), "SpinalCord_PRV02");
        assert_eq!(expansion_name("SpinalCord", 12.0), "SpinalCord_PRV12");
        assert_eq!(expansion_name("SpinalCord", 1.5), "Cord_PRV1.5mm");
        assert_eq!(expansion_name("Brain Stem (MR)", 3.0), "BrainStemM_PRV03");
        assert_eq!(exact_name("SpinalCord", 2.0), "Cord_PRV02_exact");
        assert_eq!(exact_name("ThecalSac", 2.0), "Sac_PRV02_exact");
        assert_eq!(exact_name("SpinalCord", 1.5), "PRV1.5mm_exact");
        assert_eq!(organ("Cord_MR", Role::Cord, CORD_NAME), CORD_NAME);
        assert_eq!(organ("BrainStem", Role::Cord, CORD_NAME), "BrainStem");
        assert_eq!(target("ctv high"), "CTV");
        assert_eq!(target("Metastase"), "GTV");
        assert!(format!("{}_removed_{}", target("x"), 9999).len() <= 16);
    }
}
