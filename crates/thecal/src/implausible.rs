//! Anatomy that cannot be: it means a fault of the contours, and the verdict must not hide it.

use thecal_geom::Warning;
use thecal_margin::PairKind;

use crate::phase::Pair;

/// Contours may touch or cross by as much as they are drawn uncertainly, mm.
const DRAWN_MM: f64 = 0.5;

/// A cord that leaves its sac, and a tumour that lies in the cord, for certain and by more than
/// contours are uncertain.
pub(crate) fn implausible(pairs: &[Pair]) -> Vec<Warning> {
    pairs.iter().filter_map(of_pair).collect()
}

fn of_pair(pair: &Pair) -> Option<Warning> {
    let found = pair.gap()?;
    if found.interval.upper_mm > -DRAWN_MM {
        return None;
    }
    let by_mm = -found.gap.gap_mm;
    let (a, b) = (&pair.a, &pair.b);
    Some(match pair.kind {
        PairKind::CordSac => {
            let message = format!(
                "\"{a}\" leaves \"{b}\" by {by_mm:.1} mm, which is anatomically impossible: check both contours \
                 before the verdict is used"
            );
            Warning::new("cord_outside_sac", message, format!("{a} to {b}"))
        }
        PairKind::TumourCord => {
            let message = format!(
                "\"{a}\" reaches {by_mm:.1} mm into \"{b}\" ({:.2} cc): an epidural tumour does not \
                 grow into the cord, so check the contours, or the tumour is intramedullary",
                found.overlap_cc
            );
            Warning::new("tumour_in_cord", message, format!("{a} to {b}"))
        }
        // A tumour may break through the dura.
        PairKind::TumourSac => return None,
    })
}
