//! Defined terms of RT Dose and RT Plan (PS3.3 sections C.8.8.3 and C.8.8.10 to C.8.8.14), each set as
//! a type of its own.

use std::fmt;

/// A set of defined terms with their names in the file; what is none of them is kept as it stands.
macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $term:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[$item_doc])* $item,)+
            /// A term that the standard does not define.
            Other(String),
        }

        impl $name {
            /// The term as it stands in the file.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$item => $term,)+
                    Self::Other(term) => term,
                }
            }
        }

        impl From<&str> for $name {
            fn from(term: &str) -> Self {
                match term {
                    $($term => Self::$item,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

terms! {
    /// Dose Units (3004,0002).
    DoseUnits {
        /// Gray.
        Gy = "GY",
        /// Relative to a value that the file does not give.
        Relative = "RELATIVE",
    }
}

terms! {
    /// Dose Type (3004,0004).
    DoseType {
        /// Physical dose.
        Physical = "PHYSICAL",
        /// Physical dose corrected for its biological effect, as that of protons.
        Effective = "EFFECTIVE",
        /// Difference of a desired and a planned dose; may be negative.
        Error = "ERROR",
    }
}

terms! {
    /// Dose Summation Type (3004,000A): what the dose is of.
    Summation {
        /// All fraction groups of a plan, in full.
        Plan = "PLAN",
        /// Several plans, in full.
        MultiPlan = "MULTI_PLAN",
        /// What a plan overview states.
        PlanOverview = "PLAN_OVERVIEW",
        /// All fractions of one fraction group; not one fraction.
        Fraction = "FRACTION",
        /// One or more beams, over all fractions.
        Beam = "BEAM",
        /// One or more brachytherapy application setups, over all fractions.
        Brachy = "BRACHY",
        /// One session of a fraction group.
        FractionSession = "FRACTION_SESSION",
        /// One or more beams of one session.
        BeamSession = "BEAM_SESSION",
        /// One or more brachytherapy application setups of one session.
        BrachySession = "BRACHY_SESSION",
        /// One or more control points of a beam, for one fraction.
        ControlPoint = "CONTROL_POINT",
        /// What treatment records say was given.
        Record = "RECORD",
    }
}

terms! {
    /// A value of Tissue Heterogeneity Correction (3004,0014): what the calculation took the
    /// patient to be made of.
    Heterogeneity {
        /// What the images show.
        Image = "IMAGE",
        /// Densities set for regions of interest.
        RoiOverride = "ROI_OVERRIDE",
        /// Water throughout.
        Water = "WATER",
    }
}

terms! {
    /// Dose Reference Type (300A,0020) of a plan.
    ReferenceKind {
        /// A target.
        Target = "TARGET",
        /// An organ at risk.
        OrganAtRisk = "ORGAN_AT_RISK",
    }
}

terms! {
    /// Dose Reference Structure Type (300A,0014) of a plan: what a prescribed dose is stated for.
    ReferenceStructure {
        /// A point of interest of the structure set.
        Point = "POINT",
        /// A region of interest of the structure set.
        Volume = "VOLUME",
        /// A point by its coordinates.
        Coordinates = "COORDINATES",
        /// A site, as `prostate`, of no region.
        Site = "SITE",
    }
}

terms! {
    /// Treatment Delivery Type (300A,00CE) of a beam.
    DeliveryKind {
        /// It treats.
        Treatment = "TREATMENT",
        /// An image of the open field.
        OpenPortFilm = "OPEN_PORTFILM",
        /// An image of the field as treated.
        TreatmentPortFilm = "TRMT_PORTFILM",
        /// A beam that continues another.
        Continuation = "CONTINUATION",
        /// It sets the patient up and gives no dose that counts.
        Setup = "SETUP",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_come_back_as_they_stood() {
        for term in ["PLAN", "FRACTION_SESSION", "BEAM", "SUM"] {
            assert_eq!(Summation::from(term).as_str(), term);
        }
        assert_eq!(DoseUnits::from("GY"), DoseUnits::Gy);
        assert_eq!(DoseUnits::from("CGY"), DoseUnits::Other("CGY".into()));
        assert_eq!(DoseType::from("ERROR").to_string(), "ERROR");
    }
}
