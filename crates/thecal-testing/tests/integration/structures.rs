//! Structures of results as files: what is written, where it belongs, and how near it comes.

#![allow(clippy::print_stdout, reason = "says why a test was skipped")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use thecal::{
    ContourPlanes, Layout, Measured, MeshFormat, MeshOptions, ResultFolder, ResultSolid, Separate,
    Settings, Written, check, measure_study, result_solids, write_structures,
};
use thecal_dicom::read::{Source, StructureSet, read_rtstruct, tags};
use thecal_dicom::seg::read_segmentation;
use thecal_geom::Warning;
use thecal_mask::role::Aliases;
use thecal_mask::{EndRule, Solid, Structure};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
use thecal_report::{PairKind, Phase, Report};
use thecal_separation::Approach;
use thecal_testing::Schema;

fn separated(paths: &[PathBuf]) -> Measured {
    let mut approaches = Approach::built_in().expect("reads");
    approaches.retain(|a| ["ideal", "transpedicular_left"].contains(&a.name.as_str()));
    let separation = Some(Separate::by(approaches));
    measure_study(paths, &Settings { separation, ..Settings::default() }).expect("measured")
}

fn phantom(dir: &Path, slice_mm: f64, ct: bool) -> PathBuf {
    let study = dir.join("study");
    let spec = PhantomSpec { ct, ..PhantomSpec::random(4, ShapeKind::CShape, slice_mm, 1.4) };
    write_study(&PhantomSpec { rows: 128, columns: 128, ..spec }, &study).expect("a phantom");
    study
}

fn write(measured: &Measured, planes: ContourPlanes, dir: &Path) -> Written {
    let solids = result_solids(measured).expect("solids");
    let meshes = MeshOptions { triangles: 500, ..MeshOptions::default() };
    write_structures(measured, &solids, planes, &meshes, dir).expect("written")
}

fn solid(set: &StructureSet, name: &str) -> Solid {
    let roi = set.rois.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("no {name}"));
    let contours = roi.contours.clone().expect("contours");
    Structure::new(name, "", None, contours, &Aliases::default())
        .solid(EndRule::HalfSlice, 2.0)
        .expect("a solid")
}

fn gap_mm(report: &Report, scenario: Option<&str>, kind: PairKind) -> f64 {
    let phase = report.phases.iter().find(|p| p.scenario.as_deref() == scenario);
    let pair = phase.and_then(|p| p.pairs.iter().find(|p| p.pair == kind));
    pair.and_then(|p| p.gap_mm).expect("a gap")
}

fn again(file: &Path, tumour: &str) -> Report {
    let settings = Settings {
        tumours: vec![tumour.to_owned()],
        cord: Some("SpinalCord".to_owned()),
        sac: Some("ThecalSac".to_owned()),
        ..Settings::default()
    };
    check(&[file.to_owned()], &settings).expect("measured")
}

/// A study on planes of 2 mm with two separations, and what is written of it on these planes.
struct WrittenStudy {
    study: PathBuf,
    found: Measured,
    out: PathBuf,
    written: Written,
}

impl WrittenStudy {
    fn new(dir: &Path, ct: bool) -> Self {
        let study = phantom(dir, 2.0, ct);
        let found = separated(std::slice::from_ref(&study));
        let out = dir.join("out");
        let written = write(&found, ContourPlanes::Source, &out);
        Self { study, found, out, written }
    }

    fn set(&self) -> StructureSet {
        read_rtstruct(&self.out.join("structures.dcm")).expect("readable")
    }
}

#[test]
fn what_is_written_of_a_study_with_images() {
    let dir = TempDir::new().expect("a folder");
    let result = WrittenStudy::new(dir.path(), true);
    a_set_belongs_to_its_study_and_is_a_new_one(&result);
    the_segmentation_lies_on_the_images_and_holds_the_volumes(&result, true);
    dciodvfy_finds_no_error(&result.out);
}

#[test]
fn what_is_written_of_a_study_without_images() {
    let dir = TempDir::new().expect("a folder");
    let result = WrittenStudy::new(dir.path(), false);
    contours_go_to_the_file_and_back_within_two_hundredths(&result);
    the_segmentation_lies_on_the_images_and_holds_the_volumes(&result, false);
    dciodvfy_finds_no_error(&result.out);
}

fn a_set_belongs_to_its_study_and_is_a_new_one(result: &WrittenStudy) {
    let written = &result.written;
    let told = ["slivers_left_out", "contours_off_gap"];
    assert!(written.warnings.iter().all(|w| told.contains(&w.code)), "{written:?}");
    let source = read_rtstruct(&result.study.join("RS.dcm")).expect("readable");
    let set = result.set();
    assert_eq!(set.warnings, []);
    assert_eq!(set.study_instance_uid, source.study_instance_uid);
    assert_eq!(set.referenced_frames, source.referenced_frames);
    assert_eq!(set.referenced_series, source.referenced_series);
    assert_eq!(set.referenced_images, source.referenced_images);
    assert_ne!(set.sop_instance_uid, source.sop_instance_uid);
    assert_ne!(set.series_instance_uid, source.series_instance_uid);
    let names: Vec<&str> = set.rois.iter().map(|r| r.name.as_str()).collect();
    let wanted = [
        "SpinalCord",
        "ThecalSac",
        "GTV_preop_1",
        "GTV_resid_1",
        "GTV_removed_1",
        "GTV_resid_2",
        "GTV_removed_2",
        "SpinalCord_PRV02",
        "SpinalCord_PRV03",
        "zEpidural_Preop",
    ];
    assert_eq!(names, wanted);
    let planes: HashSet<i64> = source
        .rois
        .iter()
        .flat_map(|r| r.contours.clone().expect("contours"))
        .map(|c| (c.points_mm[0].z * 1e3).round() as i64)
        .collect();
    let images: HashSet<&String> = source.referenced_images.iter().collect();
    assert!(set.contour_images.iter().all(|i| images.contains(i)));
    for roi in &set.rois {
        assert!(roi.name.len() <= 16);
        assert!(roi.description.contains("thecal ") && roi.description.len() <= 1024);
        let computed = roi.name.contains("resid") || roi.name.contains("PRV");
        if computed {
            assert_eq!(roi.generation_algorithm.as_deref(), Some("AUTOMATIC"), "{}", roi.name);
        }
        for c in roi.contours.as_ref().expect("contours") {
            let z = (c.points_mm[0].z * 1e3).round() as i64;
            // The cord grown past its ends goes on at its own spacing of 2 mm.
            let on = planes.contains(&z)
                || (roi.name.contains("PRV")
                    && planes
                        .iter()
                        .any(|p| [2000, 4000].iter().any(|s| ((p - z).abs() - s).abs() < 3)));
            assert!(on, "{} at {z}", roi.name);
        }
    }
    let resid = &set.rois[3];
    let told = ["laminectomy", "transpedicular_left", "ideal"];
    assert!(told.iter().any(|t| resid.description.contains(t)), "{}", resid.description);
    assert!(resid.description.contains("3 mm"), "{}", resid.description);
}

fn contours_go_to_the_file_and_back_within_two_hundredths(result: &WrittenStudy) {
    let (found, set) = (&result.found, result.set());
    let cord = &found.parts.cord.as_ref().expect("a cord").solid;
    let drawn = [("SpinalCord", cord), ("GTV_preop_1", &found.parts.tumours[0].solid)];
    for (name, solid_before) in drawn {
        let read = solid(&set, name);
        let part = read.volume_cc() / solid_before.volume_cc();
        assert!((part - 1.0).abs() < 0.005, "{name}: {part}");
        for patch in solid_before.surface_samples(1.0) {
            let off = read.level_mm(patch.point_mm).abs();
            let ends = patch.kind == thecal_mask::SurfaceSampleKind::End;
            assert!(ends || off < 0.02, "{name}: {off} mm");
        }
    }
    let whole = solid(&set, "GTV_preop_1").volume_cc();
    for n in 1..=2 {
        let resid = solid(&set, &format!("GTV_resid_{n}"));
        let removed = solid(&set, &format!("GTV_removed_{n}"));
        let part = (resid.volume_cc() + removed.volume_cc()) / whole;
        assert!((part - 1.0).abs() < 0.005, "{n}: {part}");
    }
    // Each point of an expansion lies at its margin from the cord, away from the ends.
    let planes = cord.planes_mm();
    let (first, last) = (planes[0], planes[planes.len() - 1]);
    for (name, margin_mm) in [("SpinalCord_PRV02", 2.0), ("SpinalCord_PRV03", 3.0)] {
        let roi = set.rois.iter().find(|r| r.name == name).expect("the expansion");
        let points = roi.contours.as_ref().expect("contours").iter().flat_map(|c| &c.points_mm);
        let mut seen = 0;
        for p in points.filter(|p| p.z > first + 3.0 && p.z < last - 3.0) {
            let away = (cord.nearest_from(*p, *p).point_mm - p).norm();
            assert!((away - margin_mm).abs() < 0.03, "{name}: {away} mm");
            seen += 1;
        }
        assert!(seen > 100, "{name}: {seen} points");
    }
}

/// The most that a gap measured on `structures.dcm` is off the reported one, by number of the run.
fn off_mm(found: &Measured, dir: &Path) -> Vec<f64> {
    let after = found.report.phases.iter().filter(|p| p.phase == Phase::Simulated);
    let of_run = after.enumerate().map(|(n, phase)| {
        let read = again(&dir.join("structures.dcm"), &format!("GTV_resid_{}", n + 1));
        let off = [PairKind::TumourCord, PairKind::TumourSac].map(|kind| {
            gap_mm(&read, None, kind) - gap_mm(&found.report, phase.scenario.as_deref(), kind)
        });
        off[0].abs().max(off[1].abs())
    });
    of_run.collect()
}

#[test]
fn the_gap_on_what_is_written_is_the_reported_one() {
    // The last leaves remnants as thin as the grid beside the sac.
    let cases = [
        (ShapeKind::CShape, 1.0, 1.4, 4),
        (ShapeKind::CShape, 3.0, 1.4, 4),
        (ShapeKind::Ellipsoid, 3.0, 0.8, 13),
    ];
    for (shape, slice_mm, gap_mm, seed) in cases {
        let dir = TempDir::new().expect("a folder");
        let study = dir.path().join("study");
        let spec = PhantomSpec::random(seed, shape, slice_mm, gap_mm);
        write_study(&PhantomSpec { ct: false, ..spec }, &study).expect("a phantom");
        let found = separated(std::slice::from_ref(&study));
        let (auto, source) = (dir.path().join("auto"), dir.path().join("source"));
        let told = write(&found, ContourPlanes::Automatic, &auto).warnings;
        let fine = dir.path().join("fine");
        write(&found, ContourPlanes::Every(0.5), &fine);
        for off in off_mm(&found, &auto).into_iter().chain(off_mm(&found, &fine)) {
            assert!(off < 0.05, "{shape:?} {slice_mm} mm: {off} mm");
        }
        assert!(told.iter().all(|w| w.code != "contours_off_gap"), "{told:?}");
        // Planes of the source alone are warned of exactly where they do not carry the gap.
        let alone = write(&found, ContourPlanes::Source, &source).warnings;
        for (n, off) in off_mm(&found, &source).into_iter().enumerate() {
            let of = |w: &&Warning, code: &str| {
                w.code == code && w.place == format!("GTV_resid_{}", n + 1)
            };
            let warned = alone.iter().any(|w| of(&w, "contours_off_gap"));
            let finer = told.iter().any(|w| of(&w, "contours_between_planes"));
            assert_eq!([warned, finer], [off > 0.03; 2], "{shape:?} {slice_mm} mm: {off} mm");
        }
    }
}

fn the_segmentation_lies_on_the_images_and_holds_the_volumes(result: &WrittenStudy, ct: bool) {
    let seg = read_segmentation(&result.out.join("segmentation.dcm")).expect("readable");
    assert_eq!(seg.warnings, []);
    let set = result.set();
    assert_eq!(seg.referenced_images.is_empty(), !ct);
    assert!(seg.referenced_images.iter().all(|i| set.referenced_images.contains(i)));
    if ct {
        assert_eq!(seg.size, [128, 128]);
    }
    assert_eq!(seg.segments.len(), set.rois.len());
    for (segment, roi) in seg.segments.iter().zip(&set.rois) {
        assert_eq!(segment.label, roi.name);
        assert!(segment.frames > 0);
        // Thin crescents are a matter of pixels, and images end before what is grown does.
        if roi.name.contains("removed") || (ct && roi.name.contains("PRV")) {
            continue;
        }
        // Pixel centres inside: a count of them, no outline.
        let mask = seg.mask(segment.number).expect("a mask");
        let count: usize = mask.slices().iter().flat_map(|s| &s.values).filter(|v| **v > 0).count();
        let [a, b] = mask.spacing_mm();
        let cc = count as f64 * a * b * 2.0 / 1000.0;
        let part = cc / solid(&set, &roi.name).volume_cc();
        assert!((part - 1.0).abs() < 0.03, "{}: {part}", roi.name);
    }
}

/// A source that is no DICOM: two boxes as an NRRD label map.
fn boxes(path: &Path) {
    let size = [40, 30, 20];
    let mut bytes = b"NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\n\
        sizes: 40 30 20\nspace directions: (1,0,0) (0,1,0) (0,0,2)\nencoding: raw\n\
        space origin: (0,0,0)\n\n"
        .to_vec();
    for k in 0..size[2] {
        for j in 0..size[1] {
            for i in 0..size[0] {
                let within = (5..25).contains(&j) && (3..17).contains(&k);
                let label = match i {
                    5..15 if within => 1,
                    20..30 if within => 2,
                    _ => 0,
                };
                bytes.push(label);
            }
        }
    }
    std::fs::write(path, bytes).expect("a file");
}

#[test]
fn a_source_without_patient_gives_files_without_one() {
    let dir = TempDir::new().expect("a folder");
    let path = dir.path().join("boxes.seg.nrrd");
    boxes(&path);
    let names: Vec<String> = {
        let found = thecal::info(std::slice::from_ref(&path), &Settings::default()).expect("info");
        let json = thecal_report::json::to_json(&found).expect("JSON");
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let all = value["structure_sets"][0]["structures"].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(|s| s["name"].as_str().map(str::to_owned)).collect()
    };
    let [tumour, cord] = names.as_slice() else { panic!("{names:?}") };
    let settings =
        Settings { tumours: vec![tumour.clone()], cord: Some(cord.clone()), ..Settings::default() };
    let found = measure_study(&[path], &settings).expect("measured");
    write(&found, ContourPlanes::Source, &dir.path().join("out"));
    for name in ["structures.dcm", "segmentation.dcm"] {
        let source = Source::open(&dir.path().join("out").join(name)).expect("opens");
        let data = source.data_set().expect("reads");
        for tag in [tags::PATIENT_NAME, tags::PATIENT_ID, tags::STUDY_DATE, tags::STUDY_ID] {
            assert!(data.get(tag).is_some() && data.text(tag).is_none(), "{name} {tag}");
        }
        assert!(data.code(tags::STUDY_INSTANCE_UID).is_some());
        assert!(data.code(tags::FRAME_OF_REFERENCE_UID).is_some());
    }
    dciodvfy_finds_no_error(&dir.path().join("out"));
}

/// The judge is that of David Clunie's dicom3tools.
fn dciodvfy_finds_no_error(dir: &Path) {
    if Command::new("dciodvfy").arg("-version").output().is_err() {
        println!("skipped: dciodvfy is not installed (Debian: apt-get install dicom3tools)");
        return;
    }
    for name in ["structures.dcm", "segmentation.dcm"] {
        let out = Command::new("dciodvfy").arg(dir.join(name)).output().expect("runs");
        let text = String::from_utf8_lossy(&out.stderr).into_owned()
            + &String::from_utf8_lossy(&out.stdout);
        let wrong: Vec<&str> = text.lines().filter(|l| l.starts_with("Error")).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert!(text.contains("RTStructureSet") || text.contains("Segmentation"), "{text}");
    }
}

#[test]
fn meshes_keep_the_triangle_budget_and_say_what_they_are_for() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), 2.0, false);
    let found = separated(std::slice::from_ref(&study));
    let solids = result_solids(&found).expect("solids");
    let meshes = MeshOptions { triangles: 2000, ..MeshOptions::default() };
    write_structures(&found, &solids, ContourPlanes::Source, &meshes, dir.path()).expect("written");
    for s in &solids {
        let bytes = std::fs::read(dir.path().join(format!("meshes/{}.stl", s.name))).expect("STL");
        let count = u32::from_le_bytes(bytes[80..84].try_into().expect("four bytes"));
        assert!(count > 500 && count <= 2000, "{}: {count}", s.name);
    }
    let bytes = std::fs::read(dir.path().join("meshes/scene.glb")).expect("GLB");
    let length = u32::from_le_bytes(bytes[12..16].try_into().expect("four bytes")) as usize;
    let json: serde_json::Value = serde_json::from_slice(&bytes[20..20 + length]).expect("JSON");
    let frame = found.report.structures[0].frame_of_reference_uid.clone().expect("a frame");
    assert_eq!(json["asset"]["extras"]["frame_of_reference_uid"], frame.as_str());
    assert_eq!(json["asset"]["extras"]["use"], "for orientation only");
    assert_eq!(json["meshes"].as_array().map(Vec::len), Some(solids.len()));
}

#[test]
fn every_structure_has_each_mesh_format_and_its_line_in_the_list() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), 3.0, false);
    let found = separated(std::slice::from_ref(&study));
    let out = dir.path().join("out");
    let written = write(&found, ContourPlanes::Source, &out);
    let list = std::fs::read(out.join("structures.json")).expect("the list");
    let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/structures.schema.json");
    Schema::read(&schema).assert_fits(&list);
    let files: Vec<&str> =
        list["files"].as_array().expect("files").iter().filter_map(|f| f.as_str()).collect();
    for name in list["structures"].as_array().expect("structures") {
        for ending in ["stl", "ply", "obj", "glb"] {
            let file = format!("meshes/{}.{ending}", name["name"].as_str().expect("a name"));
            assert!(files.contains(&file.as_str()), "{file}");
        }
    }
    assert!(files.iter().all(|f| out.join(f).is_file()));
    // The list itself is written, too.
    assert_eq!(files.len() + 1, written.files.len());
    let codes: Vec<&str> = written.warnings.iter().map(|w| w.code).collect();
    let told = list["warnings"].as_array().expect("warnings").iter();
    assert_eq!(told.filter_map(|w| w["code"].as_str()).collect::<Vec<_>>(), codes);
}

#[test]
fn structures_of_an_earlier_result_go_and_other_files_stay() {
    let dir = TempDir::new().expect("a folder");
    let study = phantom(dir.path(), 3.0, false);
    let out = dir.path().join("out");
    let write = |of: &Measured, solids: &[ResultSolid], options: &MeshOptions| {
        let folder = ResultFolder::begin(&out, &Layout::CHECK, Vec::new).expect("the folder");
        let planes = ContourPlanes::Source;
        write_structures(of, solids, planes, options, folder.path()).expect("written");
        folder.commit().expect("moved in");
    };
    let found = separated(std::slice::from_ref(&study));
    let options = MeshOptions { triangles: 500, ..MeshOptions::default() };
    write(&found, &result_solids(&found).expect("solids"), &options);
    let mine = ["meshes/Mine.stl", "meshes/notes.txt", "mine.dcm"];
    for name in mine {
        std::fs::write(out.join(name), "mine").expect("written");
    }
    let stale = ["meshes/GTV_resid_1.stl", "meshes/GTV_removed_2.obj", "meshes/SpinalCord.ply"];
    assert!(stale.iter().all(|f| out.join(f).is_file()));
    // The study as it is, in one format.
    let alone = measure_study(&[study], &Settings::default()).expect("measured");
    let solids = result_solids(&alone).expect("solids");
    let options = MeshOptions { formats: vec![MeshFormat::Stl], ..options };
    write(&alone, &solids, &options);
    for name in stale {
        assert!(!out.join(name).exists(), "{name} is of the earlier result");
    }
    for name in mine.iter().chain(&["meshes/SpinalCord.stl", "meshes/scene.glb"]) {
        assert!(out.join(name).is_file(), "{name}");
    }
    // Without any structure nothing of it stays but what is not ours.
    write(&alone, &[], &options);
    assert!(!out.join("structures.dcm").exists() && !out.join("meshes/scene.glb").exists());
    assert!(mine.iter().all(|f| out.join(f).is_file()));
}
