//! The main job on an RTSTRUCT alone, and its parts.
//!
//! `cargo bench -p thecal --bench check`

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use thecal::{Separate, Settings, check};
use thecal_dicom::read::{StructureSet, read_rtstruct};
use thecal_margin::{Arrangement, measure};
use thecal_mask::{EndRule, Solid};
use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
use thecal_separation::Approach;

fn solid(set: &StructureSet, name: &str) -> Solid {
    let roi = set.rois.iter().find(|r| r.name == name).expect("is there");
    let contours = roi.contours.as_ref().expect("readable");
    Solid::from_contours(contours, EndRule::HalfSlice, 2.0).expect("a solid")
}

fn benches(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder");
    // A usual study, and one of about 1,000 contours.
    let sizes = [("2mm", 2.0, ShapeKind::CShape), ("1000_contours", 0.13, ShapeKind::Sphere)];
    for (name, slice_mm, shape) in sizes {
        let spec = PhantomSpec { ct: false, ..PhantomSpec::random(4, shape, slice_mm, 2.0) };
        let study: PathBuf = dir.path().join(name);
        write_study(&spec, &study).expect("a phantom");
        let set = read_rtstruct(&study.join("RS.dcm")).expect("a structure set");
        let contours: usize =
            set.rois.iter().map(|r| r.contours.as_ref().map_or(0, Vec::len)).sum();
        let mut group = c.benchmark_group(format!("check/{name}/{contours}"));
        group.sample_size(20);
        group.bench_function("whole", |b| {
            b.iter(|| check(black_box(std::slice::from_ref(&study)), &Settings::default()));
        });
        group.bench_function("read", |b| b.iter(|| read_rtstruct(&study.join("RS.dcm"))));
        group.bench_function("solids", |b| {
            b.iter(|| [solid(&set, "GTV"), solid(&set, "SpinalCord"), solid(&set, "ThecalSac")]);
        });
        let [tumour, cord, sac] = ["GTV", "SpinalCord", "ThecalSac"].map(|name| solid(&set, name));
        for (pair, a, b, how) in [
            ("tumour_cord", &tumour, &cord, Arrangement::Apart),
            ("tumour_sac", &tumour, &sac, Arrangement::Apart),
            ("cord_sac", &cord, &sac, Arrangement::Within),
        ] {
            group.bench_function(pair, |bench| bench.iter(|| measure(a, b, how, &[2.0, 3.0])));
        }
        group.finish();
    }
}

/// One approach, and the whole table of approaches and amounts.
fn separations(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a folder");
    let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::CShape, 1.0, 1.4) };
    write_study(&spec, dir.path()).expect("a phantom");
    let approaches = Approach::built_in().expect("reads");
    let one = approaches.iter().filter(|a| a.name == "laminectomy").cloned().collect();
    let table = Separate { sweep: true, ..Separate::by(approaches) };
    let mut group = c.benchmark_group("separate");
    group.sample_size(10);
    for (name, asked) in [("one", Separate::by(one)), ("table", table)] {
        let settings = Settings { separation: Some(asked), ..Settings::default() };
        group.bench_function(name, |b| b.iter(|| check(&[dir.path().to_owned()], &settings)));
    }
    group.finish();
}

criterion_group!(group, benches, separations);
criterion_main!(group);
