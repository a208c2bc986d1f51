//! The view that can be turned: which surface belongs to which phases.

use thecal_mask::Solid;
use thecal_report::scene::{Surface, What};

use super::Work;
use super::phases::{CordIs, Phase, ShownTumour};
use super::surfaces::{self, Room};

impl<'a> Work<'a> {
    /// The phases for which something holds.
    fn phases_where(&self, holds: impl Fn(&Phase<'a>) -> bool) -> Vec<usize> {
        let all = self.phases.iter().enumerate();
        all.filter(|(_, p)| holds(p)).map(|(n, _)| n).collect()
    }

    pub(super) fn surfaces(&self) -> Vec<Surface> {
        let room = self.room();
        let mut out = self.cords(&room);
        for (n, anatomy) in self.anatomies.iter().enumerate() {
            let Some(sac) = anatomy.sac.filter(|_| n == 0 || !anatomy.sac_as_drawn) else {
                continue;
            };
            let with =
                |p: &Phase<'_>| p.anatomy == n || n == 0 && self.anatomies[p.anatomy].sac_as_drawn;
            let phases = self.phases_where(with);
            out.extend(surfaces::of_solid(&room, What::Sac, sac).map(|s| Surface { phases, ..s }));
        }
        for (second, bone) in self.bones() {
            let phases = self.phases_where(|p| p.second == second);
            out.extend(surfaces::of_bone(&room, &bone).map(|s| Surface { phases, ..s }));
        }
        for (n, phase) in self.phases.iter().enumerate() {
            // Of all phases with the same tumours the first draws for all.
            let phases = self.phases_where(|p| p.tumours_of == n);
            if phases.is_empty() {
                continue;
            }
            for tumour in &phase.tumours {
                match *tumour {
                    ShownTumour::Whole(solid) => out.extend(
                        surfaces::of_solid(&room, What::Tumour, solid)
                            .map(|s| Surface { phases: phases.clone(), ..s }),
                    ),
                    ShownTumour::Resected { original, residual } => {
                        out.extend(surfaces::of_tumour(&room, &phases, original, residual));
                    }
                }
            }
        }
        out
    }

    /// The vertebrae of the first study and of the second; a simulation moves none.
    fn bones(&self) -> Vec<(bool, Vec<&'a Solid>)> {
        let of = |second: bool| {
            let phase = self.phases.iter().find(|p| p.second == second)?;
            Some((second, self.anatomies[phase.anatomy].bone.clone()))
        };
        [false, true].into_iter().filter_map(of).filter(|(_, bone)| !bone.is_empty()).collect()
    }

    /// The surfaces of all cords, with the gaps of their phases.
    fn cords(&self, room: &Room) -> Vec<Surface> {
        let mut out: Vec<Surface> = Vec::new();
        let mut drawn: Option<Surface> = None;
        for (n, anatomy) in self.anatomies.iter().enumerate() {
            let Some(cord) = anatomy.cord else { continue };
            let surface = match anatomy.cord_is {
                CordIs::AsDrawn if n > 0 => continue,
                CordIs::Moved(by) => drawn.as_ref().map(|d| surfaces::moved(d, by)),
                _ => surfaces::of_solid(room, What::Cord, cord),
            };
            let Some(mut surface) = surface else { continue };
            if n == 0 {
                drawn = Some(surface.clone());
            }
            let as_drawn = |a: usize| self.anatomies[a].cord_is == CordIs::AsDrawn;
            surface.phases = self.phases_where(|p| p.anatomy == n || n == 0 && as_drawn(p.anatomy));
            for (k, &phase) in surface.phases.iter().enumerate() {
                let like = self.like(phase);
                let same = like.and_then(|l| surface.phases[..k].iter().position(|p| *p == l));
                let gaps = match same {
                    Some(k) => surface.gap_mm[k].clone(),
                    None => {
                        let tumours = self.phases[phase].left();
                        surfaces::gaps_mm(&surface.mesh, &tumours, self.reach_mm())
                    }
                };
                surface.gap_mm.push(gaps);
            }
            out.push(surface);
        }
        out
    }
}
