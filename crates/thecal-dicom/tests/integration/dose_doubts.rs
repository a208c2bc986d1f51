//! What stands against using a dose: each trap has a code and a weight, or a refusal that says why.

use std::path::Path;

use crate::common::Form;
use crate::common::doses::{
    AXIAL, BITS_ALLOCATED, DOSE_TYPE, DOSE_UNITS, DoseFile, FRAME_UID, HETEROGENEITY, ROWS,
    SCALING, SUMMATION,
};
use thecal_dicom::dose::{Dose, DoseUnits, Heterogeneity, Summation, Weight, read_dose_bytes};

fn read(file: &DoseFile) -> Dose {
    read_dose_bytes(Path::new("dose.dcm"), file.bytes()).expect("readable")
}

fn told(file: &DoseFile) -> Vec<(&'static str, Weight)> {
    read(file).doubts().iter().map(|d| (d.warning.code, d.weight)).collect()
}

fn refusal(file: &DoseFile) -> String {
    read_dose_bytes(Path::new("dose.dcm"), file.bytes()).expect_err("refused").to_string()
}

#[test]
fn what_a_dose_says_of_itself_is_judged() {
    let good = DoseFile::good;
    let text = |tag, value: &str| good().text(tag, "CS", value);
    for (file, code, weight) in [
        (text(DOSE_UNITS, "RELATIVE"), "dose_units_relative", Weight::Refuses),
        (text(DOSE_UNITS, "CGY"), "dose_units_unknown", Weight::Refuses),
        (good().without(DOSE_UNITS), "dose_units_absent", Weight::Refuses),
        (text(DOSE_TYPE, "ERROR"), "dose_type_error", Weight::Refuses),
        (text(DOSE_TYPE, "EFFECTIVE"), "dose_type_effective", Weight::Warns),
        (text(DOSE_TYPE, "GUESSED"), "dose_type_unknown", Weight::Refuses),
        (good().without(DOSE_TYPE), "dose_type_absent", Weight::Warns),
        (text(SUMMATION, "BEAM"), "dose_of_beams", Weight::Part),
        (text(SUMMATION, "BRACHY"), "dose_of_beams", Weight::Part),
        (text(SUMMATION, "CONTROL_POINT"), "dose_of_control_points", Weight::Refuses),
        (text(SUMMATION, "FRACTION_SESSION"), "dose_of_one_session", Weight::Refuses),
        (text(SUMMATION, "BEAM_SESSION"), "dose_of_one_session", Weight::Refuses),
        (text(SUMMATION, "BRACHY_SESSION"), "dose_of_one_session", Weight::Refuses),
        (text(SUMMATION, "FRACTION"), "dose_of_fraction_group", Weight::Warns),
        (text(SUMMATION, "MULTI_PLAN"), "dose_of_several_plans", Weight::Warns),
        (text(SUMMATION, "PLAN_OVERVIEW"), "dose_of_several_plans", Weight::Warns),
        (text(SUMMATION, "RECORD"), "dose_of_records", Weight::Warns),
        (text(SUMMATION, "SUM"), "dose_summation_unknown", Weight::Refuses),
        (good().without(SUMMATION), "dose_summation_absent", Weight::Warns),
        (text(HETEROGENEITY, "WATER"), "dose_in_water", Weight::Warns),
        (good().without(FRAME_UID), "dose_frame_absent", Weight::Refuses),
        // 205 x 1 Gy.
        (good().text(SCALING, "DS", "1"), "dose_maximum_unlikely", Weight::Refuses),
        (good().values(&[0; 18]), "dose_zero", Weight::Refuses),
    ] {
        assert_eq!(told(&file), [(code, weight)]);
    }
    assert_eq!(told(&good()), []);
    // Not only water, and not stated at all, as many systems leave it.
    assert_eq!(told(&text(HETEROGENEITY, "IMAGE\\WATER")), []);
    let corrected = read(&text(HETEROGENEITY, "IMAGE\\ROI_OVERRIDE")).head.heterogeneity;
    assert_eq!(corrected, [Heterogeneity::Image, Heterogeneity::RoiOverride]);
}

#[test]
fn doses_below_zero_are_differences_unless_they_are_nearly_zero() {
    let mut stored = [100_i16; 18];
    for (least, expected) in [(-1, Some(Weight::Warns)), (-50, Some(Weight::Refuses)), (0, None)] {
        stored[7] = least;
        let file = DoseFile::good().values(&stored);
        let wanted: Vec<_> = expected.map(|w| ("dose_negative", w)).into_iter().collect();
        assert_eq!(told(&file), wanted, "{least}");
        // A difference that says so is refused for what it says.
        let said = told(&file.text(DOSE_TYPE, "CS", "ERROR"));
        assert_eq!(said, [("dose_type_error", Weight::Refuses)]);
    }
}

#[test]
fn relative_doses_may_be_percentages() {
    let file = DoseFile::good().text(DOSE_UNITS, "CS", "RELATIVE").text(SCALING, "DS", "1");
    assert_eq!(told(&file), [("dose_units_relative", Weight::Refuses)]);
    assert_eq!(read(&file).head.units, Some(DoseUnits::Relative));
}

#[test]
fn plans_groups_and_beams_are_read() {
    let file =
        DoseFile::good().text(SUMMATION, "CS", "BEAM").plan("1.2.3.5", "2", &["4", "7"], false);
    let dose = read(&file);
    assert_eq!(dose.head.plan_uids(), ["1.2.3.5"]);
    let group = &dose.head.plans[0].groups[0];
    assert_eq!((group.number, group.beams.as_slice()), (Some(2), &[4, 7][..]));
    assert!(!group.control_points);
    assert!(dose.doubts()[0].warning.message.contains("beams 4, 7"));
    let file = file.text(SUMMATION, "CS", "CONTROL_POINT").plan("1.2.3.5", "2", &["4"], true);
    let dose = read(&file);
    assert_eq!(dose.head.summation, Some(Summation::ControlPoint));
    assert!(dose.head.plans[0].groups[0].control_points);
}

#[test]
fn what_cannot_be_a_dose_grid_is_refused() {
    let good = DoseFile::good;
    for (file, words) in [
        (good().without(SCALING), "DoseGridScaling (3004,000E)"),
        (good().text(SCALING, "DS", "0"), "a number above 0"),
        (good().text(SCALING, "DS", "-0.01"), "a number above 0"),
        (good().text(SCALING, "DS", "1e-320"), "from 1e-12 to 100"),
        (good().text(SCALING, "DS", "1e30"), "from 1e-12 to 100"),
        (DoseFile::new(16, "0", "-30", AXIAL), "at least 2 planes"),
        (good().word(BITS_ALLOCATED, 8), "16 or 32"),
        (good().without(ROWS), "no dose grid"),
    ] {
        let told = refusal(&file);
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn histograms_alone_are_no_dose() {
    let f = Form::Explicit;
    let histogram = f.text((0x3004, 1), "CS", "CUMULATIVE");
    let file = DoseFile::good()
        .without(ROWS)
        .put((0x3004, 0x50), f.sequence((0x3004, 0x50), &[histogram]));
    let told = refusal(&file);
    assert!(told.contains("dose-volume histograms alone"), "{told}");
    assert!(told.contains("export the dose as a grid"), "{told}");
}
