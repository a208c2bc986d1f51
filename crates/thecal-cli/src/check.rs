//! `thecal check`.

use std::fmt::Display;
use std::path::Path;

use thecal::{
    Form, Layout, Measured, MeshOptions, ResultFolder, Separate, Settings, Thresholds,
    UncertaintySettings,
};
use thecal_margin::PairKind;
use thecal_mask::EndRule;
use thecal_mask::naming::{LabelTable, NamingError};
use thecal_mask::role::{Aliases, Role};
use thecal_report::text::{plain, plain_lines};
use thecal_separation::{Anatomy, Approach};
use thecal_uncertainty::{Preset, Sampling, Sources};

use crate::args::bounds;
use crate::args::{self, Ends, Reference};
use crate::detail;
use crate::exit::{self, ExitCode, Failure};
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(args: &args::Check) -> Result<ExitCode, Failure> {
    finish(&measured(args)?, args.json, args.out.as_deref())
}

/// Measures the study, and writes the result where it is to be written.
pub(crate) fn measured(args: &args::Check) -> Result<Measured, Failure> {
    let settings = settings(args)?;
    let folder = args.out.as_deref().map(|out| {
        let searched = [&args.paths[..], &args.structures].concat();
        let more = [args.measuring.files(), args.dose.files()].concat();
        output::folder(out, &Layout::CHECK, &searched, &more)
    });
    let folder = folder.transpose()?;
    detail::searched(&args.paths);
    let progress = Progress::new("measuring");
    let measured = thecal::measure_study(&args.paths, &settings);
    drop(progress);
    let mut measured = measured?;
    detail::told(&measured.report, &measured.labels);
    let form = Form { label: args.label.clone(), ..form(&args.solids) };
    write(folder, &mut measured, &form)?;
    Ok(measured)
}

/// Writes the result, where it is to be written.
pub(crate) fn write(
    folder: Option<ResultFolder>,
    measured: &mut Measured,
    form: &Form,
) -> Result<(), Failure> {
    let Some(folder) = folder else { return Ok(()) };
    let progress = Progress::new("writing the result");
    let written = output::all(folder, measured, form);
    drop(progress);
    written
}

/// How the solids of the result are to be written.
pub(crate) fn form(args: &args::Solids) -> Form {
    Form {
        planes: args.contour_step,
        meshes: MeshOptions {
            triangles: args.triangles,
            formats: args.mesh_format.iter().map(|f| f.format()).collect(),
        },
        ..Form::default()
    }
}

/// The end of a command: its result, where it was written, and its exit code.
pub(crate) fn finish(
    measured: &Measured,
    json: bool,
    out: Option<&Path>,
) -> Result<ExitCode, Failure> {
    output::report(&measured.report, &measured.labels, json)?;
    if let Some(out) = out.filter(|_| !json) {
        output::written(out);
    }
    Ok(exit::of_headline(measured.report.headline))
}

/// The settings that the arguments ask for.
pub(crate) fn settings(args: &args::Check) -> Result<Settings, Failure> {
    Ok(Settings {
        structures: args.structures.clone(),
        ctvs: args.ctv.clone(),
        dose: Some(crate::dvh::dose(&args.dose)?),
        prv_margins: crate::prv_margins::prv_margins(&args.prv_margin)?,
        ..measuring(&args.measuring)?
    })
}

/// The settings that checks and comparisons share.
pub(crate) fn measuring(args: &args::Measuring) -> Result<Settings, Failure> {
    Ok(Settings {
        thresholds: thresholds(&args.threshold, args.tolerance)?,
        separation: separation(&args.separation)?,
        uncertainty: uncertainty(&args.uncertain)?,
        config_sha256: args.config_sha256.clone(),
        ..chosen(&args.choice)?
    })
}

/// The sources of uncertainty that are asked for: those of a preset, or those of a file.
fn uncertainty(args: &args::Uncertain) -> Result<Option<UncertaintySettings>, Failure> {
    let Some(asked) = &args.uncertainty else { return Ok(None) };
    let presets = Preset::all().map_err(Failure::input)?;
    let preset = presets.iter().find(|p| p.name == *asked).map(|p| p.sources.clone());
    let sources = match (preset, args.file()) {
        (Some(sources), _) => sources,
        (None, Some(file)) => parsed(&file, Sources::from_toml)?,
        (None, None) => {
            let names = presets.iter().map(|p| p.name.as_str());
            let what = "preset or file of sources (docs/uncertainty.md)";
            return Err(unknown("--uncertainty", asked, what, names));
        }
    };
    let sampling = Sampling { samples: args.samples, seed: args.seed };
    Ok(Some(UncertaintySettings { sources, sampling }))
}

/// The settings of which structures are meant.
pub(crate) fn chosen(args: &args::Choice) -> Result<Settings, Failure> {
    Ok(Settings {
        tumours: args.tumour.clone(),
        cord: args.cord.clone(),
        sac: args.sac.clone(),
        ends: end_rule(args.ends),
        assume_same_frame: args.assume_same_frame,
        aliases: args.aliases.as_deref().map(aliases).transpose()?.unwrap_or_default(),
        labels: args.labels.as_deref().map(labels).transpose()?,
        ..Settings::default()
    })
}

fn end_rule(ends: Ends) -> EndRule {
    match ends {
        Ends::HalfSlice => EndRule::HalfSlice,
        Ends::Plane => EndRule::Plane,
        Ends::Rounded => EndRule::Rounded,
    }
}

/// The built-in approaches and the user's own, which replace those of the same name.
pub(crate) fn known_approaches(own: Option<&Path>) -> Result<Vec<Approach>, Failure> {
    let mut known = Approach::built_in().map_err(Failure::input)?;
    if let Some(path) = own {
        let own = parsed(path, Approach::read)?;
        known.retain(|k| own.iter().all(|o| o.name != k.name));
        known.extend(own);
    }
    Ok(known)
}

/// The separation that is asked for.
fn separation(args: &args::Separation) -> Result<Option<Separate>, Failure> {
    if args.separate.is_empty() {
        return Ok(None);
    }
    let how = how_separated(args)?;
    let known = known_approaches(args.approaches.as_deref())?;
    let mut approaches = Vec::new();
    for name in &args.separate {
        if name == "all" {
            approaches.extend(known.iter().cloned());
            continue;
        }
        let found = known.iter().find(|k| k.name == *name).ok_or_else(|| {
            let names = known.iter().map(|k| k.name.as_str());
            unknown("--separate", name, "approach", std::iter::once("all").chain(names))
        })?;
        approaches.push(found.clone());
    }
    Ok(Some(Separate { approaches, ..how }))
}

/// All that is asked for of a separation but the approaches.
pub(crate) fn how_separated(args: &args::Separation) -> Result<Separate, Failure> {
    let levels_mm = match args.levels.as_deref() {
        Some(&[a, b]) if a.is_finite() && b.is_finite() => Some([a.min(b), a.max(b)]),
        Some(_) => return Err(Failure::usage("--levels: give two lengths in mm".to_owned())),
        None => None,
    };
    let amount = args.amount;
    let wrong = |expected| Failure::usage(format!("--amount {amount}: expected {expected}"));
    Ok(Separate {
        amount_mm: bounds::amount(amount).map_err(wrong)?,
        reference: args.reference.map(|r| match r {
            Reference::Cord => Role::Cord,
            Reference::ThecalSac => Role::ThecalSac,
        }),
        keep_out: args.keep_out.clone(),
        levels_mm,
        sweep: args.sweep,
        anatomies: anatomies(args)?,
        ..Separate::by(Vec::new())
    })
}

/// What [`Anatomy`] can be asked for as.
const SCENARIOS: [&str; 3] = ["fixed", "sac_reexpanded", "cord_shift"];

/// A name that is none of those that there are, with the one that may be meant.
pub(crate) fn unknown<'a>(
    flag: &str,
    name: &str,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Failure {
    let known: Vec<&str> = known.into_iter().collect();
    let meant = nearest(name, &known).map(|n| format!("; did you mean {n}?"));
    Failure::usage(format!(
        "{flag} {name}: no such {what}{} There are {}",
        meant.as_deref().unwrap_or("."),
        known.join(", ")
    ))
}

/// The name that is most like one that is not there, where any is like it.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    // The measure and the bound of clap's own suggestions.
    const LIKE_ENOUGH: f64 = 0.7;
    let like = |k: &&'a str| (strsim::jaro_winkler(&name.to_lowercase(), k), *k);
    let scored = known.iter().map(like).filter(|(score, _)| *score > LIKE_ENOUGH);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// What may become of cord and sac.
fn anatomies(args: &args::Separation) -> Result<Vec<Anatomy>, Failure> {
    let shift = match args.cord_shift.as_slice() {
        [] => None,
        &[front, left, head] if [front, left, head].iter().all(|x| x.abs() <= 20.0) => {
            Some(Anatomy::CordShift { shift_mm: [front, left, head] })
        }
        _ => {
            return Err(Failure::usage(
                "--cord-shift: give three lengths of at most 20 mm, FRONT,LEFT,HEAD".to_owned(),
            ));
        }
    };
    let mut out = Vec::new();
    for name in &args.anatomy {
        out.push(match name.as_str() {
            "fixed" => Anatomy::Fixed,
            "sac_reexpanded" => Anatomy::SacReexpanded,
            "cord_shift" => shift.ok_or_else(|| {
                Failure::usage(
                    "--anatomy cord_shift: say how far with --cord-shift FRONT,LEFT,HEAD"
                        .to_owned(),
                )
            })?,
            other => {
                return Err(unknown("--anatomy", other, "scenario", SCENARIOS));
            }
        });
    }
    out.extend(shift);
    let mut seen: Vec<Anatomy> = Vec::new();
    out.retain(|a| {
        !seen.contains(a) && {
            seen.push(*a);
            true
        }
    });
    Ok(out)
}

/// Custom structure names.
pub(crate) fn aliases(path: &Path) -> Result<Aliases, Failure> {
    parsed(path, Aliases::parse)
}

/// The table that names labels of masks.
pub(crate) fn labels(wanted: &str) -> Result<LabelTable, Failure> {
    LabelTable::named_or_read(wanted).map_err(|e| match e {
        NamingError::NoSuchTable { .. } => Failure::usage(format!("--labels {wanted}: {e}")),
        other => Failure::input(other),
    })
}

/// A file of text, read.
pub(crate) fn parsed<T, E: Display>(
    path: &Path,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Failure> {
    // Faults of TOML are told with the lines that they stand in.
    let failed = |e: &dyn Display| {
        let place = plain(&path.display().to_string()).into_owned();
        Failure::input_in_lines(format!("{place}: {}", plain_lines(&e.to_string())))
    };
    let text = std::fs::read_to_string(path).map_err(|e| failed(&e))?;
    read(&text).map_err(|e| failed(&e))
}

/// `MM` for all pairs, `PAIR=MM` for one.
pub(crate) fn thresholds(texts: &[String], tolerance_mm: f64) -> Result<Thresholds, Failure> {
    let usage = |text: &str, why: &str| {
        Failure::usage(format!(
            "--threshold {text}: {why}; give a length in mm, or PAIR=MM with tumour-cord, \
             tumour-sac or cord-sac"
        ))
    };
    let kinds = PairKind::ALL;
    let mut lists: [Vec<f64>; 4] = Default::default();
    for text in texts {
        let (slot, number) = match text.split_once('=') {
            None => (3, text.as_str()),
            Some((pair, number)) => {
                let slot = kinds.iter().position(|k| k.as_str() == pair.trim());
                (slot.ok_or_else(|| usage(text, "no such pair"))?, number)
            }
        };
        lists[slot].push(number.trim().parse().map_err(|_| usage(text, "not a number"))?);
    }
    let wrong = |e: thecal::ThresholdError| Failure::usage(format!("--threshold: {e}"));
    let mut out = match lists[3].as_slice() {
        [] => Thresholds::default(),
        all => Thresholds::for_tumour(all).map_err(wrong)?,
    };
    for (kind, list) in kinds.into_iter().zip(&lists).filter(|(_, l)| !l.is_empty()) {
        out.set(kind, list).map_err(wrong)?;
    }
    let wrong = |e: thecal::ToleranceError| Failure::usage(format!("--tolerance: {e}"));
    out.set_tolerance(tolerance_mm).map_err(wrong)?;
    Ok(out)
}
