//! Where the slices of a series lie.

use crate::common::slices::{ImageFile, write_all};
use nalgebra::{Rotation3, Vector3};
use proptest::prelude::*;
use thecal_dicom::image::{ImageVolume, Reason, Refusal, SeriesRead, read_series, stacks};
use thecal_geom::Point3;

fn read(files: &[ImageFile]) -> SeriesRead {
    let (_dir, paths) = write_all(files);
    read_series(&paths).expect("images")
}

fn one(files: &[ImageFile]) -> ImageVolume {
    let mut read = read(files);
    assert!(read.refused.is_empty(), "{:?}", read.refused);
    assert_eq!(read.volumes.len(), 1);
    read.volumes.remove(0)
}

fn refused(files: &[ImageFile]) -> Refusal {
    let mut read = read(files);
    assert_eq!((read.volumes.len(), read.refused.len()), (0, 1), "{:?}", read.refused);
    read.refused.remove(0)
}

fn codes(volume: &ImageVolume) -> Vec<&'static str> {
    volume.stack.warnings.iter().map(|w| w.code).collect()
}

fn slices(heights: &[f64]) -> Vec<ImageFile> {
    heights.iter().map(|&z| ImageFile::at(z)).collect()
}

#[test]
fn order_comes_from_positions_and_rows_are_no_columns() {
    // Instance Number, Slice Location and the names of the files say another order.
    let lie = |(i, z): (usize, &f64)| {
        ImageFile::at(*z).text((0x0020, 0x0013), "IS", &format!("{}", i + 1)).text(
            (0x0020, 0x1041),
            "DS",
            &format!("{}", 7 * i),
        )
    };
    let files: Vec<_> = [4.0, 0.0, 6.0, 2.0].iter().enumerate().map(lie).collect();
    let volume = one(&files);
    let grid = volume.voxels.grid();
    assert_eq!(grid.size(), [3, 2, 4]);
    // Pixel Spacing is the distance of rows first.
    assert_eq!(grid.spacing_mm(), [0.5, 1.5, 2.0]);
    assert_eq!(grid.centre_mm([2, 1, 3]), Point3::new(1.0, 1.5, 6.0));
    for k in 0..4 {
        assert_eq!(volume.voxels.get([2, 1, k]), Some(20.0 * k as f64 + 5.0));
    }
    assert!(codes(&volume).is_empty());
    assert_eq!(volume.stack.frame_of_reference_uid.as_deref(), Some("1.2.9"));
}

#[test]
fn a_slice_that_runs_down_the_normal_is_turned_round() {
    // Columns run to the patient's front, so the normal points down.
    let flip =
        |z: f64| ImageFile::at(z).numbers((0x0020, 0x0037), &[1.0, 0.0, 0.0, 0.0, -1.0, 0.0]);
    let volume = one(&[flip(0.0), flip(1.0), flip(2.0)]);
    let grid = volume.voxels.grid();
    assert_eq!(grid.centre_mm([0, 0, 0]), Point3::new(0.0, 0.0, 2.0));
    assert_eq!(grid.centre_mm([0, 1, 2]), Point3::new(0.0, -1.5, 0.0));
    assert_eq!(volume.voxels.get([0, 0, 0]), Some(20.0));
    assert!(grid.axes().determinant() > 0.99);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_orientation_puts_each_pixel_where_it_was(
        turn in prop::array::uniform3(-3.0..3.0_f64),
        origin in prop::array::uniform3(-500.0..500.0_f64),
        tilt_deg in -30.0..30.0_f64,
        spacing in 0.3..6.0_f64,
        backwards: bool,
    ) {
        let axes = Rotation3::new(Vector3::from(turn));
        let (row, column) = (axes * Vector3::x(), axes * Vector3::y());
        let step = axes * Vector3::new(0.0, tilt_deg.to_radians().tan(), 1.0) * spacing;
        let place = |k: f64| Vector3::from(origin) + step * k;
        let orientation = [row.x, row.y, row.z, column.x, column.y, column.z];
        let file = |k: i16| {
            let pixels: Vec<i16> = (0..6).map(|i| 100 * k + i).collect();
            ImageFile::new(place(k.into()).into(), &pixels).numbers((0x0020, 0x0037), &orientation)
        };
        let mut order: Vec<i16> = (0..5).collect();
        if backwards {
            order.reverse();
        }
        let volume = one(&order.iter().map(|&k| file(k)).collect::<Vec<_>>());
        let grid = volume.voxels.grid();
        for k in 0..5 {
            for (i, j) in [(0, 0), (2, 0), (0, 1), (2, 1)] {
                let truth = place(k as f64) + row * (0.5 * i as f64) + column * (1.5 * j as f64);
                prop_assert!((grid.centre_mm([i, j, k]).coords - truth).norm() < 1e-6);
                let value = (100 * k + 3 * j + i) as f64;
                prop_assert_eq!(volume.voxels.get([i, j, k]), Some(value));
            }
        }
        let sheared = (tilt_deg.to_radians().tan() * spacing * 4.0).abs() > 0.02;
        prop_assert_eq!(codes(&volume).contains(&"gantry_tilt"), sheared);
    }
}

#[test]
fn a_tilt_is_told_with_its_angle() {
    let tilted =
        |k: f64| ImageFile::new([0.0, k * 4.0 * 18.5_f64.to_radians().tan(), 4.0 * k], &[0; 6]);
    let volume = one(&[tilted(0.0), tilted(1.0), tilted(2.0)]);
    let warning = &volume.stack.warnings[0];
    assert_eq!(warning.code, "gantry_tilt");
    assert!(warning.message.contains("18.50 degrees"), "{}", warning.message);
    assert!((volume.voxels.grid().shear_deg() - 18.5).abs() < 1e-6);
}

#[test]
fn missing_slices_are_interpolated_and_named() {
    let volume = one(&slices(&[0.0, 2.0, 8.0, 10.0, 12.0]));
    assert_eq!(volume.stack.missing, [2, 3]);
    assert_eq!(volume.stack.slices[2].layer, 4);
    assert_eq!(volume.voxels.grid().size()[2], 7);
    let warning = &volume.stack.warnings[0];
    assert_eq!((warning.code, warning.place.as_str()), ("slices_missing", "01.dcm, 02.dcm"));
    // The pixels of the test rise by 10 a millimetre.
    for k in 0..7 {
        assert_eq!(volume.voxels.get([1, 1, k]), Some(20.0 * k as f64 + 4.0));
    }
}

#[test]
fn padding_is_not_mixed_into_missing_slices() {
    let padded = |z: f64, pixels: [i16; 6]| {
        ImageFile::new([0.0, 0.0, z], &pixels).with(
            (0x0028, 0x0120),
            "SS",
            &(-2000_i16).to_le_bytes(),
        )
    };
    let volume = one(&[
        padded(0.0, [-2000, 0, 0, 0, 0, 0]),
        padded(1.0, [-2000, 10, 0, 0, 0, 0]),
        padded(3.0, [40, 30, -2000, 0, 0, 0]),
        padded(4.0, [40, 30, 0, 0, 0, 0]),
    ]);
    assert_eq!(volume.stack.missing, [2]);
    let at = |i, k| volume.voxels.get([i, 0, k]).expect("a voxel");
    assert_eq!([at(0, 2), at(1, 2), at(2, 2)], [40.0, 20.0, -2000.0]);
    let mask = volume.padding_mask().expect("padding");
    let set: Vec<usize> = (0..5).filter(|&k| mask.data()[[k, 0, 0]]).collect();
    assert_eq!((set, mask.count()), (vec![0, 1], 4));
}

#[test]
fn a_wide_gap_parts_two_volumes() {
    let read = read(&slices(&[0.0, 1.0, 2.0, 30.5, 31.5, 32.5]));
    assert!(read.refused.is_empty());
    let heights: Vec<f64> = read.volumes.iter().map(|v| v.voxels.grid().origin_mm().z).collect();
    assert_eq!(heights, [0.0, 30.5]);
    assert!(read.volumes.iter().all(|v| codes(v) == ["series_split"]));
}

#[test]
fn uneven_slices_are_refused_with_their_positions() {
    let refusal = refused(&slices(&[0.0, 4.0, 8.0, 9.08, 16.08, 23.08]));
    assert_eq!(refusal.reason, Reason::UnevenSpacing);
    assert!(refusal.message.contains("2 x 4.00, 1.08, 2 x 7.00 mm"), "{}", refusal.message);
    assert_eq!(refusal.files.len(), 6);
    let along: Vec<f64> = refusal.positions.iter().map(|p| p.along_mm).collect();
    assert_eq!(along, [0.0, 4.0, 8.0, 9.08, 16.08, 23.08]);
}

#[test]
fn a_slice_too_many_is_uneven_and_not_half_of_a_finer_lattice() {
    let refusal = refused(&slices(&[0.0, 1.0, 2.0, 2.5, 3.0, 4.0]));
    assert_eq!(refusal.reason, Reason::UnevenSpacing);
}

#[test]
fn a_small_unevenness_is_borne_with_a_warning() {
    let volume = one(&slices(&[0.0, 3.0, 6.05, 9.0]));
    assert_eq!(codes(&volume), ["slice_spacing_uneven"]);
    assert!(volume.stack.warnings[0].message.contains("0.050 mm"));
    // Rounded to two decimals: not worth a word.
    assert!(codes(&one(&slices(&[0.0, 0.33, 0.67, 1.0]))).is_empty());
    assert_eq!(refused(&slices(&[0.0, 3.0, 6.2, 9.0])).reason, Reason::UnevenSpacing);
}

#[test]
fn thickness_tells_overlap_and_gaps_but_no_place() {
    let thick = |mm: f64| {
        let set = |z: f64| ImageFile::at(z).numbers((0x0018, 0x0050), &[mm]);
        one(&[set(0.0), set(2.0), set(4.0)])
    };
    for (mm, expected) in [(3.0, "slices_overlap"), (1.0, "slices_apart"), (2.0, "")] {
        let volume = thick(mm);
        assert_eq!(codes(&volume).first().copied().unwrap_or(""), expected);
        assert_eq!(volume.voxels.grid().spacing_mm()[2], 2.0);
    }
}

#[test]
fn slices_beside_the_line_are_refused() {
    let aside = |x: f64, z: f64| ImageFile::new([x, 0.0, z], &[0; 6]);
    let refusal = refused(&[aside(0.0, 0.0), aside(3.0, 1.0), aside(0.0, 2.0)]);
    assert_eq!(refusal.reason, Reason::Scattered);
}

#[test]
fn one_slice_has_no_spacing() {
    let refusal = refused(&slices(&[5.0]));
    assert_eq!(refusal.reason, Reason::SinglePosition);
    assert!(refusal.message.starts_with("00.dcm: "), "{}", refusal.message);
}

#[test]
fn what_has_no_place_is_refused_by_name() {
    for (tag, name) in [
        ((0x0020, 0x0032), "ImagePositionPatient"),
        ((0x0020, 0x0037), "ImageOrientationPatient"),
        ((0x0028, 0x0030), "PixelSpacing"),
    ] {
        let files: Vec<_> = slices(&[0.0, 1.0]).into_iter().map(|f| f.without(tag)).collect();
        let refusal = refused(&files);
        assert_eq!((refusal.reason, refusal.files.len()), (Reason::NoGeometry, 2));
        assert!(refusal.message.contains(name), "{}", refusal.message);
    }
    let bent = ImageFile::at(0.0).numbers((0x0020, 0x0037), &[1.0, 0.0, 0.0, 0.5, 1.0, 0.0]);
    assert!(refused(&[bent]).message.contains("right angle"));
}

#[test]
fn headers_alone_give_the_same_geometry() {
    let files = slices(&[0.0, 1.0, 3.0]);
    let (_dir, paths) = write_all(&files);
    let found = stacks(&paths).expect("images");
    let read = read_series(&paths).expect("images");
    assert_eq!(found.stacks[0], read.volumes[0].stack);
    let sizes: u64 = paths.iter().map(|p| p.metadata().expect("a file").len()).sum();
    assert!(found.bytes_read <= sizes);
}
