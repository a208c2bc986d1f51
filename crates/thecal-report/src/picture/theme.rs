//! Colours of the pictures: those of Okabe and Ito for lines, cividis, viridis and magma for fields, all
//! of which readers with any colour vision tell apart.
//!
//! Sources: Okabe & Ito 2008, "Color universal design"; Nuñez, Anderton & Renslow 2018, doi
//! 10.1371/journal.pone.0199239 (cividis); Smith & van der Walt, matplotlib 1.5 (viridis, magma).

use crate::scene::What;

/// Colours of what is neither anatomy nor field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    pub(crate) paper: &'static str,
    pub(crate) ink: &'static str,
    pub(crate) muted: &'static str,
    pub(crate) rule: &'static str,
}

impl Theme {
    /// For files.
    pub(crate) const LIGHT: Self =
        Self { paper: "#ffffff", ink: "#14181d", muted: "#56606b", rule: "#d9dee4" };
    /// Inside a page, which sets the colours.
    pub(crate) const PAGE: Self =
        Self { paper: "none", ink: "var(--ink)", muted: "var(--muted)", rule: "var(--rule)" };

    pub(super) fn label(&self) -> String {
        format!("fill:{}", self.muted)
    }

    pub(super) fn strong(&self) -> String {
        format!("fill:{};font-weight:700", self.ink)
    }
}

/// Behind anatomy, whatever the theme: images are looked at in the dark.
pub(super) const DARK: &str = "#0a0d12";
/// Ends of the shortest segment. Nothing else has this colour.
pub(super) const END: &str = "#f0e442";
/// Leader and frame of the segment's label.
pub(super) const LEADER: &str = "#d8cf4a";
/// No value.
pub(super) const NONE: &str = "#8b949e";

/// The colour of an outline on dark ground.
pub(crate) fn of(what: What) -> &'static str {
    match what {
        What::Bone => "#a9b4c0",
        What::Sac => "#00b386",
        What::Band(_) => "#ffffff",
        What::Cord => "#56b4e9",
        What::Tumour => "#e69f00",
        What::Removed => "#cc79a7",
    }
}

/// How an outline is drawn. Width and dashes tell all of them apart where colour is not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    /// Pixels of a picture.
    pub(crate) wide: f64,
    /// Lengths of dashes and gaps, pixels; empty for a full line.
    pub(crate) dash: &'static [f64],
}

impl Stroke {
    /// Lengths of dashes and gaps, times a factor.
    pub(crate) fn dashes(&self, factor: f64) -> String {
        let each = self.dash.iter().map(|d| format!("{:.2}", d * factor));
        each.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn style(&self, colour: &str) -> String {
        let dashes = match self.dash {
            [] => String::new(),
            _ => format!(";stroke-dasharray:{};stroke-linecap:round", self.dashes(1.0)),
        };
        format!("stroke:{colour};stroke-width:{};stroke-linejoin:round{dashes}", self.wide)
    }
}

/// The line of an outline; bands are numbered from the narrowest.
pub(crate) fn stroke(what: What, band: usize) -> Stroke {
    const BANDS: [&[f64]; 4] =
        [&[7.0, 5.0], &[1.0, 5.0], &[7.0, 5.0, 1.0, 5.0], &[14.0, 5.0, 1.0, 5.0, 1.0, 5.0]];
    let (wide, dash): (f64, &[f64]) = match what {
        What::Bone => (1.0, &[]),
        What::Cord => (2.2, &[]),
        What::Tumour => (4.2, &[]),
        What::Sac => (2.4, &[14.0, 6.0, 2.0, 6.0]),
        What::Removed => (1.8, &[3.0, 4.0]),
        What::Band(_) => (1.8, BANDS[band % BANDS.len()]),
    };
    Stroke { wide, dash }
}

/// Dashes of lines at thresholds, the first full.
pub(super) const THRESHOLDS: [&str; 4] = ["", "8 5", "2 5", "12 4 2 4"];

/// Colours and dashes of the phases' lines: the study as it is, then the scenarios.
const LINES: [(&str, &str, &str); 11] = [
    ("#d55e00", "var(--line-0)", ""),
    ("#0072b2", "var(--line-1)", "10 4"),
    ("#009e73", "var(--line-2)", "3 3"),
    ("#cc79a7", "var(--line-3)", "12 3 3 3"),
    ("#56b4e9", "var(--line-4)", "18 5"),
    ("#e69f00", "var(--line-5)", "6 3"),
    ("#7f7f7f", "var(--line-6)", "12 3 3 3 3 3"),
    ("#0072b2", "var(--line-1)", "2 5"),
    ("#009e73", "var(--line-2)", "18 4 6 4"),
    ("#cc79a7", "var(--line-3)", "8 8"),
    ("#7f7f7f", "var(--line-6)", "24 4 2 4"),
];

impl Theme {
    /// Colour and dash of a phase's line.
    pub(super) fn line(&self, n: usize) -> (&'static str, &'static str) {
        let (file, page, dash) = LINES[if n == 0 { 0 } else { 1 + (n - 1) % (LINES.len() - 1) }];
        (if self.paper == Self::PAGE.paper { page } else { file }, dash)
    }
}

const CIVIDIS: [u32; 10] = [
    0x0000_224e,
    0x0012_3570,
    0x003b_496c,
    0x0057_5d6d,
    0x0070_7173,
    0x008a_8678,
    0x00a5_9c74,
    0x00c3_b369,
    0x00e1_cc55,
    0x00fe_e838,
];
const VIRIDIS: [u32; 9] = [
    0x0044_0154,
    0x0047_2d7b,
    0x003b_528b,
    0x002c_728e,
    0x0021_918c,
    0x0028_ae80,
    0x005e_c962,
    0x00ad_dc30,
    0x00fd_e725,
];
const MAGMA: [u32; 17] = [
    0x0000_0004,
    0x000a_0822,
    0x001d_1147,
    0x0036_106b,
    0x0051_127c,
    0x006a_1c81,
    0x0083_2681,
    0x009c_2e7f,
    0x00b7_3779,
    0x00cf_4070,
    0x00e5_5064,
    0x00f4_695c,
    0x00fb_8761,
    0x00fe_a571,
    0x00fe_c287,
    0x00fd_e0a1,
    0x00fc_fdbf,
];

/// Two ways from nearly white, of the same lightness and told apart by colour-blind readers: after vik of F.
/// Crameri (Crameri et al. 2020, doi 10.1038/s41467-020-19160-7), turned round.
const VIK: [u32; 9] = [
    0x0060_0b08,
    0x009a_4a15,
    0x00c4_8355,
    0x00e2_bfa5,
    0x00ec_e8e4,
    0x00a9_c9db,
    0x005d_9cbd,
    0x001b_6a9a,
    0x0002_3b6d,
];

/// Near is bright, far is dark.
pub(crate) fn gap_colour(gap_mm: f64, reach_mm: f64) -> [u8; 3] {
    along(&VIRIDIS, 1.0 - gap_mm / reach_mm)
}

/// The more was gained the brighter.
pub(super) fn gain_colour(gain_mm: f64, most_mm: f64) -> [u8; 3] {
    along(&CIVIDIS, gain_mm / most_mm)
}

/// Too small is orange, right is nearly white, too large is blue.
pub(super) fn error_colour(error_mm: f64, most_mm: f64) -> [u8; 3] {
    along(&VIK, 0.5 + 0.5 * error_mm / most_mm)
}

/// The higher the dose the brighter.
pub(super) fn dose_colour(gy: f64, most_gy: f64) -> [u8; 3] {
    along(&MAGMA, gy / most_gy)
}

fn along(stops: &[u32], t: f64) -> [u8; 3] {
    let t = t.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let i = (t as usize).min(stops.len() - 2);
    let part = |c: u32, shift: u32| f64::from(c >> shift & 0xff);
    [16, 8, 0].map(|shift| {
        let (a, b) = (part(stops[i], shift), part(stops[i + 1], shift));
        (a + (b - a) * (t - i as f64)).round() as u8
    })
}

pub(super) fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Ink that reads on a colour.
pub(super) fn ink_on([r, g, b]: [u8; 3]) -> &'static str {
    let light = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    if light > 135.0 { "#14181d" } else { "#ffffff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_lines_of_a_picture_look_the_same_without_colour() {
        let mut lines: Vec<Stroke> =
            [What::Bone, What::Cord, What::Tumour, What::Sac, What::Removed]
                .into_iter()
                .map(|what| stroke(what, 0))
                .collect();
        lines.extend((0..4).map(|band| stroke(What::Band(1.0), band)));
        for (k, a) in lines.iter().enumerate() {
            for b in &lines[..k] {
                // Full lines are twice as wide as the next thinner one, or the dashes are others.
                let wider = a.wide.max(b.wide) / a.wide.min(b.wide) > 1.8;
                assert!(a.dash != b.dash || wider, "{a:?} {b:?}");
            }
        }
        let mut dashes: Vec<&str> = LINES.iter().map(|l| l.2).collect();
        dashes.sort_unstable();
        dashes.dedup();
        assert_eq!(dashes.len(), LINES.len());
    }
}
