//! Encapsulated pixels: offset tables, fragments, and streams made to do harm.

use crate::common::shared;
use crate::common::slices::{ImageFile, write_all};
use proptest::prelude::*;
use thecal_dicom::image::{Reason, read_series};
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::{Fault, Source};

const RLE: &str = "1.2.840.10008.1.2.5";
const PLAIN: &str = "1.2.840.10008.1.2.1.98";
const SYNTAXES: [&str; 9] = [
    RLE,
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.110",
    "1.2.840.10008.1.2.8.1",
];

/// The frames of an image, as bytes.
fn frames(image: &ImageFile) -> Result<Vec<Vec<u8>>, Fault> {
    let source =
        Source::from_bytes(std::path::Path::new("test.dcm"), image.bytes()).expect("DICOM");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax())?;
    (0..pixels.format().frames).map(|i| pixels.frame(i).map(|f| f.into_owned())).collect()
}

fn three(offsets: &[u32], parts: &[&[u8]]) -> ImageFile {
    ImageFile::at(0.0).text((0x0028, 0x0008), "IS", "3").fragments(PLAIN, offsets, parts)
}

#[test]
fn fragments_find_their_frames() {
    let frame = |n: u8| (0..12).map(|i| 20 * n + i).collect::<Vec<u8>>();
    let (a, b, c) = (frame(0), frame(1), frame(2));
    let expected = vec![a.clone(), b.clone(), c.clone()];
    // One fragment a frame, with and without a table.
    assert_eq!(frames(&three(&[], &[&a, &b, &c])), Ok(expected.clone()));
    assert_eq!(frames(&three(&[0, 20, 40], &[&a, &b, &c])), Ok(expected.clone()));
    // The second frame in two fragments.
    let (head, tail) = b.split_at(4);
    assert_eq!(frames(&three(&[0, 20, 48], &[&a, head, tail, &c])), Ok(expected.clone()));
    // The same by an extended table, without a basic one.
    let table: Vec<u8> = [0_u64, 20, 48].iter().flat_map(|o| o.to_le_bytes()).collect();
    let extended = three(&[], &[&a, head, tail, &c]).raw(
        (0x7FE0, 0x0001),
        [&[0xE0, 0x7F, 1, 0][..], b"OV\0\0", &24_u32.to_le_bytes(), &table].concat(),
    );
    assert_eq!(frames(&extended), Ok(expected));
    // Offsets into nowhere, and too few fragments.
    assert!(frames(&three(&[0, 21, 48], &[&a, head, tail, &c])).is_err());
    assert!(frames(&three(&[0, 20], &[&a, &b])).is_err());
    assert!(frames(&three(&[], &[])).is_err());
}

#[test]
fn a_series_of_many_frames_reads_them_from_the_file() {
    let groups = |z: i32| {
        let form = crate::common::Form::Explicit;
        let plane = form.text((0x0020, 0x0032), "DS", &format!("0\\0\\{z}"));
        form.sequence((0x0020, 0x9113), &[plane])
    };
    let frame = |n: u8| (0..12).map(|i| if i % 2 == 0 { n } else { 0 }).collect::<Vec<u8>>();
    let (a, b, c) = (frame(7), frame(8), frame(9));
    let (head, tail) = b.split_at(4);
    let items: Vec<_> = (0..3).map(groups).collect();
    let sequence = crate::common::Form::Explicit.sequence((0x5200, 0x9230), &items);
    let image = three(&[0, 20, 48], &[&a, head, tail, &c]).raw((0x5200, 0x9230), sequence);
    let (_dir, paths) = write_all(&[image]);
    let volume = read_series(&paths).expect("images").into_single().expect("one volume");
    let found: Vec<_> = (0..3).map(|k| volume.voxels.get([2, 1, k])).collect();
    assert_eq!(found, [Some(7.0), Some(8.0), Some(9.0)]);
}

#[test]
fn bits_run_on_from_frame_to_frame() {
    // Three frames of 2 x 3 pixels: 18 bits, least significant first.
    let image = ImageFile::at(0.0)
        .text((0x0028, 0x0008), "IS", "3")
        .word((0x0028, 0x0100), 1)
        .word((0x0028, 0x0101), 1)
        .word((0x0028, 0x0102), 0)
        .with((0x7FE0, 0x0010), "OB", &[0b0100_0001, 0b0001_0000, 0b10, 0]);
    let expected = [[1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 1]];
    assert_eq!(frames(&image), Ok(expected.map(|f| f.to_vec()).to_vec()));
}

#[test]
fn what_cannot_be_decoded_names_the_syntax_and_the_files() {
    let file = |z: f64| ImageFile::at(z).fragments("1.2.840.10008.1.2.4.100", &[], &[&[0; 4]]);
    let (_dir, paths) = write_all(&[file(0.0), file(1.0)]);
    let refusal = read_series(&paths).expect("images").refused.remove(0);
    assert_eq!((refusal.reason, refusal.files.len()), (Reason::Pixels, 2));
    let wanted = ["00.dcm, 01.dcm", "1.2.840.10008.1.2.4.100", "video decoder"];
    assert!(wanted.iter().all(|w| refusal.message.contains(w)), "{}", refusal.message);
}

#[test]
fn a_small_stream_for_a_large_plane_is_refused() {
    for syntax in SYNTAXES {
        let image = ImageFile::at(0.0)
            .word((0x0028, 0x0010), 16_000)
            .word((0x0028, 0x0011), 16_000)
            .fragments(syntax, &[], &[&[0xFF; 100]]);
        assert!(frames(&image).is_err(), "{syntax}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn noise_is_an_error_and_no_panic(
        which in 0..SYNTAXES.len(),
        start in prop::sample::select(vec![
            &[][..],
            &[0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0, 2, 0, 3, 1, 1, 0x11, 0][..],
            &[0xFF, 0xD8, 0xFF, 0xC1, 0, 11, 12, 0, 2, 0, 3, 1, 1, 0x11, 0][..],
            &[0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2][..],
            &[0xFF, 0x0A][..],
        ]),
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let stream = [start, &noise].concat();
        let _ = frames(&ImageFile::at(0.0).fragments(SYNTAXES[which], &[], &[&stream]));
    }
}

/// The fragments of a real file, changed here and there, cut off, or told to be another size.
#[test]
fn damaged_streams_are_errors() {
    let Some(folder) = shared("transfer-syntaxes") else { return };
    let mut random = 88_172_645_463_325_252_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let uid = path.to_string_lossy().into_owned();
        let Some(syntax) = SYNTAXES.iter().find(|s| uid.ends_with(&format!("_{s}.dcm"))) else {
            continue;
        };
        let whole = std::fs::read(&path).expect("a file");
        let mut errors = 0;
        for round in 0..60 {
            let mut bytes = whole.clone();
            // In the first bytes of the pixels for half of the rounds: that is where headers are.
            let pixels =
                bytes.windows(4).rposition(|w| w == [0xE0, 0x7F, 0x10, 0]).expect("pixels");
            let reach = if round % 2 == 0 { 300 } else { bytes.len() - pixels - 40 };
            for _ in 0..1 + next() % 4 {
                let at = pixels + 36 + next() as usize % reach;
                bytes[at] = next() as u8;
            }
            let Ok(source) = Source::from_bytes(&path, bytes) else { continue };
            let Ok(data) = source.data_set() else { continue };
            let frame =
                Pixels::new(&data, source.transfer_syntax()).and_then(|p| p.frame(0).map(drop));
            errors += usize::from(frame.is_err());
        }
        assert!(errors > 0, "{syntax}: no damage was seen");
    }
}

/// Found on a mutated file: a run of zeros that leads beyond its block of 64 coefficients.
#[test]
fn a_run_beyond_its_block_is_an_error_and_no_panic() {
    let Some(folder) = shared("hostile") else { return };
    let source = Source::open(&folder.join("jpeg-12bit-index.dcm")).expect("a file");
    let data = source.data_set().expect("a data set");
    let pixels = Pixels::new(&data, source.transfer_syntax()).expect("pixels");
    let told = pixels.frame(0).expect_err("damaged").to_string();
    // A panic that is caught says that the decoder fails on them.
    assert!(told.contains("a scan that ends in block"), "{told}");
}
