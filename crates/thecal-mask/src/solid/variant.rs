//! Other solids that the same drawing allows: they say how well it shows the shape.

use super::{Component, EndRule, Solid};
use thecal_geom::Point3;

impl Solid {
    /// The solid of every second plane, the even or the odd ones of each part, with first and last
    /// planes and ends as they are: what changes says how well the planes show the shape.
    #[must_use]
    pub fn thinned(&self, odd: bool) -> Self {
        self.with_components(|l| l.thinned(odd))
    }

    /// The solid with straight lines between its planes.
    #[must_use]
    pub fn straight(&self) -> Self {
        self.with_components(Component::straight)
    }

    /// The solid with the cubic through four planes between two, however they bend.
    #[must_use]
    pub fn cubic(&self) -> Self {
        self.with_components(Component::cubic)
    }

    /// The most that what is drawn allows: sections that are gone on the next plane reach up to it,
    /// and ends go on for a whole slice, up to the next plane, which was not drawn.
    #[must_use]
    pub fn fullest(&self) -> Self {
        self.with_components(Component::fullest)
    }

    /// The solid with its ends where another rule has them.
    #[must_use]
    pub fn with_ends(&self, ends: EndRule) -> Self {
        self.with_components(|l| l.with_ends(ends))
    }

    /// The solid without its ends: the level is that of the sides alone, also beside the last planes,
    /// where the flat end would be nearer than the side.
    #[must_use]
    pub fn sides(&self) -> Self {
        self.with_components(Component::sides)
    }

    /// Where the solid ends past its last planes.
    #[must_use]
    pub fn end_rule(&self) -> EndRule {
        self.components.first().map_or(EndRule::default(), Component::end_rule)
    }

    /// The connected parts, each as a solid of its own, with its own planes.
    #[must_use]
    pub fn parts(&self) -> Vec<Self> {
        let part = |l: &Component| Self {
            planes_mm: l.w_mm().to_vec(),
            areas_mm2: l.drawn().map(|(_, region)| region.area_mm2()).collect(),
            ..self.of_components(vec![l.clone()])
        };
        self.components.iter().map(part).collect()
    }

    /// The connected part whose surface is nearest to a point, and all others; none where there are no
    /// others.
    #[must_use]
    pub fn parted_at(&self, p: Point3) -> Option<(Self, Self)> {
        if self.components.len() < 2 {
            return None;
        }
        let mut parts = self.parts();
        let off = |s: &Self| s.level_mm(p).abs();
        let here = (0..parts.len()).min_by(|&i, &j| off(&parts[i]).total_cmp(&off(&parts[j])))?;
        let mut others = self.components.clone();
        others.remove(here);
        let heights = |l: &Component| l.w_mm().to_vec();
        let mut planes_mm: Vec<f64> = others.iter().flat_map(heights).collect();
        planes_mm.sort_by(f64::total_cmp);
        planes_mm.dedup();
        Some((parts.swap_remove(here), Self { planes_mm, ..self.of_components(others) }))
    }

    /// From where to where every connected part reaches along the stack, ends included, mm.
    pub fn reaches_mm(&self) -> impl Iterator<Item = [f64; 2]> {
        self.components.iter().map(Component::cut_mm)
    }

    fn with_components(&self, change: impl Fn(&Component) -> Component) -> Self {
        self.of_components(self.components.iter().map(change).collect())
    }

    fn of_components(&self, components: Vec<Component>) -> Self {
        Self {
            frame: self.frame,
            components,
            planes_mm: self.planes_mm.clone(),
            spacing_mm: self.spacing_mm,
            areas_mm2: self.areas_mm2.clone(),
            missing_mm: self.missing_mm.clone(),
            repairs: self.repairs,
            warnings: self.warnings.clone(),
            resolution: self.resolution,
            pixels: self.pixels,
            traced_on: self.traced_on,
            mask: None,
        }
    }
}
