//! What a DICOM object is, by its SOP class.

use dicom_dictionary_std::uids;

/// The kinds of objects that the index distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// CT images, enhanced and legacy converted ones too.
    Ct,
    /// MR images, enhanced and legacy converted ones too.
    Mr,
    /// RT Structure Set.
    RtStruct,
    /// Segmentation, label maps too.
    Seg,
    /// Spatial Registration (rigid or affine matrices).
    Reg,
    /// Deformable Spatial Registration.
    DeformableReg,
    /// RT Dose.
    RtDose,
    /// RT Plan, ion plans too.
    RtPlan,
    /// Any other object.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Ct,
        Self::Mr,
        Self::RtStruct,
        Self::Seg,
        Self::Reg,
        Self::DeformableReg,
        Self::RtDose,
        Self::RtPlan,
        Self::Other,
    ];

    /// The kind that a word of the report stands for.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The word of the report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ct => "CT",
            Self::Mr => "MR",
            Self::RtStruct => "RTSTRUCT",
            Self::Seg => "SEG",
            Self::Reg => "REG",
            Self::DeformableReg => "REG (deformable)",
            Self::RtDose => "RTDOSE",
            Self::RtPlan => "RTPLAN",
            Self::Other => "other",
        }
    }

    /// True for images that structures are drawn on.
    #[must_use]
    pub fn is_image(self) -> bool {
        matches!(self, Self::Ct | Self::Mr)
    }

    /// True for registrations, those among them that are not rigid and cannot be used.
    #[must_use]
    pub fn is_registration(self) -> bool {
        matches!(self, Self::Reg | Self::DeformableReg)
    }

    /// By SOP class; by Modality where a file has no class.
    pub(crate) fn from_sop_class(sop_class_uid: &str, modality: &str) -> Self {
        match sop_class_uid {
            uids::CT_IMAGE_STORAGE
            | uids::ENHANCED_CT_IMAGE_STORAGE
            | uids::LEGACY_CONVERTED_ENHANCED_CT_IMAGE_STORAGE => Self::Ct,
            uids::MR_IMAGE_STORAGE
            | uids::ENHANCED_MR_IMAGE_STORAGE
            | uids::LEGACY_CONVERTED_ENHANCED_MR_IMAGE_STORAGE => Self::Mr,
            uids::RT_STRUCTURE_SET_STORAGE => Self::RtStruct,
            uids::SEGMENTATION_STORAGE | LABEL_MAP_SEGMENTATION_STORAGE => Self::Seg,
            uids::SPATIAL_REGISTRATION_STORAGE => Self::Reg,
            uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE => Self::DeformableReg,
            uids::RT_DOSE_STORAGE => Self::RtDose,
            uids::RT_PLAN_STORAGE | uids::RT_ION_PLAN_STORAGE => Self::RtPlan,
            "" => match modality {
                "CT" => Self::Ct,
                "MR" => Self::Mr,
                "RTSTRUCT" => Self::RtStruct,
                "SEG" => Self::Seg,
                "REG" => Self::Reg,
                "RTDOSE" => Self::RtDose,
                "RTPLAN" => Self::RtPlan,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// Label Map Segmentation Storage (PS3.4 2024b), younger than the dictionary.
const LABEL_MAP_SEGMENTATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.7";
