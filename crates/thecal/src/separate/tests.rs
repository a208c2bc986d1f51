use thecal_geom::{Contour, ContourKind, Point3};
use thecal_margin::{Openness, PairKind};

use super::openness::{openness_before, widen};
use super::*;
use crate::measure::pair;
use crate::phase::Found;

/// A square column of half-width 5 mm from 0 to 30 mm, planes every 3 mm.
fn column(x_mm: f64) -> Part {
    let ring = |k: usize| {
        let z = 3.0 * k as f64;
        let corners = [[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]];
        let points_mm = corners.map(|[x, y]| Point3::new(x_mm + x, y, z)).to_vec();
        Contour { number: k + 1, kind: ContourKind::ClosedPlanar, points_mm }
    };
    let contours: Vec<Contour> = (0..11).map(ring).collect();
    let solid = Solid::from_contours(&contours, EndRule::HalfSlice, 3.0).expect("a solid");
    Part { name: format!("at {x_mm}"), solid }
}

#[test]
fn a_gap_is_widened_also_where_none_was_measured_before() {
    let (tumour, cord) = (column(0.0), column(14.0));
    let measured = |kind| pair(kind, &tumour, &cord, &Thresholds::default()).0;
    let was = measured(PairKind::TumourCord);
    let own = was.gap().expect("a gap").openness();
    // Known before: by what was open then.
    let known = openness_before(Some(&was), &tumour.solid, &cord.solid);
    assert_eq!(known, own);
    // Unknown before, or not measured: half a plane's distance of both.
    let nothing = Pair { found: Found::Nothing, ..was.clone() };
    for missing in [None, Some(&nothing)] {
        let open = openness_before(missing, &tumour.solid, &cord.solid);
        assert_eq!(open, Openness { below_mm: 3.0, above_mm: 3.0 });
        let mut after = was.clone();
        widen(&mut after, open);
        let (gap, before) = (after.gap().expect("a gap"), was.gap().expect("a gap"));
        assert!((before.interval.lower_mm - gap.interval.lower_mm - 3.0).abs() < 1e-12);
        assert!((gap.interval.upper_mm - before.interval.upper_mm - 3.0).abs() < 1e-12);
        let part = gap.parts.last().expect("a part");
        assert_eq!(part.part.as_str(), "drawing");
        assert_eq!((part.lower_mm, part.upper_mm), (3.0, 3.0));
        let planes = gap.profile.planes.iter().zip(&before.profile.planes);
        let both = planes.filter_map(|((_, a), (_, b))| Some((a.as_ref()?, b.as_ref()?)));
        let widened = both.map(|(a, b)| b.interval.lower_mm - a.interval.lower_mm);
        let widened: Vec<f64> = widened.collect();
        assert!(!widened.is_empty() && widened.iter().all(|w| (w - 3.0).abs() < 1e-12));
        // What passed by a millimetre is no longer known to.
        let verdicts = after.judgements(&Thresholds::default());
        assert!(verdicts.iter().all(|j| j.verdict == Some(thecal_margin::Verdict::Indeterminate)));
    }
}
