//! One CT slice in many transfer syntaxes gives one set of pixels.

use std::path::{Path, PathBuf};

use crate::common::shared;
use crate::common::slices::ImageFile;
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::{FaultKind, Source};

fn frame(path: &Path) -> Result<Vec<i32>, thecal_dicom::read::Fault> {
    let source = Source::open(path).expect("a file");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax())?;
    let signed = pixels.format().signed;
    let bytes = pixels.frame(0)?;
    assert_eq!(bytes.len(), pixels.format().frame_bytes());
    Ok(if pixels.format().bits_allocated == 8 {
        bytes.iter().map(|&b| b.into()).collect()
    } else {
        let words = bytes.as_chunks::<2>().0.iter().map(|&w| u16::from_le_bytes(w));
        words.map(|w| if signed { i32::from(w.cast_signed()) } else { w.into() }).collect()
    })
}

fn file(folder: &Path, uid: &str) -> PathBuf {
    let end = format!("_{uid}.dcm");
    let mut found = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("a file").path());
    found.find(|p| p.to_string_lossy().ends_with(&end)).unwrap_or_else(|| panic!("no {uid}"))
}

#[test]
fn every_lossless_syntax_gives_the_same_pixels() {
    let Some(folder) = shared("transfer-syntaxes") else { return };
    let plain = frame(&file(&folder, "1.2.840.10008.1.2.1")).expect("pixels");
    assert_eq!(plain.len(), 512 * 512);
    let mut lossless = vec![
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.2",
        "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.5",
        "1.2.840.10008.1.2.4.57",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.90",
    ];
    if cfg!(feature = "charls") {
        lossless.push("1.2.840.10008.1.2.4.80");
    }
    for uid in lossless {
        assert!(frame(&file(&folder, uid)).expect(uid) == plain, "{uid} differs");
    }
}

/// Largest and mean difference in HU to the original, of slope and intercept in the file.
#[test]
fn lossy_syntaxes_come_near() {
    let Some(folder) = shared("transfer-syntaxes") else { return };
    let plain = frame(&file(&folder, "1.2.840.10008.1.2.1")).expect("pixels");
    let mut lossy = vec![
        ("1.2.840.10008.1.2.4.91", 1.0, -1024.0, 10.0),
        // The converter squeezed 16 bits into 8 and 12 bits.
        ("1.2.840.10008.1.2.4.50", 32.1216, -4047.0, 30.0),
        ("1.2.840.10008.1.2.4.51", 2.000_244_2, -4047.0, 5.0),
    ];
    if cfg!(feature = "charls") {
        lossy.push(("1.2.840.10008.1.2.4.81", 1.0, -1024.0, 10.0));
    }
    for (uid, slope, intercept, mean) in lossy {
        let values = frame(&file(&folder, uid)).expect(uid);
        assert_eq!(values.len(), plain.len());
        let off = |(&v, &p): (&i32, &i32)| {
            (f64::from(v) * slope + intercept - (f64::from(p) - 1024.0)).abs()
        };
        let inside = || values.iter().zip(&plain).filter(|(_, p)| **p > -2000);
        let total: f64 = inside().map(off).sum();
        let found = total / inside().count() as f64;
        assert!(found < mean, "{uid}: {found} HU");
        assert!(found > 0.0, "{uid} is lossless");
    }
}

#[test]
fn what_cannot_be_decoded_says_what_it_needs() {
    let Some(folder) = shared("transfer-syntaxes") else { return };
    if cfg!(feature = "charls") {
        return;
    }
    let fault = frame(&file(&folder, "1.2.840.10008.1.2.4.80")).expect_err("no JPEG-LS");
    assert_eq!(fault.kind, FaultKind::UnsupportedSyntax);
    let text = fault.to_string();
    assert!(text.contains("1.2.840.10008.1.2.4.80") && text.contains("charls"), "{text}");
}

/// Frames that other programs compressed (`tests/data/make.py`).
#[test]
fn frames_of_other_encoders() {
    let ramp = |i: i32| {
        let (x, y) = (i % 16, i / 16);
        (37 * x + 101 * y + 257 * (x * y % 13)) % 4096
    };
    let wide = |i: i32| 16 * ramp(i) + i % 16;
    let signed = |i: i32| ramp(i) - 2048;
    type Truth<'a> = &'a dyn Fn(i32) -> i32;
    let mut cases: Vec<(&str, &str, Truth<'_>)> = vec![
        ("ramp.jxl", "1.2.840.10008.1.2.4.110", &ramp),
        ("ramp_box.jxl", "1.2.840.10008.1.2.4.112", &ramp),
        ("wide.jxl", "1.2.840.10008.1.2.4.110", &wide),
        ("ramp.htj2k", "1.2.840.10008.1.2.4.201", &ramp),
        ("wide.htj2k", "1.2.840.10008.1.2.4.202", &wide),
        ("ramp.j2k", "1.2.840.10008.1.2.4.90", &ramp),
        ("ramp.jp2", "1.2.840.10008.1.2.4.91", &ramp),
        ("ramp_signed.j2k", "1.2.840.10008.1.2.4.90", &signed),
    ];
    if cfg!(feature = "charls") {
        cases.push(("ramp.jls", "1.2.840.10008.1.2.4.80", &ramp));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for (name, syntax, truth) in cases {
        let stream = std::fs::read(folder.join(name)).expect(name);
        let image = ImageFile::at(0.0)
            .word((0x0028, 0x0010), 12)
            .word((0x0028, 0x0011), 16)
            .word((0x0028, 0x0103), u16::from(name.contains("signed")));
        let path = tempfile::NamedTempFile::new().expect("a file");
        let whole = image.clone().fragments(syntax, &[], &[&stream]);
        std::fs::write(path.path(), whole.bytes()).expect("a file");
        let expected: Vec<i32> = (0..192).map(truth).collect();
        assert_eq!(frame(path.path()).expect(name), expected, "{name}");
        // Cut off, it is an error, not half a picture.
        let half = image.fragments(syntax, &[], &[&stream[..stream.len() / 2]]);
        std::fs::write(path.path(), half.bytes()).expect("a file");
        assert!(frame(path.path()).is_err(), "{name}");
    }
}

/// A mask of 1 bit in JPEG 2000, as segmentations are compressed today, and whole streams that are
/// not what the attributes say: those are refused, but nothing in them is damaged.
#[test]
fn frames_of_one_bit_and_frames_unlike_their_attributes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let of = |bits: u16, rows: u16, syntax, name: &str| {
        let stream = std::fs::read(folder.join(name)).expect(name);
        let image = ImageFile::at(0.0)
            .word((0x0028, 0x0010), rows)
            .word((0x0028, 0x0011), 16)
            .word((0x0028, 0x0100), bits)
            .word((0x0028, 0x0101), bits)
            .word((0x0028, 0x0102), bits - 1)
            .fragments(syntax, &[], &[&stream]);
        let source = Source::from_bytes(Path::new("test.dcm"), image.bytes()).expect("DICOM");
        let data = source.data_set().expect("a data set");
        Pixels::new(&data, source.transfer_syntax())
            .and_then(|pixels| pixels.frame(0).map(|f| f.into_owned()))
    };
    let ellipse = |i: i32| {
        let (x, y) = (i % 16 - 7, i / 16 - 5);
        u8::from(x * x + 2 * y * y < 30)
    };
    const JPEG_2000: &str = "1.2.840.10008.1.2.4.90";
    let expected: Vec<u8> = (0..192).map(ellipse).collect();
    assert_eq!(of(1, 12, JPEG_2000, "bits.j2k"), Ok(expected.clone()));
    assert_eq!(of(8, 12, JPEG_2000, "bits.j2k"), Ok(expected));
    for (bits, rows, syntax, name, found) in [
        (1, 12, JPEG_2000, "ramp.j2k", "of 16 bits"),
        (8, 12, JPEG_2000, "ramp.jp2", "of 16 bits"),
        (1, 11, JPEG_2000, "bits.j2k", "12 x 16 pixels"),
        (8, 12, "1.2.840.10008.1.2.4.110", "ramp.jxl", "of 16 bits"),
    ] {
        let told = of(bits, rows, syntax, name).expect_err(name).to_string();
        assert!(told.contains(found) && !told.contains("damaged"), "{name}: {told}");
    }
}
