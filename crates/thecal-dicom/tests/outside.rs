//! Frames that a decoder in C decodes in a process of its own.

#![cfg(feature = "openjpeg")]

#[path = "integration/common/mod.rs"]
mod common;

use std::path::Path;

use common::slices::ImageFile;
use thecal_dicom::pixels::{Pixels, decode_with};
use thecal_dicom::read::{Fault, Source};

fn frame(stream: &[u8]) -> Result<Vec<u8>, Fault> {
    let image = ImageFile::at(0.0).word((0x0028, 0x0010), 12).word((0x0028, 0x0011), 16).fragments(
        "1.2.840.10008.1.2.4.201",
        &[],
        &[stream],
    );
    let source = Source::from_bytes(Path::new("test.dcm"), image.bytes()).expect("DICOM");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax())?;
    pixels.frame(0).map(|f| f.into_owned())
}

#[test]
fn pixels_come_back_and_a_fault_of_the_stream_ends_nothing() {
    decode_with(vec![env!("CARGO_BIN_EXE_thecal-frames").into()]);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ramp.htj2k");
    let stream = std::fs::read(file).expect("a frame");
    let ramp = |i: i32| (37 * (i % 16) + 101 * (i / 16) + 257 * ((i % 16) * (i / 16) % 13)) % 4096;
    let expected: Vec<u8> = (0..192).flat_map(|i| (ramp(i) as u16).to_le_bytes()).collect();
    for _ in 0..3 {
        assert_eq!(frame(&stream), Ok(expected.clone()));
        // Its middle overwritten: an error or other pixels, and the next frame comes as before.
        let mut damaged = stream.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 20].fill(0xA5);
        let _ = frame(&damaged);
    }
    let many: Vec<_> = std::thread::scope(|threads| {
        let asked: Vec<_> = (0..4).map(|_| threads.spawn(|| frame(&stream))).collect();
        asked.into_iter().map(|t| t.join().expect("a frame")).collect()
    });
    assert!(many.iter().all(|f| *f == Ok(expected.clone())));
}
