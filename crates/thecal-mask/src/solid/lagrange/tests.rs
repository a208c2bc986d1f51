use super::*;

const PLANES: [f64; 5] = [0.0, 1.0, 2.5, 3.0, 5.0];

fn values(s: &LagrangeStencil, of: impl Fn(f64) -> f64) -> Values {
    let mut out = [0.0; MOST];
    for k in 0..s.count {
        out[k] = of(PLANES[s.first + k]);
    }
    out
}

#[test]
fn a_cubic_whose_bend_keeps_its_sign_is_followed() {
    let cubic = |w: f64| 2.0 - w + 0.5 * w * w - 0.02 * w * w * w;
    for below in 0..4 {
        let s = LagrangeStencil::new(&PLANES, below, MOST);
        assert_eq!(s.first + s.below, below);
        for t in [0.0, 0.3, 0.8, 1.0] {
            let w = (1.0 - t) * PLANES[below] + t * PLANES[below + 1];
            let v = values(&s, cubic);
            let bend = s.bend(w);
            let (line, second) = s.at(&bend, &v, &s.limited(&v));
            let found = line + bend.product * second;
            assert!((found - cubic(w)).abs() < 1e-12, "{below} {t}");
            let sum: f64 = (0..s.count).map(|k| s.weights(w)[k] * v[k]).sum();
            assert!((sum - cubic(w)).abs() < 1e-12);
        }
    }
}

#[test]
fn the_growth_is_that_of_the_values() {
    for (below, bumps) in [(1, [0.3, 0.1, 0.5, 2.0]), (0, [1.0, 0.4, 0.3, 0.9]), (3, [9.0; 4])] {
        let s = LagrangeStencil::new(&PLANES, below, MOST);
        let bend = s.bend(0.4 * PLANES[below] + 0.6 * PLANES[below + 1]);
        let (line, by) = s.growth(&bend, &s.limited(&bumps));
        for k in 0..s.count {
            let moved = |h: f64| {
                let mut v = bumps;
                v[k] += h;
                s.at(&bend, &v, &s.limited(&v))
            };
            let (up, down) = (moved(1e-6), moved(-1e-6));
            assert!(((up.0 - down.0) / 2e-6 - line[k]).abs() < 1e-6);
            assert!(((up.1 - down.1) / 2e-6 - by[k]).abs() < 1e-6);
        }
    }
}

#[test]
fn a_plane_that_was_drawn_differently_does_not_bend_its_neighbours() {
    // One section 1 mm larger than all others: nothing between lies outside of both.
    let planes = [0.0, 2.0, 4.0, 6.0, 8.0];
    for below in 0..4 {
        let s = LagrangeStencil::new(&planes, below, MOST);
        let mut v = [0.0; MOST];
        for (k, v) in v.iter_mut().enumerate().take(s.count) {
            *v = if s.first + k == 2 { -1.0 } else { 0.0 };
        }
        for t in [0.1, 0.5, 0.9] {
            let bend = s.bend(planes[below] + 2.0 * t);
            let (line, second) = s.at(&bend, &v, &s.limited(&v));
            let found = line + bend.product * second;
            assert!((-1.0..=0.0).contains(&found), "{below} {t}: {found}");
        }
    }
}

#[test]
fn a_section_that_is_gone_goes_on_up_to_the_next_plane() {
    // Planes at 0, 1, 2.5 and 3 mm; a section that shrank by 0.6 a mm is gone on the third.
    let s = LagrangeStencil::new(&PLANES, 1, MOST);
    let of = [-5.6, -5.0, 5.0, 6.0];
    let at = |t: f64| s.least(&s.bend(1.0 + 1.5 * t), &of).0;
    // It goes on to shrink as it did, and closes over the last 3 % of the way.
    for t in [0.25_f64, 0.5, 0.9] {
        assert!((at(t) - (-5.0 + 0.6 * 1.5 * t)).abs() < 1e-9, "{t}: {}", at(t));
    }
    let mixed = 0.5 * (-5.0 + 0.6 * 1.5 * 0.985) + 0.5 * 5.0;
    assert!((at(0.985) - mixed).abs() < 1e-9, "{}", at(0.985));
    assert!((at(1.0) - 5.0).abs() < 1e-9);
    // A smooth shape stands as it was interpolated.
    let v = values(&s, |w| 2.0 - w + 0.5 * w * w);
    let bend = s.bend(1.7);
    assert!((s.least(&bend, &v).0 - (2.0 - 1.7 + 0.5 * 1.7 * 1.7)).abs() < 1e-9);
}

#[test]
fn a_plane_beyond_the_neighbours_is_held_to_what_is_known_beside_it() {
    let held = |below: usize, mut of: Values| {
        let s = LagrangeStencil::new(&[0.0, 1.0, 2.5, 3.0], below, MOST);
        let from = s.hold(&mut of);
        (of, from)
    };
    // Three times the change between the neighbours, or the way to the plane.
    assert_eq!(held(1, [9.0, 0.0, 1.0, -9.0]), ([3.0, 0.0, 1.0, -2.0], [1, 1, 2, 2]));
    assert_eq!(held(1, [-9.0, 0.0, 0.1, 9.0]), ([-1.0, 0.0, 0.1, 0.6], [1, 1, 2, 2]));
    assert_eq!(held(1, [2.9, 0.0, 1.0, 3.9]), ([2.9, 0.0, 1.0, 3.9], [0, 1, 2, 3]));
    assert_eq!(held(1, [3.0, 0.0, 1.0, -2.0]), ([3.0, 0.0, 1.0, -2.0], [0, 1, 2, 3]));
    // One after the other, from the neighbours outwards.
    assert_eq!(held(0, [0.0, 1.0, 9.0, 9.0]), ([0.0, 1.0, 4.0, 7.0], [0, 1, 1, 1]));
    assert_eq!(held(2, [9.0, -9.0, 1.0, 0.0]), ([1.0, -2.0, 1.0, 0.0], [2, 2, 2, 3]));
}

#[test]
fn a_second_difference_is_no_larger_than_its_neighbours_allows() {
    let planes = [0.0, 1.0, 2.0, 3.0];
    let limited = |below: usize, a: f64, b: f64| {
        let s = LagrangeStencil::new(&planes, below, MOST);
        let of = [2.0 * a, 0.0, 0.0, 2.0 * b];
        let found = s.limited(&of);
        for (k, second) in found.second.iter().enumerate() {
            let sum: f64 = (0..MOST).map(|i| found.parts[k][i] * of[i]).sum();
            assert!((sum - second).abs() < 1e-12, "{below} {a} {b}");
        }
        found.second
    };
    for sign in [1.0, -1.0] {
        let (a, b) = (sign, 0.1 * sign);
        let end = MOST_AT_END * b;
        let usual = MOST_RATIO * b;
        for (below, first, last) in [(0, end, usual), (1, usual, usual), (2, usual, end)] {
            let [x, y] = limited(below, a, b);
            assert!((x - first).abs() < 1e-12 && (y - b).abs() < 1e-12, "{below}");
            let [x, y] = limited(below, b, a);
            assert!((x - b).abs() < 1e-12 && (y - last).abs() < 1e-12, "{below}");
            // Of two signs nothing is left; of much the same size both are.
            assert_eq!(limited(below, a, -b), [0.0; 2]);
            assert_eq!(limited(below, a, 0.9 * a), [a, 0.9 * a]);
        }
    }
}

#[test]
fn a_stack_that_is_turned_over_gives_the_same() {
    let over = |of: Values, count: usize| {
        let mut out = [0.0; MOST];
        (0..count).for_each(|k| out[k] = of[count - 1 - k]);
        out
    };
    for case in 0..300 {
        let count = 2 + case as usize % 3;
        let mut planes = vec![0.0];
        (1..count)
            .for_each(|k| planes.push(planes[k - 1] + 0.5 + 2.0 * scattered(9 * case + k as u64)));
        let below = (case as usize / 3) % (count - 1);
        let mut of = [0.0; MOST];
        (0..count).for_each(|k| of[k] = 8.0 * scattered(5000 + 9 * case + k as u64) - 4.0);
        let t = 0.02 + 0.96 * scattered(9000 + case);
        let w = (1.0 - t) * planes[below] + t * planes[below + 1];
        let turned: Vec<f64> = planes.iter().rev().map(|w| -w).collect();
        let here = LagrangeStencil::new(&planes, below, MOST);
        let there = LagrangeStencil::new(&turned, count - 2 - below, MOST);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{case}: {a} and {b}");
        let both = |a: Values, b: Values| (0..count).for_each(|k| near(a[k], over(b, count)[k]));
        let (bend, turned) = (here.bend(w), there.bend(-w));
        both(here.weights(w), there.weights(-w));
        let (a, b) = (here.least(&bend, &of), there.least(&turned, &over(of, count)));
        near(a.0, b.0);
        both(a.1, b.1);
        let (a, b) = (here.limited(&of), there.limited(&over(of, count)));
        let (x, y) = (here.at(&bend, &of, &a), there.at(&turned, &over(of, count), &b));
        near(x.0, y.0);
        near(x.1, y.1);
        let (x, y) = (here.growth(&bend, &a), there.growth(&turned, &b));
        both(x.0, y.0);
        both(x.1, y.1);
        // The least value is none that the planes' values and the curve lie below.
        let (line, second) = here.at(&bend, &of, &a);
        assert!(
            here.least(&bend, &of).0
                <= (line + bend.product * second).max(of[below].max(of[below + 1])) + 1e-9
        );
    }
}

#[test]
fn a_section_at_a_last_plane_goes_on_as_it_is() {
    // Nothing tells how it came there.
    let s = LagrangeStencil::new(&PLANES, 0, MOST);
    let of = [-4.0, 5.0, 6.0, 6.5];
    for t in [0.1, 0.5, 0.96] {
        assert!((s.least(&s.bend(t), &of).0 + 4.0).abs() < 1e-9, "{t}");
    }
    // One that would grow faster than by a mm for each goes on with that.
    let s = LagrangeStencil::new(&PLANES, 1, MOST);
    let of = [-9.0, -5.0, 5.0, 6.0];
    for t in [0.2, 0.6, 0.9] {
        let found = s.least(&s.bend(1.0 + 1.5 * t), &of).0;
        assert!((found - (-5.0 + 1.5 * t)).abs() < 1e-9, "{t}: {found}");
    }
}

#[test]
fn three_planes_follow_a_parabola_and_two_a_line() {
    let planes = [0.0, 1.0, 2.5];
    for count in [2, 3] {
        for below in 0..count - 1 {
            let s = LagrangeStencil::new(&planes[..count], below, MOST);
            let of = |w: f64| if count == 2 { 3.0 - 0.7 * w } else { 3.0 - 0.7 * w + 0.4 * w * w };
            let mut v = [0.0; MOST];
            (0..count).for_each(|k| v[k] = of(planes[k]));
            for t in [0.1, 0.5, 0.8] {
                let w = (1.0 - t) * planes[below] + t * planes[below + 1];
                let bend = s.bend(w);
                let (line, second) = s.at(&bend, &v, &s.limited(&v));
                assert!(
                    (line + bend.product * second - of(w)).abs() < 1e-12,
                    "{count} {below} {t}"
                );
            }
        }
    }
}

#[test]
fn the_weights_of_the_least_value_are_its_growth_with_each_plane() {
    let smooth = |w: f64| 2.0 - w + 0.5 * w * w;
    let s = LagrangeStencil::new(&PLANES, 1, MOST);
    for t in [0.2, 0.6, 0.9] {
        let bend = s.bend(1.0 + 1.5 * t);
        let of = values(&s, smooth);
        let (value, weights) = s.least(&bend, &of);
        assert!((value - smooth(1.0 + 1.5 * t)).abs() < 1e-9);
        for k in 0..MOST {
            let moved = |h: f64| {
                let mut v = of;
                v[k] += h;
                s.least(&bend, &v).0
            };
            let growth = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            assert!((growth - weights[k]).abs() < 1e-6, "{t} {k}: {} for {growth}", weights[k]);
        }
    }
}

/// A number between 0 and 1 that goes with another.
fn scattered(k: u64) -> f64 {
    let x = (k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A stack of two to four planes with distances within them, and a place between two of the planes.
struct Scattered {
    count: usize,
    planes: Vec<f64>,
    below: usize,
    of: Values,
    /// From the plane below to the one above, 0 to 1.
    t: f64,
}

impl Scattered {
    fn new(case: u64) -> Self {
        let count = 2 + case as usize % 3;
        let mut planes = vec![0.0];
        (1..count).for_each(|k| planes.push(planes[k - 1] + 0.5 + scattered(9 * case + k as u64)));
        let below = (case as usize / 3) % (count - 1);
        let mut of = [0.0; MOST];
        (0..count).for_each(|k| of[k] = 9.0 * scattered(5000 + 9 * case + k as u64) - 4.0);
        Self { count, planes, below, of, t: scattered(9000 + case).powf(0.2) }
    }
}

#[test]
fn lengths_that_are_scaled_all_alike_scale_the_level_with_them() {
    for case in 0..400 {
        let Scattered { count, planes, below, of, t } = Scattered::new(case);
        let t = if case % 2 == 0 { t } else { 1.0 - t };
        let w = (1.0 - t) * planes[below] + t * planes[below + 1];
        let here = LagrangeStencil::new(&planes, below, MOST);
        let (bend, limited) = (here.bend(w), here.limited(&of));
        let (least, weights) = here.least(&bend, &of);
        let (line, second) = here.at(&bend, &of, &limited);
        let mut held = of;
        let from = here.hold(&mut held);
        for by in [0.3, 4.0] {
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{case} {by}: {a} for {b}");
            let planes: Vec<f64> = planes.iter().map(|w| by * w).collect();
            let scaled = |of: Values| of.map(|x| by * x);
            let there = LagrangeStencil::new(&planes, below, MOST);
            let (bend, limited) = (there.bend(by * w), there.limited(&scaled(of)));
            let found = there.least(&bend, &scaled(of));
            near(found.0, by * least);
            let (flat, curved) = there.at(&bend, &scaled(of), &limited);
            near(flat, by * line);
            near(curved, second / by);
            let mut also = scaled(of);
            assert_eq!(there.hold(&mut also), from, "{case} {by}");
            for k in 0..count {
                near(found.1[k], weights[k]);
                near(also[k], by * held[k]);
                near(there.weights(by * w)[k], here.weights(w)[k]);
            }
        }
    }
}

#[test]
fn a_section_that_is_gone_shrinks_as_it_did_for_each_millimetre() {
    // It shrank by 0.3 mm for each over 2 mm, and is gone 1.5 mm on, upwards or downwards.
    let rising = [0.0, 2.0, 3.5, 4.0];
    let falling = rising.map(|w| -w);
    let sorted = [falling[3], falling[2], falling[1], falling[0]];
    for (planes, of, sign) in
        [(rising, [-5.6, -5.0, 5.0, 6.0], 1.0), (sorted, [6.0, 5.0, -5.0, -5.6], -1.0)]
    {
        let s = LagrangeStencil::new(&planes, 1, MOST);
        let at = |t: f64| s.least(&s.bend(sign * (2.0 + 1.5 * t)), &of);
        let goes_on = |t: f64| -5.0 + 0.3 * 1.5 * t;
        for t in [0.1, 0.4, 0.8, 0.969] {
            assert!((at(t).0 - goes_on(t)).abs() < 1e-9, "{t}: {}", at(t).0);
        }
        // Over the last 3 % of the way it turns evenly into the next section.
        for (part, t) in [(0.1, 0.973), (0.25, 0.9775), (0.8, 0.994), (1.0, 1.0)] {
            let wanted = (1.0 - part) * goes_on(t) + part * 5.0;
            assert!((at(t).0 - wanted).abs() < 1e-9, "{t}: {} for {wanted}", at(t).0);
        }
        // A point that moves away from all outlines alike moves by as much.
        for t in [0.1, 0.8, 0.98, 0.999] {
            assert!((at(t).1.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{t}");
        }
    }
}

#[test]
fn the_weights_of_a_section_that_is_gone_are_its_growth_with_each_plane() {
    // With no plane before, or one that lay as far off, it stays as it is up to the next.
    for (below, of) in [(0, [-4.0, 5.0, 6.0, 6.5]), (1, [-5.0, -5.0, 5.0, 6.0])] {
        let s = LagrangeStencil::new(&[0.0, 2.0, 3.5, 4.0], below, MOST);
        let (low, high) = if below == 0 { (0.0, 2.0) } else { (2.0, 3.5) };
        for t in [0.3, 0.9, 0.98, 0.995] {
            let (value, weights) = s.least(&s.bend((1.0 - t) * low + t * high), &of);
            let sum: f64 = (0..MOST).map(|k| weights[k] * of[k]).sum();
            assert!((value - sum).abs() < 1e-9, "{below} {t}: {value} and {sum}");
        }
    }
}

#[test]
fn a_plane_beyond_may_lie_off_by_the_way_to_it() {
    // Where nothing changes between the neighbours: a mm for each, one plane after the other.
    let planes = [0.0, 2.5, 4.5, 4.75];
    for sign in [1.0, -1.0] {
        for (below, wanted) in
            [(0, [0.0, 0.0, 2.0, 2.25]), (1, [2.5, 0.0, 0.0, 0.25]), (2, [4.5, 2.0, 0.0, 0.0])]
        {
            let s = LagrangeStencil::new(&planes, below, MOST);
            let mut of = [sign * 50.0; MOST];
            (of[below], of[below + 1]) = (0.0, 0.0);
            // What lies within that stays.
            let mut within = wanted.map(|x| 0.9 * sign * x);
            let before = within;
            s.hold(&mut of);
            assert_eq!(of, wanted.map(|x| sign * x), "{below}");
            assert_eq!(s.hold(&mut within), [0, 1, 2, 3]);
            assert_eq!(within, before);
        }
    }
}

#[test]
fn wherever_a_stack_lies_and_however_far_off_a_point_a_level_is_made_in_the_same_way() {
    for case in 0..400 {
        let Scattered { count, planes, below, of, t } = Scattered::new(case);
        let w = (1.0 - t) * planes[below] + t * planes[below + 1];
        let here = LagrangeStencil::new(&planes, below, MOST);
        let (least, weights) = here.least(&here.bend(w), &of);
        let mut held = of;
        let from = here.hold(&mut held);
        for (up_mm, off_mm) in [(-37.5, 0.0), (0.0, 11.25), (64.0, -20.0)] {
            let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{case}: {a} for {b}");
            let moved: Vec<f64> = planes.iter().map(|w| w + up_mm).collect();
            let there = LagrangeStencil::new(&moved, below, MOST);
            let mut also = of.map(|x| x + off_mm);
            let found = there.least(&there.bend(w + up_mm), &also);
            near(found.0, least + off_mm);
            (0..count).for_each(|k| near(found.1[k], weights[k]));
            assert_eq!(there.hold(&mut also), from, "{case}");
            (0..count).for_each(|k| near(also[k], held[k] + off_mm));
        }
    }
}

#[test]
fn bends_that_agree_are_followed_and_all_else_goes_on_as_it_came() {
    // It grew by a tenth of a mm, and by half of one up to the next plane; what comes then says how far the
    // two bends agree. Where they do, the curve is the cubic's with the second one held to one and a half
    // times the first; else the section goes on as it came.
    let (curved, goes_on) = (0.25 - 0.25 * (0.5 * 0.2 + 0.5 * 0.3), 0.05);
    for (last, wanted) in [(2.9, curved), (3.1, goes_on), (-1.0, goes_on), (-0.9, goes_on)] {
        let of = [-0.1, 0.0, 0.5, 1.0 + 2.0 * 0.2 * last];
        let s = LagrangeStencil::new(&[10.0, 11.0, 12.0, 13.0], 1, MOST);
        let found = s.least(&s.bend(11.5), &of).0;
        assert!((found - wanted).abs() < 1e-9, "{last}: {found} for {wanted}");
        let over = [of[3], of[2], of[1], of[0]];
        let found = s.least(&s.bend(11.5), &over).0;
        assert!((found - wanted).abs() < 1e-9, "{last}: {found} for {wanted}");
    }
    // Of three times the other it is no longer so; and two that bend the other way agree as well.
    let s = LagrangeStencil::new(&[0.0, 1.0, 2.0, 3.0], 1, MOST);
    assert!((s.least(&s.bend(1.5), &[-0.25, 0.0, 0.75, 3.0]).0 - 0.125).abs() < 1e-12);
    let found = s.least(&s.bend(1.5), &[-3.0, 0.0, 0.9, -0.3]).0;
    assert!((found - (0.45 + 0.25 * 1.05)).abs() < 1e-12, "{found}");
    // Through three planes nothing agrees, and through two there is a straight line.
    let of = [-0.1, 0.0, 0.5, 0.0];
    let three = LagrangeStencil::new(&[10.0, 11.0, 12.0], 1, MOST);
    assert!((three.least(&three.bend(11.5), &of).0 - goes_on).abs() < 1e-9);
    let two = LagrangeStencil::new(&[11.0, 12.0], 0, MOST);
    assert!((two.least(&two.bend(11.5), &[0.0, 0.5, 0.0, 0.0]).0 - 0.25).abs() < 1e-9);
}

#[test]
fn a_section_is_gone_where_it_is_off_by_more_than_the_way_to_the_next_plane() {
    // Bends that agree: half of w (w - 1), which grows by a mm over a mm.
    let s = LagrangeStencil::new(&[0.0, 1.0, 2.0, 3.0], 1, MOST);
    let at = |of: Values| s.least(&s.bend(1.5), &of).0;
    assert!((at([0.0, 0.0, 1.0, 3.0]) - 0.375).abs() < 1e-12);
    assert!(at([0.0, 0.0, 1.001, 3.002]).abs() < 1e-12);
    // One that came faster than it goes on lies no farther out than the curve, whose second bend is held
    // to one and a half times the first.
    let curved = 0.25 + 0.25 * (0.5 * 0.25 + 0.5 * 0.375);
    assert!((at([-1.0, 0.0, 0.5, -1.0]) - curved).abs() < 1e-12);
}
