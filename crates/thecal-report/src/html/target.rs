//! What the page says of the target rule and of two real studies.

use serde::Serialize;

use crate::{Comparison, ExtentBasis, ExtentRecord, LeftOutRecord, TargetRule};

/// Less than this counts as nothing left out, cc.
const NOTHING_CC: f64 = 0.005;

/// The target rule as a table.
#[derive(Debug, Serialize)]
pub(super) struct TargetTable<'a> {
    source: &'a str,
    extents: Vec<ExtentRow<'a>>,
    left_out: Vec<LeftOutRow<'a>>,
    /// What the twelve sectors are between.
    hours: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ExtentRow<'a> {
    extent: &'a ExtentRecord,
    basis: &'a str,
}

#[derive(Debug, Serialize)]
struct LeftOutRow<'a> {
    row: &'a LeftOutRecord,
    tone: &'static str,
    said: &'static str,
    /// Where the target leaves out most, `x, y, z`.
    deepest: Option<String>,
    /// Volume of each sector with its share of the largest, percent; empty without a centreline.
    sectors: Vec<(f64, f64)>,
}

pub(super) fn table(rule: &TargetRule) -> TargetTable<'_> {
    let sectors = rule.left_out.iter().flat_map(|r| r.sectors_cc.iter().flatten());
    let most = sectors.copied().fold(NOTHING_CC, f64::max);
    let hour = |k: usize| (k + 11) % 12 + 1;
    TargetTable {
        source: &rule.source,
        extents: rule.extents.iter().map(extent).collect(),
        left_out: rule.left_out.iter().map(|row| left_out(row, most)).collect(),
        hours: (0..12).map(|k| format!("{}\u{2013}{}", hour(k), hour(k + 1))).collect(),
    }
}

fn extent(extent: &ExtentRecord) -> ExtentRow<'_> {
    let basis = match extent.basis {
        ExtentBasis::Canal => "tumour within the contoured canal",
        ExtentBasis::OutsideBone => "tumour outside the contoured vertebrae",
        ExtentBasis::WholeTumour => "the whole tumour: neither canal nor vertebra is drawn",
    };
    ExtentRow { extent, basis }
}

fn left_out(row: &LeftOutRecord, most_cc: f64) -> LeftOutRow<'_> {
    let held = row.volume_cc < NOTHING_CC;
    let sectors = row.sectors_cc.iter().flatten();
    LeftOutRow {
        row,
        tone: if held { "pass" } else { "fail" },
        said: if held { "includes it" } else { "leaves part of it out" },
        deepest: row.deepest_mm.filter(|_| !held).map(|p| {
            let [x, y, z] = p.map(|v| super::number(v, 1));
            format!("{x}, {y}, {z}")
        }),
        sectors: sectors.map(|cc| (*cc, (100.0 * cc / most_cc).clamp(0.0, 100.0))).collect(),
    }
}

/// Two real studies side by side.
#[derive(Debug, Serialize)]
pub(super) struct ComparisonTable<'a> {
    pairs: Vec<PairRow<'a>>,
    comparison: &'a Comparison,
    /// Tumour before and after, cc, and how much less, as signed text.
    tumour: Option<(f64, f64, String)>,
}

#[derive(Debug, Serialize)]
struct PairRow<'a> {
    pair: &'static str,
    before: Option<&'a [String; 2]>,
    after: Option<&'a [String; 2]>,
    before_mm: Option<f64>,
    after_mm: Option<f64>,
    /// With its sign.
    change: Option<String>,
    range: Option<[String; 2]>,
}

pub(super) fn comparison(c: &Comparison) -> ComparisonTable<'_> {
    let pairs = c.pairs.iter().map(|p| PairRow {
        pair: p.pair.as_str(),
        before: p.before.as_ref(),
        after: p.after.as_ref(),
        before_mm: p.before_mm,
        after_mm: p.after_mm,
        change: p.change_mm.map(signed),
        range: p.change_range_mm.map(|r| r.map(signed)),
    });
    let tumour = c.tumour_before_cc.zip(c.tumour_after_cc);
    ComparisonTable {
        pairs: pairs.collect(),
        comparison: c,
        tumour: tumour.map(|(b, a)| (b, a, signed(a - b))),
    }
}

fn signed(value: f64) -> String {
    let text = super::number(value, 2);
    // What rounds to nothing has no sign.
    let positive = value > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if positive { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_carry_their_sign_and_nothing_carries_none() {
        assert_eq!(signed(0.004), "0.00");
        assert_eq!(signed(-0.004), "0.00");
        assert_eq!(signed(1.25), "+1.25");
        assert_eq!(signed(-1.25), "\u{2212}1.25");
    }
}
