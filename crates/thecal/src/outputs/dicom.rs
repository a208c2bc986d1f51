//! The structures of a result as RTSTRUCT and SEG.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thecal_dicom::image::{Stack, stacks_in};
use thecal_dicom::write::{
    ContourOut, Equipment, ImageReference, Origin, RoiOut, RtStructOut, SegOut, SegmentOut,
    SeriesReference, StudyOut, fresh_uid, write_rtstruct, write_segmentation,
};
use thecal_geom::{Point3, Warning};

use super::contours::{DECIMALS, Drawn};
use super::grid::{Raster, image_planes};
use super::recipe::{look, target};
use super::{IMAGES_UNUSABLE, ResultKind, ResultSolid};
use crate::error::{Error, Fault};
use crate::measured::Measured;
use crate::record;

/// A contour lies on an image no further from it than this, mm.
const ON_IMAGE_MM: f64 = 0.1;
/// Series numbers that scanners do not come to.
const SET_SERIES: u32 = 9001;
const SEG_SERIES: u32 = 9002;

/// Where the structures of a result belong.
pub(super) struct Home {
    pub(super) study: StudyOut,
    references: Vec<SeriesReference>,
    /// The structure set that was measured.
    set: Option<ImageReference>,
    /// Places on images, mostly of contours, with the image.
    images: Vec<(Point3, ImageReference)>,
    /// The image series in the frame of reference of the result, with its SOP Class UID.
    stack: Option<(Stack, String)>,
    version: String,
}

impl Home {
    /// Reads it from the source of the structures again, and from the headers of its images.
    pub(super) fn from_measured(
        measured: &Measured,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Error> {
        let report = &measured.report;
        let frame =
            record::spared(&report.structures).and_then(|s| s.frame_of_reference_uid.clone());
        // The files of structures come first among the inputs, in their order.
        let sets = measured.files.iter().zip(&report.inputs);
        let dicom = sets.filter(|(_, i)| i.kind == "RTSTRUCT" || i.kind == "SEG");
        let mut dicom: Vec<_> = dicom.collect();
        dicom.sort_by_key(|(_, input)| input.frame_of_reference_uid != frame);
        let origin =
            dicom.first().map(|(file, _)| Origin::read_in(&measured.store, file)).transpose()?;
        let mut home = match origin {
            Some(origin) => Self {
                study: origin.study,
                references: origin.references,
                set: (dicom[0].1.kind == "RTSTRUCT").then_some(origin.object),
                images: origin.contour_images,
                stack: None,
                version: report.tool.version.clone(),
            },
            None => Self {
                study: StudyOut::without_patient()?,
                references: Vec::new(),
                set: None,
                images: Vec::new(),
                stack: None,
                version: report.tool.version.clone(),
            },
        };
        if let Some(frame) = frame {
            home.stack = home.shown(measured, &frame, warnings);
            home.study.frame_uid = frame;
        }
        if let Some((stack, class_uid)) = &home.stack {
            let planes = image_planes(stack, class_uid);
            let images: Vec<_> = planes.into_iter().filter_map(|(p, i)| Some((p, i?))).collect();
            if home.references.iter().all(|r| r.images.is_empty()) {
                home.references = vec![reference(stack, images.iter().map(|i| &i.1))];
            }
            home.images.extend(images);
        }
        Ok(home)
    }

    /// The images in a frame of reference: of the series that the source refers to, or else of the
    /// first.
    fn shown(
        &self,
        measured: &Measured,
        frame: &str,
        warnings: &mut Vec<Warning>,
    ) -> Option<(Stack, String)> {
        let images = measured.series.iter().filter(|s| s.kind.is_image());
        let fits = images.filter(|s| s.frame_of_reference_uid.as_deref() == Some(frame));
        let mut fits: Vec<_> = fits.collect();
        let known = |uid: &str| self.references.iter().any(|r| r.series_uid == uid);
        fits.sort_by_key(|s| !known(&s.series_instance_uid));
        let series = fits.first()?;
        let store = &measured.store;
        let largest = stacks_in(store, &series.files)
            .map(|found| found.stacks.into_iter().max_by_key(|s| s.slices.len()));
        let why = match largest {
            Ok(Some(stack)) => {
                let origin = stack.slices.first().map(|s| Origin::read_in(store, &s.file));
                match origin.transpose() {
                    Ok(first) => {
                        let class_uid = first.map(|o| o.object.class_uid).unwrap_or_default();
                        return Some((stack, class_uid));
                    }
                    Err(e) => e.to_string(),
                }
            }
            Ok(None) => "its slices make no volume".to_owned(),
            Err(e) => e.to_string(),
        };
        let message = format!("an image series cannot be used for the segmentation: {why}");
        warnings.push(Warning::new(IMAGES_UNUSABLE, message, ""));
        None
    }

    fn equipment(&self, series_number: u32, description: &str) -> Equipment {
        Equipment::now(&self.version, series_number, description)
    }
}

fn reference<'a>(
    stack: &Stack,
    images: impl Iterator<Item = &'a ImageReference>,
) -> SeriesReference {
    let mut reference = SeriesReference {
        study_uid: stack.study_instance_uid.clone(),
        series_uid: stack.series_instance_uid.clone(),
        images: Vec::new(),
    };
    for image in images {
        // An image of many frames is referred to as a whole.
        if reference.images.last().is_none_or(|i| i.instance_uid != image.instance_uid) {
            let (class, instance) = (image.class_uid.as_str(), image.instance_uid.as_str());
            reference.images.push(ImageReference::new(class, instance));
        }
    }
    reference
}

/// Cut to as many characters.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn algorithm(home: &Home, solid: &ResultSolid) -> String {
    let what = match solid.kind {
        ResultKind::Cord | ResultKind::Sac | ResultKind::Tumour => "copy of the source contours",
        ResultKind::Residual | ResultKind::Removed => "simulated separation",
        ResultKind::Expansion | ResultKind::ExactPrv => "margin from signed distance",
        ResultKind::Target => "target by rule",
    };
    format!("thecal {} {what}", home.version)
}

pub(super) fn write_set(
    home: &Home,
    solids: &[ResultSolid],
    drawn: Vec<Drawn>,
    path: &Path,
) -> Result<PathBuf, Error> {
    let rois: Vec<RoiOut> = solids.iter().zip(drawn).map(|(s, d)| roi(home, s, d)).collect();
    let set = RtStructOut {
        study: home.study.clone(),
        series_uid: fresh_uid()?,
        sop_uid: fresh_uid()?,
        label: "THECAL".to_owned(),
        description: format!(
            "Structures of a result of thecal {}: cord, sac and tumour as measured, and what was \
             made from them. Research software, not a medical device.",
            home.version
        ),
        equipment: Some(home.equipment(SET_SERIES, "thecal structures")),
        predecessor: home.set.clone().filter(|s| !s.instance_uid.is_empty()),
        references: home.references.clone(),
        decimals: DECIMALS,
        rois,
    };
    write_rtstruct(path, &set)?;
    Ok(path.into())
}

fn roi(home: &Home, of: &ResultSolid, drawn: Drawn) -> RoiOut {
    let look = look(of.kind);
    let normal = of.frame().normal();
    let w_mm = |p: &Point3| normal.dot(&p.coords);
    let mut images: Vec<(f64, &ImageReference)> =
        home.images.iter().map(|(p, image)| (w_mm(p), image)).collect();
    images.sort_by(|a, b| a.0.total_cmp(&b.0));
    let image_at = |w: f64| {
        let from = images.partition_point(|(x, _)| *x < w - ON_IMAGE_MM);
        let near = images[from..].iter().take_while(|(x, _)| *x <= w + ON_IMAGE_MM);
        near.min_by(|a, b| (a.0 - w).abs().total_cmp(&(b.0 - w).abs())).map(|i| i.1.clone())
    };
    let contours = drawn.contours.into_iter().map(|contour| {
        let image = contour.points_mm.first().and_then(|p| image_at(w_mm(p)));
        ContourOut { contour, image }
    });
    RoiOut {
        name: of.name.clone(),
        interpreted_type: look.interpreted_type.unwrap_or_else(|| target(&of.name)).to_owned(),
        description: cut(&of.description, 1024),
        generation: if look.drawn { String::new() } else { "AUTOMATIC".to_owned() },
        generation_description: cut(&algorithm(home, of), 64),
        colour: look.colour,
        contours: contours.collect(),
    }
}

/// What the segmentation does not hold although it is part of the result: the images may be
/// smaller than what is drawn.
pub(super) fn seg_cut(home: &Home, solids: &[ResultSolid]) -> Option<Warning> {
    // A result that reaches less than this beyond the last pixel loses none that its centre is in.
    const ROUNDING_MM: f64 = 0.05;
    let (stack, class_uid) = home.stack.as_ref()?;
    let raster = Raster::of_images(stack, class_uid);
    let cut = solids
        .iter()
        // What is grown reaches beyond images that end with what it is grown from.
        .filter(|s| !matches!(s.kind, ResultKind::Expansion | ResultKind::ExactPrv))
        .map(|s| (raster.cut_mm(&s.solid), s.name.as_str()))
        .filter(|(mm, _)| *mm > ROUNDING_MM);
    let cut: Vec<String> = cut.map(|(mm, name)| format!("{name} (by {mm:.1} mm)")).collect();
    (!cut.is_empty()).then(|| {
        let message = format!(
            "the images do not hold all of {}; the segmentation is cut off at their edge, the \
             structure set and the meshes are whole",
            cut.join(", ")
        );
        Warning::new("segmentation_cut", message, "")
    })
}

/// None where no pixel lies in a solid.
pub(super) fn write_seg(
    home: &Home,
    solids: &[ResultSolid],
    path: &Path,
) -> Result<Option<PathBuf>, Error> {
    let raster = match &home.stack {
        Some((stack, class_uid)) => Some(Raster::of_images(stack, class_uid)),
        None => Raster::of_planes(solids),
    };
    let Some(raster) = raster else { return Ok(None) };
    let frames: Result<Vec<_>, Error> = solids
        .par_iter()
        .enumerate()
        .map(|(n, s)| {
            let fault = |source| Error::from(Fault::Mask { name: s.name.clone(), source });
            raster.frames(&s.solid, n as u16 + 1).map_err(fault)
        })
        .collect();
    let mut frames: Vec<_> = frames?.into_iter().flatten().collect();
    if frames.is_empty() {
        return Ok(None);
    }
    // Planes are counted among those that hold something.
    let mut used: Vec<u32> = frames.iter().map(|f| f.plane).collect();
    used.sort_unstable();
    used.dedup();
    for frame in &mut frames {
        frame.plane = used.partition_point(|p| *p < frame.plane) as u32 + 1;
    }
    let images = used.iter().filter_map(|p| raster.planes[*p as usize - 1].1.as_ref());
    let references = home.stack.iter().map(|(stack, _)| reference(stack, images.clone()));
    let [row, column] = raster.axes;
    let side = |n: usize, what: &str| {
        u16::try_from(n).map_err(|_| Fault::Section {
            name: what.to_owned(),
            source: thecal_voxel::VoxelError::Outside.into(),
        })
    };
    let segments = solids.iter().map(|s| {
        let look = look(s.kind);
        SegmentOut {
            label: s.name.clone(),
            description: cut(&s.description, 1024),
            algorithm_type: if look.drawn { "SEMIAUTOMATIC" } else { "AUTOMATIC" },
            algorithm_name: cut(&algorithm(home, s), 64),
            category: look.category,
            property: look.property,
            colour: look.colour,
        }
    });
    let seg = SegOut {
        study: home.study.clone(),
        equipment: home.equipment(SEG_SERIES, "thecal segmentation"),
        series_uid: fresh_uid()?,
        sop_uid: fresh_uid()?,
        description: format!("Structures of a result of thecal {}", home.version),
        rows: side(raster.rows, "rows")?,
        columns: side(raster.columns, "columns")?,
        orientation: [row.x, row.y, row.z, column.x, column.y, column.z],
        pixel_spacing_mm: [raster.spacing_mm[1], raster.spacing_mm[0]],
        thickness_mm: raster.thickness_mm,
        slice_spacing_mm: raster.even.then_some(raster.thickness_mm),
        references: references.collect(),
        segments: segments.collect(),
        frames,
    };
    write_segmentation(path, &seg)?;
    Ok(Some(path.into()))
}
