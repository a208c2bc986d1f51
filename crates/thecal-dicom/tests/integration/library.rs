//! Where `dicom-pixeldata` gives no pixels, or others: why a syntax has a decoder of its own. A test
//! that fails here after an update says that the decoder can go.
#![allow(clippy::disallowed_methods, reason = "looks at the library as it is")]

use std::path::Path;

use crate::common::slices::ImageFile;
use dicom_pixeldata::PixelDecoder;
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::Source;

fn image(bits: u16, rows: u16, columns: u16, syntax: &'static str, stream: &[u8]) -> ImageFile {
    ImageFile::at(0.0)
        .word((0x0028, 0x0010), rows)
        .word((0x0028, 0x0011), columns)
        .word((0x0028, 0x0100), bits)
        .word((0x0028, 0x0101), bits)
        .word((0x0028, 0x0102), bits - 1)
        .fragments(syntax, &[], &[stream])
}

fn here(image: &ImageFile) -> Option<Vec<u8>> {
    let source = Source::from_bytes(Path::new("test.dcm"), image.bytes()).expect("DICOM");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax()).ok()?;
    pixels.frame(0).ok().map(|f| f.into_owned())
}

fn library(image: &ImageFile) -> Option<Vec<u8>> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), image.bytes()).expect("a file");
    let object = dicom_object::open_file(file.path()).ok()?;
    let decode = || object.decode_pixel_data_frame(0).ok().map(|d| d.data().to_vec());
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).ok().flatten()
}

/// Segments as literal runs.
fn rle(segments: &[&[u8]]) -> Vec<u8> {
    let mut header = vec![segments.len() as u32];
    let mut at = 64;
    for s in segments {
        header.push(at);
        at += s.len() as u32;
    }
    header.resize(16, 0);
    let mut out: Vec<u8> = header.iter().flat_map(|w| w.to_le_bytes()).collect();
    segments.iter().for_each(|s| out.extend(*s));
    out
}

const RLE: &str = "1.2.840.10008.1.2.5";

#[test]
fn rle_of_1_and_of_32_bits() {
    let bits = image(1, 2, 4, RLE, &rle(&[&[0, 0b1001_0110]]));
    assert_eq!(here(&bits), Some(vec![0, 1, 1, 0, 1, 0, 0, 1]));
    assert_ne!(library(&bits), Some(vec![0, 1, 1, 0, 1, 0, 0, 1]));
    let wide = image(32, 1, 2, RLE, &rle(&[&[1, 0, 1], &[1, 2, 3], &[1, 4, 5], &[1, 6, 7]]));
    let expected = Some(vec![6, 4, 2, 0, 7, 5, 3, 1]);
    assert_eq!(here(&wide), expected);
    assert_ne!(library(&wide), expected);
}

#[test]
fn jpeg_of_8_bits_in_pixels_of_16() {
    // A real frame of 8 bits, made by jpeg-encoder.
    let Some(folder) = crate::common::shared("transfer-syntaxes") else { return };
    let name = "CTImage.dcm_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm";
    let source = Source::open(&folder.join(name)).expect("a file");
    let data = source.data_set().expect("a data set");
    let element = data.get(thecal_dicom::read::tags::PIXEL_DATA).expect("pixels");
    let thecal_dicom::read::Value::Fragments { fragments, .. } = &element.value else {
        panic!("not encapsulated");
    };
    let stream = fragments.concat();
    let [narrow, wide] =
        [8, 16].map(|bits| image(bits, 512, 512, "1.2.840.10008.1.2.4.50", &stream));
    let eight = here(&narrow).expect("pixels");
    assert_eq!(library(&narrow), Some(eight.clone()));
    let expected: Vec<u8> = eight.iter().flat_map(|&b| [b, 0]).collect();
    assert_eq!(here(&wide), Some(expected.clone()));
    assert_ne!(library(&wide), Some(expected));
}
