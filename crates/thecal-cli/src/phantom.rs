//! `thecal phantom`.

use std::path::Path;
use std::process::ExitCode;

use thecal_phantom::{PatientPosition, PhantomSpec, ShapeKind, Truth};

use crate::args::{self, Position, Shape};
use crate::exit::Failure;
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &args::Phantom) -> Result<ExitCode, Failure> {
    let shape = match args.shape {
        Shape::Sphere => ShapeKind::Sphere,
        Shape::Ellipsoid => ShapeKind::Ellipsoid,
        Shape::C => ShapeKind::CShape,
    };
    let spec = PhantomSpec {
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
    };
    if std::fs::read_dir(&args.out).is_ok_and(|mut d| d.next().is_some()) {
        let place = args.out.display();
        return Err(Failure::input(format!(
            "{place}: the folder is not empty; a study among other files is no study any more. \
             Give a new folder"
        )));
    }
    let truth = write(&spec, &args.out)?;
    output::result(&text(&truth))?;
    output::written(&args.out);
    Ok(ExitCode::SUCCESS)
}

/// Writes a phantom's files.
pub(crate) fn write(spec: &PhantomSpec, dir: &Path) -> Result<Truth, Failure> {
    let progress = Progress::new("writing the phantom");
    let truth = thecal_phantom::write_study(spec, dir);
    drop(progress);
    truth.map_err(failure)
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
    let mut out = String::from("True gaps, by construction and certified to 1e-6 mm\n");
    for pair in &truth.pairs {
        out.push_str(&format!("  {:<12}{:>7.3} mm\n", pair.pair, pair.gap_mm));
    }
    out
}
