//! Pictures of doses against doses that are known at every point: isodoses lie where the dose has them,
//! colours are those of the dose, and nothing is shown where no dose is known.

use std::path::Path;

use image::RgbImage;
use tempfile::TempDir;
use thecal::{DoseSettings, Measured, Settings, measure_dose, measure_study, replay, scene};
use thecal_dicom::dose::read_dose_head;
use thecal_dose::PriorRt;
use thecal_geom::{Point3, Vector3};
use thecal_phantom::{
    Content, CordSpec, Curve, DoseKind, DoseSpec, DoseTruth, PhantomSpec, ShapeKind,
    write_planned_study,
};
use thecal_report::picture::{Picture, dose_pictures, pictures};
use thecal_report::scene::{Scene, View};
use thecal_report::{LimitRecord, LimitVerdict};

/// Falls evenly, so that no interpolation errs.
const LINEAR: DoseKind = DoseKind::Linear { gradient_gy_per_mm: 0.8 };
/// The semi-axes of a straight cord.
const CORD_MM: [f64; 2] = [4.1, 3.2];
/// Where it lies.
const AT_MM: [f64; 2] = [3.0, -5.0];

/// A tumour 2.5 mm to the left and in front of a straight cord.
fn phantom(kind: DoseKind, dose: &DoseSpec) -> (TempDir, DoseTruth) {
    let folder = TempDir::new().expect("a folder");
    let [x, y] = AT_MM.map(Curve::straight);
    let spec = PhantomSpec {
        ct: false,
        cord: CordSpec { semi_axes_mm: CORD_MM, x, y },
        direction_deg: 50.0,
        frame_rotation: None,
        ..PhantomSpec::random(11, ShapeKind::Sphere, 1.0, 2.5)
    };
    let (_, truth) = write_planned_study(&spec, kind, dose, folder.path()).expect("a study");
    (folder, truth)
}

fn settings() -> Settings {
    let dose = DoseSettings { prior_rt: PriorRt::None, ..DoseSettings::default() };
    Settings { dose: Some(dose), ..Settings::default() }
}

fn measured(folder: &Path) -> Measured {
    measure_study(&[folder.to_owned()], &settings()).expect("measured")
}

fn named(all: Vec<Picture>, name: &str) -> Picture {
    all.into_iter().find(|p| p.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// The patient's place of a pixel of the picture of a slice.
fn place(picture: &Picture, view: &View) -> impl Fn([f64; 2]) -> Point3 {
    let scale = picture.pixels_per_mm.expect("a scale");
    let closest = &view.segment.as_ref().expect("a segment").closest;
    let end_px = picture.ends[0][0];
    let end_mm = view.project(closest.a_mm).0;
    let [origin, right, down] = [view.origin_mm, view.right, view.down].map(Vector3::from);
    move |[x, y]| {
        let mm = [end_mm[0] + (x - end_px[0]) / scale, end_mm[1] + (y - end_px[1]) / scale];
        Point3::from(origin + right * mm[0] + down * mm[1])
    }
}

/// The corner of the panel, and its side, in pixels.
fn panel(picture: &Picture, view: &View) -> [f64; 4] {
    let scale = picture.pixels_per_mm.expect("a scale");
    let closest = &view.segment.as_ref().expect("a segment").closest;
    let (px, mm) = (picture.ends[0][0], view.project(closest.a_mm).0);
    let [left, top] = [0, 1].map(|k| px[k] - mm[k] * scale);
    [left, top, view.size_mm[0] * scale, view.size_mm[1] * scale]
}

fn on_slice(done: &Measured) -> (Scene, Picture) {
    let drawn = scene(done);
    let picture = named(pictures(&done.report, Some(&drawn)), "dose-slice");
    (drawn, picture)
}

#[test]
fn isodoses_of_a_linear_dose_are_the_lines_that_it_has() {
    let (folder, truth) = phantom(LINEAR, &DoseSpec::new(24.0, 2, 2.0));
    let done = measured(folder.path());
    let (drawn, picture) = on_slice(&done);
    let view = &drawn.phases[0].slice;
    let (place, [left, top, wide, high]) = (place(&picture, view), panel(&picture, view));
    let doses: Vec<f64> = picture.isodoses.iter().map(|i| i.dose_gy).collect();
    // Shares of the prescription, and limits of two fractions (HyTEC: 17 Gy).
    for wanted in [24.0, 22.8, 21.6, 19.2, 12.0, 17.0] {
        assert!(doses.iter().any(|d| (d - wanted).abs() < 1e-9), "{wanted} in {doses:?}");
    }
    for isodose in &picture.isodoses {
        let points = isodose.lines.iter().flatten();
        assert!(points.clone().count() > 20, "{}", isodose.dose_gy);
        for p in points {
            let gy = truth.field.at_gy(place(*p));
            assert!((gy - isodose.dose_gy).abs() < 0.002, "{gy} on {}", isodose.dose_gy);
        }
        // A straight line through the picture begins and ends at its edges.
        assert_eq!(isodose.lines.len(), 1, "{}", isodose.dose_gy);
        let line = &isodose.lines[0];
        for [x, y] in [line[0], line[line.len() - 1]] {
            let off = [x - left, left + wide - x, y - top, top + high - y];
            let off = off.into_iter().fold(f64::INFINITY, f64::min);
            assert!(off < 3.0, "{}: {off} pixels from the edge", isodose.dose_gy);
        }
    }
}

/// Colours of magma by their place of 256, as matplotlib 3.10 has them.
const MAGMA: [(u8, [u8; 3]); 16] = [
    (10, [5, 4, 22]),
    (25, [20, 14, 54]),
    (40, [41, 17, 90]),
    (57, [69, 16, 119]),
    (73, [95, 24, 127]),
    (88, [118, 33, 129]),
    (104, [144, 42, 129]),
    (121, [171, 51, 124]),
    (137, [197, 60, 116]),
    (153, [222, 73, 104]),
    (168, [239, 93, 94]),
    (184, [249, 121, 93]),
    (200, [253, 152, 105]),
    (216, [254, 182, 124]),
    (231, [254, 209, 148]),
    (247, [252, 238, 176]),
];

fn decoded(picture: &Picture) -> RgbImage {
    image::load_from_memory(&picture.png().expect("drawn")).expect("a PNG").into_rgb8()
}

#[test]
fn a_pixel_has_the_colour_of_the_dose_at_its_place() {
    let (folder, truth) = phantom(LINEAR, &DoseSpec::new(24.0, 2, 2.0));
    let done = measured(folder.path());
    let (drawn, picture) = on_slice(&done);
    let view = &drawn.phases[0].slice;
    let (place, [left, top, wide, high]) = (place(&picture, view), panel(&picture, view));
    // The scale ends at the largest dose that is shown, in whole Gy.
    let top_gy = drawn.dose.as_ref().expect("a dose").most_gy().ceil();
    let pixels = decoded(&picture);
    let (mut looked_at, mut right) = (0, 0);
    for y in (top as u32 + 3..(top + high) as u32 - 3).step_by(3) {
        for x in (left as u32 + 3..(left + wide) as u32 - 3).step_by(3) {
            let gy = truth.field.at_gy(place([f64::from(x) + 0.5, f64::from(y) + 0.5]));
            let part = 255.0 * gy / top_gy;
            let Some((_, wanted)) = MAGMA.iter().find(|m| (f64::from(m.0) - part).abs() < 0.4)
            else {
                continue;
            };
            looked_at += 1;
            let found = pixels.get_pixel(x, y).0;
            let off = (0..3).map(|k| found[k].abs_diff(wanted[k])).max().expect("three");
            right += usize::from(off <= 5);
        }
    }
    assert!(looked_at > 500, "{looked_at}");
    // The others lie under lines, letters and labels.
    assert!(right as f64 > 0.8 * looked_at as f64, "{right} of {looked_at}");
}

#[test]
fn nothing_is_coloured_where_no_dose_is_known() {
    let small = DoseSpec { margin_mm: 5.0, ..DoseSpec::new(24.0, 2, 2.0) };
    let (folder, truth) = phantom(LINEAR, &small);
    let done = measured(folder.path());
    let (drawn, picture) = on_slice(&done);
    let view = &drawn.phases[0].slice;
    let (place, [left, top, wide, high]) = (place(&picture, view), panel(&picture, view));
    // Axial planes: the dose is known between the outermost voxel centres.
    let file = folder.path().join(truth.files.last().expect("a dose"));
    let lattice = read_dose_head(&file).expect("a dose").lattice;
    let far = |k: usize| (lattice.size[k] - 1) as f64 * lattice.spacing_mm[k];
    let known = |p: Point3| {
        let from = p - lattice.origin_mm;
        (0..2).all(|k| (0.0..=far(k)).contains(&from.dot(&lattice.directions[k])))
    };
    let dose = drawn.dose.as_ref().expect("a dose");
    let (step, [nx, ny]) = (dose.slice.step_mm, dose.slice.size);
    for (k, gy) in dose.slice.gy.iter().enumerate() {
        let at = |n: usize| (n as f64 + 0.5) * step;
        let [right, down] = [view.right, view.down].map(Vector3::from);
        let p = Point3::from(view.origin_mm) + right * at(k % nx) + down * at(k / nx);
        assert_eq!(gy.is_some(), known(p), "{p:?}");
        assert!(gy.is_none_or(|gy| (gy - truth.field.at_gy(p)).abs() < 1e-3));
    }
    assert_eq!(dose.slice.gy.len(), nx * ny);
    // Far from the grid the picture is as dark as without a dose.
    let pixels = decoded(&picture);
    let (mut outside, mut dark) = (0, 0);
    for y in (top as u32 + 3..(top + high) as u32 - 3).step_by(7) {
        for x in (left as u32 + 3..(left + wide) as u32 - 3).step_by(7) {
            let at = |dx: f64, dy: f64| place([f64::from(x) + dx, f64::from(y) + dy]);
            if [(-9.0, -9.0), (9.0, -9.0), (-9.0, 9.0), (9.0, 9.0)]
                .iter()
                .any(|d| known(at(d.0, d.1)))
            {
                continue;
            }
            outside += 1;
            dark += usize::from(pixels.get_pixel(x, y).0 == [0x0a, 0x0d, 0x12]);
        }
    }
    assert!(outside > 300, "{outside}");
    assert!(dark as f64 > 0.85 * outside as f64, "{dark} of {outside}");
    // Lines are not led along the edge of what is known.
    for isodose in &picture.isodoses {
        for p in isodose.lines.iter().flatten() {
            let gy = truth.field.at_gy(place(*p));
            assert!((gy - isodose.dose_gy).abs() < 0.002, "{gy} on {}", isodose.dose_gy);
        }
    }
    assert!(picture.alt.contains("isodoses") && picture.svg().contains("no dose is known there"));
}

#[test]
fn the_unrolled_cord_has_the_dose_of_its_surface() {
    let (folder, truth) = phantom(LINEAR, &DoseSpec::new(24.0, 2, 2.0));
    let done = measured(folder.path());
    let drawn = scene(&done);
    let map = drawn.dose.as_ref().and_then(|d| d.cord.as_ref()).expect("a map");
    // Rows and columns are those of the map of gaps.
    assert_eq!((&map.plane_mm, map.columns), (&drawn.maps[0].plane_mm, drawn.maps[0].columns));
    // On an ellipse, clockwise from the front.
    let on_cord = |deg: f64, z: f64| {
        let (sin, cos) = deg.to_radians().sin_cos();
        let far = 1.0 / (sin / CORD_MM[0]).hypot(cos / CORD_MM[1]);
        Point3::new(AT_MM[0] + far * sin, AT_MM[1] - far * cos, z)
    };
    let mut most: (f64, f64) = (0.0, 0.0);
    for (k, gy) in map.gy.iter().enumerate() {
        let deg = ((k % map.columns) as f64 + 0.5) * 360.0 / map.columns as f64;
        let z = map.plane_mm[k / map.columns];
        let wanted = truth.field.at_gy(on_cord(deg, z));
        let gy = gy.expect("within the grid");
        // Chords between drawn points, 0.03 mm at most, at 0.8 Gy/mm.
        assert!((gy - wanted).abs() < 0.03, "{gy} for {wanted} at {deg}, {z}");
        if gy > most.0 {
            most = (gy, deg);
        }
    }
    // The most is where the cord is nearest to the tumour, which lies at 50 degrees and beyond.
    assert!((most.0 - truth.cord_end_gy).abs() < 0.05, "{} for {}", most.0, truth.cord_end_gy);
    let closest = map.closest.expect("a place");
    assert!((most.1 - closest.clock_deg).abs() < 4.0, "{} beside {}", most.1, closest.clock_deg);
    let picture = named(pictures(&done.report, Some(&drawn)), "cord-dose");
    assert!(picture.alt.contains(&format!("at most {:.1} Gy", most.0)), "{}", picture.alt);
}

#[test]
fn a_refused_dose_is_in_no_picture_and_the_page_says_why() {
    let session = DoseSpec { content: Content::SessionAsPlan, ..DoseSpec::new(24.0, 3, 2.0) };
    let (folder, _) = phantom(LINEAR, &session);
    let done = measured(folder.path());
    assert!(done.dose.is_none());
    let drawn = scene(&done);
    assert!(drawn.dose.is_none());
    let names: Vec<String> =
        pictures(&done.report, Some(&drawn)).into_iter().map(|p| p.name).collect();
    let of_dose = |n: &&String| n.contains("dose") || *n == "dvh";
    assert_eq!(names.iter().find(of_dose), None);
    let page = thecal_report::html::html(&done.report, Some(&drawn), None).expect("a page");
    assert!(page.contains("dose_off_prescription") && page.contains("Dose refused"));
    // Not even beside the figures of thecal dvh.
    let found = measure_dose(&[folder.path().to_owned()], &settings()).expect("figures");
    assert!(found.study.is_none() && dose_pictures(&found.report.dose, None).is_empty());
}

#[test]
fn a_record_is_drawn_again_with_its_dose_where_the_file_is_there() {
    let (folder, truth) = phantom(LINEAR, &DoseSpec::new(24.0, 2, 2.0));
    let paths = [folder.path().to_owned()];
    let done = measured(folder.path());
    let (_, first) = on_slice(&done);
    let again = replay(&done.report, &paths).expect("its study");
    let (_, second) = on_slice(&again);
    assert_eq!(first.svg(), second.svg());
    // What thecal dvh draws is the same.
    let of_dvh = measure_dose(&paths, &settings()).expect("figures").study.expect("a study");
    let (_, third) = on_slice(&of_dvh);
    assert_eq!(first.isodoses, third.isodoses);
    std::fs::remove_file(folder.path().join(truth.files.last().expect("a dose"))).expect("removed");
    let without = replay(&done.report, &paths).expect("its study");
    let drawn = scene(&without);
    assert!(drawn.dose.is_none());
    assert!(drawn.notes.iter().any(|n| n.contains("dose is not drawn")), "{:?}", drawn.notes);
}

#[test]
fn curves_have_the_limits_that_apply_with_their_verdicts() {
    let (folder, _) = phantom(LINEAR, &DoseSpec::new(24.0, 2, 2.0));
    let done = measured(folder.path());
    let dose = done.report.dose.as_ref().expect("a dose");
    let picture = named(dose_pictures(dose, None), "dvh");
    let applies = |l: &&LimitRecord| l.verdict != LimitVerdict::NotApplicable;
    let limits: Vec<&LimitRecord> = dose.limits.iter().filter(applies).collect();
    assert!(limits.len() >= 2, "{limits:?}");
    for limit in limits {
        let verdict = match limit.verdict {
            LimitVerdict::Pass => "kept",
            LimitVerdict::Fail => "not kept",
            _ => "undetermined",
        };
        let most = limit.limit_gy.expect("a dose");
        let told = format!("{verdict}: {} {} at most {most} Gy", limit.structure, limit.metric);
        // For those who see it and for those who do not.
        assert!(picture.alt.contains(&told), "{told} in {}", picture.alt);
        assert!(picture.svg().contains(&format!(">{told}, found ")), "{told}");
    }
}
