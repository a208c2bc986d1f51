//! Any compressed frame: an error that can be shown, or a frame of the stated size, and soon.
//!
//! The first byte chooses the transfer syntax, the next three bits allocated, rows and columns.
#![no_main]

use std::path::Path;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::Source;

/// Those whose decoders are Rust; what is in C runs in a process of its own.
const SYNTAXES: [&str; 8] = ["5", "8.1", "4.50", "4.51", "4.57", "4.70", "4.90", "4.110"];
/// With the sanitizer, on a busy machine.
const MOST: Duration = Duration::from_secs(8);

fn element(out: &mut Vec<u8>, tag: (u16, u16), vr: &[u8; 2], value: &[u8]) {
    out.extend(tag.0.to_le_bytes());
    out.extend(tag.1.to_le_bytes());
    out.extend(vr);
    out.extend((value.len() as u16).to_le_bytes());
    out.extend(value);
}

fn file(syntax: &str, bits: u16, rows: u16, columns: u16, stream: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 128];
    out.extend(b"DICM");
    let mut uid = format!("1.2.840.10008.1.2.{syntax}").into_bytes();
    uid.resize(uid.len().next_multiple_of(2), 0);
    element(&mut out, (2, 0x10), b"UI", &uid);
    for (tag, word) in [
        (0x02, 1),
        (0x10, rows),
        (0x11, columns),
        (0x100, bits),
        (0x101, bits),
        (0x102, bits - 1),
        (0x103, 0),
    ] {
        element(&mut out, (0x28, tag), b"US", &word.to_le_bytes());
    }
    let item = |length: usize| [&[0xFE, 0xFF, 0, 0xE0][..], &(length as u32).to_le_bytes()].concat();
    out.extend([0xE0, 0x7F, 0x10, 0, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    out.extend(item(0));
    let even = stream.len().next_multiple_of(2);
    out.extend(item(even));
    out.extend(stream);
    out.resize(out.len() + even - stream.len(), 0);
    out.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    out
}

fuzz_target!(|bytes: &[u8]| {
    let [syntax, bits, rows, columns, stream @ ..] = bytes else { return };
    let bits = [8, 16, 32, 1][usize::from(bits % 4)];
    let syntax = SYNTAXES[usize::from(*syntax) % SYNTAXES.len()];
    // 255 stands for the size of the real files.
    let side = |n: &u8| if *n == 255 { 512 } else { u16::from(*n).max(1) };
    let file = file(syntax, bits, side(rows), side(columns), stream);
    let start = Instant::now();
    let Ok(source) = Source::from_bytes(Path::new("fuzz"), file) else { return };
    let Ok(data) = source.data_set() else { return };
    match Pixels::new(&data, source.transfer_syntax()) {
        Err(fault) => assert!(!fault.to_string().is_empty()),
        Ok(pixels) => match pixels.frame(0) {
            Err(fault) => assert!(!fault.to_string().is_empty()),
            Ok(frame) => assert_eq!(frame.len(), pixels.format().frame_bytes()),
        },
    }
    assert!(start.elapsed() < MOST, "{:?} for {} bytes", start.elapsed(), stream.len());
});
