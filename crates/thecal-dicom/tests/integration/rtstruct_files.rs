//! Structure sets of other makers, against figures that pydicom 3.0.2 gave for the same files.

use crate::common::shared;
use thecal_dicom::read::{StructureSet, read_rtstruct};
use thecal_geom::ContourKind;

/// Name, interpreted type, contours, points, sum of all coordinates.
type Row = (&'static str, &'static str, usize, usize, f64);

fn check(
    folder: &str,
    file: &str,
    frame: &str,
    images: usize,
    rows: &[Row],
) -> Option<StructureSet> {
    let set = read_rtstruct(&shared(folder)?.join(file)).expect("readable");
    assert_eq!(set.referenced_frames, [frame]);
    assert_eq!(set.referenced_images.len(), images);
    assert_eq!(set.rois.len(), rows.len());
    for (roi, &(name, meaning, count, points, sum)) in set.rois.iter().zip(rows) {
        assert_eq!(roi.name, name);
        assert_eq!(roi.interpreted_type.as_deref().unwrap_or_default(), meaning);
        let contours = roi.contours.as_ref().expect("contours");
        assert_eq!(contours.len(), count, "{name}");
        assert!(contours.iter().all(|contour| contour.kind == ContourKind::ClosedPlanar));
        let all = || contours.iter().flat_map(|contour| &contour.points_mm);
        assert_eq!(all().count(), points, "{name}");
        let read: f64 = all().map(|point| point.x + point.y + point.z).sum();
        assert!((read - sum).abs() < 1e-3, "{name}: {read}");
    }
    Some(set)
}

#[test]
fn lung_with_cord() {
    let frame = "1.2.840.113704.1.111.6452.1481541668.6";
    let rows = [
        ("BODY_P6", "EXTERNAL", 213, 68998, 9_191_586.330),
        ("CHEST WALL", "ORGAN", 128, 35628, 6_842_513.370),
        ("D2CM LN", "PTV", 78, 8780, 1_481_402.520),
        ("D2CM PRIMARY", "PTV", 85, 14264, 3_592_987.560),
        ("ESOPHAGUS", "ORGAN", 64, 1230, 289_362.240),
        ("GREAT VESSELS", "CONTROL", 48, 3188, 716_105.980),
        ("HEART4", "ORGAN", 27, 3590, 518_212.410),
        ("LUNGS-ITV's", "ORGAN", 366, 23424, 4_720_924.490),
        ("PTV_LN", "PTV", 17, 1044, 174_172.690),
        ("PTV_PRIMARY", "PTV", 27, 2294, 586_640.770),
        ("PTV_TOTAL", "PTV", 44, 2820, 674_390.960),
        ("SC PRV", "ORGAN", 110, 3516, 903_541.020),
        ("SPINAL CORD2", "ORGAN", 111, 2344, 604_032.160),
        ("TRACHEA", "ORGAN", 26, 994, 276_759.320),
        ("HDn", "CAVITY", 60, 1254, 341_306.100),
    ];
    let Some(set) = check("lung2018-cord-dose", "RS.dcm", frame, 177, &rows) else { return };
    assert_eq!(set.label.as_deref(), Some("Lung2018neu"));
    assert_eq!(set.rois[12].colour, Some([10, 10, 250]));
}

#[test]
fn head_phantom() {
    let file = "RS.1.2.246.352.205.5439556202947041733.367077883804944283.dcm";
    let frame = "1.3.12.2.1107.5.1.4.83687.30000023101207011388400000030";
    let rows = [
        ("BODY", "EXTERNAL", 177, 129_796, -22_975_283.250),
        ("M1", "AVOIDANCE", 2, 12, -2236.920),
        ("M2", "AVOIDANCE", 2, 12, -2363.000),
        ("M3", "AVOIDANCE", 2, 12, -2128.500),
        ("M4", "AVOIDANCE", 2, 8, -1571.020),
        ("M5", "AVOIDANCE", 2, 10, -1762.880),
        ("M6", "AVOIDANCE", 2, 12, -2560.320),
        ("M7", "", 2, 12, -1983.630),
        ("BrainStem", "ORGAN", 44, 3964, -638_628.310),
        ("CTV", "CTV", 42, 6848, -1_152_017.570),
        ("Beekley", "UNSUPPORTED", 4, 38, -9698.180),
    ];
    let Some(set) = check("headphantom-ct-rtstruct", file, frame, 177, &rows) else { return };
    assert_eq!(set.warnings, []);
    assert_eq!(set.rois[8].colour, Some([187, 255, 187]));
}

#[test]
fn keyholes_and_bad_references() {
    let frame = "1.2.840.113619.2.405.3.84541899.902.1605198123.912.6060.1";
    let rows = [
        ("ROI-1", "", 3, 356, -7144.140),
        ("ROI-2", "", 3, 418, 27_280.818),
        ("ROI-3", "", 3, 315, 18_664.818),
        ("ROI-4", "", 3, 1015, 150_551.266),
    ];
    let folder = "rtstruct-rt-utils";
    check(folder, "mock_data/invalid_reference_rt.dcm", frame, 5, &rows);
    check(folder, "mock_data/non_existent_reference_rt.dcm", frame, 0, &rows);
    let frame = "1.2.826.0.1.3680043.8.498.41321784967516118556817630335498661397";
    check(folder, "mock_data/rt.dcm", frame, 2, &[("ROI-1", "", 2, 12, -220.0)]);
}
