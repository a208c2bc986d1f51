//! What pictures say of a phase in words: its smallest gap, the range of it and the verdict.

use crate::text::words;
use crate::{PairKind, PairRecord, PhaseRecord};

use super::mm;

/// The pair of the smallest tumour-cord gap, or tumour-sac gap where there is none.
fn least(phase: &PhaseRecord) -> Option<&PairRecord> {
    let of = |kind: PairKind| {
        let pairs = phase.pairs.iter().filter(move |p| p.pair == kind && p.gap_mm.is_some());
        pairs.min_by(|a, b| a.gap_mm.unwrap_or(0.0).total_cmp(&b.gap_mm.unwrap_or(0.0)))
    };
    of(PairKind::TumourCord).or_else(|| of(PairKind::TumourSac))
}

/// `Insufficient: tumour-cord 1.40 mm, range 1.38 to 1.43 mm`.
pub(super) fn verdict(phase: &PhaseRecord) -> String {
    let verdict = capital(&words(phase.headline.as_str()));
    let Some((pair, gap_mm)) = least(phase).and_then(|p| Some((p, p.gap_mm?))) else {
        return verdict;
    };
    let range = pair.gap_lower_mm.zip(pair.gap_upper_mm);
    let range = range.map(|(low, high)| format!(", range {} to {} mm", mm(low), mm(high)));
    format!("{verdict}: {} {} mm{}", pair.pair, mm(gap_mm), range.unwrap_or_default())
}

/// `1.40 mm (1.38 to 1.43), insufficient`, for the entries of legends; empty without a gap.
pub(super) fn short(phase: &PhaseRecord, pair: &PairRecord) -> String {
    let Some(gap_mm) = pair.gap_mm else { return String::new() };
    let range = pair.gap_lower_mm.zip(pair.gap_upper_mm);
    let range = range.map(|(low, high)| format!(" ({} to {})", mm(low), mm(high)));
    let range = range.unwrap_or_default();
    format!("{} mm{range}, {}", mm(gap_mm), words(phase.headline.as_str()))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}
