use super::*;

#[test]
fn the_correction_at_poles_grows_from_faces_that_stay_to_sections_that_shrink_all_round() {
    for of_radius in [-0.5, -0.06, 0.2] {
        // The distance falls as the inscribed radius grows.
        let share = |part: f64| pole_share(-part * of_radius, of_radius);
        for (part, wanted) in [(0.0, 0.0), (0.39, 0.0), (0.5, 0.25), (0.6, 0.5), (0.7, 0.75)] {
            assert!((share(part).0 - wanted).abs() < 2e-3, "{of_radius} {part}");
        }
        assert_eq!((share(0.81).0, share(1.5).0, share(-1.0).0), (1.0, 1.0, 0.0));
        for part in [0.2, 0.5, 0.65, 0.9] {
            let (second, h) = (-part * of_radius, 1e-7);
            let [low, high] = [-h, h].map(|h| pole_share(second + h, of_radius).0);
            let by = pole_share(second, of_radius).1;
            assert!((by - (high - low) / (2.0 * h)).abs() < 1e-4 * (1.0 + by.abs()));
        }
    }
    // Shapes that hardly bend tell less, and in the end nothing.
    assert!((pole_share(0.0012, -0.001).0 - 0.5).abs() < 1e-9);
    assert_eq!(pole_share(1e-9, -1e-9).0, 0.0);
}

#[test]
fn directions_that_agree_count_and_those_that_turn_away_do_not() {
    let told = |degrees: &[f64]| {
        let mut g = [[0.0; 2]; MOST];
        for (g, d) in g.iter_mut().zip(degrees).filter(|(_, d)| d.is_finite()) {
            let (sin, cos) = d.to_radians().sin_cos();
            *g = [cos, sin];
        }
        SliceWeights { count: degrees.len(), ..SliceWeights::default() }.agreement(&g)
    };
    let half = 0.6_f64.acos().to_degrees();
    assert_eq!(told(&[10.0, 30.0, 50.0, 70.0]), 1.0);
    assert_eq!(told(&[0.0, 10.0, 20.0, 90.0]), 0.0);
    for from in [0.0, 50.0, 120.0, 250.0] {
        assert!((told(&[from, from + half]) - 0.5).abs() < 1e-9);
        assert!((told(&[from, from - 5.0, from - 5.0 - half]) - 0.5).abs() < 1e-9);
    }
    // A point on an outline has no direction from it.
    assert_eq!(told(&[0.0, f64::NAN, 180.0]), 1.0);
}

/// Level and gradient past an end whose last two planes are one step apart.
fn past(upper: bool, d: [f64; 2], narrowed_mm: f64, past_mm: f64) -> (f64, Vector3) {
    let sign = if upper { 1.0 } else { -1.0 };
    let past = PastEnd {
        past_mm,
        sign,
        grown_mm: -0.2 * past_mm,
        grows_by: -0.2,
        last: usize::from(upper),
        step_mm: 2.0,
        narrowed_mm,
    };
    let [before, last] = d;
    let d = if upper { [before, last] } else { [last, before] };
    let g = if upper { [[1.0, 0.0], [0.6, 0.8]] } else { [[0.6, 0.8], [1.0, 0.0]] };
    let weights = SliceWeights { count: 2, past, ..SliceWeights::default() };
    weights.past_end(&[d[0], d[1], 0.0, 0.0], &[g[0], g[1], [0.0; 2], [0.0; 2]])
}

#[test]
fn past_an_end_a_section_moves_on_as_it_did_and_shrinks_as_its_end_says() {
    for upper in [true, false] {
        let sign = if upper { 1.0 } else { -1.0 };
        // It moved by a quarter of a mm for each, and shrinks by a fifth.
        let (value, growth) = past(upper, [-3.0, -2.5], 0.0, 1.5);
        assert!((value - (-2.5 + 0.25 * 1.5 + 0.2 * 1.5)).abs() < 1e-12, "{value}");
        assert!((growth.z - sign * (0.25 + 0.2)).abs() < 1e-12, "{growth}");
        // The direction goes on to turn as it did from one plane to the other.
        let part = 1.5 / 2.0;
        assert!((growth.x - (0.6 - part * 0.4)).abs() < 1e-12, "{growth}");
        assert!((growth.y - (0.8 + part * 0.8)).abs() < 1e-12, "{growth}");
        // What the radius changed by is no motion.
        let (value, _) = past(upper, [-3.0, -2.0], -1.0, 1.5);
        assert!((value - (-2.0 + 0.2 * 1.5)).abs() < 1e-12, "{value}");
        // No faster than by a mm for each, with the direction as it is.
        let (value, growth) = past(upper, [-9.0, -2.0], 0.0, 1.5);
        assert!((value - (-2.0 + 1.5 + 0.2 * 1.5)).abs() < 1e-12, "{value}");
        assert!((growth - Vector3::new(0.6, 0.8, sign * 1.2)).norm() < 1e-12, "{growth}");
    }
}

#[test]
fn a_face_comes_no_nearer_past_an_end_than_as_it_came() {
    for upper in [true, false] {
        // The radius shrank by a mm while the face stayed: it still stays.
        let (value, growth) = past(upper, [-1.0, -1.0], -1.5, 1.0);
        assert!((value + 1.0).abs() < 1e-12 && growth.z == 0.0, "{value} {growth}");
        // One that came nearer by a tenth of a mm for each goes on to do so, at the most.
        let sign = if upper { 1.0 } else { -1.0 };
        for past_mm in [0.4, 1.0, 1.7] {
            let (value, growth) = past(upper, [-1.0, -1.2], -1.5, past_mm);
            assert!((value + 1.2 + 0.1 * past_mm).abs() < 1e-12, "{value}");
            assert!((growth.z + 0.1 * sign).abs() < 1e-12, "{growth}");
        }
    }
}

#[test]
fn the_gradient_between_planes_is_the_growth_of_the_level() {
    // A cone that leans, on planes at uneven steps: distances within them in closed form.
    let planes: [f64; 6] = [0.0, 1.0, 2.5, 3.0, 5.0, 6.0];
    let axis = |w: f64| [0.4 * w, 0.1 * w * w];
    let within = |p: Point2, w: f64| {
        let to = [p[0] - axis(w)[0], p[1] - axis(w)[1]];
        let off = to[0].hypot(to[1]);
        (off - 9.0 + 0.8 * w, [to[0] / off, to[1] / off])
    };
    for below in 0..5 {
        let stencil = LagrangeStencil::new(&planes, below, MOST);
        let radius2 = |k: usize| (9.0 - 0.8 * planes[k]).powi(2);
        for radius2 in [None, Some(&radius2 as &dyn Fn(usize) -> f64)] {
            let at = |p: Point2, w: f64| {
                let heights =
                    [w, w - STEP_MM, w + STEP_MM].map(|w| Height::new(&stencil, w, 1.0, radius2));
                let (first, count, below) = (stencil.first, stencil.count, stencil.below);
                let b = SliceWeights { first, count, below, heights, ..SliceWeights::default() };
                let (mut d, mut g) = ([0.0; MOST], [[0.0; 2]; MOST]);
                for k in 0..count {
                    (d[k], g[k]) = within(p, planes[first + k]);
                }
                let mut same = d;
                let alone = b.value_between(&stencil, false, &mut same, &g);
                let (value, growth) = b.between(&stencil, false, &mut d, &mut g);
                assert_eq!(alone, value);
                (value, growth)
            };
            for (angle, t) in [(0.3_f64, 0.2), (2.0, 0.5), (4.4, 0.9)] {
                let w = (1.0 - t) * planes[below] + t * planes[below + 1];
                let p = [axis(w)[0] + 8.0 * angle.cos(), axis(w)[1] + 8.0 * angle.sin()];
                let (value, growth) = at(p, w);
                assert!((value - within(p, w).0).abs() < 0.03, "{value}");
                let h = 1e-5;
                let by = Vector3::new(
                    at([p[0] + h, p[1]], w).0 - at([p[0] - h, p[1]], w).0,
                    at([p[0], p[1] + h], w).0 - at([p[0], p[1] - h], w).0,
                    at(p, w + h).0 - at(p, w - h).0,
                ) / (2.0 * h);
                // Directions that turn a little from plane to plane count as fixed ones.
                assert!((by - growth).norm() < 0.02, "{below} {t}: {growth} for {by}");
            }
        }
    }
}

#[test]
fn the_gradient_of_the_pole_is_the_growth_of_the_level() {
    // Distances from straight edges whose directions turn from plane to plane: those within the planes
    // grow evenly, and what the directions tell of each other stays the same.
    let planes = [0.0, 2.0, 3.5, 6.0];
    let stencil = LagrangeStencil::new(&planes, 1, MOST);
    let (w, bend, radius_second, pole_mm) = (2.6, 0.03, -0.05, 0.3);
    // All of the bend counts, or half of it where two directions have a cosine of 0.6.
    let half = 0.6_f64.acos().to_degrees();
    for (degrees, agreement) in
        [([0.0, 20.0, -10.0, 15.0], 1.0), ([0.0, 20.0, 20.0 + half, 60.0], 0.5)]
    {
        let g = degrees.map(|a: f64| [a.to_radians().cos(), a.to_radians().sin()]);
        let heights = [w, w - STEP_MM, w + STEP_MM].map(|w| Height {
            bend: stencil.bend(w),
            pole_mm,
            radius_second,
        });
        let b = SliceWeights { count: 4, below: 1, heights, ..SliceWeights::default() };
        let of = |p: Point2| -> Values {
            let at =
                |k: usize| bend / agreement * planes[k].powi(2) + g[k][0] * p[0] + g[k][1] * p[1];
            std::array::from_fn(at)
        };
        let (value, growth) = b.between(&stencil, false, &mut of([0.0; 2]), &mut g.clone());
        // A bend of 0.6 of the radius' has half of the pole.
        let line = bend / agreement * (w * (2.0 + 3.5) - 2.0 * 3.5);
        let product = (w - 2.0) * (w - 3.5);
        assert!((value - (line + bend * product - 0.5 * pole_mm)).abs() < 1e-3, "{value}");
        let at = |p: Point2| b.value_between(&stencil, false, &mut of(p), &g);
        let h = 1e-6;
        let by =
            [at([h, 0.0]) - at([-h, 0.0]), at([0.0, h]) - at([0.0, -h])].map(|x| x / (2.0 * h));
        assert!((growth.x - by[0]).abs() < 1e-6, "{growth} for {by:?}");
        assert!((growth.y - by[1]).abs() < 1e-6, "{growth} for {by:?}");
        // Upwards the straight line rises as it does, and the bend by the growth of the product.
        let rise = bend / agreement * (2.0 + 3.5) + bend * (2.0 * w - 2.0 - 3.5);
        assert!((growth.z - rise).abs() < 1e-6, "{} for {rise}", growth.z);
    }
}

#[test]
fn on_the_last_plane_a_section_already_changes_as_it_does_past_it() {
    for upper in [true, false] {
        let sign = if upper { 1.0 } else { -1.0 };
        let (value, growth) = past(upper, [-3.0, -2.5], 0.0, 0.0);
        assert!((value + 2.5).abs() < 1e-12, "{value}");
        assert!((growth - Vector3::new(0.6, 0.8, sign * 0.45)).norm() < 1e-12, "{growth}");
    }
}

#[test]
fn a_face_that_comes_nearer_goes_on_to_turn_and_one_that_is_held_does_not() {
    for upper in [true, false] {
        let sign = if upper { 1.0 } else { -1.0 };
        // It came nearer by a tenth of a mm for each, less than the section moved and shrank.
        let (_, growth) = past(upper, [-1.0, -1.2], -1.5, 1.2);
        let part = 1.2 / 2.0;
        let wanted = Vector3::new(0.6 - part * 0.4, 0.8 + part * 0.8, -0.1 * sign);
        assert!((growth - wanted).norm() < 1e-12, "{growth}");
        // It came as much nearer as its end draws away from it, and the section did not shrink.
        let (value, growth) = past(upper, [-1.0, -1.4], 0.0, 1.2);
        assert!((value + 1.4).abs() < 1e-12 && growth.z.abs() < 1e-12, "{value} {growth}");
        // It drew away, but by less than the section shrank: it stays, with the direction as it is.
        let (value, growth) = past(upper, [-1.0, -0.8], -1.9, 1.2);
        assert!((value + 0.8).abs() < 1e-12, "{value}");
        assert!((growth - Vector3::new(0.6, 0.8, 0.0)).norm() < 1e-12, "{growth}");
    }
    // A section that grows by a fifth of a mm for each and came by more than a mm for each comes by a mm.
    let past = PastEnd {
        past_mm: 1.5,
        sign: 1.0,
        grown_mm: 0.3,
        grows_by: 0.2,
        last: 1,
        step_mm: 2.0,
        narrowed_mm: 0.0,
    };
    let weights = SliceWeights { count: 2, past, ..SliceWeights::default() };
    let g = [[1.0, 0.0], [0.6, 0.8], [0.0; 2], [0.0; 2]];
    let (value, growth) = weights.past_end(&[-1.0, -4.0, 0.0, 0.0], &g);
    assert!((value - (-4.0 - 1.5)).abs() < 1e-12, "{value}");
    assert!((growth - Vector3::new(0.6, 0.8, -1.0)).norm() < 1e-12, "{growth}");
}

#[test]
fn a_single_plane_goes_on_by_its_radius_alone() {
    for (upper, sign) in [(true, 1.0), (false, -1.0)] {
        let past =
            PastEnd { past_mm: 0.7, sign, grown_mm: -0.4, grows_by: -0.6, ..PastEnd::default() };
        let weights = SliceWeights { count: 1, upper, past, ..SliceWeights::default() };
        let (value, growth) = weights.past_end(&[-2.0, 9.0, 9.0, 9.0], &[[0.6, 0.8]; MOST]);
        assert!((value + 1.6).abs() < 1e-12, "{value}");
        assert!((growth - Vector3::new(0.6, 0.8, 0.6 * sign)).norm() < 1e-12, "{growth}");
    }
}

#[test]
fn the_fullest_level_grows_with_the_section_that_goes_on() {
    // A section that shrank by 0.3 mm for each is gone on the next plane, upwards or downwards.
    let up = [20.0, 22.0, 23.5, 26.0];
    let down = [-26.0, -23.5, -22.0, -20.0];
    for (planes, of, from, sign) in
        [(up, [-5.6, -5.0, 5.0, 6.0], 1, 1.0), (down, [6.0, 5.0, -5.0, -5.6], 2, -1.0)]
    {
        let stencil = LagrangeStencil::new(&planes, 1, MOST);
        let directions = [[1.0, 0.0], [0.6, 0.8], [0.0, -1.0], [0.8, -0.6]];
        let at = |w: f64| {
            let heights =
                [w, w - STEP_MM, w + STEP_MM].map(|w| Height::new(&stencil, w, 1.0, None));
            let b = SliceWeights { count: 4, below: 1, heights, ..SliceWeights::default() };
            let (mut d, mut g) = (of, directions);
            let alone = b.value_between(&stencil, true, &mut of.clone(), &directions);
            let (value, growth) = b.between(&stencil, true, &mut d, &mut g);
            assert_eq!(alone, value);
            (value, growth)
        };
        for t in [0.2, 0.6, 0.9, 0.98, 0.99] {
            let w = sign * (22.0 + 1.5 * t);
            let (value, growth) = at(w);
            // Over the last 3 % of the way it turns into the next section.
            let end = ((t - 0.97) / 0.03_f64).max(0.0);
            let goes_on = -5.0 + 0.3 * 1.5 * t;
            let wanted = (1.0 - end) * goes_on + end * 5.0;
            assert!((value - wanted).abs() < 1e-9, "{t}: {value} for {wanted}");
            let [g, next] = [directions[from], directions[3 - from]];
            for k in 0..2 {
                let wanted = (1.0 - end) * g[k] + end * next[k];
                assert!((growth[k] - wanted).abs() < 1e-9, "{t}: {growth}");
            }
            let turns = if end > 0.0 { (5.0 - goes_on) / (0.03 * 1.5) } else { 0.0 };
            let wanted = sign * ((1.0 - end) * 0.3 + turns);
            assert!((growth.z - wanted).abs() < 1e-6 * (1.0 + turns), "{t}: {growth} {wanted}");
        }
    }
}

#[test]
fn a_pole_adds_what_the_squared_radius_says_and_no_more_than_is_allowed() {
    // Radii of a ball that closes half a millimetre past the first plane, at uneven steps.
    let planes = [20.0, 22.0, 23.5, 26.0, 29.0];
    let radius2 = |w: f64| (w - 19.5) * (41.0 - w);
    let of_plane = |k: usize| radius2(planes[k]);
    for below in 0..4 {
        let stencil = LagrangeStencil::new(&planes, below, MOST);
        for t in [0.2, 0.5, 0.8] {
            let w = (1.0 - t) * planes[below] + t * planes[below + 1];
            let mut radius: Values = [0.0; MOST];
            (0..stencil.count).for_each(|k| radius[k] = of_plane(stencil.first + k).sqrt());
            stencil.hold(&mut radius);
            let bend = stencil.bend(w);
            let (line, second) = stencil.at(&bend, &radius, &stencil.limited(&radius));
            // Of the ball itself, which the squared radius follows exactly.
            let wanted = radius2(w).sqrt() - (line + bend.product * second);
            let made = |most_mm: f64| Height::new(&stencil, w, most_mm, Some(&of_plane));
            assert!((made(9.0).pole_mm - wanted).abs() < 1e-9, "{below} {t}: {wanted}");
            assert!((made(9.0).radius_second - second).abs() < 1e-12);
            let most_mm = 0.5 * wanted.abs();
            assert!((made(most_mm).pole_mm - 0.5 * wanted).abs() < 1e-9, "{below} {t}");
            assert_eq!(Height::new(&stencil, w, 9.0, None).pole_mm, 0.0);
        }
    }
    assert!(
        Height::new(&LagrangeStencil::new(&planes, 0, MOST), 20.4, 9.0, Some(&of_plane)).pole_mm
            > 0.05
    );
}
