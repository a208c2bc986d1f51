//! Real files with faults put into them: an error or a result that can be used, never a panic (not
//! even one that is caught), soon, and memory in proportion to the file.
//!
//! Taken are the committed studies and fuzzer seeds, and the public sets where they are at hand.
//! The faults of a case follow from its number, so that one that fails can be run again. With a
//! bound of memory by the system:
//!
//!     bash -c 'ulimit -v 4194304; cargo test --release -p thecal --test corpus -- --nocapture'

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::prelude::*;
use thecal_dicom::dose::read_dose_bytes;
use thecal_dicom::pixels::Pixels;
use thecal_dicom::plan::read_plan_bytes;
use thecal_dicom::read::{MAX_COORDINATE_MM, Source, read_rtstruct_bytes};
use thecal_dicom::registration::read_registration_bytes;
use thecal_dicom::seg::read_segmentation_bytes;
use thecal_mask::file::{MAX_VOXELS, MaskFileKind, read_mask_bytes};

const CASES: usize = 20_000;
/// Larger files would take the time of many.
const MOST_BYTES: u64 = 300_000;
/// What the process may ever hold, kB.
const MOST_RESIDENT_KB: u64 = 2_000_000;
/// What one piece of work may take, bytes.
const MOST_WORK: u64 = 1 << 30;
/// Longest time of a case, s.
const MOST_SECONDS: f64 = 20.0;

/// Panics of any thread, caught or not.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[allow(clippy::print_stdout, reason = "a part that is skipped is said")]
fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let mut out = Vec::new();
    for (folder, most) in [
        ("test-data", 12),
        ("fuzz/seeds", 40),
        ("../shared/data/seg-highdicom", 30),
        ("../shared/data/seg-dcmqi", 30),
        ("../shared/data/spine-generic-masks", 20),
        ("../shared/data/tptbox-mr-ct", 10),
        ("../shared/data/tg119-cshape", 3),
        ("../shared/data/sct-t2", 10),
        ("../shared/data/headphantom-ct-rtstruct", 6),
        ("../shared/data/rtstruct-rt-utils", 10),
        ("../shared/data/transfer-syntaxes", 20),
        ("../shared/data/totalsegmentator-ct-j2k", 6),
        ("../shared/data/hostile", 24),
        ("../shared/data/public-report-kinds", 8),
    ] {
        let folder = root().join(folder);
        if !folder.is_dir() {
            println!("skipped: {} is not at hand", folder.display());
            continue;
        }
        let mut found = Vec::new();
        walk(&folder, &mut found);
        // Bare frames are no files that a reader is given.
        found.retain(|p| !p.parent().is_some_and(|f| f.ends_with("seeds/frames")));
        found.sort();
        // Structure sets and the like stand last in their folders; take from both ends.
        found.reverse();
        let small = |p: &&PathBuf| p.metadata().is_ok_and(|m| m.len() <= MOST_BYTES);
        for path in found.iter().filter(small).take(most) {
            out.push((path.clone(), std::fs::read(path).expect("readable")));
        }
    }
    out
}

fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

/// One element: where it begins, where its length and its value are.
struct Element {
    start: usize,
    vr: Option<usize>,
    length: usize,
    wide: bool,
    value: std::ops::Range<usize>,
}

/// The elements of a little endian file, those within sequences among them, as far as they make
/// sense.
fn elements(bytes: &[u8]) -> Vec<Element> {
    let mut at = if bytes.get(128..132) == Some(b"DICM") { 132 } else { 0 };
    let mut out = Vec::new();
    while at + 8 <= bytes.len() {
        let u32_at = |n: usize| {
            bytes.get(n..n + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        };
        let item = bytes[at..at + 2] == [0xFE, 0xFF];
        let explicit = !item && bytes[at + 4..at + 6].iter().all(u8::is_ascii_uppercase);
        let long = explicit
            && [b"OB", b"OW", b"SQ", b"UN", b"UT", b"OF"]
                .iter()
                .any(|v| bytes[at + 4..at + 6] == **v);
        let (vr, length, wide, value) = match (explicit, long) {
            (true, true) => (Some(at + 4), at + 8, true, at + 12),
            (true, false) => (Some(at + 4), at + 6, false, at + 8),
            _ => (None, at + 4, true, at + 8),
        };
        let long_as = if wide {
            u32_at(length)
        } else {
            u32::from(u16::from_le_bytes([bytes[length], bytes[length + 1]]))
        };
        let inside = item || long_as == u32::MAX || (explicit && &bytes[at + 4..at + 6] == b"SQ");
        let end = if inside { value } else { value.saturating_add(long_as as usize) };
        if end > bytes.len() {
            break;
        }
        out.push(Element { start: at, vr, length, wide, value: value..end });
        at = end;
    }
    out
}

const ABSURD: [&[u8]; 10] = [
    b"NaN",
    b"inf",
    b"-1e308",
    b"1e400",
    b"999999999999",
    b"-1",
    b"0",
    b"\\\\",
    b"",
    b"\xff\xfe\xfd",
];

/// Puts one fault into a file.
fn spoil(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.len() < 16 {
        return;
    }
    let parts = elements(bytes);
    let kind = if parts.len() < 4 { dice.roll(4) } else { dice.roll(10) };
    let part = &parts.get(dice.roll(parts.len()));
    match (kind, part) {
        (0, _) => bytes.truncate(dice.roll(bytes.len())),
        (1, _) => {
            let at = dice.roll(bytes.len());
            bytes[at] ^= 1 << dice.roll(8);
        }
        (2, _) => {
            // Headers hold what matters most.
            for _ in 0..=dice.roll(8) {
                let at = dice.roll(bytes.len().min(400));
                bytes[at] = [0, 0xFF, 0x7F, 0x80, dice.roll(256) as u8][dice.roll(5)];
            }
        }
        (3, _) => {
            let from = dice.roll(bytes.len());
            let to = (from + dice.roll(64)).min(bytes.len());
            let text = ABSURD[dice.roll(ABSURD.len())].to_vec();
            bytes.splice(from..to, text);
        }
        (4, Some(p)) => {
            bytes.drain(p.start..p.value.end);
        }
        (5, Some(p)) => {
            let again = bytes[p.start..p.value.end].to_vec();
            bytes.splice(p.start..p.start, again);
        }
        (6, Some(p)) if p.wide => {
            let length = [u32::MAX, u32::MAX - 1, 0x7FFF_FFFE, 0, 7, 0x0100_0000][dice.roll(6)];
            bytes[p.length..p.length + 4].copy_from_slice(&length.to_le_bytes());
        }
        (6, Some(p)) => {
            let length = [u16::MAX, 0, 1, 0x7FFE][dice.roll(4)];
            bytes[p.length..p.length + 2].copy_from_slice(&length.to_le_bytes());
        }
        (7, Some(p)) => {
            let value = p.value.clone();
            let text = ABSURD[dice.roll(ABSURD.len())];
            for (b, t) in bytes[value].iter_mut().zip(text.iter().chain(std::iter::repeat(&b' '))) {
                *b = *t;
            }
        }
        (8, Some(p)) => {
            let fill = [0xFF, 0, 0x7F, b'9'][dice.roll(4)];
            let value = p.value.clone();
            bytes[value].fill(fill);
        }
        (_, Some(p)) => {
            let vrs: [&[u8; 2]; 8] = [b"SQ", b"UN", b"DS", b"US", b"OW", b"FD", b"ZZ", b"UI"];
            if let Some(at) = p.vr {
                bytes[at..at + 2].copy_from_slice(vrs[dice.roll(vrs.len())]);
            }
        }
        (_, None) => bytes.truncate(dice.roll(bytes.len())),
    }
}

/// Reads a file as everything that it may be; every result has to be usable. True where one was.
fn read_all(path: &Path, bytes: &[u8]) -> bool {
    // Deflate packs at most so well.
    let most = bytes.len().saturating_mul(1032);
    if MaskFileKind::from_path(path).is_some() || bytes.starts_with(b"NRRD") {
        let Ok(file) = read_mask_bytes(path, bytes) else { return false };
        let voxels = file.grid.len();
        assert!(voxels <= most && voxels <= MAX_VOXELS);
        for label in file.labels.iter().filter(|l| l.voxels > 0).take(2) {
            let _ = file.mask(label);
        }
        return true;
    }
    let mut used = false;
    if let Ok(source) = Source::from_bytes(path, bytes.to_vec())
        && let Ok(data) = source.data_set()
        && let Ok(pixels) = Pixels::new(&data, source.transfer_syntax())
        && let Ok(frame) = pixels.frame(0)
    {
        assert_eq!(frame.len(), pixels.format().frame_bytes());
        used = true;
    }
    if let Ok(set) = read_rtstruct_bytes(path, bytes.to_vec()) {
        let contours = set.rois.iter().flat_map(|r| r.contours.iter().flatten());
        let points: usize = contours.clone().map(|c| c.points_mm.len()).sum();
        assert!(points <= most / 6);
        let mut numbers = contours.flat_map(|c| &c.points_mm).flat_map(|p| p.iter());
        assert!(numbers.all(|x| x.abs() <= MAX_COORDINATE_MM));
        used = true;
    }
    if let Ok(seg) = read_segmentation_bytes(path, bytes.to_vec()) {
        for segment in seg.segments.iter().take(4) {
            if let Ok(mask) = seg.mask(segment.number) {
                let pixels: usize = mask.slices().iter().map(|s| s.values.len()).sum();
                assert!(pixels <= most.saturating_mul(8));
            }
        }
        used = true;
    }
    if let Ok(dose) = read_dose_bytes(path, bytes.to_vec()) {
        assert!(dose.values.len() <= most);
        used = true;
    }
    used |= read_registration_bytes(path, bytes.to_vec()).is_ok();
    used |= read_plan_bytes(path, bytes.to_vec()).is_ok();
    used
}

#[test]
#[allow(clippy::print_stdout, reason = "how many cases of which outcome")]
fn files_with_faults_give_an_error_or_a_result() {
    thecal::memory::allow(MOST_WORK);
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        told(panic);
    }));
    let files = files();
    assert!(files.len() >= 20, "only {} files", files.len());
    let each = CASES.div_ceil(files.len());
    let cases: Vec<(usize, u64)> =
        (0..files.len()).flat_map(|f| (0..each as u64).map(move |n| (f, n))).collect();
    let used: usize = cases
        .par_iter()
        .map(|&(f, n)| {
            let (path, bytes) = &files[f];
            let mut spoilt = bytes.clone();
            let mut dice = Dice(n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ f as u64);
            for _ in 0..=dice.roll(3) {
                spoil(&mut spoilt, &mut dice);
            }
            let (start, before) = (Instant::now(), PANICS.load(Ordering::Relaxed));
            let outcome = catch_unwind(AssertUnwindSafe(|| read_all(path, &spoilt)));
            let seconds = start.elapsed().as_secs_f64();
            assert!(seconds < MOST_SECONDS, "{}, case {n}: {seconds:.1} s", path.display());
            if PANICS.load(Ordering::Relaxed) > before {
                println!("a panic in {}, case {n}, or in one beside it", path.display());
            }
            usize::from(outcome.unwrap_or_else(|_| panic!("{}, case {n}", path.display())))
        })
        .sum();
    println!("{} cases of {} files: {used} with a result", cases.len(), files.len());
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "panics");
    assert!(cases.len() >= CASES);
    // Faults that let nothing through, or everything, would show nothing.
    assert!(used * 20 > cases.len() && used * 20 < 19 * cases.len(), "{used}");
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && let Some(line) = status.lines().find(|l| l.starts_with("VmHWM:"))
    {
        let peak: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
        println!("peak memory {peak} kB");
        assert!(peak < MOST_RESIDENT_KB, "{peak} kB");
    }
}
