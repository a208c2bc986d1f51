//! The gap that limits need, against closed forms.

use crate::cord_shapes::{Formula, tube};
use std::f64::consts::PI;
use std::num::NonZeroU32;
use thecal_dose::{
    AcrossGap, AllowedDose, CordPiece, Course, Falloff, GapNeeded, GapQuestion, LimitStructure,
    Limits, NeededModel, PriorRt, Segment, ShortestOf, gap_needed,
};
use thecal_geom::Point3;

fn allowed(n: u32, secondary: bool) -> Vec<AllowedDose> {
    let course = Course { fractions: NonZeroU32::new(n).expect("not zero"), prior: PriorRt::None };
    let limits = Limits::built_in(secondary);
    let cord = limits.rows().iter().filter(|row| row.structure == LimitStructure::Cord);
    cord.filter_map(|row| row.allowed(&course)).collect()
}

fn question(prescription_gy: f64, had_mm: f64) -> GapQuestion {
    GapQuestion { prescription_gy, edge_gy: None, had_mm, cord: None, deviation_mm: None }
}

fn of<'a>(all: &'a [GapNeeded], id: &str) -> &'a GapNeeded {
    all.iter().find(|n| n.limit == id).expect("a limit")
}

fn linear(pct_per_mm: f64) -> NeededModel<'static> {
    NeededModel::Stated(Falloff::Linear { pct_per_mm })
}

#[test]
fn which_row_rules_depends_on_the_fall_off() {
    // 24 Gy in one fraction: the limit on 0.35 cc asks for less than the one on a point where the dose
    // falls steeply, and for more where it does not. By hand, with the depth of the hottest volume.
    let cord = CordPiece { radius_mm: 4.5, length_mm: 20.0 };
    let limits: Vec<AllowedDose> = allowed(1, true)
        .into_iter()
        .filter(|l| ["tg101-1-max", "tg101-1-035"].contains(&l.id.as_str()))
        .collect();
    assert_eq!(limits.len(), 2);
    let ask = GapQuestion { cord: Some(cord), ..question(24.0, 2.0) };
    for (k, max_mm, volume_mm, rules) in
        [(17.6, 1.8, 0.5, "tg101-1-max"), (5.0, 7.7, 8.8, "tg101-1-035")]
    {
        let found = gap_needed(&limits, linear(k), &ask);
        let (a, b) = (of(&found, "tg101-1-max"), of(&found, "tg101-1-035"));
        assert!((a.needed_mm.expect("told") - max_mm).abs() < 0.1, "{a:?}");
        assert!((b.needed_mm.expect("told") - volume_mm).abs() < 0.15, "{b:?}");
        assert!((a.lacking_mm.expect("told") - (a.needed_mm.expect("told") - 2.0)).abs() < 1e-12);
        assert!(of(&found, rules).rules && found.iter().filter(|n| n.rules).count() == 1);
    }
}

#[test]
fn margins_and_deviations_are_added() {
    let limits = allowed(1, false);
    let plain = gap_needed(&limits, linear(10.0), &question(24.0, 3.0));
    // 24 Gy to the 14 Gy on cord and 2 mm.
    let prv = of(&plain, "trial25-prv-1");
    assert!((prv.needed_mm.expect("told") - (10.0 / 2.4 + 2.0)).abs() < 1e-9, "{prv:?}");
    assert!(prv.assumptions.contains("grown by 2 mm"), "{}", prv.assumptions);
    let ask = GapQuestion { deviation_mm: Some(1.5), ..question(24.0, 3.0) };
    for (a, b) in plain.iter().zip(gap_needed(&limits, linear(10.0), &ask)) {
        let more = b.needed_mm.expect("told") - a.needed_mm.expect("told");
        assert!((more - 1.645 * 1.5).abs() < 1e-9);
    }
}

#[test]
fn a_limit_above_the_edge_needs_nothing_and_an_impossible_edge_says_why() {
    let limits = allowed(1, false);
    let ask = GapQuestion { edge_gy: Some(10.0), ..question(24.0, 3.0) };
    let found = gap_needed(&limits, linear(10.0), &ask);
    assert_eq!(of(&found, "hytec-1-high").needed_mm, Some(0.0));
    let edge = Falloff::Edge { steepest_pct_per_mm: 15.0, plateau_gy: 24.0 };
    let found = gap_needed(&limits, NeededModel::Stated(edge), &question(24.0, 3.0));
    let none = of(&found, "hytec-1-high");
    assert_eq!(none.needed_mm, None);
    assert!(none.untold.expect("a reason").to_string().contains("plateau"));
    assert!(found.iter().all(|n| !n.rules));
}

/// A dose that falls as a beam's edge does towards the back, with the dose `edge_gy` on the plane `y`.
fn edge_of_beam(law: Falloff, edge_gy: f64, y: f64) -> impl Fn(Point3) -> f64 + Sync {
    move |p: Point3| law.dose_gy(24.0, edge_gy, p.y - y).expect("numbers")
}

#[test]
fn the_plans_own_isodose_needs_what_its_law_does() {
    let cord = tube([0.0, 0.0], 5.0, [-20.0, 20.0], 2.0);
    let law = Falloff::Edge { steepest_pct_per_mm: 15.0, plateau_gy: 24.0 / 0.9 };
    let (gap_mm, edge_gy) = (2.5, 23.0);
    let (a, b) = (Point3::new(0.0, -5.0 - gap_mm, 0.0), Point3::new(0.0, -5.0, 0.0));
    let segment = Segment::new(ShortestOf::All, a, b, gap_mm, &cord);
    let field =
        Formula { gy: edge_of_beam(law, edge_gy, -5.0 - gap_mm), open_gy: 0.3, step_mm: 1.0 };
    let across = AcrossGap::new(segment, &field);
    let limits = allowed(1, false);
    let found = gap_needed(&limits, NeededModel::Plan(&across), &question(24.0, gap_mm));
    for l in limits.iter().filter(|l| l.expansion_mm == 0.0) {
        let n = of(&found, &l.id);
        let truth = law.distance_mm(24.0, edge_gy, l.limit_gy).expect("numbers");
        assert!((n.needed_mm.expect("told") - truth).abs() < 0.01, "{}: {n:?}", l.id);
        assert!((n.edge_gy.expect("known") - edge_gy).abs() < 0.01);
        // 0.3 Gy on the dose of the limit.
        let of_dose = |gy: f64| law.distance_mm(24.0, edge_gy, gy).expect("numbers");
        let (lower, upper) = (n.needed_lower_mm.expect("told"), n.needed_upper_mm.expect("told"));
        assert!((lower - of_dose(l.limit_gy + 0.3)).abs() < 0.01, "{}", l.id);
        assert!((upper - of_dose(l.limit_gy - 0.3)).abs() < 0.01, "{}", l.id);
    }
    // With the prescribed dose demanded at the edge it is the way from that dose on.
    let ask = GapQuestion { edge_gy: Some(24.0), ..question(24.0, gap_mm) };
    let demanded = gap_needed(&limits, NeededModel::Plan(&across), &ask);
    let truth = law.distance_mm(24.0, 24.0, 14.0).expect("numbers");
    let n = of(&demanded, "hytec-1-high");
    assert!((n.needed_mm.expect("told") - truth).abs() < 0.01, "{n:?} for {truth}");
    assert!(n.needed_mm > of(&found, "hytec-1-high").needed_mm);
}

/// The inverse of the volume limit: at the needed gap the hottest 0.35 cc of a round cord get the limit.
/// The volume hotter than a dose is the segment of the circle past a line, here counted on a fine lattice.
#[test]
fn at_the_needed_gap_the_hottest_volume_of_a_cord_gets_its_limit() {
    let cord = CordPiece { radius_mm: 4.5, length_mm: 20.0 };
    let limit = allowed(1, true).into_iter().find(|l| l.id == "tg101-1-035").expect("a row");
    for model in [
        Falloff::Linear { pct_per_mm: 8.0 },
        Falloff::Edge { steepest_pct_per_mm: 12.0, plateau_gy: 24.0 / 0.9 },
    ] {
        let ask = GapQuestion { cord: Some(cord), ..question(24.0, 0.0) };
        let found = gap_needed(std::slice::from_ref(&limit), NeededModel::Stated(model), &ask);
        let gap_mm = found[0].needed_mm.expect("told");
        let step = 0.01;
        let mut doses: Vec<(f64, f64)> = (0..900)
            .map(|k| {
                let depth = step * (f64::from(k) + 0.5);
                let half = (4.5_f64.powi(2) - (4.5 - depth).powi(2)).max(0.0).sqrt();
                let gy = model.dose_gy(24.0, 24.0, gap_mm + depth).expect("numbers");
                (gy, 2.0 * half * step * 20.0 / 1000.0)
            })
            .collect();
        let all_cc: f64 = doses.iter().map(|d| d.1).sum();
        assert!((all_cc - PI * 4.5 * 4.5 * 20.0 / 1000.0).abs() < 1e-4);
        doses.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut hot_cc = 0.0;
        let at_limit = doses.iter().find(|d| {
            hot_cc += d.1;
            hot_cc >= 0.35
        });
        let gy = at_limit.expect("the cord is larger").0;
        assert!((gy - limit.limit_gy).abs() < 0.03, "{gy} at {gap_mm} mm");
    }
}

#[test]
fn a_limit_that_the_plan_has_all_through_the_cord_rules_without_a_number() {
    let cord = tube([0.0, 0.0], 5.0, [-20.0, 20.0], 2.0);
    let (a, b) = (Point3::new(0.0, -7.0, 0.0), Point3::new(0.0, -5.0, 0.0));
    let segment = Segment::new(ShortestOf::All, a, b, 2.0, &cord);
    let field = Formula { gy: |_: Point3| 13.5, open_gy: 0.0, step_mm: 1.0 };
    let across = AcrossGap::new(segment, &field);
    let found = gap_needed(&allowed(1, false), NeededModel::Plan(&across), &question(24.0, 2.0));
    let low = of(&found, "hytec-1-low");
    assert_eq!((low.needed_mm, low.lacking_mm), (None, None));
    assert!(low.untold.expect("a reason").is_endless());
    assert_eq!(found.iter().filter(|n| n.rules).count(), 1);
    assert!(found.iter().find(|n| n.rules).expect("one").needed_mm.is_none());
    // No place of the tumour has as much as this limit.
    assert_eq!(of(&found, "hytec-1-high").needed_mm, Some(0.0));
}

#[test]
fn an_earlier_course_leaves_less() {
    let eqd2_gy = 37.5;
    let prior =
        PriorRt::Given { eqd2_gy, alpha_beta: thecal_dose::AlphaBeta::CORD, months: Some(12.0) };
    let course = Course { fractions: NonZeroU32::MIN, prior };
    let limits = Limits::built_in(false);
    let allowed = |id: &str| limits.row(id).and_then(|row| row.allowed(&course));
    // 25 Gy of EQD2 are 9.05 Gy in one fraction; 70 - 37.5 = 32.5 are more.
    let sbrt = allowed("hytec-re-sbrt").expect("a dose").limit_gy;
    assert!((sbrt - 9.05).abs() < 0.01, "{sbrt}");
    assert!(allowed("hytec-re-sum").expect("a dose").limit_gy > sbrt);
    // Half of both is as much as the first.
    let share = allowed("hytec-re-share").expect("a dose").limit_gy;
    let n = course.fractions;
    assert!((thecal_dose::AlphaBeta::CORD.eqd2_gy(share, n) - eqd2_gy).abs() < 1e-9);
    // 120 Gy of BED less 75.
    let nieder = allowed("nieder-sum").expect("a dose").limit_gy;
    assert!((thecal_dose::AlphaBeta::CORD.bed_gy(nieder, n) - 45.0).abs() < 1e-9);
    assert!(allowed("hytec-1-low").is_none() && allowed("hytec-re-interval").is_none());
}
