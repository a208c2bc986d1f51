//! Data of the slice browser and of the view that can be turned.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::fmt::Write as _;

use crate::picture::{jpeg, mm, theme, thinned};
use crate::scene::{GreyImage, Outline, Scene, Segment, Surface, View, What};
use crate::{Report, SECOND_STUDY};

const QUALITY: u8 = 82;
/// Lines of slices may be this far off, mm.
const OFF_MM: f64 = 0.02;
/// Colours of surfaces reach this far past the largest threshold, mm.
const PAST_MM: f64 = 5.0;
/// Place on the ramp of what lies beyond reach.
const BEYOND: u8 = 255;

/// What the page's script reads.
#[derive(Debug, Serialize)]
pub(super) struct Viewer {
    size_mm: [f64; 2],
    windows: Vec<String>,
    /// The study as it is, then the others.
    phases: Vec<PhaseData>,
    slices: Vec<SliceData>,
    surfaces: Vec<SurfaceData>,
    /// Shortest segment of each phase.
    segments: Vec<Option<[[f64; 3]; 2]>>,
    reach_mm: f64,
    ramp: Vec<[u8; 3]>,
    letters: [&'static str; 4],
}

#[derive(Debug, Serialize)]
struct PhaseData {
    key: Option<String>,
    /// Which of a slice's anatomies it has.
    anatomy: usize,
    /// Which of a slice's tumours it has.
    tumour: usize,
    /// It is the second study, which has images of its own.
    second: bool,
}

#[derive(Debug, Serialize)]
struct SliceData {
    /// What the slice is called, and where it lies.
    said: String,
    images: Vec<String>,
    second_images: Vec<String>,
    anatomies: Vec<Vec<PathData>>,
    tumours: Vec<Vec<PathData>>,
    /// Segments that lie nearest to this slice: phase, ends in the slice, what is written beside.
    segments: Vec<(usize, [[f64; 2]; 2], String)>,
}

#[derive(Debug, Serialize)]
struct PathData {
    what: String,
    colour: &'static str,
    wide_mm: f64,
    /// Lengths of dashes and gaps, mm; empty for a full line.
    dash: String,
    d: String,
}

#[derive(Debug, Serialize)]
struct SurfaceData {
    what: &'static str,
    colour: &'static str,
    phases: Vec<usize>,
    /// Hundredths of a millimetre from the centre, 16 bit, three a vertex.
    vertices: String,
    /// Three a triangle, of 16 bit or, of more than 65536 vertices, 32.
    triangles: String,
    wide: bool,
    /// Place of each vertex on the ramp of gaps, 255 beyond reach, for each of its phases; empty
    /// for one colour.
    gaps: Vec<String>,
}

pub(super) fn data(report: &Report, scene: &Scene) -> Viewer {
    let first = scene.slices.first().map(|s| &s.view);
    let segments: Vec<Option<&Segment>> =
        scene.phases.iter().map(|p| p.slice.segment.as_ref()).collect();
    let near = nearest(&scene.slices.iter().map(|s| &s.view).collect::<Vec<_>>(), &segments);
    let slices = scene.slices.iter().enumerate().map(|(k, slice)| {
        let view = &slice.view;
        let here = near.iter().enumerate().filter(|(_, n)| **n == Some(k));
        let here = here.filter_map(|(phase, _)| {
            let s = segments[phase]?;
            let ends = [s.closest.a_mm, s.closest.b_mm].map(|p| view.project(p).0);
            Some((phase, ends, format!("{} mm", mm(s.gap_mm))))
        });
        SliceData {
            said: said(view),
            images: images(&view.images),
            second_images: images(&slice.second_images),
            anatomies: slice.anatomies.iter().map(|o| paths(o)).collect(),
            tumours: slice.tumours.iter().map(|o| paths(o)).collect(),
            segments: here.collect(),
        }
    });
    let phases = scene.phases.iter().map(|p| PhaseData {
        key: p.scenario.clone(),
        anatomy: p.anatomy,
        tumour: p.tumour,
        second: p.scenario.as_deref() == Some(SECOND_STUDY),
    });
    let centre_mm = centre(&scene.surfaces);
    let reach_mm = report.thresholds_mm.iter().copied().fold(0.0, f64::max) + PAST_MM;
    Viewer {
        size_mm: first.map(|v| v.size_mm).unwrap_or_default(),
        windows: first
            .map(|v| v.images.iter().map(|i| i.window.clone()).collect())
            .unwrap_or_default(),
        phases: phases.collect(),
        slices: slices.collect(),
        surfaces: scene.surfaces.iter().map(|s| surface(s, centre_mm, reach_mm)).collect(),
        segments: segments
            .iter()
            .map(|s| s.map(|s| [s.closest.a_mm, s.closest.b_mm].map(|p| from(p, centre_mm))))
            .collect(),
        reach_mm,
        ramp: ramp(),
        letters: letters(first),
    }
}

fn images(images: &[GreyImage]) -> Vec<String> {
    images.iter().map(|i| STANDARD.encode(jpeg(i, QUALITY))).collect()
}

/// The slice that each segment lies nearest to.
fn nearest(views: &[&View], segments: &[Option<&Segment>]) -> Vec<Option<usize>> {
    let of = |s: &Segment| {
        let off = |v: &View| v.project(s.closest.b_mm).1.abs();
        (0..views.len()).min_by(|a, b| off(views[*a]).total_cmp(&off(views[*b])))
    };
    segments.iter().map(|s| s.and_then(of)).collect()
}

/// `image 23 of 56, z 3.2 mm`.
fn said(view: &View) -> String {
    let number = view.number.map(|n| n.to_string());
    let position = view.position().map(|(axis, at)| format!("{axis} {} mm", super::number(at, 1)));
    number.into_iter().chain(position).collect::<Vec<_>>().join(", ")
}

/// The lines of outlines, the widest band first.
fn paths(outlines: &[Outline]) -> Vec<PathData> {
    let is_band = |o: &&Outline| matches!(o.what, What::Band(_));
    let mut band = outlines.iter().filter(is_band).count();
    let one = |outline: &Outline| {
        band -= usize::from(is_band(&outline));
        path(outline, band)
    };
    outlines.iter().map(one).collect()
}

fn path(outline: &Outline, band: usize) -> PathData {
    /// Width of a picture's pixel in the lines of slices, mm.
    const PIXEL_MM: f64 = 0.1;
    let mut d = String::new();
    for ring in &outline.rings {
        for (k, [x, y]) in thinned(ring, OFF_MM).into_iter().enumerate() {
            let _ = write!(d, "{}{x:.2} {y:.2}", if k == 0 { 'M' } else { 'L' });
        }
        d.push('Z');
    }
    let what = match outline.what {
        What::Band(mm) => format!("band {mm} mm"),
        what => what.as_str().to_owned(),
    };
    let stroke = theme::stroke(outline.what, band);
    PathData {
        what,
        colour: theme::of(outline.what),
        wide_mm: stroke.wide * PIXEL_MM,
        dash: stroke.dashes(PIXEL_MM),
        d,
    }
}

/// Letters at the top, right, bottom and left of slices that lie as radiologists look at them.
fn letters(view: Option<&View>) -> [&'static str; 4] {
    match view.map(|v| v.name) {
        Some("Sagittal") => ["H", "P", "F", "A"],
        Some("Coronal") => ["H", "L", "F", "R"],
        _ => ["A", "L", "P", "R"],
    }
}

fn centre(surfaces: &[Surface]) -> [f64; 3] {
    let all = surfaces.iter().filter_map(|s| s.mesh.bounds());
    let around = all.reduce(|a, b| (a.0.inf(&b.0), a.1.sup(&b.1)));
    around.map_or([0.0; 3], |(lo, hi)| (lo + (hi - lo) * 0.5).into())
}

fn from(p: [f64; 3], centre: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|k| p[k] - centre[k])
}

fn surface(s: &Surface, centre_mm: [f64; 3], reach_mm: f64) -> SurfaceData {
    let short = |x: f64| (x * 100.0).round().clamp(-32767.0, 32767.0) as i16;
    let vertices: Vec<u8> = s
        .mesh
        .vertices_mm
        .iter()
        .flat_map(|p| from((*p).into(), centre_mm))
        .flat_map(|x| short(x).to_le_bytes())
        .collect();
    let wide = s.mesh.vertices_mm.len() > 1 << 16;
    let indices = s.mesh.triangles.iter().flatten();
    let triangles: Vec<u8> = if wide {
        indices.flat_map(|v| v.to_le_bytes()).collect()
    } else {
        indices.flat_map(|v| (*v as u16).to_le_bytes()).collect()
    };
    let place = |gap: &Option<f64>| {
        gap.map_or(BEYOND, |g| (254.0 * (g / reach_mm).clamp(0.0, 1.0)).round() as u8)
    };
    let gaps = s.gap_mm.iter();
    let gaps = gaps.map(|phase| STANDARD.encode(phase.iter().map(place).collect::<Vec<u8>>()));
    SurfaceData {
        what: s.what.as_str(),
        colour: theme::of(s.what),
        phases: s.phases.clone(),
        vertices: STANDARD.encode(vertices),
        triangles: STANDARD.encode(triangles),
        wide,
        gaps: gaps.collect(),
    }
}

/// Colours of the ramp: the gaps up to reach, and what lies beyond.
fn ramp() -> Vec<[u8; 3]> {
    let gaps = (0..BEYOND).map(|k| theme::gap_colour(f64::from(k), 254.0));
    gaps.chain([[0x8b, 0x94, 0x9e]]).collect()
}
