//! Reading 300 slices of 512 x 512: headers, index, whole volume; and one frame of each codec.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use thecal_dicom::image::{read_series, stacks};
use thecal_dicom::index::index;
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::Source;
use thecal_dicom::write::{CtSlice, StudyOut, write_ct_slice};

const SIZE: u16 = 512;

/// A disc of noisy tissue in air.
fn pixels(number: usize) -> Vec<i16> {
    let mut state = number as u32 + 1;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 27) as i16 - 16
    };
    let n = i32::from(SIZE);
    let inside = |i: i32| {
        let (x, y) = (i % n - n / 2, i / n - n / 2);
        x * x + 2 * y * y < n * n / 6
    };
    (0..n * n).map(|i| if inside(i) { 40 + noise() } else { -1000 + noise() }).collect()
}

fn write(slices: usize) -> (tempfile::TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().expect("a folder");
    let study = StudyOut {
        patient_id: "P".into(),
        patient_name: "P".into(),
        study_uid: "1.2".into(),
        frame_uid: "1.3".into(),
        date: "20260101".into(),
        time: "120000".into(),
        more: Vec::new(),
    };
    let files = (0..slices).map(|k| {
        let path = dir.path().join(format!("{k:04}.dcm"));
        let slice = CtSlice {
            study: &study,
            series_uid: "1.4",
            sop_uid: &format!("1.4.{k}"),
            number: k + 1,
            position_mm: [-250.0, -250.0, k as f64],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            pixel_spacing_mm: [0.9766; 2],
            thickness_mm: 1.0,
            patient_position: "HFS",
            rows: SIZE,
            columns: SIZE,
            hu: &pixels(k),
        };
        write_ct_slice(&path, &slice).expect("a slice");
        path
    });
    let files = files.collect();
    (dir, files)
}

fn series(c: &mut Criterion) {
    let (dir, files) = write(300);
    let bytes = files.iter().map(|f| f.metadata().expect("a file").len()).sum();
    let mut group = c.benchmark_group("series");
    group.sample_size(10).throughput(Throughput::Bytes(bytes));
    group.bench_function("read_bytes", |b| {
        b.iter(|| {
            use rayon::prelude::*;
            let all: Vec<_> = files.par_iter().map(|f| std::fs::read(f).expect("bytes")).collect();
            black_box(all)
        })
    });
    group.bench_function("load", |b| b.iter(|| black_box(read_series(&files).expect("images"))));
    group.bench_function("headers", |b| b.iter(|| black_box(stacks(&files).expect("images"))));
    let folder = [dir.path().to_owned()];
    group.bench_function("index", |b| b.iter(|| black_box(index(&folder).expect("a folder"))));
    group.finish();
}

/// Real slices, where they are at hand: the crate writes no compressed ones.
fn codecs(c: &mut Criterion) {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/transfer-syntaxes");
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut group = c.benchmark_group("frame");
    group.sample_size(20);
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((_, uid)) = name.strip_suffix(".dcm").and_then(|n| n.rsplit_once('_')) else {
            continue;
        };
        let Ok(source) = Source::open(&path) else { continue };
        let data = source.data_set().expect("a data set");
        let Ok(pixels) = Pixels::new(&data, source.transfer_syntax()) else { continue };
        if pixels.frame(0).is_ok() {
            group.bench_function(uid, |b| b.iter(|| black_box(pixels.frame(0))));
        }
    }
    group.finish();
}

criterion_group!(benches, series, codecs);
criterion_main!(benches);
