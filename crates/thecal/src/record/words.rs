//! Words of the record for what the lower crates tell apart, and back.

use thecal_margin as margin;
use thecal_mask as mask;
use thecal_mask::role;
use thecal_report as report;
use thecal_separation as separation;
use thecal_uncertainty as uncertainty;

pub(crate) fn pair_kind(kind: margin::PairKind) -> report::PairKind {
    match kind {
        margin::PairKind::TumourCord => report::PairKind::TumourCord,
        margin::PairKind::TumourSac => report::PairKind::TumourSac,
        margin::PairKind::CordSac => report::PairKind::CordSac,
    }
}

pub(crate) fn verdict(verdict: margin::Verdict) -> report::Verdict {
    match verdict {
        margin::Verdict::Pass => report::Verdict::Pass,
        margin::Verdict::Fail => report::Verdict::Fail,
        margin::Verdict::Indeterminate => report::Verdict::Indeterminate,
    }
}

pub(crate) fn headline(headline: margin::Headline) -> report::Headline {
    match headline {
        margin::Headline::Clear => report::Headline::Clear,
        margin::Headline::Marginal => report::Headline::Marginal,
        margin::Headline::Indeterminate => report::Headline::Indeterminate,
        margin::Headline::Insufficient => report::Headline::Insufficient,
        margin::Headline::NotAssessable => report::Headline::NotAssessable,
    }
}

pub(crate) fn limit(limit: margin::Limit) -> report::Limit {
    match limit {
        margin::Limit::Ends => report::Limit::Ends,
        margin::Limit::MissingPlanes => report::Limit::MissingPlanes,
        margin::Limit::Voxels => report::Limit::Voxels,
    }
}

pub(crate) fn interval_source(part: margin::Part) -> report::IntervalSource {
    match part {
        margin::Part::Planes => report::IntervalSource::Planes,
        margin::Part::Poles => report::IntervalSource::Poles,
        margin::Part::Ends => report::IntervalSource::Ends,
        margin::Part::Points => report::IntervalSource::Points,
        margin::Part::Rounding => report::IntervalSource::Rounding,
        margin::Part::Pixels => report::IntervalSource::Pixels,
        margin::Part::Search => report::IntervalSource::Search,
        margin::Part::Drawing => report::IntervalSource::Drawing,
    }
}

pub(crate) fn prv_kind(kind: margin::ExpansionKind) -> report::PrvKind {
    match kind {
        margin::ExpansionKind::ThreeDimensional => report::PrvKind::ThreeDimensional,
        margin::ExpansionKind::InPlane => report::PrvKind::InPlane,
        margin::ExpansionKind::Unclear => report::PrvKind::Unclear,
    }
}

pub(crate) fn prv_fault(fault: &margin::Fault) -> report::PrvFault {
    match fault {
        margin::Fault::TooSmall => report::PrvFault::TooSmall,
        margin::Fault::InPlaneOnly => report::PrvFault::InPlaneOnly,
        margin::Fault::TruncatedAtEnd => report::PrvFault::TruncatedAtEnd,
        margin::Fault::TruncatedAtStructure(_) => report::PrvFault::TruncatedAtStructure,
        margin::Fault::TooLarge => report::PrvFault::TooLarge,
        margin::Fault::PastEnd => report::PrvFault::PastEnd,
    }
}

/// A scenario that this crate does not know moves nothing that it knows of.
pub(crate) fn anatomy(anatomy: separation::Anatomy) -> report::Anatomy {
    match anatomy {
        separation::Anatomy::SacReexpanded => report::Anatomy::SacReexpanded,
        separation::Anatomy::CordShift { .. } => report::Anatomy::CordShift,
        _ => report::Anatomy::Fixed,
    }
}

pub(crate) fn basis(basis: separation::Basis) -> report::ExtentBasis {
    match basis {
        separation::Basis::Canal => report::ExtentBasis::Canal,
        separation::Basis::OutsideBone => report::ExtentBasis::OutsideBone,
        _ => report::ExtentBasis::WholeTumour,
    }
}

pub(crate) fn end_rule(ends: mask::EndRule) -> report::EndRule {
    match ends {
        mask::EndRule::HalfSlice => report::EndRule::HalfSlice,
        mask::EndRule::Plane => report::EndRule::Plane,
        mask::EndRule::Rounded => report::EndRule::Rounded,
    }
}

pub(crate) fn end_rule_of(ends: report::EndRule) -> mask::EndRule {
    match ends {
        report::EndRule::HalfSlice => mask::EndRule::HalfSlice,
        report::EndRule::Plane => mask::EndRule::Plane,
        report::EndRule::Rounded => mask::EndRule::Rounded,
    }
}

pub(crate) fn role(role: role::Role) -> report::Role {
    match role {
        role::Role::Cord => report::Role::Cord,
        role::Role::ThecalSac => report::Role::ThecalSac,
        role::Role::Canal => report::Role::Canal,
        role::Role::Cauda => report::Role::Cauda,
        role::Role::Tumour => report::Role::Tumour,
        role::Role::Ctv => report::Role::Ctv,
        role::Role::Ptv => report::Role::Ptv,
        role::Role::Prv => report::Role::Prv,
        role::Role::Vertebra => report::Role::Vertebra,
        role::Role::Hardware => report::Role::Hardware,
        role::Role::Body => report::Role::Body,
        role::Role::Other => report::Role::Other,
    }
}

pub(crate) fn role_of(role: report::Role) -> role::Role {
    match role {
        report::Role::Cord => role::Role::Cord,
        report::Role::ThecalSac => role::Role::ThecalSac,
        report::Role::Canal => role::Role::Canal,
        report::Role::Cauda => role::Role::Cauda,
        report::Role::Tumour => role::Role::Tumour,
        report::Role::Ctv => role::Role::Ctv,
        report::Role::Ptv => role::Role::Ptv,
        report::Role::Prv => role::Role::Prv,
        report::Role::Vertebra => role::Role::Vertebra,
        report::Role::Hardware => role::Role::Hardware,
        report::Role::Body => role::Role::Body,
        report::Role::Other => role::Role::Other,
    }
}

pub(crate) fn role_source(from: role::RoleFrom) -> report::RoleSource {
    match from {
        role::RoleFrom::Name => report::RoleSource::Name,
        role::RoleFrom::Alias => report::RoleSource::Alias,
        role::RoleFrom::InterpretedType => report::RoleSource::InterpretedType,
        role::RoleFrom::User => report::RoleSource::User,
    }
}

pub(crate) fn tracing(tracing: mask::Tracing) -> report::Tracing {
    match tracing {
        mask::Tracing::PixelEdges => report::Tracing::PixelEdges,
        mask::Tracing::HalfWay => report::Tracing::HalfWay,
        mask::Tracing::PixelCentres => report::Tracing::PixelCentres,
    }
}

pub(crate) fn moved(word: uncertainty::Moved) -> report::UncertainStructure {
    match word {
        uncertainty::Moved::Cord => report::UncertainStructure::Cord,
        uncertainty::Moved::ThecalSac => report::UncertainStructure::ThecalSac,
        uncertainty::Moved::Tumour => report::UncertainStructure::Tumour,
        uncertainty::Moved::Patient => report::UncertainStructure::Patient,
    }
}

pub(crate) fn moved_of(word: report::UncertainStructure) -> uncertainty::Moved {
    match word {
        report::UncertainStructure::Cord => uncertainty::Moved::Cord,
        report::UncertainStructure::ThecalSac => uncertainty::Moved::ThecalSac,
        report::UncertainStructure::Tumour => uncertainty::Moved::Tumour,
        report::UncertainStructure::Patient => uncertainty::Moved::Patient,
    }
}

pub(crate) fn uncertainty_kind(word: uncertainty::Kind) -> report::UncertaintyKind {
    match word {
        uncertainty::Kind::Contouring => report::UncertaintyKind::Contouring,
        uncertainty::Kind::Registration => report::UncertaintyKind::Registration,
        uncertainty::Kind::Motion => report::UncertaintyKind::Motion,
        uncertainty::Kind::SetUp => report::UncertaintyKind::SetUp,
        uncertainty::Kind::Intrafraction => report::UncertaintyKind::Intrafraction,
    }
}

pub(crate) fn uncertainty_kind_of(word: report::UncertaintyKind) -> uncertainty::Kind {
    match word {
        report::UncertaintyKind::Contouring => uncertainty::Kind::Contouring,
        report::UncertaintyKind::Registration => uncertainty::Kind::Registration,
        report::UncertaintyKind::Motion => uncertainty::Kind::Motion,
        report::UncertaintyKind::SetUp => uncertainty::Kind::SetUp,
        report::UncertaintyKind::Intrafraction => uncertainty::Kind::Intrafraction,
    }
}

pub(crate) fn uncertainty_part(word: uncertainty::Course) -> report::UncertaintyPart {
    match word {
        uncertainty::Course::Systematic => report::UncertaintyPart::Systematic,
        uncertainty::Course::Random => report::UncertaintyPart::Random,
    }
}

pub(crate) fn uncertainty_part_of(word: report::UncertaintyPart) -> uncertainty::Course {
    match word {
        report::UncertaintyPart::Systematic => uncertainty::Course::Systematic,
        report::UncertaintyPart::Random => uncertainty::Course::Random,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_lower_crates() {
        for kind in margin::PairKind::ALL {
            assert_eq!(pair_kind(kind).as_str(), kind.as_str());
        }
        for one in role::Role::ALL {
            assert_eq!(role(one).as_str(), one.as_str());
            assert_eq!(role_of(role(one)), one);
        }
        use margin::{Headline as H, Limit as L, Part as P, Verdict as V};
        for h in [H::Clear, H::Marginal, H::Indeterminate, H::Insufficient, H::NotAssessable] {
            assert_eq!(headline(h).as_str(), h.as_str());
        }
        for v in [V::Pass, V::Fail, V::Indeterminate] {
            assert_eq!(verdict(v).as_str(), v.as_str());
        }
        for l in [L::Ends, L::MissingPlanes, L::Voxels] {
            assert_eq!(limit(l).as_str(), l.as_str());
        }
        let parts = [P::Planes, P::Poles, P::Ends, P::Points, P::Rounding, P::Pixels, P::Search];
        for p in parts.into_iter().chain([P::Drawing]) {
            assert_eq!(interval_source(p).as_str(), p.as_str());
        }
        use margin::{ExpansionKind as K, Fault as E};
        for k in [K::ThreeDimensional, K::InPlane, K::Unclear] {
            assert_eq!(prv_kind(k).as_str(), k.as_str());
        }
        let cut = E::TruncatedAtStructure("PTV".to_owned());
        let faults = [E::TooSmall, E::InPlaneOnly, E::TruncatedAtEnd, E::TooLarge, E::PastEnd];
        for e in faults.into_iter().chain([cut]) {
            assert_eq!(prv_fault(&e).as_str(), e.as_str());
        }
        use separation::{Anatomy as A, Basis as B};
        for a in [A::Fixed, A::SacReexpanded, A::CordShift { shift_mm: [0.0; 3] }] {
            assert_eq!(anatomy(a).as_str(), a.as_str());
        }
        for b in [B::Canal, B::OutsideBone, B::WholeTumour] {
            assert_eq!(basis(b).as_str(), b.as_str());
        }
        for ends in [mask::EndRule::HalfSlice, mask::EndRule::Plane, mask::EndRule::Rounded] {
            assert_eq!(end_rule_of(end_rule(ends)), ends);
        }
        use mask::Tracing as T;
        for t in [T::PixelEdges, T::HalfWay, T::PixelCentres] {
            assert_eq!(tracing(t).as_str(), t.as_str());
        }
        use role::RoleFrom as F;
        for f in [F::Name, F::Alias, F::InterpretedType, F::User] {
            assert_eq!(role_source(f).as_str(), f.as_str());
        }
    }
}
