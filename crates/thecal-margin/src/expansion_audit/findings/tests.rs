use super::*;
use thecal_geom::{Contour, ContourKind};
use thecal_mask::EndRule;

/// A margin that is open by 0.1 mm below and 0.05 mm above, at `x` along the outline.
fn margin(mm: f64, area_mm2: f64, x: f64) -> Margin {
    Margin {
        at: Point3::new(x, 0.0, 0.0),
        w_mm: 0.0,
        area_mm2,
        mm,
        in_plane_mm: mm,
        open_mm: [0.1, 0.05],
        lean_mm: 0.0,
        clock_deg: None,
    }
}

/// 100 mm2 with a margin of 2 mm, and others.
fn with(others: &[Margin]) -> Vec<Margin> {
    let usual = (0..100).map(|k| margin(2.0, 1.0, f64::from(k)));
    usual.chain(others.iter().copied()).collect()
}

fn evidence(margins: &[Margin], best_fit_mm: f64, nominal_mm: Option<f64>) -> Evidence<'_> {
    let kind = ExpansionKind::ThreeDimensional;
    Evidence { margins, ends: None, kind, best_fit_mm, nominal_mm, tolerance_mm: 0.2 }
}

fn found(of: &Evidence<'_>) -> Vec<Finding> {
    of.findings(&Vec::new)
}

fn faults(of: &Evidence<'_>) -> Vec<Fault> {
    found(of).into_iter().map(|f| f.fault).collect()
}

/// A cube of 10 mm whose face lies at `x`.
fn block(name: &str, x: f64) -> Neighbour {
    let ring = |k: i32| Contour {
        number: 1,
        kind: ContourKind::ClosedPlanar,
        points_mm: [[x, -5.0], [x + 10.0, -5.0], [x + 10.0, 5.0], [x, 5.0]]
            .map(|[x, y]| Point3::new(x, y, f64::from(k)))
            .to_vec(),
    };
    let contours: Vec<Contour> = (-5..=5).map(ring).collect();
    let solid = Solid::from_contours(&contours, EndRule::HalfSlice, 1.0).expect("a solid");
    Neighbour { name: name.to_owned(), solid }
}

#[test]
fn the_whole_is_too_small_or_too_large_where_its_range_lies_off() {
    // A margin of 2 mm by what it should be: r - t above the upper end, or r + t below the lower.
    for (r, wanted) in [
        (2.26, vec![Fault::TooSmall]),
        (2.24, vec![]),
        (1.71, vec![]),
        (1.69, vec![Fault::TooLarge]),
    ] {
        let margins = with(&[]);
        assert_eq!(faults(&evidence(&margins, 2.0, Some(r))), wanted, "{r}");
        if let [one] = found(&evidence(&margins, 2.0, Some(r))).as_slice() {
            assert!(one.everywhere && one.margin_mm == 2.0);
            assert_eq!(one.range_mm, [1.9, 2.05]);
        }
    }
    assert!(faults(&evidence(&with(&[margin(0.5, 9.0, 0.0)]), 2.0, None)).is_empty());
}

#[test]
fn places_are_short_by_their_upper_ends_on_three_square_millimetres() {
    // Short where m + 0.05 < 2 - 0.2.
    for (mm, area_mm2, told) in [(1.74, 1.6, true), (1.76, 1.6, false), (1.2, 1.4, false)] {
        let margins = with(&[margin(mm, area_mm2, 7.0), margin(mm + 0.005, area_mm2, 8.0)]);
        let found = found(&evidence(&margins, 2.0, Some(2.0)));
        assert_eq!(found.len(), usize::from(told), "{mm} {area_mm2}");
        for one in found {
            assert_eq!(one.fault, Fault::TooSmall);
            assert_eq!(one.surface_mm2, Some(3.2));
            assert!(!one.everywhere && one.at_mm == Some(Point3::new(7.0, 0.0, 0.0)));
            assert!((one.margin_mm - mm).abs() < 1e-12 && one.margin_mm > one.range_mm[0]);
        }
    }
}

#[test]
fn what_is_too_small_all_over_is_told_once() {
    let margins: Vec<Margin> = (0..50).map(|k| margin(1.0, 1.0, f64::from(k))).collect();
    assert_eq!(faults(&evidence(&margins, 1.0, Some(2.0))), [Fault::TooSmall]);
}

#[test]
fn places_are_too_large_by_their_lower_ends_less_the_lean() {
    // Beyond where m - 0.1 - lean > 2 + 0.2.
    for (mm, lean_mm, area_mm2, told) in [
        (2.31, 0.0, 3.1, true),
        (2.29, 0.0, 3.1, false),
        (2.31, 0.0, 2.9, false),
        (2.71, 0.4, 3.1, true),
        (2.69, 0.4, 3.1, false),
    ] {
        let margins = with(&[Margin { lean_mm, ..margin(mm, area_mm2, 7.0) }]);
        let wanted = if told { vec![Fault::TooLarge] } else { vec![] };
        assert_eq!(faults(&evidence(&margins, 2.0, Some(2.0))), wanted, "{mm} {lean_mm}");
    }
}

#[test]
fn an_expansion_plane_by_plane_is_judged_within_its_planes() {
    let leaning = Margin { in_plane_mm: 2.0, ..margin(1.4, 20.0, 7.0) };
    let margins = with(&[leaning]);
    let mut of = evidence(&margins, 2.0, Some(2.0));
    assert_eq!(faults(&of), [Fault::TooSmall]);
    of.kind = ExpansionKind::InPlane;
    let told = found(&of);
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].fault, told[0].margin_mm), (&Fault::InPlaneOnly, 1.4));
    assert!((told[0].range_mm[0] - 1.3).abs() < 1e-9);
    // What is short within the planes is short besides.
    let short = with(&[leaning, Margin { in_plane_mm: 1.0, ..leaning }]);
    let mut of = evidence(&short, 2.0, Some(2.0));
    of.kind = ExpansionKind::InPlane;
    assert_eq!(faults(&of), [Fault::TooSmall, Fault::InPlaneOnly]);
}

#[test]
fn cuts_are_named_where_a_fifth_of_what_is_short_runs_along_a_structure() {
    let named = |of: &[Finding]| -> Vec<(String, f64)> {
        let word = |f: &Finding| match &f.fault {
            Fault::TruncatedAtStructure(name) => name.clone(),
            other => other.as_str().to_owned(),
        };
        of.iter().map(|f| (word(f), f.surface_mm2.expect("a surface"))).collect()
    };
    // Faces at 200 and 300 mm; places lie on them, 0.28 or 0.32 mm off, or elsewhere.
    let others = || vec![block("one", 200.0), block("two", 300.0)];
    let told = |places: &[(f64, f64)]| {
        let short: Vec<Margin> = places.iter().map(|&(x, area)| margin(1.0, area, x)).collect();
        named(&evidence(&with(&short), 2.0, Some(2.0)).findings(&others))
    };
    let of = |word: &str, area: f64| (word.to_owned(), area);
    // All along one, as far as its outline and 0.3 mm go, from either side.
    assert_eq!(told(&[(200.0, 10.0), (199.72, 5.0), (200.28, 5.0)]), [of("one", 20.0)]);
    // A sixth of what is short has no cause: it is told, and a tenth is not.
    assert_eq!(told(&[(200.0, 20.0), (199.68, 4.0)]), [of("too_small", 4.0), of("one", 20.0)]);
    assert_eq!(told(&[(200.0, 27.0), (150.0, 4.0)]), [of("one", 27.0)]);
    // Along both, the one that more of it runs along first.
    assert_eq!(told(&[(200.0, 8.0), (300.0, 12.0)]), [of("two", 12.0), of("one", 8.0)]);
    // Less than a fifth along one is no cut along it.
    assert_eq!(told(&[(200.0, 4.0), (150.0, 21.0)]), [of("too_small", 25.0)]);
    assert_eq!(told(&[(200.0, 6.0), (150.0, 19.0)]), [of("too_small", 19.0), of("one", 6.0)]);
    // Nor are less than 3 mm2.
    assert_eq!(told(&[(200.0, 2.5), (150.0, 3.5)]), [of("too_small", 6.0)]);
    // Where nothing is short no structure is asked for.
    let of = with(&[margin(1.0, 2.9, 200.0)]);
    let none = evidence(&of, 2.0, Some(2.0)).findings(&|| panic!("nothing is short"));
    assert!(none.is_empty());
}

#[test]
fn a_margin_is_reached_where_no_place_could_be_short() {
    let ends = |past_mm: f64| {
        let organ = [(0.0, 50.0), (40.0, 50.0)];
        let drawn = [(-past_mm, 80.0), (40.0 + past_mm, 80.0)];
        Some(Ends::new(organ, drawn, [2.0; 2], true))
    };
    let reaches = |others: &[Margin], past_mm: f64| {
        let margins = with(others);
        Evidence { ends: ends(past_mm), ..evidence(&margins, 2.0, Some(2.0)) }.reaches(2.0)
    };
    assert!(reaches(&[], 2.0) && !reaches(&[], 0.5));
    // Doubtful where m - 0.1 < 2 - 0.2, on 3 mm2 or more.
    assert!(reaches(&[margin(1.91, 9.0, 0.0)], 2.0));
    assert!(!reaches(&[margin(1.89, 9.0, 0.0)], 2.0));
    assert!(reaches(&[margin(1.0, 2.9, 0.0)], 2.0));
    let margins = with(&[]);
    assert!(!evidence(&margins, 2.0, Some(2.0)).reaches(2.0), "without ends");
    let none = Evidence { ends: ends(2.0), ..evidence(&[], 2.0, Some(2.0)) };
    assert!(!none.reaches(2.0), "of nothing");
}

#[test]
fn ends_are_told_with_their_lengths() {
    let margins = with(&[]);
    let organ = [(0.0, 50.0), (40.0, 50.0)];
    let drawn = [(2.0, 50.0), (50.0, 80.0)];
    let ends = Some(Ends::new(organ, drawn, [1.0; 2], true));
    let told = found(&Evidence { ends, ..evidence(&margins, 2.0, Some(2.0)) });
    let of = |f: &Finding| (f.fault.clone(), f.margin_mm, f.range_mm, f.head);
    assert_eq!(
        told.iter().map(of).collect::<Vec<_>>(),
        [
            (Fault::TruncatedAtEnd, -2.0, [-3.0, -1.0], Some(false)),
            (Fault::PastEnd, 10.0, [9.0, 11.0], Some(true)),
        ]
    );
}

/// A margin that is open by an eighth of a mm below and a sixteenth above.
fn even(mm: f64, area_mm2: f64) -> Margin {
    Margin { open_mm: [0.125, 0.0625], ..margin(mm, area_mm2, 150.0) }
}

/// All faults by a tolerance of a quarter of a mm and 2 mm that it should be.
fn faults_of(margins: &[Margin], best_fit_mm: f64) -> Vec<Fault> {
    faults(&Evidence { tolerance_mm: 0.25, ..evidence(margins, best_fit_mm, Some(2.0)) })
}

#[test]
fn what_meets_a_threshold_exactly_is_no_fault_and_three_square_millimetres_are() {
    const HAIR: f64 = 1.0 / 1024.0;
    let usual = |mm: f64, others: &[Margin]| -> Vec<Margin> {
        (0..40).map(|_| even(mm, 1.0)).chain(others.iter().copied()).collect()
    };
    // The whole: 1.6875 + 0.0625 = 2 - 0.25, and 2.375 - 0.125 = 2 + 0.25.
    for (fit, wanted) in [
        (1.6875, vec![]),
        (1.6875 - HAIR, vec![Fault::TooSmall]),
        (2.375, vec![]),
        (2.375 + HAIR, vec![Fault::TooLarge]),
    ] {
        assert_eq!(faults_of(&usual(fit, &[]), fit), wanted, "{fit}");
    }
    // Places.
    for (mm, area_mm2, wanted) in [
        (1.6875, 9.0, vec![]),
        (1.6875 - HAIR, 3.0, vec![Fault::TooSmall]),
        (1.6875 - HAIR, 3.0 - HAIR, vec![]),
        (2.375, 9.0, vec![]),
        (2.375 + HAIR, 3.0, vec![Fault::TooLarge]),
        (2.375 + HAIR, 3.0 - HAIR, vec![]),
    ] {
        let found = faults_of(&usual(2.0, &[even(mm, area_mm2)]), 2.0);
        assert_eq!(found, wanted, "{mm} {area_mm2}");
    }
    // A margin is reached where 1.875 - 0.125 = 2 - 0.25.
    let organ = [(0.0, 50.0), (40.0, 50.0)];
    for (mm, area_mm2, reached) in
        [(1.875, 9.0, true), (1.875 - HAIR, 3.0, false), (1.875 - HAIR, 3.0 - HAIR, true)]
    {
        let margins = usual(2.0, &[even(mm, area_mm2)]);
        let ends = Some(Ends::new(organ, [(-2.0, 80.0), (42.0, 80.0)], [2.0; 2], true));
        let of = evidence(&margins, 2.0, Some(2.0));
        assert_eq!(Evidence { ends, tolerance_mm: 0.25, ..of }.reaches(2.0), reached, "{mm}");
    }
}

#[test]
fn exactly_a_fifth_along_a_structure_is_a_cut_and_exactly_what_may_be_left_is_told() {
    let others = || vec![block("one", 200.0)];
    let told = |along_mm2: f64, elsewhere_mm2: f64| -> Vec<(bool, f64)> {
        let short = [margin(1.0, along_mm2, 200.0), margin(1.0, elsewhere_mm2, 150.0)];
        let found = evidence(&with(&short), 2.0, Some(2.0)).findings(&others);
        let of = |f: &Finding| (f.fault == Fault::TooSmall, f.surface_mm2.expect("a surface"));
        found.iter().map(of).collect()
    };
    assert_eq!(told(5.0, 20.0), [(true, 20.0), (false, 5.0)]);
    assert_eq!(told(4.9, 20.1), [(true, 25.0)]);
    // Fifteen parts of a hundred, on three square millimetres and more.
    assert_eq!(told(34.0, 6.0), [(true, 6.0), (false, 34.0)]);
    assert_eq!(told(34.2, 5.8), [(false, 34.2)]);
    assert_eq!(told(9.0, 3.0), [(true, 3.0), (false, 9.0)]);
    assert_eq!(told(9.0, 2.9), [(false, 9.0)]);
    assert_eq!(told(3.0, 7.0), [(true, 7.0), (false, 3.0)]);
}

#[test]
fn a_structure_of_pixels_is_run_along_half_a_pixel_farther_off() {
    use thecal_voxel::{FULL, Grid, Slices, Volume};
    const PIXEL_MM: f64 = 0.8;
    // A bar whose face lies at 200 mm, between two pixels.
    let spacing = [PIXEL_MM, PIXEL_MM, 1.0];
    let origin = Point3::new(200.0 - 4.5 * PIXEL_MM, -10.0, -6.0);
    let grid = Grid::axis_aligned(origin, spacing, [20, 26, 12]).expect("a grid");
    let mask = Volume::from_fn(grid, |v| {
        let p = grid.centre_mm(v);
        (200.0..208.0).contains(&p.x) && p.y.abs() < 7.0
    });
    let slices = Slices::of_volume(&mask, 2, |&inside| if inside { FULL } else { 0 });
    let solid = Solid::from_mask(&slices.expect("slices"), EndRule::HalfSlice, 1.0);
    let solid = solid.expect("a solid");
    // 0.3 mm and half of 0.8 mm, on either side of the face.
    for (off_mm, wanted) in
        [(0.0, true), (0.66, true), (-0.66, true), (0.74, false), (-0.74, false)]
    {
        let place = margin(1.0, 10.0, 200.0 + off_mm);
        assert_eq!(along(&[&place], &solid), [wanted], "{off_mm}");
    }
}
