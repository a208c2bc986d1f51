//! A measured study: its record, and the solids that it rests on.

use std::path::PathBuf;

use thecal_dicom::index::Series;
use thecal_dose::Dose;
use thecal_mask::Solid;
use thecal_report as report;
use thecal_separation::{Anatomy, Removal};
use thecal_store::Store;

use crate::error::Error;
use crate::frames::Fixed;
use crate::labels::FileLabels;
use crate::measure::{Part, Parts};
use crate::prv::DrawnPrv;
use crate::target_rule::Extent;

/// A study that was measured: its record, and the solids that it rests on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Measured {
    /// The record.
    pub report: report::Report,
    /// The structures that took part, before any separation.
    pub parts: Parts,
    /// The study after an operation, where two were compared.
    pub after: Option<SecondStudy>,
    /// Cord and sac in the scenarios after a separation that move them.
    pub anatomies: Vec<MovedAnatomy>,
    /// The dose that the record's section is about, in the frame of reference of the parts; none where
    /// there is none, or its gate refused it.
    pub dose: Option<Dose>,
    /// The frame of reference of the parts.
    pub(crate) fixed: Option<Fixed>,
    /// What each approach left of each tumour.
    pub residuals: Vec<Residual>,
    /// What a target after an operation must hold of each tumour's epidural extent before it.
    pub extents: Vec<Extent>,
    /// The drawn PRVs of cord and sac.
    pub prvs: Vec<DrawnPrv>,
    /// Where the files lie.
    pub store: Store,
    /// Files that the structures were read from.
    pub files: Vec<PathBuf>,
    /// All series that were found with them, images among them.
    pub series: Vec<Series>,
    /// Pictures beside masks that are no DICOM either (NIfTI, NRRD).
    pub pictures: Vec<PathBuf>,
    /// What files are called in the record.
    pub labels: FileLabels,
}

/// The study after an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct SecondStudy {
    /// Its structures, in the frame of reference of the study before.
    pub parts: Parts,
    /// All series that were found with them, images among them.
    pub series: Vec<Series>,
    /// Pictures beside masks that are no DICOM either (NIfTI, NRRD).
    pub pictures: Vec<PathBuf>,
}

/// Cord and sac where a scenario after a separation has them elsewhere than they were drawn.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MovedAnatomy {
    /// What became of them.
    pub anatomy: Anatomy,
    /// The cord.
    pub cord: Option<Part>,
    /// The sac.
    pub sac: Option<Part>,
    /// How far the cord moved along the patient's axes, where it did, mm.
    pub shift_lps_mm: Option<[f64; 3]>,
}

/// What an approach left of a tumour.
#[derive(Debug, Clone)]
pub struct Residual {
    /// Name of the approach.
    pub approach: String,
    /// The tumour.
    pub tumour: String,
    /// What is left; none where nothing is.
    pub solid: Option<Solid>,
    removal: Removal,
}

impl Residual {
    pub(crate) fn new(approach: &str, tumour: &str, mut removal: Removal) -> Self {
        let solid = removal.residual.take();
        Self { approach: approach.to_owned(), tumour: tumour.to_owned(), solid, removal }
    }

    /// Volume of what was taken, cc.
    #[must_use]
    pub fn removed_cc(&self) -> f64 {
        self.removal.removed_cc
    }

    /// What was taken; none where nothing was. Made when asked for, since a record needs it not.
    ///
    /// # Errors
    /// When no outline of it bounds an area.
    pub fn removed(&self) -> Result<Option<Solid>, Error> {
        Ok(self.removal.removed()?)
    }
}
