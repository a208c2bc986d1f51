//! `thecal phantom`.

use std::path::Path;

use thecal_phantom::clinic::{Habit, Orientation, Scene};
use thecal_phantom::{
    ClinicSpec, DoseKind, DoseSpec, PatientPosition, PhantomSpec, PrvFault, PrvSpec, ShapeKind,
    Truth, TruthPair, write_clinic_study, write_prv_study,
};

use crate::args::{self, Position, Shape};
use crate::exit::{ExitCode, Failure};
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &args::Phantom) -> Result<ExitCode, Failure> {
    if std::fs::read_dir(&args.out).is_ok_and(|mut d| d.next().is_some()) {
        let place = args.out.display();
        return Err(Failure::input(format!(
            "{place}: refusing to write into a non-empty folder; give a new one"
        )));
    }
    if let Some(drawn) = args.prv {
        output::result(&with_prv(drawn, args)?)?;
        output::written(&args.out);
        return Ok(ExitCode::SUCCESS);
    }
    let gaps = match args.planned.dose {
        _ if args.clinic.asked() => {
            let truth = as_clinics_draw(args)?;
            pairs("True gaps of the anatomy, certified to 1e-5 mm", &truth)
        }
        Some(kind) => write_planned(&spec(args), kind, &args.planned.spec(), &args.out)?,
        None => text(&write(&spec(args), &args.out)?),
    };
    output::result(&gaps)?;
    output::written(&args.out);
    Ok(ExitCode::SUCCESS)
}

/// A phantom with CT.
fn spec(args: &args::Phantom) -> PhantomSpec {
    let shape = match args.shape {
        Shape::Sphere => ShapeKind::Sphere,
        Shape::Ellipsoid => ShapeKind::Ellipsoid,
        Shape::C => ShapeKind::CShape,
    };
    PhantomSpec {
        rows: args.rows,
        columns: args.columns,
        pixel_mm: args.pixel,
        point_spacing_mm: args.point_spacing,
        patient_position: match args.position {
            Position::Hfs => PatientPosition::Hfs,
            Position::Hfp => PatientPosition::Hfp,
            Position::Ffs => PatientPosition::Ffs,
            Position::Ffp => PatientPosition::Ffp,
            Position::Hfdr => PatientPosition::Hfdr,
            Position::Hfdl => PatientPosition::Hfdl,
            Position::Ffdr => PatientPosition::Ffdr,
            Position::Ffdl => PatientPosition::Ffdl,
        },
        ct: !args.no_ct,
        ..PhantomSpec::random(args.seed, shape, args.slice, args.gap)
    }
}

/// Writes a cord with a PRV, and says what is wrong with it.
fn with_prv(drawn: args::DrawnPrv, args: &args::Phantom) -> Result<String, Failure> {
    const MARGIN_MM: f64 = 2.0;
    let (fault, told) = match drawn {
        args::DrawnPrv::Exact => (PrvFault::None, "as it should be"),
        args::DrawnPrv::Small => (PrvFault::Small, "too small"),
        args::DrawnPrv::InPlane => (PrvFault::InPlane, "made plane by plane"),
        args::DrawnPrv::Cut => (PrvFault::CutAtEnd, "cut off at an end"),
        args::DrawnPrv::Cropped => (PrvFault::Cropped, "cut along the PTV"),
    };
    let spec = PrvSpec::random(args.seed, args.slice, MARGIN_MM, fault);
    write_prv_study(&spec, &args.out).map_err(failure)?;
    Ok(format!(
        "{} of {} mm, drawn with {} mm: {told}\n",
        spec.name(),
        spec.named_mm,
        spec.drawn_mm
    ))
}

/// Writes a phantom drawn as clinics draw.
fn as_clinics_draw(args: &args::Phantom) -> Result<Vec<TruthPair>, Failure> {
    let of_shape = match args.shape {
        Shape::Sphere => Scene::Sphere,
        Shape::Ellipsoid => Scene::Ellipsoid,
        Shape::C => Scene::C,
    };
    let clinic = &args.clinic;
    let spec = ClinicSpec {
        habit: clinic.drawn.unwrap_or(Habit::Dense),
        planes: clinic.planes.unwrap_or(Orientation::Axial),
        point_spacing_mm: args.point_spacing,
        mask_pixel_mm: clinic.mask.then_some(args.pixel),
        ..ClinicSpec::new(clinic.scene.unwrap_or(of_shape), args.slice, args.gap, args.seed)
    };
    let progress = Progress::new("writing the phantom");
    let truth = write_clinic_study(&spec, &args.out);
    drop(progress);
    truth.map(|t| t.pairs).map_err(failure)
}

/// Writes a phantom's files.
pub(crate) fn write(spec: &PhantomSpec, dir: &Path) -> Result<Truth, Failure> {
    let progress = Progress::new("writing the phantom");
    let truth = thecal_phantom::write_study(spec, dir);
    drop(progress);
    truth.map_err(failure)
}

/// Writes a phantom's files with a plan and its dose, and tells the gaps and the doses at their
/// ends.
pub(crate) fn write_planned(
    spec: &PhantomSpec,
    kind: DoseKind,
    dose: &DoseSpec,
    dir: &Path,
) -> Result<String, Failure> {
    let progress = Progress::new("writing the phantom");
    let written = thecal_phantom::write_planned_study(spec, kind, dose, dir);
    drop(progress);
    let (truth, planned) = written.map_err(failure)?;
    Ok(format!(
        "{}True doses of a {kind} dose, {} Gy in {} fraction{}\n  tumour's end of the gap \
         {:.3} Gy\n  cord's end of the gap {:>9.3} Gy\n",
        text(&truth),
        dose.prescription_gy,
        dose.fractions,
        if dose.fractions == 1 { "" } else { "s" },
        planned.tumour_end_gy,
        planned.cord_end_gy
    ))
}

/// What goes wrong with a phantom is the command line, the disk, or the phantom itself.
pub(crate) fn failure(e: thecal_phantom::Error) -> Failure {
    match e {
        thecal_phantom::Error::Spec(_) => Failure::usage(e),
        thecal_phantom::Error::Io { .. } | thecal_phantom::Error::Dicom(_) => Failure::output(e),
        _ => Failure::input(e),
    }
}

/// The true gaps.
pub(crate) fn text(truth: &Truth) -> String {
    pairs("True gaps, by construction and certified to 1e-6 mm", &truth.pairs)
}

fn pairs(title: &str, pairs: &[TruthPair]) -> String {
    let mut out = format!("{title}\n");
    for pair in pairs {
        out.push_str(&format!("  {:<12}{:>7.3} mm\n", pair.pair, pair.gap_mm));
    }
    out
}
