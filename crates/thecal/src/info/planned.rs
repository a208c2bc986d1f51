//! Doses, plans, registrations and frames of reference, and what refers to what.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use thecal_dicom::dose::{DoseHead, read_dose_head};
use thecal_dicom::index::{Index, Kind};
use thecal_dicom::plan::{Plan, read_plan};
use thecal_dicom::registration::FrameLink;
use thecal_geom::Warning;
use thecal_report as report;
use thecal_report::text::plain;

use crate::record;

/// What is listed of a study beside its structures.
#[derive(Default)]
pub(super) struct Planned {
    pub(super) doses: Vec<report::InfoDose>,
    pub(super) plans: Vec<report::InfoPlan>,
    pub(super) references: Vec<report::InfoReference>,
    pub(super) warnings: Vec<Warning>,
}

pub(super) fn planned(found: &Index) -> Planned {
    let mut out = Planned::default();
    for object in &found.objects {
        let kind = object.kind.as_str();
        match object.kind {
            Kind::RtDose => match read_dose_head(&object.path) {
                Ok(head) => {
                    out.refer(found, kind, &object.path, "RTPLAN", &head.plan_uids());
                    out.refer(found, kind, &object.path, "RTSTRUCT", &head.structure_sets);
                    out.doses.push(dose(head));
                }
                Err(e) => out.passed_over("dose_unreadable", &e),
            },
            Kind::RtPlan => match read_plan(&object.path) {
                Ok(plan) => {
                    out.refer(found, kind, &object.path, "RTSTRUCT", &plan.structure_sets);
                    out.plans.push(listed(plan));
                }
                Err(e) => out.passed_over("plan_unreadable", &e),
            },
            _ => {}
        }
    }
    out
}

impl Planned {
    /// Takes down what a file refers to, and how much of it is among the files.
    pub(super) fn refer(
        &mut self,
        found: &Index,
        kind: &str,
        path: &Path,
        to_kind: &str,
        uids: &[String],
    ) {
        let wanted: HashSet<&str> = uids.iter().map(String::as_str).collect();
        if wanted.is_empty() {
            return;
        }
        let here = found.objects.iter().filter(|o| wanted.contains(o.sop_instance_uid.as_str()));
        self.references.push(report::InfoReference {
            from_kind: kind.to_owned(),
            from: plain(&path.display().to_string()).into_owned(),
            to_kind: to_kind.to_owned(),
            wanted: wanted.len(),
            here: here.count(),
        });
    }

    fn passed_over(&mut self, code: &'static str, error: &thecal_dicom::read::ReadError) {
        let name = error.path().file_name().map(|n| n.to_string_lossy().into_owned());
        let why = error.fault().map_or_else(|| error.to_string(), ToString::to_string);
        self.warnings.push(Warning::new(code, why, name.unwrap_or_default()));
    }
}

fn dose(head: DoseHead) -> report::InfoDose {
    let [columns, rows, planes] = head.lattice.size;
    let [along_row_mm, along_column_mm] = head.lattice.spacing_mm;
    let plane_spacing_mm = head.lattice.plane_spacing_mm();
    let groups = || head.plans.iter().flat_map(|p| &p.groups);
    let doubts = head.doubts();
    let warnings = head.warnings.iter().chain(doubts.iter().map(|d| &d.warning));
    report::InfoDose {
        path: plain(&head.path.display().to_string()).into_owned(),
        pixel_spacing_mm: [along_row_mm, along_column_mm],
        plane_spacing_mm: Some(plane_spacing_mm),
        spacing_mm: [along_column_mm, along_row_mm, plane_spacing_mm],
        fraction_groups: groups().filter_map(|g| g.number).collect(),
        beams: groups().flat_map(|g| g.beams.iter().copied()).collect(),
        heterogeneity: head.heterogeneity.iter().map(|h| word(h.as_str())).collect(),
        warnings: warnings.map(record::warning).collect(),
        units: head.units.as_ref().map(|u| word(u.as_str())),
        dose_type: head.dose_type.as_ref().map(|t| word(t.as_str())),
        summation: head.summation.as_ref().map(|s| word(s.as_str())),
        size: [rows, columns, planes],
        sop_instance_uid: head.sop_instance_uid,
        frame_of_reference_uid: head.frame_of_reference_uid,
    }
}

/// A term of a file, fit for a terminal.
fn word(term: &str) -> String {
    plain(term).into_owned()
}

fn listed(plan: Plan) -> report::InfoPlan {
    report::InfoPlan {
        path: plain(&plan.path.display().to_string()).into_owned(),
        target_doses_gy: plan.target_doses_gy(),
        fractions: plan.fractions(),
        beams: plan.treating_beams(),
        warnings: plan.warnings.iter().map(record::warning).collect(),
        sop_instance_uid: plan.sop_instance_uid,
        label: plan.label,
    }
}

pub(super) fn registration(link: &FrameLink) -> report::InfoRegistration {
    report::InfoRegistration {
        registration_uid: link.registration_uid.clone(),
        from_frame_uid: link.moving_frame_uid.clone(),
        to_frame_uid: link.fixed_frame_uid.clone(),
        angle_deg: link.fixed_from_moving.angle_deg(),
        translation_mm: link.fixed_from_moving.translation_mm().into(),
    }
}

/// Frames of reference with what lies in them. Structure sets name theirs inside, so those come
/// with the sets; registrations only lead from one to another.
pub(super) fn frames(
    found: &Index,
    sets: &[(Option<String>, &'static str)],
) -> Vec<report::InfoFrame> {
    let mut counts: BTreeMap<Option<String>, BTreeMap<&str, usize>> = BTreeMap::new();
    let inside = [Kind::RtStruct, Kind::Seg, Kind::Reg, Kind::DeformableReg];
    for o in found.objects.iter().filter(|o| !inside.contains(&o.kind)) {
        if let Some(frame) = &o.frame_of_reference_uid {
            let kinds = counts.entry(Some(frame.clone())).or_default();
            *kinds.entry(o.kind.as_str()).or_default() += 1;
        }
    }
    for (frame, kind) in sets {
        *counts.entry(frame.clone()).or_default().entry(kind).or_default() += 1;
    }
    let listed = counts.into_iter().map(|(frame_of_reference_uid, kinds)| report::InfoFrame {
        frame_of_reference_uid,
        holds: kinds.into_iter().map(|(kind, n)| format!("{kind} x {n}")).collect(),
    });
    listed.collect()
}
