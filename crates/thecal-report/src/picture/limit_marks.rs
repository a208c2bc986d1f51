//! Limits on a chart of dose and volume: a mark at the dose and the volume that each is about, with the range
//! of the figure beside it and its verdict below the chart.

use super::axes::Axes;
use super::isodose::tenth;
use super::svg::{Anchor, Svg, text_width};
use super::theme::Theme;
use crate::{DoseRecord, DoseStructure, LimitRecord, LimitVerdict};

const ROW: f64 = 26.0;
const SIZE: f64 = 16.0;

/// The limits that apply, in the order of their doses.
pub(super) struct Marks<'a> {
    limits: Vec<Mark<'a>>,
    axes: Axes,
}

/// A limit of dose with where it stands.
struct Mark<'a> {
    limit: &'a LimitRecord,
    limit_gy: f64,
    /// The volume that it is about, % of its structure; none where the chart has no such volume.
    volume_pct: Option<f64>,
}

impl<'a> Marks<'a> {
    pub(super) fn new(dose: &'a DoseRecord, axes: Axes) -> Self {
        let mark = |limit: &'a LimitRecord| {
            // Other units have other axes.
            let applies = limit.verdict != LimitVerdict::NotApplicable && limit.unit == "Gy";
            let limit_gy = limit.limit_gy.filter(|_| applies)?;
            let volume_pct = volume_pct(&limit.metric, structure(dose, limit));
            Some(Mark { limit, limit_gy, volume_pct })
        };
        let mut limits: Vec<Mark<'_>> = dose.limits.iter().filter_map(mark).collect();
        limits.sort_by(|a, b| a.limit_gy.total_cmp(&b.limit_gy));
        Self { limits, axes }
    }

    /// Height of what stands below the chart.
    pub(super) fn height(&self) -> f64 {
        if self.limits.is_empty() { 0.0 } else { ROW * self.limits.len() as f64 + 18.0 }
    }

    /// What is said of each.
    pub(super) fn told(&self) -> impl Iterator<Item = String> {
        self.limits.iter().map(Mark::told)
    }

    /// Draws the marks, and what they are from `top` down.
    pub(super) fn draw(&self, svg: &mut Svg, theme: &Theme, top: f64) {
        let [left, _, width, _] = self.axes.frame;
        // All have letters of one size, so that the longest fits.
        let widest = self.told().map(|t| text_width(&t, 1.0)).fold(1.0, f64::max);
        let size = SIZE.min((width - 24.0) / (0.92 * widest));
        for (k, mark) in self.limits.iter().enumerate() {
            if mark.limit_gy < self.axes.x[1] {
                self.mark(svg, theme, k, mark);
            }
            let y = top + ROW * k as f64;
            number(svg, theme, [left - 22.0, y - 5.5], k);
            symbol(svg, theme, [left + 6.0, y - 5.5], mark.limit.verdict);
            svg.text([left + 24.0, y], size, Anchor::Start, &theme.label(), &mark.told());
        }
    }

    fn mark(&self, svg: &mut Svg, theme: &Theme, k: usize, mark: &Mark<'_>) {
        let axes = &self.axes;
        let [x, top] = axes.at(mark.limit_gy, 100.0);
        let [_, foot] = axes.at(mark.limit_gy, 0.0);
        let style = format!("stroke:{};stroke-width:1.2;stroke-dasharray:3 4", theme.ink);
        // Numbers of neighbours stand below each other.
        let at_number = top + 14.0 + 26.0 * (k % 3) as f64;
        number(svg, theme, [x, at_number], k);
        svg.line([x, at_number + 11.0], [x, foot], &style);
        let Some(volume) = mark.volume_pct else { return };
        let at = |gy: f64| axes.at(gy.clamp(0.0, axes.x[1]), volume);
        if let (Some(low), Some(high)) = (mark.limit.lower_gy, mark.limit.upper_gy) {
            range(svg, theme, [at(low), at(high)], mark.limit.value_gy.map(at));
        }
        symbol(svg, theme, at(mark.limit_gy), mark.limit.verdict);
    }
}

impl Mark<'_> {
    /// What is limited, what was found, and the verdict.
    fn told(&self) -> String {
        let l = self.limit;
        let found = l.value_gy.map_or_else(
            || "not found".to_owned(),
            |v| match (l.lower_gy, l.upper_gy) {
                (Some(low), Some(high)) => format!("found {v:.1} ({low:.1} to {high:.1})"),
                _ => format!("found {v:.1}"),
            },
        );
        let verdict = match l.verdict {
            LimitVerdict::Pass => "kept",
            LimitVerdict::Fail => "not kept",
            _ => "undetermined",
        };
        let most = tenth(self.limit_gy);
        format!("{verdict}: {} {} at most {most} Gy, {found}; {}", l.structure, l.metric, l.id)
    }
}

/// The structure that a limit was answered on.
fn structure<'a>(dose: &'a DoseRecord, limit: &LimitRecord) -> Option<&'a DoseStructure> {
    let name = limit.of.as_deref()?;
    let is_it = |s: &&DoseStructure| match &s.derived_from {
        Some(from) => limit.made && from.structure == name,
        None => !limit.made && s.name == name,
    };
    dose.structures.iter().find(is_it)
}

/// The volume of a figure such as `D0.035cc`, % of a structure; that of a point is 0.
fn volume_pct(metric: &str, structure: Option<&DoseStructure>) -> Option<f64> {
    let of = metric.strip_prefix('D')?;
    if of == "max" {
        return Some(0.0);
    }
    if let Some(percent) = of.strip_suffix('%') {
        return percent.parse().ok();
    }
    let cc: f64 = of.strip_suffix("cc")?.parse().ok()?;
    let whole_cc = structure?.volume_cc;
    (cc <= whole_cc).then_some(100.0 * cc / whole_cc)
}

/// From the lower to the upper end, with the figure between them.
fn range(svg: &mut Svg, theme: &Theme, [from, to]: [[f64; 2]; 2], value: Option<[f64; 2]>) {
    let style = format!("stroke:{};stroke-width:1.8", theme.ink);
    svg.line(from, to, &style);
    for [x, y] in [from, to] {
        svg.line([x, y - 5.0], [x, y + 5.0], &style);
    }
    if let Some(at) = value {
        svg.circle(at, 3.2, &format!("fill:{}", theme.ink));
    }
}

/// A verdict by its shape: a ring where the limit is kept, a cross where it is not, else a diamond.
fn symbol(svg: &mut Svg, theme: &Theme, [x, y]: [f64; 2], verdict: LimitVerdict) {
    let ink = theme.ink;
    let open = format!("fill:none;stroke:{ink};stroke-width:2.6");
    match verdict {
        LimitVerdict::Pass => svg.circle([x, y], 7.0, &open),
        LimitVerdict::Fail => {
            let d = format!(
                "M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}",
                x - 7.0,
                y - 7.0,
                x + 7.0,
                y + 7.0,
                x - 7.0,
                y + 7.0,
                x + 7.0,
                y - 7.0
            );
            svg.path(&d, &format!("fill:none;stroke:{ink};stroke-width:3.4"));
        }
        _ => {
            let d = format!(
                "M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}Z",
                y - 8.5,
                x + 8.5,
                y + 8.5,
                x - 8.5
            );
            svg.path(&d, &open);
        }
    }
}

/// The number of a limit in a ring.
fn number(svg: &mut Svg, theme: &Theme, [x, y]: [f64; 2], k: usize) {
    let style = format!("fill:none;stroke:{};stroke-width:1.2", theme.muted);
    svg.circle([x, y], 10.5, &style);
    svg.text([x, y + 5.0], 14.0, Anchor::Middle, &theme.strong(), &(k + 1).to_string());
}

#[cfg(test)]
mod tests {
    use super::volume_pct;

    #[test]
    fn the_volume_of_a_figure_is_a_share_of_its_structure() {
        assert_eq!(volume_pct("Dmax", None), Some(0.0));
        assert_eq!(volume_pct("D10%", None), Some(10.0));
        assert_eq!(volume_pct("D0.035cc", None), None);
        assert_eq!(volume_pct("Dmean", None), None);
    }
}
