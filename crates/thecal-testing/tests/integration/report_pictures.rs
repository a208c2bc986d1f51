//! The pictures say what the record says: the shortest segment lies where `closest` is, and the
//! unrolled cord has the pair's gap as its minimum.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use image::RgbImage;
use thecal::{
    ErrorKind, Layout, Measured, ResultFolder, Separate, Settings, measure_study, replay, scene,
    write_page, write_report,
};
use thecal_report::picture::pictures;
use thecal_report::scene::{Scene, What};
use thecal_report::{PairKind, PhaseRecord};
use thecal_separation::Approach;

/// The colour of the segment's ends, which nothing else has.
const END: [u8; 3] = [0xf0, 0xe4, 0x42];

const NAMES: [&str; 3] = ["c-ffs", "sphere-hfs", "ellipsoid-hfp"];

fn study(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data").join(name)
}

/// A study after a separation from behind, measured once for all tests.
fn separated(name: &'static str) -> &'static (Measured, Vec<PathBuf>) {
    static DONE: [OnceLock<(Measured, Vec<PathBuf>)>; 3] = [const { OnceLock::new() }; 3];
    DONE[NAMES.iter().position(|n| *n == name).expect("a study")].get_or_init(|| separate(name))
}

fn separate(name: &str) -> (Measured, Vec<PathBuf>) {
    let known = Approach::built_in().expect("reads");
    let approaches = known.into_iter().filter(|a| a.name == "transpedicular_bilateral").collect();
    let separation = Some(Separate::by(approaches));
    let paths = vec![study(name)];
    let done = measure_study(&paths, &Settings { separation, ..Settings::default() });
    (done.expect("measured"), paths)
}

fn gap_mm(phase: &PhaseRecord) -> f64 {
    let pairs = phase.pairs.iter().filter(|p| p.pair == PairKind::TumourCord);
    pairs.filter_map(|p| p.gap_mm).min_by(f64::total_cmp).expect("a gap")
}

fn decoded(png: &[u8]) -> RgbImage {
    image::load_from_memory(png).expect("a PNG").into_rgb8()
}

/// Middle of the pixels of the end's colour round a place.
fn end_near(picture: &RgbImage, [x, y]: [f64; 2]) -> [f64; 2] {
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for dy in -4..=4_i64 {
        for dx in -4..=4_i64 {
            let (i, j) = (x.floor() as i64 + dx, y.floor() as i64 + dy);
            let there = u32::try_from(i).ok().zip(u32::try_from(j).ok());
            let pixel = there.and_then(|(i, j)| picture.get_pixel_checked(i, j));
            if pixel.is_some_and(|p| p.0 == END) {
                sum = [sum[0] + i as f64 + 0.5, sum[1] + j as f64 + 0.5];
                count += 1.0;
            }
        }
    }
    assert!(count > 8.0, "no end at {x}, {y}");
    sum.map(|s| s / count)
}

/// Ends of the segments as they stand in the pixels of slices, beside those of the record.
fn check_ends(done: &Measured, drawn: &Scene) {
    let mut seen = 0;
    for picture in pictures(&done.report, Some(drawn)) {
        if picture.ends.is_empty() || !picture.name.starts_with("slice") {
            continue;
        }
        let pixels = decoded(&picture.png().expect("drawn"));
        let views =
            drawn.phases.iter().filter(|p| p.scenario.is_none() || p.scenario == picture.scenario);
        let views: Vec<_> = views.map(|p| &p.slice).collect();
        for (ends, view) in picture.ends.iter().zip(&views) {
            let segment = view.segment.as_ref().expect("a segment");
            let points = [segment.closest.a_mm, segment.closest.b_mm];
            let found = ends.map(|e| end_near(&pixels, e));
            // The scale of the picture follows from its scale bar's panel: 3 panels or 2 across.
            let mm = points.map(|p| view.project(p).0);
            let apart_px = (found[0][0] - found[1][0]).hypot(found[0][1] - found[1][1]);
            let apart_mm = (mm[0][0] - mm[1][0]).hypot(mm[0][1] - mm[1][1]);
            let scale = picture.pixels_per_mm.expect("a scale");
            assert!((apart_px - apart_mm * scale).abs() < 1.0, "{apart_px} {apart_mm} {scale}");
            for (end, found) in ends.iter().zip(found) {
                let off = (end[0] - found[0]).hypot(end[1] - found[1]);
                assert!(off < 1.0, "{}: {off} pixels", picture.name);
            }
            // Each end is as far from the panel's corner as from the view's.
            let corner = [ends[0][0] - mm[0][0] * scale, ends[0][1] - mm[0][1] * scale];
            let other = [ends[1][0] - mm[1][0] * scale, ends[1][1] - mm[1][1] * scale];
            assert!((corner[0] - other[0]).abs() < 1e-6 && (corner[1] - other[1]).abs() < 1e-6);
            // Dark ground, not paper, begins there.
            let at = |dx: f64, dy: f64| {
                pixels.get_pixel((corner[0] + dx) as u32, (corner[1] + dy) as u32).0
            };
            assert_eq!(at(-4.0, -4.0), [255; 3], "{}", picture.name);
            assert_ne!(at(4.0, 4.0), [255; 3], "{}", picture.name);
            seen += 1;
        }
    }
    assert!(seen >= 2, "only {seen} segments were looked at");
}

#[test]
fn segments_end_where_the_record_says() {
    for name in NAMES {
        let (done, _) = separated(name);
        let drawn = scene(done);
        for (view, phase) in drawn.phases.iter().zip(&done.report.phases) {
            let segment = view.slice.segment.as_ref().expect("a segment");
            let pair = phase.pairs.iter().find(|p| p.pair == PairKind::TumourCord);
            let pair = pair.expect("a pair");
            assert_eq!(Some(segment.gap_mm), pair.gap_mm);
            assert_eq!(Some(&segment.closest), pair.closest.as_ref());
            // The end on the cord lies in the slice.
            assert!(view.slice.project(segment.closest.b_mm).1.abs() < 1e-6);
        }
        check_ends(done, &drawn);
    }
}

#[test]
fn the_number_beside_a_segment_is_that_of_the_record() {
    let (done, _) = separated("c-ffs");
    let all = pictures(&done.report, Some(&scene(done)));
    for phase in &done.report.phases {
        let number = format!(">{:.2} mm<", gap_mm(phase));
        let ours = |p: &&thecal_report::picture::Picture| {
            p.name.starts_with("slice")
                && (phase.scenario.is_none() || p.scenario == phase.scenario)
        };
        let mut slices = all.iter().filter(ours).peekable();
        assert!(slices.peek().is_some());
        assert!(slices.all(|p| p.svg().contains(&number)), "{number}");
    }
}

#[test]
fn pictures_say_slice_position_interval_and_verdict() {
    let (done, _) = separated("c-ffs");
    let drawn = scene(done);
    let all = pictures(&done.report, Some(&drawn));
    // The numbers of the files: the phantom's writer counts its images from 1.
    let count = done.series.iter().map(|s| s.files.len()).max().expect("a series");
    for (view, phase) in drawn.phases.iter().zip(&done.report.phases) {
        let number = view.slice.number.expect("a number");
        assert!(number.images && number.of == Some(count), "{number}");
        let (axis, at_mm) = view.slice.position().expect("a position");
        assert_eq!(axis, "z");
        assert!((at_mm - view.slice.segment.as_ref().expect("one").closest.b_mm[2]).abs() < 1e-6);
        let pair = phase.pairs.iter().find(|p| p.pair == PairKind::TumourCord).expect("a pair");
        let [low, high] = [pair.gap_lower_mm, pair.gap_upper_mm].map(|v| v.expect("a bound"));
        let ours = |p: &&thecal_report::picture::Picture| {
            phase.scenario.is_none() || p.scenario == phase.scenario
        };
        for picture in all.iter().filter(ours) {
            // Lines break where panels end: words alone are looked for.
            let words = [format!("{low:.2}"), format!("{high:.2}")];
            let told = |word: &&String| picture.svg().contains(word.as_str());
            assert_eq!(words.iter().filter(told).count(), 2, "{} {words:?}", picture.name);
            let verdict = phase.headline.as_str().replace('_', " ");
            assert!(picture.svg().to_lowercase().contains(&verdict), "{}", picture.name);
        }
        let slices = all.iter().filter(ours).filter(|p| p.name.starts_with("slice"));
        for picture in slices {
            assert!(picture.alt.contains(&format!("axial, {number}, z ")), "{}", picture.alt);
        }
        let maps = all.iter().filter(ours).filter(|p| p.name.starts_with("cord-map"));
        for picture in maps {
            for text in ["gap 2 mm", "gap 3 mm", "closest point", "no tumour within 8 mm"] {
                assert!(picture.svg().contains(text), "{text}");
            }
        }
    }
}

#[test]
fn the_3d_view_has_the_bone_that_is_drawn() {
    let (done, _) = separated("c-ffs");
    let drawn = scene(done);
    let bone: Vec<_> = drawn.surfaces.iter().filter(|s| s.what == What::Bone).collect();
    let [bone] = bone.as_slice() else { panic!("one surface of bone, not {}", bone.len()) };
    assert_eq!(bone.phases, (0..done.report.phases.len()).collect::<Vec<_>>());
    assert!(bone.mesh.triangles.len() > 100);
}

#[test]
fn the_unrolled_cord_has_the_gap_as_its_minimum() {
    for name in NAMES {
        let (done, _) = separated(name);
        let drawn = scene(done);
        assert_eq!(drawn.maps.len(), done.report.phases.len());
        for (map, phase) in drawn.maps.iter().zip(&done.report.phases) {
            let gap = gap_mm(phase);
            let least = map.least_mm().expect("a minimum");
            assert!((least - gap).abs() < 0.05, "{name}: {least} instead of {gap}");
            // The samples alone, too: they are taken on the solids.
            let sampled = map.gap_mm.iter().flatten().copied().fold(f64::INFINITY, f64::min);
            assert!((sampled - gap).abs() < 0.05, "{name}: {sampled} instead of {gap}");
            let at = map.closest.expect("a closest point");
            let recorded = phase.pairs.iter().find(|p| p.pair == PairKind::TumourCord);
            let recorded = recorded.and_then(|p| p.r#where.clone()).expect("a place");
            assert_eq!(recorded.clock_deg, Some(at.clock_deg));
            assert_eq!(recorded.plane_mm, Some(at.plane_mm));
        }
    }
}

#[test]
fn a_record_is_drawn_again_from_its_own_study_only() {
    let (done, paths) = separated("c-ffs");
    let again = replay(&done.report, paths).expect("its own study");
    assert_eq!(again.report, done.report);
    assert_eq!(again.residuals.len(), done.residuals.len());
    let volume = |m: &Measured| -> Vec<Option<f64>> {
        m.residuals.iter().map(|r| r.solid.as_ref().map(|s| s.volume_cc())).collect()
    };
    assert_eq!(volume(&again), volume(done));
    let other = replay(&done.report, &[study("sphere-hfs")]).expect_err("another study");
    assert_eq!(other.kind(), ErrorKind::OtherStudy, "{other}");
    assert!(other.to_string().contains("RTSTRUCT"), "{other}");
}

#[test]
fn page_and_pictures_are_written() {
    let (done, _) = separated("c-ffs");
    let dir = tempfile::TempDir::new().expect("a folder");
    write_report(done, dir.path(), None).expect("written");
    let page = std::fs::read_to_string(dir.path().join("report.html")).expect("the page");
    assert!(page.len() < 8 << 20, "{} bytes", page.len());
    let names: Vec<String> = std::fs::read_dir(dir.path().join("pictures"))
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    for wanted in [
        "slice-transpedicular_bilateral.png",
        "cuts-transpedicular_bilateral.png",
        "cord-map-transpedicular_bilateral.png",
        "clock-transpedicular_bilateral.png",
        "profile.png",
    ] {
        assert!(names.iter().any(|n| n == wanted), "{wanted} is not among {names:?}");
        let file = std::fs::read(dir.path().join("pictures").join(wanted)).expect("the file");
        assert!(decoded(&file).width() > 500);
    }
}

#[test]
fn pictures_of_an_earlier_report_go_and_other_files_stay() {
    let (done, _) = separated("sphere-hfs");
    let dir = tempfile::TempDir::new().expect("a folder");
    let out = dir.path().join("out");
    let write = |of: &Measured| {
        let folder = ResultFolder::begin(&out, &Layout::PAGE, Vec::new).expect("the folder");
        write_page(of, &folder, None).expect("written");
        folder.commit().expect("moved in");
    };
    write(done);
    let pictures = out.join("pictures");
    // What somebody else put there, under a name like ours.
    std::fs::write(pictures.join("slice-mine.png"), "mine").expect("written");
    let alone = measure_study(&[study("sphere-hfs")], &Settings::default()).expect("measured");
    write(&alone);
    let mut names: Vec<String> = std::fs::read_dir(&pictures)
        .expect("the folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let wanted = [
        "captions.json",
        "clock.png",
        "cord-map.png",
        "cuts.png",
        "profile.png",
        "slice-mine.png",
        "slice.png",
    ];
    assert_eq!(names, wanted);
    let captions = std::fs::read(pictures.join("captions.json")).expect("the list");
    let captions: serde_json::Value = serde_json::from_slice(&captions).expect("JSON");
    assert_eq!(captions.as_array().map(Vec::len), Some(5));
    assert!(captions[0]["alt"].as_str().is_some_and(|t| t.contains("mm")), "{captions}");
}
