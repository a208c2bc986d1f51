//! What the lines of a plane through the anatomy are.

use crate::scene::{Outline, What};

use super::svg::{Anchor, Svg, text_width};
use super::theme::{self, DARK, Theme};

/// Height of a row.
pub(super) const ROW: f64 = 28.0;

const SIZE: f64 = 16.0;
/// Width of a sample with the space before its name, and the space after a name.
const SAMPLE: f64 = 43.0;
const AFTER: f64 = 20.0;

/// A line of the legend.
pub(super) struct Entry {
    what: What,
    label: String,
}

impl Entry {
    fn width(&self) -> f64 {
        SAMPLE + text_width(&self.label, SIZE) + AFTER
    }
}

/// What is drawn in some views, each once.
pub(super) fn entries<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Vec<Entry> {
    let mut seen: Vec<What> = Vec::new();
    for outline in outlines {
        if !seen.contains(&outline.what) {
            seen.push(outline.what);
        }
    }
    let rank = |w: &What| match w {
        What::Cord => 0.0,
        What::Sac => 1.0,
        What::Tumour => 2.0,
        What::Removed => 3.0,
        What::Bone => 4.0,
        What::Band(mm) => 5.0 + mm / 1000.0,
    };
    seen.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    let label = |what: What| match what {
        What::Band(mm) => format!("{mm} mm round the cord"),
        other => other.as_str().to_owned(),
    };
    seen.into_iter().map(|what| Entry { what, label: label(what) }).collect()
}

/// The entries in as many rows as they need; none is left out.
pub(super) fn rows(entries: &[Entry], width: f64) -> Vec<&[Entry]> {
    let mut rows = Vec::new();
    let (mut from, mut used) = (0, 0.0);
    for (k, entry) in entries.iter().enumerate() {
        if used + entry.width() - AFTER > width && k > from {
            rows.push(&entries[from..k]);
            (from, used) = (k, 0.0);
        }
        used += entry.width();
    }
    if from < entries.len() {
        rows.push(&entries[from..]);
    }
    rows
}

/// Draws the rows from a point down.
pub(super) fn draw(
    svg: &mut Svg,
    rows: &[&[Entry]],
    [left, top]: [f64; 2],
    theme: &Theme,
    hatch: &str,
) {
    let mut bands = 0;
    for (row, entries) in rows.iter().enumerate() {
        let (mut x, y) = (left, top + ROW * row as f64);
        for entry in *entries {
            svg.rect([x, y - 14.0, 34.0, 20.0], 3.0, &format!("fill:{DARK}"));
            if matches!(entry.what, What::Band(_)) {
                bands += 1;
            }
            sample(svg, entry.what, [x, y], bands, hatch);
            let at = [x + SAMPLE, y + 2.0];
            svg.text(at, SIZE, Anchor::Start, &theme.label(), &entry.label);
            x += entry.width();
        }
    }
}

fn sample(svg: &mut Svg, what: What, [x, y]: [f64; 2], bands: usize, hatch: &str) {
    let stroke = theme::stroke(what, bands.saturating_sub(1)).style(theme::of(what));
    match what {
        What::Removed => {
            let style = format!("fill:url(#{hatch});{stroke}");
            svg.rect([x + 4.0, y - 11.0, 26.0, 14.0], 2.0, &style);
        }
        _ => svg.line([x + 4.0, y - 4.0], [x + 30.0, y - 4.0], &stroke),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_picture_has_more_rows_and_every_entry() {
        let outline = |what| Outline { what, rings: Vec::new() };
        let outlines = [What::Cord, What::Band(2.0), What::Tumour, What::Sac, What::Cord];
        let outlines = outlines.map(outline);
        let all = entries(outlines.iter());
        assert_eq!(all.len(), 4);
        for width in [1.0, 250.0, 400.0, 2000.0] {
            let rows = rows(&all, width);
            assert_eq!(rows.iter().map(|r| r.len()).sum::<usize>(), 4, "{width}");
            let wide = |r: &&&[Entry]| r.iter().map(Entry::width).sum::<f64>() - AFTER > width;
            assert!(rows.iter().filter(wide).all(|r| r.len() == 1), "{width}");
        }
    }
}
