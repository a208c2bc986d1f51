//! Pixels into their place.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::Array3;
use rayon::prelude::*;
use thecal_voxel::{Grid, Mask, Volume};

use super::convert::Scale;
use super::header::ImageFile;
use super::refusal::{Reason, Refusal, names};
use super::{ReadOptions, Stack};
use crate::pixels::PixelFile;
use crate::read::ReadError;

/// Values of a volume. Whole numbers that fit 16 bits are held as such, which halves the memory
/// of every CT; all others as 32 bit floats.
#[derive(Debug, Clone, PartialEq)]
pub enum Voxels {
    /// Whole numbers.
    I16(Volume<i16>),
    /// Any numbers.
    F32(Volume<f32>),
}

impl Voxels {
    /// Where the voxels lie.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        match self {
            Self::I16(volume) => volume.grid(),
            Self::F32(volume) => volume.grid(),
        }
    }

    /// The value of a voxel `[i, j, k]`, if it is on the grid.
    #[must_use]
    pub fn get(&self, voxel: [usize; 3]) -> Option<f64> {
        match self {
            Self::I16(volume) => volume.get(voxel).map(|&v| f64::from(v)),
            Self::F32(volume) => volume.get(voxel).map(|&v| f64::from(v)),
        }
    }

    /// The values as floats, i fastest.
    pub fn iter(&self) -> Box<dyn Iterator<Item = f64> + '_> {
        match self {
            Self::I16(volume) => Box::new(volume.values().iter().map(|&v| f64::from(v))),
            Self::F32(volume) => Box::new(volume.values().iter().map(|&v| f64::from(v))),
        }
    }
}

/// A volume with what is known of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ImageVolume {
    /// Geometry, identity, slices and warnings.
    pub stack: Stack,
    /// The values.
    pub voxels: Voxels,
}

impl ImageVolume {
    /// The voxels that stand for no measurement; `None` where the series declares no padding.
    /// Layers without a slice count with the neighbours that they were made from.
    #[must_use]
    pub fn padding_mask(&self) -> Option<Mask> {
        self.stack.slices.iter().any(|s| s.padding.is_some()).then(|| {
            let mut mask = Mask::filled(*self.voxels.grid(), false);
            let n = self.stack.plane();
            let set = |out: &mut [bool], k: usize| {
                let Some([low, high]) = self.stack.padding_of(k) else { return };
                let is = |v: f64| (low..=high).contains(&v);
                match &self.voxels {
                    Voxels::I16(volume) => out
                        .iter_mut()
                        .zip(&volume.values()[k * n..])
                        .for_each(|(o, &v)| *o = is(v.into())),
                    Voxels::F32(volume) => out
                        .iter_mut()
                        .zip(&volume.values()[k * n..])
                        .for_each(|(o, &v)| *o = is(v.into())),
                }
            };
            mask.values_mut().par_chunks_mut(n).enumerate().for_each(|(k, out)| set(out, k));
            mask
        })
    }
}

/// A value that voxels are held as.
trait Held: Copy + Default + Send + Sync {
    /// Fills a slice; false where a value does not fit.
    fn fill(scale: &Scale, bytes: &[u8], out: &mut [Self]) -> bool;
    fn number(self) -> f64;
    fn nearest(number: f64) -> Self;
}

impl Held for i16 {
    fn fill(scale: &Scale, bytes: &[u8], out: &mut [Self]) -> bool {
        scale.whole_values(bytes, out)
    }

    fn number(self) -> f64 {
        self.into()
    }

    fn nearest(number: f64) -> Self {
        number.round() as Self
    }
}

impl Held for f32 {
    fn fill(scale: &Scale, bytes: &[u8], out: &mut [Self]) -> bool {
        scale.values(bytes, out);
        true
    }

    fn number(self) -> f64 {
        self.into()
    }

    fn nearest(number: f64) -> Self {
        number as Self
    }
}

impl Stack {
    /// Reads the pixels, slice by slice in parallel, in the rayon pool of the caller. Beside the
    /// volume itself a thread needs the bytes of two frames.
    ///
    /// # Errors
    /// The volume would need more than the allowed bytes, or a slice cannot be decoded; the
    /// refusal names the file.
    pub fn load(self, options: ReadOptions) -> Result<ImageVolume, Box<Refusal>> {
        self.check_pixels()?;
        let integral = (0..self.members.len()).all(|m| self.scale(m).is_integral());
        if integral && let Some(values) = self.values::<i16>(options)? {
            return self.volume(values, Voxels::I16);
        }
        match self.values::<f32>(options)? {
            Some(values) => self.volume(values, Voxels::F32),
            None => Err(self.refuse(Reason::Pixels, "values that fit no float")),
        }
    }

    /// Refuses what the headers alone show to be beyond reading, before memory is asked for.
    fn check_pixels(&self) -> Result<(), Box<Refusal>> {
        let faulty: Vec<&ImageFile> = self
            .members
            .iter()
            .map(|m| m.of(&self.files).0)
            .filter(|file| file.pixels.is_some())
            .collect();
        let Some(fault) = faulty.first().and_then(|file| file.pixels.as_ref()) else {
            return Ok(());
        };
        let mut paths: Vec<_> = faulty.iter().map(|file| file.path.clone()).collect();
        paths.dedup();
        let mut refusal = self.refuse(Reason::Pixels, "");
        refusal.message = format!("{}: {fault}", names(&paths));
        refusal.files = paths;
        Err(refusal)
    }

    fn volume<T: Clone>(
        self,
        values: Vec<T>,
        hold: impl Fn(Volume<T>) -> Voxels,
    ) -> Result<ImageVolume, Box<Refusal>> {
        let made = Array3::from_shape_vec(self.grid.shape(), values)
            .map_err(|e| e.to_string())
            .and_then(|data| Volume::new(self.grid, data).map_err(|e| e.to_string()));
        match made {
            Ok(volume) => Ok(ImageVolume { voxels: hold(volume), stack: self }),
            Err(e) => Err(self.refuse(Reason::NoGeometry, &e)),
        }
    }

    fn scale(&self, member: usize) -> Scale {
        let (file, frame) = self.members[member].of(&self.files);
        Scale::new(&file.format, frame.slope, frame.intercept)
    }

    fn plane(&self) -> usize {
        self.grid.size()[0] * self.grid.size()[1]
    }

    /// All values; `None` where one does not fit the type.
    fn values<T: Held>(&self, options: ReadOptions) -> Result<Option<Vec<T>>, Box<Refusal>> {
        let bytes = self.grid.len() as u64 * size_of::<T>() as u64;
        let mut probe = Vec::<T>::new();
        if bytes > options.most_bytes || probe.try_reserve_exact(self.grid.len()).is_err() {
            let what = format!(
                "{:?} voxels need {bytes} bytes and at most {} are allowed or free",
                self.grid.size(),
                options.most_bytes
            );
            return Err(self.refuse(Reason::TooLarge, &what));
        }
        drop(probe);
        // Zeroed pages come from the system as they are touched, each by the thread that fills it.
        let mut values = vec![T::default(); self.grid.len()];
        let member_of: HashMap<usize, usize> =
            self.slices.iter().enumerate().map(|(m, slice)| (slice.layer, m)).collect();
        let shared = self.multi_frame_files()?;
        let fits = AtomicBool::new(true);
        let failed = values
            .par_chunks_mut(self.plane())
            .enumerate()
            .map_init(
                || (Vec::new(), Vec::new()),
                |(compressed, frame), (layer, out)| {
                    let &member = member_of.get(&layer)?;
                    if !fits.load(Ordering::Relaxed) {
                        return None;
                    }
                    match self.fill(member, &shared, (compressed, frame), out) {
                        Ok(true) => None,
                        Ok(false) => {
                            fits.store(false, Ordering::Relaxed);
                            None
                        }
                        Err(e) => Some((layer, e)),
                    }
                },
            )
            .flatten()
            // The lowest layer, whatever the threads.
            .min_by_key(|(layer, _)| *layer);
        if let Some((_, error)) = failed {
            return Err(self.undecodable(&error));
        }
        if !fits.into_inner() {
            return Ok(None);
        }
        self.interpolate(&mut values);
        Ok(Some(values))
    }

    /// Files of several frames are opened once, not once a frame.
    fn multi_frame_files(&self) -> Result<HashMap<usize, PixelFile>, Box<Refusal>> {
        let mut open = HashMap::new();
        for member in &self.members {
            let file = &self.files[member.file];
            if file.frames.len() > 1 && !open.contains_key(&member.file) {
                let pixels = PixelFile::open(&file.store, &file.path, &file.place, file.format)
                    .map_err(|e| self.undecodable(&e))?;
                open.insert(member.file, pixels);
            }
        }
        Ok(open)
    }

    fn fill<T: Held>(
        &self,
        member: usize,
        shared: &HashMap<usize, PixelFile>,
        (compressed, decoded): (&mut Vec<u8>, &mut Vec<u8>),
        out: &mut [T],
    ) -> Result<bool, ReadError> {
        let at = self.members[member];
        let (file, frame) = at.of(&self.files);
        let scale = self.scale(member);
        let own;
        let pixels = match shared.get(&at.file) {
            Some(pixels) => pixels,
            None => {
                own = PixelFile::open(&file.store, &file.path, &file.place, file.format)?;
                &own
            }
        };
        let bytes = pixels.frame(frame.index, compressed, decoded)?;
        Ok(T::fill(&scale, bytes, out))
    }

    /// Fills layers without a slice, linearly between their neighbours; where one of the two is
    /// padding, from the nearer.
    fn interpolate<T: Held>(&self, values: &mut [T]) {
        let n = self.plane();
        for &layer in &self.missing {
            let after = self.slices.partition_point(|s| s.layer < layer);
            let (Some(below), Some(above)) =
                (after.checked_sub(1).map(|b| &self.slices[b]), self.slices.get(after))
            else {
                continue;
            };
            let (first, rest) = values.split_at_mut(layer * n);
            let (here, rest) = rest.split_at_mut(n);
            let first = &first[below.layer * n..][..n];
            let second = &rest[(above.layer - layer - 1) * n..][..n];
            let weight = (layer - below.layer) as f64 / (above.layer - below.layer) as f64;
            let padded = |v: f64, p: Option<[f64; 2]>| p.is_some_and(|[l, h]| (l..=h).contains(&v));
            for ((out, &a), &b) in here.iter_mut().zip(first).zip(second) {
                let (x, y) = (a.number(), b.number());
                *out = if padded(x, below.padding) || padded(y, above.padding) {
                    if weight < 0.5 { a } else { b }
                } else {
                    T::nearest(x + weight * (y - x))
                };
            }
        }
    }

    /// What counts as padding in a layer.
    fn padding_of(&self, layer: usize) -> Option<[f64; 2]> {
        let at = self.slices.partition_point(|s| s.layer < layer);
        self.slices.get(at).or(self.slices.last())?.padding
    }

    fn refuse(&self, reason: Reason, what: &str) -> Box<Refusal> {
        let advice = "ask for less, or give other files";
        Box::new(super::split::refusal(&self.files, &self.members, reason, what, advice))
    }

    fn undecodable(&self, error: &ReadError) -> Box<Refusal> {
        let path = error.path().to_owned();
        let why = match error.fault() {
            Some(fault) => fault.to_string(),
            None => std::error::Error::source(error)
                .map_or_else(|| error.to_string(), ToString::to_string),
        };
        let message = format!("{}: {why}", names(std::slice::from_ref(&path)));
        let mut refusal = self.refuse(Reason::Pixels, &why);
        (refusal.message, refusal.files) = (message, vec![path]);
        refusal
    }
}
