//! The words of the report contract, as docs/method.md lists them.

use thecal_margin::{
    ExpansionKind, Headline, Interval, Limit, PairKind, Part, Verdict, headline, verdict,
};

#[test]
fn words_are_those_of_the_contract() {
    use Part::*;
    let parts = [Planes, Poles, Ends, Points, Rounding, Pixels, Search].map(Part::as_str);
    assert_eq!(parts, ["planes", "poles", "ends", "points", "rounding", "pixels", "search"]);
    let verdicts = [Verdict::Pass, Verdict::Fail, Verdict::Indeterminate].map(Verdict::as_str);
    assert_eq!(verdicts, ["pass", "fail", "indeterminate"]);
    let headlines = [
        Headline::Clear,
        Headline::Marginal,
        Headline::Indeterminate,
        Headline::Insufficient,
        Headline::NotAssessable,
    ];
    let words = ["clear", "marginal", "indeterminate", "insufficient", "not_assessable"];
    assert_eq!(headlines.map(Headline::as_str), words);
    let limits = [Limit::Ends, Limit::MissingPlanes, Limit::Voxels].map(Limit::as_str);
    assert_eq!(limits, ["ends", "missing_planes", "voxels"]);
    let kinds = [ExpansionKind::ThreeDimensional, ExpansionKind::InPlane, ExpansionKind::Unclear];
    let words = ["three_dimensional", "in_plane", "unclear"];
    assert_eq!(kinds.map(ExpansionKind::as_str), words);
    assert_eq!(PairKind::ALL.map(PairKind::as_str), ["tumour-cord", "tumour-sac", "cord-sac"]);
    assert_eq!(Part::Drawing.as_str(), "drawing");
}

#[test]
fn a_threshold_is_reached_from_its_tolerance_on() {
    let of = |lower_mm, upper_mm| verdict(Interval { lower_mm, upper_mm }, 2.0, 0.25);
    assert_eq!(of(1.75, 9.0), Verdict::Pass);
    assert_eq!(of(1.74, 1.75), Verdict::Indeterminate);
    assert_eq!(of(1.0, 1.74), Verdict::Fail);
    assert_eq!(headline(&[Verdict::Pass, Verdict::Fail]), Headline::Marginal);
}
