//! One closed form measured: errors and whether intervals hold.

use crate::shapes::{Drawn, Ends, Random, Shape, Truth, grid, support};
use thecal_dose::{Dose, DoseVolume, Metric};
use thecal_geom::Vector3;
use thecal_mask::{EndRule, Solid};

/// One figure of one case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) metric: &'static str,
    pub(crate) value: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    /// The truths of [`Ends::ALL`]: open, half-slice caps with the last outline and with the shape's
    /// own, and the shape's own ends.
    pub(crate) truths: [f64; 4],
}

impl Measured {
    /// Measured minus the truth of the nearest end rule.
    pub(crate) fn error(&self) -> f64 {
        let errors = self.truths.map(|t| self.value - t);
        errors.into_iter().fold(f64::INFINITY, |a, b| if b.abs() < a.abs() { b } else { a })
    }

    /// True when the interval holds the truths of open ends and of both half-slice caps.
    pub(crate) fn holds(&self) -> bool {
        self.truths[..3].iter().all(|t| self.lower <= *t && *t <= self.upper)
    }
}

/// A shape in a linear dose of 1 Gy/mm in a direction, 30 Gy at its middle.
pub(crate) fn measured(
    shape: Shape,
    [slice, step]: [f64; 2],
    along: Vector3,
    truth_step: f64,
    seed: u64,
) -> (Vec<Measured>, DoseVolume) {
    let mut random = Random::new(seed);
    let drawn = Drawn::new(shape, slice, &mut random);
    let centre = drawn.centre;
    let dose = |p: Vector3| 30.0 + along.dot(&(p - centre));
    let of = grid(step, 12.0, &mut random, dose);
    let solid = Solid::from_contours(&drawn.contours, EndRule::HalfSlice, slice).expect("a solid");
    let curve = DoseVolume::from_solid(&solid, &Dose::from(of)).expect("a curve");
    let truths = Ends::ALL.map(|ends| Truth::new(&drawn, ends, truth_step, 1, dose));
    let mut out = Vec::new();
    let mut add = |metric: &'static str, truths: [f64; 4]| {
        let figure = curve.figure(&metric.parse::<Metric>().expect("a metric"));
        let of = |x: Option<f64>| x.expect("known");
        let (value, lower, upper) = (of(figure.value), of(figure.lower), of(figure.upper));
        out.push(Measured { metric, value, lower, upper, truths });
    };
    for (metric, cc) in [("D0.03cc", 0.03), ("D0.035cc", 0.035), ("D0.35cc", 0.35), ("D1cc", 1.0)] {
        add(metric, truths.each_ref().map(|t| t.dose_to(1000.0 * cc)));
    }
    for (metric, part) in [("D95%", 0.95), ("D98%", 0.98), ("D2%", 0.02), ("D50%", 0.5)] {
        add(metric, truths.each_ref().map(|t| t.dose_to(part * t.volume)));
    }
    add("Dmax", Ends::ALL.map(|ends| 30.0 + support(&drawn, ends, along)));
    add("Dmin", Ends::ALL.map(|ends| 30.0 - support(&drawn, ends, -along)));
    add("Dmean", truths.each_ref().map(Truth::mean));
    add("V34Gycc", truths.each_ref().map(|t| t.above(34.0) / 1000.0));
    let [lower, upper] = curve.volume_range_cc();
    let volumes = truths.each_ref().map(|t| t.volume / 1000.0);
    out.push(Measured {
        metric: "volume",
        value: curve.volume_cc(),
        lower,
        upper,
        truths: volumes,
    });
    (out, curve)
}

/// The directions of the doses.
pub(crate) fn directions() -> [(&'static str, Vector3); 5] {
    [
        ("x", Vector3::x()),
        ("y", Vector3::y()),
        ("z", Vector3::z()),
        ("-z", -Vector3::z()),
        ("oblique", Vector3::new(0.48, 0.36, 0.8)),
    ]
}
