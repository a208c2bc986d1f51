//! NIfTI and NRRD written byte by byte: where voxels lie, what they are called, what is refused.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use thecal_mask::file::{MaskFile, MaskFileError, read_mask_bytes, read_mask_file};

const SIZE: [usize; 3] = [3, 4, 5];

/// Voxels of the size above: label 7 at [1, 2, 3], label 60 at [2, 0, 4].
fn voxels() -> Vec<u8> {
    let mut out = vec![0; 60];
    out[1 + 3 * (2 + 4 * 3)] = 7;
    out[2 + 3 * (4 * 4)] = 60;
    out
}

struct Nifti {
    bytes: Vec<u8>,
    big: bool,
}

impl Nifti {
    fn new(big: bool, datatype: i16) -> Self {
        let mut n = Self { bytes: vec![0; 352], big };
        n.put(0, &348_i32.to_le_bytes());
        n.shorts(40, &[3, 3, 4, 5, 1, 1, 1, 1]);
        n.shorts(70, &[datatype]);
        n.floats(76, &[1.0, 0.5, 2.0, 3.0]);
        n.floats(108, &[352.0, 1.0, 0.0]);
        n.bytes[123] = 2;
        n.bytes[344..348].copy_from_slice(b"n+1\0");
        n
    }

    fn put(&mut self, at: usize, little: &[u8]) {
        let mut value = little.to_vec();
        if self.big {
            value.reverse();
        }
        self.bytes[at..at + value.len()].copy_from_slice(&value);
    }

    fn shorts(&mut self, at: usize, values: &[i16]) {
        values.iter().enumerate().for_each(|(k, v)| self.put(at + 2 * k, &v.to_le_bytes()));
    }

    fn floats(&mut self, at: usize, values: &[f32]) {
        values.iter().enumerate().for_each(|(k, v)| self.put(at + 4 * k, &v.to_le_bytes()));
    }

    /// i to inferior (0.5 mm), j to right (2 mm), k to anterior (3 mm), in RAS.
    fn with_sform(mut self) -> Self {
        self.shorts(254, &[1]);
        self.floats(280, &[0.0, 2.0, 0.0, 10.0]);
        self.floats(296, &[0.0, 0.0, 3.0, 20.0]);
        self.floats(312, &[-0.5, 0.0, 0.0, 30.0]);
        self
    }

    fn file(self, voxels: &[u8]) -> Vec<u8> {
        [self.bytes, voxels.to_vec()].concat()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).expect("in memory");
    out.finish().expect("in memory")
}

fn read(name: &str, bytes: &[u8]) -> Result<MaskFile, MaskFileError> {
    read_mask_bytes(Path::new(name), bytes)
}

/// LPS place of the only voxel of a label.
fn place(file: &MaskFile, value: i32) -> [f64; 3] {
    let label = file.labels.iter().find(|l| l.value == value).expect("the label");
    assert_eq!(label.voxels, 1);
    let mask = file.mask(label).expect("a mask");
    assert_eq!((mask.slices().len(), mask.slices()[0].size), (1, [1, 1]));
    mask.slices()[0].first_mm.into()
}

fn near(a: [f64; 3], b: [f64; 3]) -> bool {
    (0..3).all(|k| (a[k] - b[k]).abs() < 1e-5)
}

fn fault(result: Result<MaskFile, MaskFileError>) -> (&'static str, bool) {
    match result.expect_err("refused") {
        MaskFileError::Content { fault, .. } => (fault.field, fault.is_image),
        other => panic!("{other}"),
    }
}

#[test]
fn nifti_voxels_lie_where_the_sform_says_in_lps() {
    // [1, 2, 3]: RAS = (10 + 2 * 2, 20 + 3 * 3, 30 - 0.5) = (14, 29, 29.5).
    for (big, packed) in [(false, false), (true, false), (false, true)] {
        let bytes = Nifti::new(big, 2).with_sform().file(&voxels());
        let bytes = if packed { gzip(&bytes) } else { bytes };
        let file = read("case.nii", &bytes).expect("readable");
        assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
        assert!(near(place(&file, 60), [-10.0, -32.0, 29.0]));
        let names: Vec<&str> = file.labels.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["label 7", "label 60"]);
        assert!(file.warnings.is_empty());
    }
}

#[test]
fn the_qform_counts_where_there_is_no_sform_and_a_dispute_is_told() {
    // A quarter turn about z (a = d = root 1/2): i to +y, j to -x; k flipped by qfac.
    let half = 0.5_f32.sqrt();
    let with_qform = |mut n: Nifti| {
        n.shorts(252, &[1]);
        n.floats(76, &[-1.0]);
        n.floats(256, &[0.0, 0.0, half, 1.0, 2.0, 3.0]);
        n
    };
    let file = read("case.nii", &with_qform(Nifti::new(false, 2)).file(&voxels())).unwrap();
    // [1, 2, 3] of 0.5, 2, 3 mm: RAS = (1 - 4, 2 + 0.5, 3 - 9).
    assert!(near(place(&file, 7), [3.0, -2.5, -6.0]));
    let both = with_qform(Nifti::new(false, 2)).with_sform().file(&voxels());
    let file = read("case.nii", &both).unwrap();
    assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
    assert_eq!(file.warnings[0].code, "orientation_ambiguous");
    let none = read("case.nii", &Nifti::new(false, 2).file(&voxels())).unwrap();
    assert_eq!(none.warnings[0].code, "orientation_absent");
}

#[test]
fn voxels_of_every_type_are_read_and_scaled() {
    for (datatype, size) in [(4, 2), (8, 4), (16, 4), (64, 8), (256, 1), (512, 2), (1024, 8)] {
        let mut bytes = Vec::new();
        for v in voxels() {
            bytes.extend(match (datatype, size) {
                (16, _) => f32::from(v).to_le_bytes().to_vec(),
                (64, _) => f64::from(v).to_le_bytes().to_vec(),
                (_, size) => i64::from(v).to_le_bytes()[..size].to_vec(),
            });
        }
        let file =
            read("case.nii", &Nifti::new(false, datatype).with_sform().file(&bytes)).unwrap();
        assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]), "{datatype}");
    }
    // Bytes of 0 to 255 scaled to 0 to 1 are parts of a voxel.
    let mut soft = Nifti::new(false, 2).with_sform();
    soft.floats(112, &[1.0 / 255.0, 0.0]);
    let mut parts = vec![0; 60];
    parts[20..23].copy_from_slice(&[255, 200, 100]);
    let file = read("mask_cord.nii", &soft.file(&parts)).unwrap();
    assert!(file.graded);
    assert_eq!((file.labels[0].name.as_str(), file.labels[0].voxels), ("cord", 2));
}

#[test]
fn sizes_that_lie_are_refused_before_memory_is_taken() {
    let huge = |mut n: Nifti| {
        n.shorts(42, &[32_000, 32_000, 32_000]);
        n.file(&voxels())
    };
    assert_eq!(fault(read("a.nii", &huge(Nifti::new(false, 2)))).0, "size");
    let many = |mut n: Nifti| {
        n.shorts(42, &[500, 500, 500]);
        n.file(&voxels())
    };
    assert_eq!(fault(read("a.nii", &many(Nifti::new(false, 2)))).0, "data");
    assert_eq!(fault(read("a.nii", &gzip(&many(Nifti::new(false, 2))))).0, "data");
    // A gzip bomb is unpacked no further than its header announces.
    let bomb =
        gzip(&[Nifti::new(false, 2).with_sform().file(&voxels()), vec![0; 1 << 26]].concat());
    assert!(bomb.len() < 100_000);
    assert_eq!(read("a.nii", &bomb).unwrap().grid.size(), SIZE);
    let mut zero = Nifti::new(false, 2);
    zero.shorts(42, &[0]);
    assert_eq!(fault(read("a.nii", &zero.file(&voxels()))).0, "dim");
    let mut flat = Nifti::new(false, 2).with_sform();
    flat.floats(280, &[0.0, f32::NAN, 0.0, 0.0]);
    assert_eq!(fault(read("a.nii", &flat.file(&voxels()))).0, "srow");
}

#[test]
fn pictures_are_told_from_masks() {
    let mut noise = Nifti::new(false, 4).with_sform();
    noise.shorts(42, &[40, 40, 40]);
    let values: Vec<u8> = (0..64_000_u32)
        .flat_map(|n| ((n.wrapping_mul(2_654_435_761) >> 23) as i16).to_le_bytes())
        .collect();
    assert_eq!(fault(read("t2.nii", &noise.file(&values))), ("voxels", true));
    let negative: Vec<u8> = (0..60).flat_map(|_| (-1000_i16).to_le_bytes()).collect();
    let ct = Nifti::new(false, 4).with_sform().file(&negative);
    assert_eq!(fault(read("ct.nii", &ct)), ("voxels", true));
}

fn nrrd(fields: &str, data: &[u8]) -> Vec<u8> {
    [format!("NRRD0004\n# comment\n{fields}\n\n").as_bytes(), data].concat()
}

const RAS: &str = "type: uchar\ndimension: 3\nspace: right-anterior-superior\nsizes: 3 4 5\n\
    space directions: (0,0,-0.5) (2,0,0) (0,3,0)\nkinds: domain domain domain\n\
    space origin: (10,20,30)\nencoding: raw";

#[test]
fn nrrd_voxels_lie_where_the_space_says_in_lps() {
    let file = read("a.nrrd", &nrrd(RAS, &voxels())).expect("readable");
    assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
    let lps = RAS.replace("right-anterior-superior", "left-posterior-superior");
    let packed = lps.replace("encoding: raw", "encoding: gzip");
    for bytes in [nrrd(&lps, &voxels()), nrrd(&packed, &gzip(&voxels()))] {
        assert!(near(place(&read("a.nrrd", &bytes).unwrap(), 7), [14.0, 29.0, 29.5]));
    }
    let wide = RAS.replace("uchar", "short") + "\nendian: big";
    let data: Vec<u8> = voxels().iter().flat_map(|&v| i16::from(v).to_be_bytes()).collect();
    assert!(near(place(&read("a.nrrd", &nrrd(&wide, &data)).unwrap(), 60), [-10.0, -32.0, 29.0]));
}

#[test]
fn slicers_segments_keep_names_and_layers() {
    // Two layers, the layer fastest: a voxel of segment A and one of B share a place.
    let fields = "type: uchar\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 3 4 5\n\
        space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\n\
        space origin: (0,0,0)\nencoding: raw\nSegment0_Name:=SpinalCord\nSegment0_LabelValue:=1\n\
        Segment0_Layer:=0\nSegment1_Name:=GTV\nSegment1_LabelValue:=1\nSegment1_Layer:=1\n\
        Segment2_Name:=Nothing\nSegment2_LabelValue:=9\nSegment2_Layer:=0";
    let mut data = vec![0; 120];
    let at = 2 * (1 + 3 * (2 + 4 * 3));
    (data[at], data[at + 1]) = (1, 1);
    let file = read("a.seg.nrrd", &nrrd(fields, &data)).expect("readable");
    let found: Vec<_> = file.labels.iter().map(|l| (l.name.as_str(), l.layer, l.voxels)).collect();
    assert_eq!(found, [("SpinalCord", 0, 1), ("GTV", 1, 1), ("Nothing", 0, 0)]);
    for label in &file.labels[..2] {
        let p = file.mask(label).unwrap().slices()[0].first_mm;
        assert!(near(p.into(), [1.0, 2.0, 3.0]));
    }
}

#[test]
fn a_detached_header_finds_its_data_beside_it_only() {
    let dir = std::env::temp_dir().join(format!("thecal-nhdr-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let header = dir.join("a.nhdr");
    std::fs::write(dir.join("a.raw"), voxels()).unwrap();
    let with = |name: &str| format!("NRRD0004\n{RAS}\ndata file: {name}\n");
    std::fs::write(&header, with("a.raw")).unwrap();
    assert!(near(place(&read_mask_file(&header).unwrap(), 7), [-14.0, -29.0, 29.5]));
    for name in ["../a.raw", "/etc/hostname", "LIST", "a%03d.raw 1 5 1"] {
        std::fs::write(&header, with(name)).unwrap();
        assert_eq!(fault(read_mask_file(&header)).0, "data file", "{name}");
    }
    assert_eq!(fault(read("a.nhdr", with("a.raw").as_bytes())).0, "data file");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn nrrd_that_makes_no_sense_is_refused() {
    for (from, to, field) in [
        ("sizes: 3 4 5", "sizes: 3000 4000 5000", "size"),
        ("sizes: 3 4 5", "sizes: 3 4", "dimension"),
        ("sizes: 3 4 5", "sizes: 30 40 50", "data"),
        ("(2,0,0)", "(0,0,1)", "space directions"),
        ("(2,0,0)", "(2,0)", "space directions"),
        // Found by fuzzing: axes that span space, but hardly.
        ("(2,0,0)", "(0.05,0,2)", "space directions"),
        ("(2,0,0)", "(1e30,0,0)", "space directions"),
        // Three voxels of 4 m, as a damaged digit makes them.
        ("(2,0,0)", "(4e3,0,0)", "space directions"),
        ("encoding: raw", "encoding: bzip2", "encoding"),
        ("right-anterior-superior", "scanner-xyz", "space"),
        ("type: uchar", "type: block", "type"),
    ] {
        let bytes = nrrd(&RAS.replace(from, to), &voxels());
        assert_eq!(fault(read("a.nrrd", &bytes)).0, field, "{to}");
    }
}

/// What decides of a file: labels with their voxels, and where they lie.
fn content(file: &MaskFile) -> (Vec<(i32, usize, usize)>, Vec<u32>) {
    let labels = file.labels.iter().map(|l| (l.value, l.layer, l.voxels)).collect();
    let bits = file.layer(0).expect("a layer").values().iter().map(|v| v.to_bits());
    (labels, bits.collect())
}

#[test]
fn no_flipped_bit_of_a_packed_file_changes_a_voxel_in_silence() {
    let big: Vec<u8> = (0..4000_u32).map(|n| u8::from(n.wrapping_mul(97) % 7 > 3)).collect();
    let mut cube = Nifti::new(false, 2).with_sform();
    cube.shorts(42, &[10, 20, 20]);
    let fields = RAS.replace("encoding: raw", "encoding: gzip").replace("3 4 5", "10 20 20");
    let whole = gzip(&cube.file(&big));
    for (sound, packed_from) in
        [(whole.clone(), 0), (nrrd(&fields, &gzip(&big)), nrrd(&fields, &[]).len())]
    {
        let right = content(&read("a", &sound).expect("sound"));
        let mut accepted = 0;
        for bit in 8 * packed_from..8 * sound.len() {
            let mut bytes = sound.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(file) = read("a", &bytes) {
                accepted += 1;
                assert_eq!(content(&file), right, "bit {bit}");
            }
        }
        // The time, the name and the like in gzip's own header bear on nothing.
        assert!(accepted <= 10 * 8, "{accepted}");
        // A file that is cut off within its check sum cannot be known to be whole.
        assert_eq!(fault(read("a", &sound[..sound.len() - 5])).0, "data");
    }
}

fn codes(file: &MaskFile) -> Vec<&str> {
    file.warnings.iter().map(|w| w.code).collect()
}

#[test]
fn what_follows_the_voxels_is_told() {
    let plain = Nifti::new(false, 2).with_sform().file(&voxels());
    let longer = [plain.clone(), vec![0; 7]].concat();
    let packed = RAS.replace("encoding: raw", "encoding: gzip");
    let more = [voxels(), vec![1; 7]].concat();
    for bytes in [
        longer.clone(),
        gzip(&longer),
        [gzip(&plain), b"rubbish".to_vec()].concat(),
        // A second member that holds no more of this image.
        [gzip(&plain), gzip(b"rubbish")].concat(),
        nrrd(RAS, &more),
        nrrd(&packed, &gzip(&more)),
    ] {
        let file = read("a.nii", &bytes).expect("readable");
        assert_eq!(codes(&file), ["data_surplus"]);
        assert!(file.warnings[0].message.starts_with("7 bytes"), "{}", file.warnings[0].message);
    }
    // An image in two members is one image.
    let (head, tail) = plain.split_at(380);
    let file = read("a.nii", &[gzip(head), gzip(tail)].concat()).expect("readable");
    assert!(codes(&file).is_empty());
    assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]));
}

#[test]
fn a_step_that_is_not_the_voxels_size_is_told_and_refused_beyond_rounding() {
    let with = |pixdim: [f32; 3]| {
        let mut n = Nifti::new(false, 2).with_sform();
        n.floats(80, &pixdim);
        read("a.nii", &n.file(&voxels()))
    };
    // Unit axes of a voxel that is none of 1 mm, as a known writer has them.
    let mut unit = Nifti::new(false, 2).with_sform();
    unit.floats(280, &[0.0, 1.0, 0.0, 10.0]);
    unit.floats(296, &[0.0, 0.0, 1.0, 20.0]);
    unit.floats(312, &[-1.0, 0.0, 0.0, 30.0]);
    assert_eq!(fault(read("a.nii", &unit.file(&voxels()))).0, "srow");
    assert_eq!(fault(with([0.5, 2.0, 3.1])).0, "srow");
    assert_eq!(codes(&with([0.5, 2.0, 3.005]).unwrap()), ["voxel_size_disputed"]);
    assert!(codes(&with([0.5, 2.0, 3.000_01]).unwrap()).is_empty());
    // Sizes that are not stated dispute nothing; without an sform they are the only ones.
    assert!(codes(&with([0.0; 3]).unwrap()).is_empty());
    let plain = read("a.nii", &Nifti::new(false, 2).file(&voxels())).unwrap();
    assert_eq!(codes(&plain), ["orientation_absent"]);
}

#[test]
fn labels_that_scaling_left_a_little_off_are_labels() {
    let scaled = |slope: f32| {
        let mut n = Nifti::new(false, 2).with_sform();
        n.floats(112, &[slope, 0.0]);
        read("a.nii", &n.file(&voxels())).unwrap()
    };
    let file = scaled(1.000_015_3);
    let found: Vec<_> = file.labels.iter().map(|l| (l.value, l.voxels)).collect();
    assert_eq!((found, codes(&file)), (vec![(7, 1), (60, 1)], vec!["labels_rounded"]));
    assert!(near(place(&file, 60), [-10.0, -32.0, 29.0]));
    assert!(codes(&scaled(1.0)).is_empty());
}

#[test]
fn a_header_and_image_apart_are_told_from_damage() {
    let dir = std::env::temp_dir().join(format!("thecal-pair-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let mut pair = Nifti::new(false, 2).with_sform();
    pair.bytes.truncate(348);
    pair.bytes[344..348].copy_from_slice(b"ni1\0");
    std::fs::write(dir.join("a.hdr"), &pair.bytes).unwrap();
    std::fs::write(dir.join("a.img"), voxels()).unwrap();
    pair.bytes[344..348].fill(0);
    std::fs::write(dir.join("b.hdr"), &pair.bytes).unwrap();
    for (name, field, says) in [
        ("a.hdr", "magic", "header and image in two files"),
        ("a.img", "file", "an image without its header"),
        ("b.hdr", "magic", "Analyze 7.5"),
    ] {
        let refused = read_mask_file(&dir.join(name));
        let text = refused.as_ref().unwrap_err().to_string();
        assert!(text.contains(says) && text.contains("one .nii file"), "{text}");
        assert_eq!(fault(refused).0, field);
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn nrrd_lengths_are_in_the_stated_unit() {
    let metres = RAS
        .replace("(0,0,-0.5) (2,0,0) (0,3,0)", "(0,0,-0.0005) (0.002,0,0) (0,0.003,0)")
        .replace("(10,20,30)", "(0.01,0.02,0.03)")
        + "\nspace units: \"m\" \"m\" \"m\"";
    let stated = RAS.to_owned() + "\nspace units: \"mm\" \"mm\" \"mm\"";
    for fields in [metres, stated] {
        let file = read("a.nrrd", &nrrd(&fields, &voxels())).expect("readable");
        assert!(near(place(&file, 7), [-14.0, -29.0, 29.5]), "{:?}", place(&file, 7));
    }
    let foreign = RAS.to_owned() + "\nspace units: \"furlong\" \"mm\" \"mm\"";
    assert_eq!(fault(read("a.nrrd", &nrrd(&foreign, &voxels()))).0, "space units");
}

#[test]
fn segments_of_an_old_slicer_are_layers_in_the_order_of_their_numbers() {
    let fields = "type: uchar\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 3 4 5\n\
        space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\n\
        space origin: (0,0,0)\nencoding: raw\nSegment1_Name:=GTV\nSegment1_Extent:=0 2 0 3 0 4\n\
        Segment0_Name:=SpinalCord\nSegment0_Extent:=0 2 0 3 0 4";
    let mut data = vec![0; 120];
    data[0] = 1;
    (data[11], data[13]) = (1, 1);
    let file = read("a.seg.nrrd", &nrrd(fields, &data)).expect("readable");
    let found: Vec<_> = file.labels.iter().map(|l| (l.name.as_str(), l.layer, l.voxels)).collect();
    assert_eq!(found, [("SpinalCord", 0, 1), ("GTV", 1, 2)]);
}

#[test]
fn layers_may_lie_along_a_fourth_dimension() {
    let fields = "type: uchar\ndimension: 4\nspace: left-posterior-superior-time\nsizes: 3 4 5 2\n\
        space directions: (1,0,0,0) (0,1,0,0) (0,0,1,0) (0,0,0,1)\nspace origin: (0,0,0,0)\n\
        encoding: raw\nSegment0_Name:=SpinalCord\nSegment0_LabelValue:=1\nSegment0_Layer:=0\n\
        Segment1_Name:=GTV\nSegment1_LabelValue:=2\nSegment1_Layer:=1";
    let mut data = vec![0; 120];
    let at = 1 + 3 * (2 + 4 * 3);
    (data[at], data[60 + at]) = (1, 2);
    let nameless = fields.replace("space: left-posterior-superior-time", "space dimension: 4");
    for (fields, told) in [(fields, vec![]), (&nameless, vec!["orientation_absent"])] {
        let file = read("a.seg.nrrd", &nrrd(fields, &data)).expect("readable");
        let found: Vec<_> = file.labels.iter().map(|l| (l.name.as_str(), l.layer)).collect();
        assert_eq!((found, codes(&file)), (vec![("SpinalCord", 0), ("GTV", 1)], told));
        for label in &file.labels {
            let p = file.mask(label).unwrap().slices()[0].first_mm;
            assert!(near(p.into(), [1.0, 2.0, 3.0]));
        }
    }
    let slanted = fields.replace("(0,0,1,0)", "(0,0,1,1)");
    assert_eq!(fault(read("a.nrrd", &nrrd(&slanted, &data))).0, "space directions");
}

/// Seeds for the fuzzer, `fuzz/seeds/nifti`.
#[test]
#[ignore = "writes files"]
fn write_nifti_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/nifti");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in [
        ("plain.nii", Nifti::new(false, 2).with_sform().file(&voxels())),
        ("packed.nii.gz", gzip(&Nifti::new(true, 2).with_sform().file(&voxels()))),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
}

/// Seeds for the fuzzer, without the magic word that it puts before them, `fuzz/seeds/nrrd`.
#[test]
#[ignore = "writes files"]
fn write_nrrd_seeds() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/nrrd");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, bytes) in [
        ("raw.nrrd", nrrd(RAS, &voxels())[9..].to_vec()),
        ("gzip.nrrd", nrrd(&RAS.replace("raw", "gzip"), &gzip(&voxels()))[9..].to_vec()),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
}
