//! Files as they come: odd, untrue, damaged and hostile.

use std::io::Write;
use std::path::Path;

use crate::common::{BIG, DEFLATED, EXPLICIT, Form, IMPLICIT, UNDEFINED, meta, part10, shared};
use thecal_dicom::read::{
    BEFORE_PIXELS, Encoding, FaultKind, MAX_DEPTH, ReadError, Source, Tag, inflated_limit, tags,
};

fn open(bytes: &[u8]) -> Result<Source, ReadError> {
    Source::from_bytes(Path::new("test.dcm"), bytes.to_vec())
}

fn kind(error: &ReadError) -> FaultKind {
    error.fault().expect("a fault of the content").kind
}

/// What a whole reading ends with.
fn fault_of(bytes: &[u8]) -> FaultKind {
    match open(bytes) {
        Err(e) => kind(&e),
        Ok(source) => kind(&source.data_set().expect_err("must be refused")),
    }
}

fn small_set(form: Form) -> Vec<u8> {
    [
        form.text((8, 5), "CS", "ISO_IR 192"),
        form.text((8, 0x16), "UI", crate::common::RTSTRUCT),
        form.text((8, 0x60), "CS", "RTSTRUCT"),
        form.sequence(
            (0x3006, 0x20),
            &[form.text((0x3006, 0x22), "IS", "7"), form.text((0x3006, 0x26), "LO", "Rückenmark")],
        ),
        form.element((0x7FE0, 0x10), "OW", &form.u16(515)),
    ]
    .concat()
}

fn assert_small_set(bytes: &[u8], encoding: Encoding, warnings: &[&str]) {
    let source = open(bytes).expect("readable");
    assert_eq!(source.encoding(), encoding);
    let codes: Vec<_> = source.warnings().iter().map(|w| w.code).collect();
    assert_eq!(codes, warnings);
    let set = source.data_set().expect("readable");
    assert_eq!(set.code(tags::MODALITY), Some("RTSTRUCT"));
    let rois = set.items(tags::STRUCTURE_SET_ROI_SEQUENCE).expect("items");
    assert_eq!(rois.len(), 2);
    assert_eq!(rois[0].integer(tags::ROI_NUMBER).expect("whole"), Some(7));
    assert_eq!(rois[1].text(tags::ROI_NAME).as_deref(), Some("Rückenmark"));
    if encoding != Encoding::ImplicitLittle {
        // OW holds no numbers by itself, so look at the bytes.
        let order = if encoding == Encoding::ExplicitBig { [2, 3] } else { [3, 2] };
        assert_eq!(set.bytes(tags::PIXEL_DATA), Some(&order[..]));
    }
}

#[test]
fn every_envelope_is_opened() {
    let forms = [
        (Form::Implicit, IMPLICIT, Encoding::ImplicitLittle),
        (Form::Explicit, EXPLICIT, Encoding::ExplicitLittle),
        (Form::Big, BIG, Encoding::ExplicitBig),
    ];
    for (form, syntax, encoding) in forms {
        let set = small_set(form);
        assert_small_set(&part10(syntax, &set), encoding, &[]);
        // No preamble; neither preamble nor mark; no file meta at all, with and without mark.
        assert_small_set(&[b"DICM", &meta(syntax)[..], &set].concat(), encoding, &[]);
        assert_small_set(&[&meta(syntax)[..], &set].concat(), encoding, &[]);
        assert_small_set(&set, encoding, &["transfer_syntax_assumed"]);
        let marked = [&[0; 128][..], b"DICM", &set].concat();
        assert_small_set(&marked, encoding, &["transfer_syntax_assumed"]);
        // A private syntax.
        assert_small_set(&part10("1.2.9.9", &set), encoding, &["transfer_syntax_assumed"]);
        // Padded to a block.
        assert_small_set(&[&part10(syntax, &set)[..], &[0; 512]].concat(), encoding, &[]);
    }
}

#[test]
fn an_untrue_transfer_syntax_is_seen_through() {
    let untrue = ["transfer_syntax_untrue"];
    let implicit = small_set(Form::Implicit);
    assert_small_set(&part10(EXPLICIT, &implicit), Encoding::ImplicitLittle, &untrue);
    let explicit = small_set(Form::Explicit);
    assert_small_set(&part10(IMPLICIT, &explicit), Encoding::ExplicitLittle, &untrue);
    assert_small_set(&part10(BIG, &explicit), Encoding::ExplicitLittle, &untrue);
    let big = small_set(Form::Big);
    assert_small_set(&part10(EXPLICIT, &big), Encoding::ExplicitBig, &untrue);
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).expect("in memory");
    encoder.finish().expect("in memory")
}

#[test]
fn deflated_sets_inflate_within_a_bound() {
    let file = part10(DEFLATED, &deflated(&small_set(Form::Explicit)));
    assert_small_set(&file, Encoding::ExplicitLittle, &[]);
    for cut in 1..40 {
        assert_eq!(fault_of(&file[..file.len() - cut]), FaultKind::Truncated, "cut by {cut}");
    }
    let bomb = part10(DEFLATED, &deflated(&vec![0; inflated_limit(0) + 1]));
    assert!(bomb.len() < 100_000);
    assert_eq!(fault_of(&bomb), FaultKind::TooLarge);
}

#[test]
fn a_length_beyond_the_file_is_refused_before_memory_is_asked() {
    let form = Form::Explicit;
    let start = [form.text((8, 5), "CS", "ISO_IR 192"), form.text((8, 0x60), "CS", "RTSTRUCT")];
    let tail = vec![b'1'; 900];
    for vr in ["OB", "UN", "SQ"] {
        let header = form.header((0x3006, 0x50), vr, 3_000_000_000);
        let file = part10(EXPLICIT, &[start.concat(), header, tail.clone()].concat());
        let fault = open(&file).expect("opens").data_set().expect_err("refused");
        assert_eq!(kind(&fault), FaultKind::Truncated);
        let text = fault.to_string();
        assert!(text.contains("ContourData (3006,0050)"), "{text}");
        assert!(text.contains("3000000000 bytes") && text.contains("900 bytes left"), "{text}");
    }
    let header = Form::Implicit.header((8, 0x16), "", 0xFFFF_FFFE);
    assert_eq!(fault_of(&part10(IMPLICIT, &[header, tail].concat())), FaultKind::Truncated);
}

#[test]
fn nesting_ends() {
    for (form, syntax) in [(Form::Explicit, EXPLICIT), (Form::Implicit, IMPLICIT)] {
        let open_one = [
            form.header((0x3006, 0x20), "SQ", UNDEFINED),
            form.header((0xFFFE, 0xE000), "", UNDEFINED),
        ];
        assert_eq!(
            fault_of(&part10(syntax, &open_one.concat().repeat(20_000))),
            FaultKind::TooLarge
        );
        let nested = |depth: usize| {
            let mut set = form.text((8, 0x60), "CS", "RTSTRUCT");
            for _ in 0..depth {
                set = form.sequence((0x3006, 0x20), &[set]);
            }
            part10(syntax, &set)
        };
        open(&nested(MAX_DEPTH)).expect("opens").data_set().expect("deep, but allowed");
        assert_eq!(fault_of(&nested(MAX_DEPTH + 1)), FaultKind::TooLarge);
    }
    // UN of undefined length inside itself.
    let form = Form::Explicit;
    let mut file = form.header((0x2005, 0x1100), "UN", UNDEFINED);
    for _ in 0..20_000 {
        file.extend(Form::Implicit.header((0xFFFE, 0xE000), "", UNDEFINED));
        file.extend(Form::Implicit.header((0x2005, 0x1100), "", UNDEFINED));
    }
    let file = part10(EXPLICIT, &[form.text((8, 5), "CS", "ISO_IR 192"), file].concat());
    // Private and unknown, so that its inside reads as a sequence to the limit.
    assert_eq!(fault_of(&file), FaultKind::TooLarge);
}

#[test]
fn un_is_resolved() {
    let form = Form::Explicit;
    let inside = Form::Implicit.text((0x3006, 0x22), "IS", "7");
    let items = [inside.clone(), inside];
    let set = [
        form.text((8, 5), "CS", "ISO_IR 192"),
        // Undefined length: implicit inside, then explicit again (CP-246).
        form.header((0x2005, 0x1100), "UN", UNDEFINED),
        Form::Implicit.open_sequence((0, 0), "", &items)[8..].to_vec(),
        // A known sequence of defined length.
        form.element((0x3006, 0x20), "UN", &Form::Implicit.sequence((0, 0), &items)[8..]),
        // A long text.
        form.element(
            (0x3006, 0x50),
            "UN",
            "1\\2\\3.5\\".repeat(20_000).trim_end_matches('\\').as_bytes(),
        ),
        form.text((0x300E, 2), "CS", "UNAPPROVED"),
    ];
    let file = part10(EXPLICIT, &set.concat());
    let source = open(&file).expect("opens");
    let set = source.data_set().expect("readable");
    for tag in [Tag(0x2005, 0x1100), tags::STRUCTURE_SET_ROI_SEQUENCE] {
        let items = set.items(tag).expect("a sequence");
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].integer(tags::ROI_NUMBER).expect("whole"), Some(7));
    }
    let numbers = set.numbers(tags::CONTOUR_DATA).expect("numbers");
    assert_eq!(numbers.len(), 60_000);
    assert_eq!(numbers[59_997..], [1.0, 2.0, 3.5]);
    assert_eq!(set.code(tags::APPROVAL_STATUS), Some("UNAPPROVED"));
}

#[test]
fn contradictions_are_named() {
    let form = Form::Explicit;
    let start = form.text((8, 5), "CS", "ISO_IR 192");
    let with = |rest: Vec<u8>| part10(EXPLICIT, &[start.clone(), rest].concat());
    // An element that leaves its item, and an item that leaves its sequence.
    let long = form.header((0x3006, 0x26), "LO", 100);
    let item = [form.sequence((0x3006, 0x20), &[long]), vec![b' '; 200]].concat();
    assert_eq!(fault_of(&with(item)), FaultKind::Malformed);
    let mut sequence = form.header((0x3006, 0x20), "SQ", 8);
    sequence.extend(form.header((0xFFFE, 0xE000), "", 100));
    sequence.extend([b' '; 200]);
    assert_eq!(fault_of(&with(sequence)), FaultKind::Malformed);
    // A sequence without items.
    let text = form.element((0x3006, 0x20), "SQ", b"not an item here");
    assert_eq!(fault_of(&with(text)), FaultKind::Malformed);
    // Never closed.
    let open = form.header((0x3006, 0x20), "SQ", UNDEFINED);
    assert_eq!(fault_of(&with(open)), FaultKind::Truncated);
}

#[test]
fn what_is_not_dicom_is_called_so() {
    for bytes in
        [&b""[..], b"{\"a\": 1}", b"\x89PNG\r\n\x1a\n0000", &[0; 400], b"\x02\x00", b"\x08\x00"]
    {
        let error = open(bytes).expect_err("not DICOM");
        assert_eq!(kind(&error), FaultKind::NotDicom, "{}", bytes.escape_ascii());
    }
    let missing = Source::open(Path::new("/nowhere/at all.dcm")).expect_err("absent");
    assert!(missing.to_string().starts_with("/nowhere/at all.dcm: "));
    assert!(Source::open(Path::new("/")).is_err());
}

#[test]
fn a_header_needs_no_pixels() {
    let form = Form::Explicit;
    let filler = form.element((9, 0x1001), "UN", &vec![7; 200_000]);
    let head =
        [form.text((8, 5), "CS", "ISO_IR 192"), filler, form.text((0x10, 0x10), "PN", "A^B")];
    let cut_off = form.header((0x7FE0, 0x10), "OW", 50_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("image.dcm");
    std::fs::write(&path, part10(EXPLICIT, &[head.concat(), cut_off].concat())).expect("written");
    let source = Source::open_until(&path, BEFORE_PIXELS).expect("a readable head");
    let set = source.data_set_until(BEFORE_PIXELS).expect("a readable head");
    assert_eq!(set.elements().len(), 3);
    assert_eq!(set.text(tags::PATIENT_NAME).as_deref(), Some("A^B"));
    assert_eq!(kind(&source.data_set().expect_err("cut off")), FaultKind::Truncated);
}

#[test]
fn signed_words_follow_the_pixels() {
    for (signed, expected) in [(1_u16, -2000.0), (0, 63536.0)] {
        let form = Form::Implicit;
        let set = [
            form.text((8, 5), "CS", "ISO_IR 192"),
            form.element((0x28, 0x103), "US", &signed.to_le_bytes()),
            form.element((0x28, 0x120), "US", &(-2000_i16).to_le_bytes()),
        ];
        let source = open(&part10(IMPLICIT, &set.concat())).expect("opens");
        let set = source.data_set().expect("readable");
        assert_eq!(set.number(tags::PIXEL_PADDING_VALUE).expect("a number"), Some(expected));
    }
}

#[test]
fn real_files_open() {
    let mut opened = 0;
    for folder in
        ["headphantom-ct-rtstruct", "transfer-syntaxes", "lung2018-cord-dose", "seg-dcmqi"]
    {
        let Some(root) = shared(folder) else { continue };
        for entry in walkdir::WalkDir::new(root).into_iter().flatten() {
            if entry.path().extension().is_none_or(|e| e != "dcm") {
                continue;
            }
            let head = Source::open_until(entry.path(), BEFORE_PIXELS).expect("a readable head");
            let set = head.data_set_until(BEFORE_PIXELS).expect("a readable head");
            let uid = set.code(tags::SOP_INSTANCE_UID).expect("an instance UID");
            let whole = Source::open(entry.path()).expect("readable");
            let all = whole.data_set().expect("readable");
            assert_eq!(all.code(tags::SOP_INSTANCE_UID), Some(uid));
            assert!(all.elements().len() >= set.elements().len());
            opened += 1;
        }
    }
    println!("{opened} files opened");
}
