//! A decoder whose process dies is its frame's error and no more.

#![cfg(all(unix, feature = "openjpeg"))]

#[path = "integration/common/mod.rs"]
mod common;

use std::path::Path;

use common::slices::ImageFile;
use thecal_dicom::pixels::{Pixels, decode_with};
use thecal_dicom::read::Source;

#[test]
fn a_decoder_that_dies_is_the_frames_error() {
    decode_with(["sh", "-c", "head -c 40 >/dev/null; kill -SEGV $$"].map(Into::into).to_vec());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ramp.htj2k");
    let stream = std::fs::read(file).expect("a frame");
    let image = ImageFile::at(0.0).word((0x0028, 0x0010), 12).word((0x0028, 0x0011), 16).fragments(
        "1.2.840.10008.1.2.4.201",
        &[],
        &[&stream],
    );
    let source = Source::from_bytes(Path::new("test.dcm"), image.bytes()).expect("DICOM");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax()).expect("pixels");
    for _ in 0..2 {
        let told = pixels.frame(0).expect_err("no frame").to_string();
        assert!(told.contains("ended its decoder's process"), "{told}");
    }
}
