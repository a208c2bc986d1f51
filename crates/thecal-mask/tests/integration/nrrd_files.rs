//! NRRD: where voxels lie, segments with their names and layers, what is refused.

use std::path::Path;

use super::mask_bytes::{RAS, codes, fault, gzip, near, nrrd, place, read, voxels};
use thecal_mask::file::read_mask_file;

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
