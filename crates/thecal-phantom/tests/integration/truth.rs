//! The truth of a phantom against closed forms, and the gap asked for.

use thecal_phantom::{CordSpec, Curve, PhantomSpec, Shape, ShapeKind, Study};

fn straight(shape: Shape, gap_mm: f64) -> PhantomSpec {
    let mut spec = PhantomSpec::random(7, ShapeKind::Sphere, 2.0, gap_mm);
    spec.shape = shape;
    spec.cord =
        CordSpec { semi_axes_mm: [4.0, 4.0], x: Curve::straight(1.0), y: Curve::straight(-2.0) };
    spec
}

#[test]
fn sphere_beside_a_straight_round_cord() {
    let mut spec = straight(Shape::Sphere { radius_mm: 9.0 }, 2.5);
    spec.direction_deg = 0.0;
    let study = Study::build(&spec).unwrap();
    let pair = &study.truth.pairs[0];
    assert!((pair.gap_mm - 2.5).abs() < 1e-9);
    // The nearest points lie on the line of centres, the cord's foremost at y = -2 - 4.
    assert!((pair.closest.b_mm.y + 6.0).abs() < 1e-6);
    assert!((pair.closest.a_mm.y + 8.5).abs() < 1e-6);
    assert!((pair.closest.a_mm.z - spec.tumour_z_mm).abs() < 1e-4);
    assert!((study.truth.tumour_cc - 3.053_628_059).abs() < 1e-6);
}

#[test]
fn c_about_a_straight_round_cord() {
    // The inner side of the C is everywhere gap away: radius = 4 + gap + half thickness.
    let shape = Shape::CShape { half_thickness_mm: 5.0, half_height_mm: 12.0, arc_deg: 180.0 };
    let study = Study::build(&straight(shape, 3.0)).unwrap();
    let gtv = &study.structures[2];
    let least = gtv
        .contours
        .iter()
        .flat_map(|c| &c.points_mm)
        .map(|p| (p.x - 1.0).hypot(p.y + 2.0) - 4.0)
        .fold(f64::INFINITY, f64::min);
    assert!((3.0 - 1e-9..3.1).contains(&least), "{least}");
    assert!((study.truth.pairs[0].gap_mm - 3.0).abs() < 1e-9);
}

#[test]
fn every_shape_reaches_its_gap() {
    for kind in [ShapeKind::Sphere, ShapeKind::Ellipsoid, ShapeKind::CShape] {
        for seed in 0..3 {
            let gap = 1.0 + 1.3 * seed as f64;
            let study = Study::build(&PhantomSpec::random(seed, kind, 2.0, gap)).unwrap();
            let truth = &study.truth;
            assert!((truth.pairs[0].gap_mm - gap).abs() < 1e-9, "{kind:?} {seed}");
            for pair in &truth.pairs {
                assert!(pair.gap_mm > 0.0, "{kind:?} {seed} {}", pair.pair);
                let apart = (pair.closest.a_mm - pair.closest.b_mm).norm();
                assert!((apart - pair.gap_mm).abs() < 1e-9);
            }
            assert!(study.structures[2].contours.len() >= 4);
            assert_eq!(study.structures[0].contours.len(), study.planes_mm.len());
        }
    }
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let mut spec = PhantomSpec::random(3, ShapeKind::Sphere, 3.0, 2.0);
    (spec.rows, spec.columns) = (64, 64);
    let root = std::env::temp_dir().join(format!("thecal-phantom-{}", std::process::id()));
    let made = spec.clone();
    let read = |name: &str| {
        let dir = root.join(name);
        thecal_phantom::write_study(&made, &dir).unwrap();
        ["CT/CT.0001.dcm", "RS.dcm", "truth.json"].map(|f| std::fs::read(dir.join(f)).unwrap())
    };
    let (a, b) = (read("a"), read("b"));
    assert!(a == b);
    // Another gap is another study, with UIDs of its own.
    spec.gap_mm = 2.5;
    thecal_phantom::write_study(&spec, &root.join("c")).unwrap();
    let uids = |name: &str| {
        let bytes = std::fs::read(root.join(name).join("RS.dcm")).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.match_indices("2.25.").map(|(i, _)| text[i..i + 30].to_owned()).next().unwrap()
    };
    assert_ne!(uids("a"), uids("c"));
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn the_wrapped_tumour_lies_on_a_sac_with_its_csf_in_rings_of_bone() {
    let spec = PhantomSpec::wrapped();
    let canal = spec.canal.expect("a canal");
    let [wide, deep] = spec.cord.semi_axes_mm;
    let ([a, b], [_, back]) = (canal.sac_semi_axes_mm, canal.sac_offset_mm);
    let [front_mm, behind_mm, beside_mm] = [b - back - deep, b + back - deep, a - wide];
    // The cord lies towards the front, as in a thoracic kyphosis, with 2 to 4 mm elsewhere.
    assert!((1.5..=2.5).contains(&front_mm), "{front_mm}");
    assert!((2.0..=4.0).contains(&behind_mm) && (2.0..=4.0).contains(&beside_mm));
    let study = Study::build(&spec).unwrap();
    let [cord, sac, ring] = [0, 1, 2].map(|k| study.truth.pairs[k].gap_mm);
    assert!((cord - spec.gap_mm).abs() < 1e-9 && (0.0..0.3).contains(&sac), "{cord} {sac}");
    // No more than in front of the middle, and the cord is round enough that it is hardly less.
    assert!((front_mm - 0.1..=front_mm + 1e-6).contains(&ring), "{ring}");
    let vertebra = study.structures.iter().find(|s| s.name == "Vertebra_T07").unwrap();
    let [mut planes, mut inner] = [0, 0];
    for plane in vertebra.contours.chunks(2) {
        let [outer, hole] = plane else { panic!("an outline without its canal") };
        let z = outer.points_mm[0].z;
        assert!((hole.points_mm[0].z - z).abs() < 1e-9);
        let middle = hole.points_mm.iter().fold([0.0; 2], |m, p| [m[0] + p.x, m[1] + p.y]);
        let count = hole.points_mm.len() as f64;
        let far =
            |p: &thecal_geom::Point3| (p.x - middle[0] / count).hypot(p.y - middle[1] / count);
        let widest = hole.points_mm.iter().map(far).fold(0.0, f64::max);
        let nearest = outer.points_mm.iter().map(far).fold(f64::INFINITY, f64::min);
        inner += usize::from(nearest > widest);
        planes += 1;
    }
    assert!(planes >= 8 && inner == planes, "{inner} of {planes} planes");
    // Points crowd nowhere, and no stretch is without them: not where body and pedicle meet either.
    for contour in &vertebra.contours {
        let points = contour.points_mm.iter();
        let steps = points.clone().zip(points.cycle().skip(1)).map(|(a, b)| (b - a).norm());
        let wanted = 0.2 * spec.point_spacing_mm..2.5 * spec.point_spacing_mm;
        for step in steps {
            assert!(wanted.contains(&step), "{step}");
        }
    }
}
