//! Plans: prescription, fractions and beams.

use std::path::Path;

use crate::common::{EXPLICIT, Form, meta, shared};
use thecal_dicom::plan::{
    DeliveryKind, Plan, ReferenceKind, ReferenceStructure, read_plan, read_plan_bytes,
};

const F: Form = Form::Explicit;

/// A plan of two beams that treat and one that sets up.
fn plan(dose: &str, fractions: &str, beams: (u16, u16), class: &str) -> Plan {
    let target = [
        F.text((0x300A, 0x12), "IS", "1"),
        F.text((0x300A, 0x14), "CS", "VOLUME"),
        F.text((0x300A, 0x20), "CS", "TARGET"),
        F.text((0x300A, 0x26), "DS", dose),
        F.text((0x3006, 0x84), "IS", "3"),
    ]
    .concat();
    let organ = [
        F.text((0x300A, 0x12), "IS", "2"),
        F.text((0x300A, 0x20), "CS", "ORGAN_AT_RISK"),
        F.text((0x300A, 0x2C), "DS", "17"),
    ]
    .concat();
    let in_group = |number: &str, gy: &str| {
        [F.text((0x300A, 0x84), "DS", gy), F.text((0x300C, 6), "IS", number)].concat()
    };
    let group = [
        F.text((0x300A, 0x71), "IS", "1"),
        F.text((0x300A, 0x78), "IS", fractions),
        F.sequence((0x300C, 4), &[in_group("1", "7.5"), in_group("2", "4.5")]),
    ]
    .concat();
    let beam = |number: &str, delivery: &str| {
        [
            F.text((0x300A, 0xC0), "IS", number),
            F.text((0x300A, 0xC6), "CS", "PHOTON"),
            F.text((0x300A, 0xCE), "CS", delivery),
        ]
        .concat()
    };
    let beams_of =
        F.sequence(beams, &[beam("1", "TREATMENT"), beam("2", "TREATMENT"), beam("3", "SETUP")]);
    let bytes = [
        meta(EXPLICIT),
        F.text((8, 0x16), "UI", class),
        F.sequence((0x300A, 0x10), &[target, organ]),
        F.sequence((0x300A, 0x70), &[group]),
        beams_of,
    ]
    .concat();
    read_plan_bytes(Path::new("plan.dcm"), bytes).expect("readable")
}

const PHOTONS: &str = "1.2.840.10008.5.1.4.1.1.481.5";

#[test]
fn plans_give_prescription_fractions_and_beams() {
    for (class, beams) in
        [(PHOTONS, (0x300A, 0xB0)), ("1.2.840.10008.5.1.4.1.1.481.8", (0x300A, 0x3A2))]
    {
        let plan = plan("24", "2", beams, class);
        assert_eq!(plan.target_doses_gy(), [24.0]);
        assert_eq!(plan.fractions(), [Some(2)]);
        assert_eq!(plan.treating_beams(), [1, 2]);
        assert_eq!(plan.beams[2].delivery, Some(DeliveryKind::Setup));
        let [target, organ] = plan.prescriptions.as_slice() else { panic!("two references") };
        assert_eq!(
            (target.kind.as_ref(), target.roi_number),
            (Some(&ReferenceKind::Target), Some(3))
        );
        assert_eq!(
            (organ.kind.as_ref(), organ.most_gy),
            (Some(&ReferenceKind::OrganAtRisk), Some(17.0))
        );
        assert_eq!(
            (&target.structure, &organ.structure),
            (&Some(ReferenceStructure::Volume), &None)
        );
        let group = &plan.groups[0];
        assert_eq!(group.number, Some(1));
        let doses: Vec<_> = group.beams.iter().map(|b| (b.number, b.dose_gy)).collect();
        assert_eq!(doses, [(Some(1), Some(7.5)), (Some(2), Some(4.5))]);
        assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
    }
}

#[test]
fn prescriptions_and_fractions_that_no_plan_has_are_told() {
    for (dose, fractions, code) in [
        ("2400", "2", "prescription_unlikely"),
        ("0", "2", "prescription_unlikely"),
        ("24", "0", "fractions_unlikely"),
        ("24", "2000", "fractions_unlikely"),
        ("24", "-2", "fractions_unlikely"),
    ] {
        let plan = plan(dose, fractions, (0x300A, 0xB0), PHOTONS);
        let codes: Vec<_> = plan.warnings.iter().map(|w| w.code).collect();
        assert_eq!(codes, [code], "{dose} in {fractions}");
        assert_eq!(plan.fractions()[0].is_none(), code == "fractions_unlikely");
    }
}

/// What pydicom 3.0.2 reads of the same file.
#[test]
fn the_plan_of_a_real_study_is_what_pydicom_reads() {
    let Some(dir) = shared("headphantom-ct-rtstruct") else { return };
    let plans = walkdir::WalkDir::new(dir).into_iter().filter_map(Result::ok);
    let plans = plans.filter(|e| e.file_type().is_file()).filter_map(|e| read_plan(e.path()).ok());
    let plans: Vec<Plan> = plans.collect();
    assert_eq!(plans.len(), 1);
    let plan = &plans[0];
    assert_eq!(plan.fractions(), [Some(5)]);
    let doses: Vec<_> = plan.groups[0].beams.iter().filter_map(|b| b.dose_gy).collect();
    assert_eq!(doses, [0.689_414_060_359_48, 0.710_608_225_263_59, 0.327_711_474_586_55]);
    assert_eq!(plan.target_doses_gy(), [8.638_668_801_048_08; 2]);
    // Points of a verification, of no target that is drawn.
    let places = plan.prescriptions.iter().filter_map(|p| p.structure.clone());
    assert!(places.eq([ReferenceStructure::Coordinates, ReferenceStructure::Coordinates]));
}
