//! What figures say to rows of limits.

use std::num::NonZeroU32;
use thecal_dose::{
    AlphaBeta, Asked, Course, Found, LimitAnswer, LimitStructure, LimitVerdict, Limits, Metric,
    Missing, PriorRt,
};

use LimitVerdict::{Fail, Indeterminate, NotApplicable, Pass};

fn course(n: u32, prior: PriorRt) -> Course {
    Course { fractions: NonZeroU32::new(n).expect("not zero"), prior }
}

fn given(eqd2_gy: f64, months: Option<f64>) -> PriorRt {
    PriorRt::Given { eqd2_gy, alpha_beta: AlphaBeta::CORD, months }
}

fn found(lower: f64, value: f64, upper: f64) -> Found {
    Found {
        name: "SpinalCord".to_owned(),
        made: false,
        value_gy: Some(value),
        lower_gy: Some(lower),
        upper_gy: Some(upper),
        reason: None,
    }
}

/// The answer to a row of the table that is built in, where every figure is the same.
fn answer(id: &str, course: &Course, figure: &Found) -> LimitAnswer {
    let limits = Limits::built_in(true);
    let row = limits.row(id).expect("a row");
    row.judge(course, &|_: &Asked, _: &Metric| Ok(figure.clone()))
}

#[test]
fn a_limit_is_kept_broken_or_open_by_the_interval_of_the_figure() {
    let once = course(1, PriorRt::None);
    for (figure, verdict) in [
        (found(13.0, 13.5, 14.0), Pass),
        (found(13.0, 13.5, 14.01), Indeterminate),
        (found(13.99, 14.2, 14.5), Indeterminate),
        (found(14.0, 14.2, 14.5), Indeterminate),
        (found(14.01, 14.2, 14.5), Fail),
    ] {
        let answer = answer("hytec-1-high", &once, &figure);
        assert_eq!(answer.verdict, verdict, "{figure:?}: {}", answer.reason);
        assert_eq!(answer.limit, 14.0);
        assert_eq!(answer.of.as_deref(), Some("SpinalCord"));
        let c = answer.compared.expect("compared");
        assert_eq!(c.lower, figure.lower_gy);
        // The row stands with the answer: structure, fractions, source.
        assert_eq!(answer.row.source, "HyTEC, Sahgal 2021");
        assert!(answer.reason.contains("14 Gy"), "{}", answer.reason);
    }
}

#[test]
fn a_row_of_another_number_of_fractions_does_not_apply() {
    let answer = answer("hytec-3", &course(5, PriorRt::None), &found(1.0, 1.0, 1.0));
    assert_eq!(answer.verdict, NotApplicable);
    assert_eq!(answer.reason, "The limit is for 3 fractions, and the plan has 5.");
    assert!(answer.compared.is_none());
}

#[test]
fn unknown_earlier_radiotherapy_never_lets_a_row_pass_and_lets_it_fail() {
    let unknown = course(1, PriorRt::Unknown);
    let low = answer("hytec-1-high", &unknown, &found(1.0, 1.0, 1.0));
    assert_eq!(low.verdict, Indeterminate);
    assert!(low.reason.contains("earlier radiotherapy is not stated"), "{}", low.reason);
    assert_eq!(answer("hytec-1-high", &unknown, &found(15.0, 15.5, 16.0)).verdict, Fail);
    // No row at all passes, whatever the figures.
    for figure in [found(0.0, 0.0, 0.0), found(3.0, 9.0, 14.0)] {
        for n in 1..=8 {
            let judged = Limits::built_in(true)
                .judge(&course(n, PriorRt::Unknown), &|_: &Asked, _: &Metric| Ok(figure.clone()));
            assert!(judged.iter().all(|a| a.verdict != Pass));
        }
    }
}

#[test]
fn rows_for_places_never_irradiated_do_not_apply_where_one_was_and_the_other_way_round() {
    let figure = found(1.0, 1.0, 1.0);
    assert_eq!(
        answer("hytec-1-high", &course(1, given(37.5, None)), &figure).verdict,
        NotApplicable
    );
    assert_eq!(answer("hytec-re-sum", &course(1, PriorRt::None), &figure).verdict, NotApplicable);
}

#[test]
fn limits_after_an_earlier_course_are_those_of_hytec() {
    // 30 Gy in 10 fractions before (37.5 Gy of EQD2), 9 months ago; now one fraction.
    let again = course(1, given(37.5, Some(9.0)));
    // 9 Gy in one fraction are 24.75 Gy of EQD2, 9.2 Gy are 25.76.
    for (gy, of_course) in [(9.0, Pass), (9.2, Fail)] {
        let figure = found(gy, gy, gy);
        assert_eq!(answer("hytec-re-sbrt", &again, &figure).verdict, of_course, "{gy}");
        // 62.25 and 63.3 of 70 Gy.
        assert_eq!(answer("hytec-re-sum", &again, &figure).verdict, Pass);
        assert_eq!(answer("hytec-re-share", &again, &figure).verdict, Pass);
    }
    let sum = answer("hytec-re-sum", &again, &found(9.0, 9.0, 9.0));
    assert!((sum.compared.expect("compared").value.expect("told") - 62.25).abs() < 1e-9);
    // More than 32.5 Gy of EQD2: 10.6 Gy are 33.4.
    assert_eq!(answer("hytec-re-sum", &again, &found(10.6, 10.6, 10.6)).verdict, Fail);
    // 11.4 Gy are 38.2 Gy, more than half of both.
    let share = answer("hytec-re-share", &again, &found(11.4, 11.4, 11.4));
    assert_eq!(share.verdict, Fail);
    assert_eq!(answer("hytec-re-interval", &again, &found(1.0, 1.0, 1.0)).verdict, Pass);
    let soon = course(1, given(37.5, Some(4.0)));
    assert_eq!(answer("hytec-re-interval", &soon, &found(1.0, 1.0, 1.0)).verdict, Fail);
    let unsaid = course(1, given(37.5, None));
    assert_eq!(answer("hytec-re-interval", &unsaid, &found(1.0, 1.0, 1.0)).verdict, Indeterminate);
}

#[test]
fn all_conditions_of_nieder_hold_together() {
    // Earlier 37.5 Gy of EQD2 are 75 Gy of BED. 6 Gy in one fraction are 24 Gy: 99 of 120.
    let figure = found(6.0, 6.0, 6.0);
    let of = |prior| answer("nieder-sum", &course(1, prior), &figure);
    assert_eq!(of(given(37.5, Some(9.0))).verdict, Pass);
    assert_eq!(of(given(37.5, None)).verdict, Indeterminate);
    assert_eq!(of(given(37.5, Some(5.0))).verdict, Fail);
    // An earlier course of 100 Gy of BED is more than 98, though 24 more stay near 120.
    assert_eq!(of(given(50.0, Some(9.0))).verdict, Fail);
    let alone = answer("nieder-sum", &course(1, given(37.5, Some(9.0))), &found(9.0, 9.0, 9.0));
    // 75 + 49.5 Gy.
    assert_eq!(alone.verdict, Fail);
}

#[test]
fn an_earlier_dose_at_another_alpha_beta_is_not_added() {
    let alpha_beta = AlphaBeta::new(3.0).expect("positive");
    let prior = PriorRt::Given { eqd2_gy: 37.5, alpha_beta, months: None };
    let answer = answer("hytec-re-sum", &course(1, prior), &found(1.0, 1.0, 1.0));
    assert_eq!(answer.verdict, NotApplicable);
    assert!(answer.reason.contains("alpha/beta of 2 Gy"), "{}", answer.reason);
}

#[test]
fn a_range_of_margins_passes_by_its_largest_and_fails_by_its_least() {
    let once = course(1, PriorRt::None);
    let limits = Limits::built_in(false);
    let row = limits.row("trial25-prv-1").expect("a row");
    let asked = row.needs(&once);
    let margins: Vec<f64> = asked.iter().map(|a| a.expansion_mm).collect();
    assert_eq!(margins, [0.0, 2.0]);
    assert!(asked.iter().all(|a| a.structure == LimitStructure::Cord));
    let with = |cord: f64, prv: f64| {
        row.judge(&once, &|asked: &Asked, metric: &Metric| {
            assert_eq!(metric.to_string(), "D0.03cc");
            let gy = if asked.expansion_mm > 0.0 { prv } else { cord };
            Ok(Found { made: asked.expansion_mm > 0.0, ..found(gy - 0.1, gy, gy + 0.1) })
        })
    };
    let both = with(12.0, 13.5);
    assert_eq!((both.verdict, both.made), (Pass, true));
    assert!(both.reason.contains("was made from the drawn structure"), "{}", both.reason);
    assert_eq!(with(12.0, 14.5).verdict, Indeterminate);
    assert_eq!(with(14.2, 16.0).verdict, Fail);
    assert_eq!(with(12.0, 14.5).compared.expect("compared").value, Some(14.5));
}

#[test]
fn what_is_not_drawn_is_said() {
    let limits = Limits::built_in(true);
    let again = course(1, given(37.5, None));
    let not_drawn = |_: &Asked, _: &Metric| Err(Missing::NotDrawn);
    let sac = limits.row("hytec-re-sum").expect("a row").judge(&again, &not_drawn);
    assert_eq!(sac.verdict, NotApplicable);
    assert!(sac.reason.contains("a sac is not made from the cord"), "{}", sac.reason);
    let once = course(1, PriorRt::None);
    let beside = limits.row("tg101-1-sub").expect("a row");
    let asked: Vec<_> = beside.needs(&once).iter().map(|a| a.beside_target_mm).collect();
    assert_eq!(asked, [Some(5.0), Some(6.0)]);
    let none = beside.judge(&once, &|_: &Asked, _: &Metric| Err(Missing::NoTarget));
    assert_eq!(none.verdict, NotApplicable);
    assert!(none.reason.contains("there is no target"), "{}", none.reason);
}

#[test]
fn a_figure_that_cannot_be_told_leaves_the_row_open_with_its_reason() {
    let untold = |lower_gy, upper_gy| Found {
        value_gy: None,
        lower_gy,
        upper_gy,
        reason: Some("A part of the structure lies outside the dose grid.".to_owned()),
        ..found(0.0, 0.0, 0.0)
    };
    let once = course(1, PriorRt::None);
    let open = answer("hytec-1-high", &once, &untold(Some(3.0), None));
    assert_eq!(open.verdict, Indeterminate);
    assert!(open.reason.contains("outside the dose grid"), "{}", open.reason);
    // What is known is enough where it breaks the limit, whatever lies outside.
    assert_eq!(answer("hytec-1-high", &once, &untold(Some(15.0), None)).verdict, Fail);
}

/// A limit 0.02 Gy beside the truth, and figures whose intervals hold the truth: what is decided is right.
#[test]
fn no_decided_verdict_is_wrong() {
    let row = |limit: f64| {
        Limits::read(&format!(
            r#"limit = [ {{ id = "a", structure = "cord", metric = "D0.035cc", fractions = 1, limit_gy = {limit}, source = "x" }} ]"#
        ))
        .expect("a row")
    };
    let once = course(1, PriorRt::None);
    let mut decided = 0;
    for seed in 0..200_u32 {
        let t = |k: f64| (f64::from(seed) * k).fract();
        let truth = 10.0 + 4.0 * t(0.618_034);
        let (below, above) = (0.03 * t(0.414_214), 0.03 * t(0.732_051));
        let figure = found(truth - below, truth, truth + above);
        for (off, wrong) in [(0.02, Fail), (-0.02, Pass)] {
            let judged = row(truth + off).judge(&once, &|_: &Asked, _: &Metric| Ok(figure.clone()));
            assert_ne!(judged[0].verdict, wrong, "{seed}");
            decided += u32::from(judged[0].verdict != Indeterminate);
        }
    }
    assert!(decided > 150, "only {decided} were decided");
}
