//! Two studies side by side, and the target rule, as terminal text.

use std::fmt::Write as _;

use super::wrap;
use crate::text::fixed;
use crate::{Comparison, TargetRule};

/// What changed from before to after.
pub(super) fn changes(c: &Comparison) -> String {
    let mut out = String::from("\nBefore and after the operation\n");
    let number = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| fixed(v, 2));
    for p in &c.pairs {
        let mut text =
            format!("{}: {} to {} mm", p.pair.as_str(), number(p.before_mm), number(p.after_mm));
        if let (Some(change), Some([low, high])) = (p.change_mm, p.change_range_mm) {
            let _ = write!(text, ", {change:+.2} mm (range {low:+.2} to {high:+.2})");
        }
        if let Some([name, _]) = p.before.as_ref().or(p.after.as_ref()) {
            let _ = write!(text, "  {name}");
        }
        wrap(&mut out, "  ", "    ", &text);
    }
    if let (Some(b), Some(a)) = (c.tumour_before_cc, c.tumour_after_cc) {
        wrap(&mut out, "  ", "    ", &format!("tumour: {b:.2} to {a:.2} cc, {:+.2} cc", a - b));
    }
    for row in &c.surfaces {
        let text = match (row.mean_mm, row.p95_mm, row.max_mm, row.signed_mean_mm) {
            (Some(mean), Some(p95), Some(max), Some(signed)) => format!(
                "simulated {} against the operation: surfaces {mean:.2} mm apart, 95 % within \
                 {p95:.2} mm, at most {max:.2} mm, mean {signed:+.2} mm (positive: the simulation \
                 leaves more)",
                row.scenario
            ),
            _ => format!("simulated {}: nothing is left to compare", row.scenario),
        };
        wrap(&mut out, "  ", "    ", &text);
    }
    out
}

/// What a target after an operation must hold; nothing where no target is drawn.
pub(super) fn target(rule: &TargetRule) -> String {
    if rule.left_out.is_empty() {
        return String::new();
    }
    let mut out =
        String::from("\nTarget after an operation (it must include the epidural extent before)\n");
    for row in &rule.left_out {
        let text = if row.volume_cc < 0.005 {
            format!("{} includes the epidural extent of {}", row.ctv, row.tumour)
        } else {
            format!(
                "{} leaves out {:.2} cc of the epidural extent of {}, up to {:.1} mm deep",
                row.ctv, row.volume_cc, row.tumour, row.depth_mm
            )
        };
        wrap(&mut out, "  ", "    ", &text);
    }
    out
}
