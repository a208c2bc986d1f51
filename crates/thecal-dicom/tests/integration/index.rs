//! The index of folders as they come.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thecal_dicom::index::{Kind, index};
use thecal_dicom::write::{CtSlice, RtStructOut, StudyOut, write_ct_slice, write_rtstruct};

fn study(patient: &str) -> StudyOut {
    StudyOut {
        patient_id: patient.to_owned(),
        patient_name: "Secret^Name".to_owned(),
        study_uid: format!("1.2.{}", patient.len()),
        frame_uid: "1.2.9".to_owned(),
        date: "20260101".to_owned(),
        time: "120000".to_owned(),
        more: Vec::new(),
    }
}

fn image(path: &Path, patient: &str, uid: &str) {
    let hu = [0_i16; 6];
    let slice = CtSlice {
        study: &study(patient),
        series_uid: "1.2.3",
        sop_uid: uid,
        number: 1,
        position_mm: [0.0; 3],
        orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        pixel_spacing_mm: [1.0; 2],
        thickness_mm: 1.0,
        patient_position: "HFS",
        rows: 2,
        columns: 3,
        hu: &hu,
    };
    write_ct_slice(path, &slice).expect("an image");
}

fn set(path: &Path, patient: &str) {
    let set = RtStructOut {
        study: study(patient),
        series_uid: "1.2.4".to_owned(),
        sop_uid: "1.2.4.1".to_owned(),
        label: "SET".to_owned(),
        description: String::new(),
        equipment: None,
        predecessor: None,
        references: Vec::new(),
        decimals: 2,
        rois: Vec::new(),
    };
    write_rtstruct(path, &set).expect("a structure set");
}

fn folder() -> (TempDir, PathBuf) {
    let dir = TempDir::new().expect("a folder");
    let deep = dir.path().join("a/b");
    std::fs::create_dir_all(&deep).expect("folders");
    image(&deep.join("2.dcm"), "P", "1.2.3.2");
    image(&deep.join("1.dcm"), "P", "1.2.3.1");
    set(&dir.path().join("RS"), "P");
    std::fs::write(dir.path().join("notes.txt"), "a note\n").expect("a file");
    std::fs::write(dir.path().join("empty"), "").expect("a file");
    (dir, deep)
}

#[test]
fn finds_what_is_there_at_any_depth() {
    let (dir, deep) = folder();
    let found = index(&[dir.path().to_owned()]).expect("an index");
    let kinds: Vec<Kind> = found.objects.iter().map(|o| o.kind).collect();
    assert_eq!(kinds, [Kind::RtStruct, Kind::Ct, Kind::Ct]);
    assert_eq!((found.other_files, found.patients()), (2, 1));
    assert_eq!(found.kinds(), "CT x 2, RTSTRUCT x 1");
    let series = found.series();
    assert_eq!(series.len(), 2);
    assert_eq!(series[1].files, [deep.join("1.dcm"), deep.join("2.dcm")]);
    assert_eq!(series[1].frame_of_reference_uid.as_deref(), Some("1.2.9"));
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

#[test]
fn a_file_given_twice_is_one_and_a_copy_is_told() {
    let (dir, deep) = folder();
    let twice = index(&[dir.path().to_owned(), deep.join("1.dcm")]).expect("an index");
    assert_eq!(twice.objects.len(), 3);
    assert!(twice.warnings.is_empty());
    std::fs::copy(deep.join("1.dcm"), dir.path().join("copy.dcm")).expect("a copy");
    let found = index(&[dir.path().to_owned()]).expect("an index");
    assert_eq!(found.objects.len(), 3);
    assert_eq!(found.warnings.len(), 1);
    assert_eq!(found.warnings[0].code, "duplicate_instance");
}

/// The same object in other bytes.
fn encoded_otherwise(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("a file");
    // The preamble says nothing of the object.
    [&[1; 128][..], &bytes[128..]].concat()
}

#[test]
fn different_objects_of_one_uid_are_both_kept_and_told() {
    let (dir, deep) = folder();
    std::fs::write(deep.join("0.dcm"), encoded_otherwise(&deep.join("1.dcm"))).expect("a file");
    let found = index(&[dir.path().to_owned()]).expect("an index");
    let told: Vec<_> = found.warnings.iter().map(|w| (w.code, w.place.as_str())).collect();
    assert_eq!((found.objects.len(), told), (3, vec![("duplicate_instance", "1.dcm")]));
    // Another patient's object under the same UID, and a copy of it.
    image(&deep.join("8.dcm"), "Q", "1.2.3.1");
    image(&deep.join("9.dcm"), "Q", "1.2.3.1");
    let found = index(&[dir.path().to_owned()]).expect("an index");
    let told: Vec<_> = found.warnings.iter().map(|w| (w.code, w.place.as_str())).collect();
    let expected = [
        ("duplicate_instance", "1.dcm"),
        ("instance_disputed", "8.dcm"),
        ("duplicate_instance", "9.dcm"),
    ];
    assert_eq!((found.objects.len(), found.patients()), (4, 2));
    assert_eq!(told, expected);
}

#[test]
fn damaged_files_are_told_by_name_alone() {
    let (dir, deep) = folder();
    let whole = std::fs::read(deep.join("2.dcm")).expect("a file");
    std::fs::write(deep.join("2.dcm"), &whole[..400]).expect("a file");
    let found = index(&[dir.path().to_owned()]).expect("an index");
    assert_eq!(found.objects.len(), 2);
    let warning = &found.warnings[0];
    assert_eq!((warning.code, warning.place.as_str()), ("file_damaged", "2.dcm"));
    assert!(!format!("{found:?}").contains("Secret"), "a name got out");
}

#[test]
fn patients_are_told_apart() {
    let (dir, deep) = folder();
    image(&deep.join("3.dcm"), "Q", "1.2.3.3");
    assert_eq!(index(&[dir.path().to_owned()]).expect("an index").patients(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_to_above_ends() {
    let (dir, deep) = folder();
    std::os::unix::fs::symlink(dir.path(), deep.join("up")).expect("a link");
    let found = index(&[dir.path().to_owned()]).expect("an index");
    assert_eq!(found.objects.len(), 3);
    assert_eq!(found.warnings[0].code, "folder_unreadable");
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let e = index(&["no/such/folder".into()]).expect_err("refused");
    assert!(e.to_string().contains("no/such/folder"));
}

#[test]
fn no_more_than_the_head_of_a_file_is_read() {
    let dir = TempDir::new().expect("a folder");
    let hu = vec![0_i16; 512 * 512];
    for k in 0..3 {
        let slice = CtSlice {
            study: &study("P"),
            series_uid: "1.2.3",
            sop_uid: &format!("1.2.3.{k}"),
            number: 1,
            position_mm: [0.0; 3],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            pixel_spacing_mm: [1.0; 2],
            thickness_mm: 1.0,
            patient_position: "HFS",
            rows: 512,
            columns: 512,
            hu: &hu,
        };
        write_ct_slice(&dir.path().join(format!("{k}.dcm")), &slice).expect("an image");
    }
    let found = index(&[dir.path().to_owned()]).expect("a folder");
    assert_eq!((found.objects.len(), found.bytes_read), (3, 3 * 64 * 1024));
}
