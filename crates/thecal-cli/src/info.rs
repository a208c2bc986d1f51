//! `thecal info`.

use std::fmt::Write as _;

use thecal::Settings;
use thecal_report::text::words;
use thecal_report::{Info, WarningRecord, json};

use crate::exit::{ExitCode, Failure};
use crate::output::Talk;
use crate::progress::Progress;
use crate::{args, check, detail, output};

pub(crate) fn run(args: &args::Info) -> Result<ExitCode, Failure> {
    let info = found(args)?;
    let text = if args.json { json::to_json(&info).map_err(Failure::input)? } else { text(&info) };
    output::result(&text)?;
    Ok(if info.can_be_checked { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lists what is there.
pub(crate) fn found(args: &args::Info) -> Result<Info, Failure> {
    let settings = Settings {
        aliases: args.aliases.as_deref().map(check::aliases).transpose()?.unwrap_or_default(),
        labels: args.labels.as_deref().map(check::labels).transpose()?,
        ..Settings::default()
    };
    detail::searched(&args.paths);
    let progress = Progress::new("reading headers");
    let info = if args.descriptions || output::said() == Talk::Details {
        thecal::info_with_descriptions(&args.paths, &settings)
    } else {
        thecal::info(&args.paths, &settings)
    };
    drop(progress);
    Ok(info?)
}

fn text(info: &Info) -> String {
    let mut out = String::new();
    if info.can_be_checked {
        out.push_str("Can be checked\n");
    } else {
        out.push_str("Cannot be checked yet:\n");
        for obstacle in &info.obstacles {
            let _ = writeln!(out, "  {obstacle}");
        }
    }
    series(&mut out, info);
    for set in &info.structure_sets {
        let _ = writeln!(out, "\n{} {}", set.kind, set.path);
        let width = set.structures.iter().map(|s| s.name.chars().count()).max().unwrap_or(0).max(9);
        let voxels = set.structures.iter().any(|s| s.voxels.is_some());
        let size = if voxels { "voxels" } else { "points" };
        let _ = writeln!(
            out,
            "  {:<width$}  {:<11}{:<17}{:>8}{:>8}{:>10}{:>9}",
            "structure", "role", "recognised by", "contours", "planes", "step mm", size
        );
        for s in &set.structures {
            let step = s.plane_spacing_mm.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
            let _ = writeln!(
                out,
                "  {:<width$}  {:<11}{:<17}{:>8}{:>8}{step:>10}{:>9}",
                s.name,
                words(s.role.as_str()),
                words(s.role_from.as_str()),
                s.contours,
                s.planes.map_or_else(|| "-".to_owned(), |n| n.to_string()),
                s.voxels.unwrap_or(s.points)
            );
        }
        for w in &set.warnings {
            let _ = writeln!(out, "  [{}] {}: {}", w.code, w.r#where, w.message);
        }
    }
    planned(&mut out, info);
    // Copies stand by themselves, with both paths.
    for w in info.warnings.iter().filter(|w| w.code != "duplicate_instance") {
        let _ = writeln!(out, "[{}] {}: {}", w.code, w.r#where, w.message);
    }
    out
}

/// A number of things, in words.
fn counted(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

/// Series by patient and study, images with what they are made of, and copies.
fn series(out: &mut String, info: &Info) {
    let mut sorted: Vec<_> = info.series.iter().collect();
    sorted.sort_by_key(|s| (s.patient, s.study));
    let mut place = (0, 0);
    for s in sorted {
        if place != (s.patient, s.study) {
            place = (s.patient, s.study);
            let _ = writeln!(out, "\nPatient {}, study {}", s.patient, s.study);
        }
        let files = counted(s.files, "file");
        let uid = match s.series_instance_uid.as_str() {
            "" => "no Series Instance UID",
            uid => uid,
        };
        let _ = writeln!(out, "  {:<10}{files:>12}  {uid}", s.kind);
        for v in &s.volumes {
            // Rows, columns and slices, then their distances in the same order.
            let ([rows, columns, slices], [columns_mm, rows_mm]) = (v.size, v.pixel_spacing_mm);
            let _ = writeln!(
                out,
                "  {:<10}{rows} x {columns} x {slices} voxels of {rows_mm:.2} x {columns_mm:.2} x {:.2} mm, \
                 normal {:.1} deg off the long axis{}",
                "",
                v.slice_spacing_mm,
                v.tilt_deg,
                if v.missing > 0 {
                    format!(", {} missing", counted(v.missing, "slice"))
                } else {
                    String::new()
                }
            );
        }
        if let Some(description) = &s.description {
            let _ = writeln!(out, "  {:<10}\"{description}\"", "");
        }
    }
    if info.other_files > 0 {
        let _ = writeln!(out, "\n  not DICOM: {}", counted(info.other_files, "file"));
    }
    if !info.copies.is_empty() {
        out.push_str("\nCopies, which are counted once\n");
    }
    for copy in &info.copies {
        let _ = writeln!(out, "  [duplicate_instance] {} is a copy of {}", copy.path, copy.of);
    }
}

/// Frames, registrations, doses and plans, and what refers to what.
fn planned(out: &mut String, info: &Info) {
    if !info.frames.is_empty() {
        out.push_str("\nFrames of reference\n");
    }
    for f in &info.frames {
        let uid = f.frame_of_reference_uid.as_deref().unwrap_or("not stated");
        let _ = writeln!(out, "  {uid}  {}", f.holds.join(", "));
    }
    if info.registrations.len() + info.registrations_unusable.len() > 0 {
        out.push_str("\nRegistrations\n");
    }
    for r in &info.registrations {
        let [x, y, z] = r.translation_mm;
        let _ = writeln!(
            out,
            "  {} to {}: {:.2} deg, ({x:.2}, {y:.2}, {z:.2}) mm",
            r.from_frame_uid, r.to_frame_uid, r.angle_deg
        );
    }
    for why in &info.registrations_unusable {
        let _ = writeln!(out, "  cannot be used: {why}");
    }
    doses(out, info);
    for p in &info.plans {
        let doses: Vec<String> = p.target_doses_gy.iter().map(|d| format!("{d} Gy")).collect();
        let doses = if doses.is_empty() { "no target dose".to_owned() } else { doses.join(", ") };
        let fractions: Vec<String> = p
            .fractions
            .iter()
            .map(|n| n.map_or_else(|| "?".to_owned(), |n| n.to_string()))
            .collect();
        let _ =
            writeln!(out, "\nRTPLAN {}\n  {doses}; fractions: {}", p.path, fractions.join(" + "));
        warnings(out, &p.warnings);
    }
    if !info.references.is_empty() {
        out.push_str("\nReferences\n");
    }
    for r in &info.references {
        let _ = writeln!(
            out,
            "  {} {}: the study has {} of the {} {} files that it refers to",
            r.from_kind, r.from, r.here, r.wanted, r.to_kind
        );
    }
}

/// Doses: what each is of, where it lies, and what stands against using it.
fn doses(out: &mut String, info: &Info) {
    let numbers = |n: &[i64]| n.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    for d in &info.doses {
        let word = |w: &Option<String>, what: &str| {
            w.clone().unwrap_or_else(|| format!("({what} not stated)"))
        };
        let ([rows, columns, planes], [row_mm, column_mm, plane_mm]) = (d.size, d.spacing_mm);
        let _ = writeln!(
            out,
            "\nRTDOSE {}\n  {} {} of {}, {rows} x {columns} x {planes} voxels of {row_mm:.2} x \
             {column_mm:.2} x {plane_mm:.2} mm (rows x columns x planes)",
            d.path,
            word(&d.units, "units"),
            word(&d.dose_type, "type"),
            word(&d.summation, "summation"),
        );
        let frame = d.frame_of_reference_uid.as_deref().unwrap_or("none named");
        let _ = writeln!(out, "  frame of reference {frame}");
        if !d.fraction_groups.is_empty() {
            let _ = writeln!(out, "  fraction group {}", numbers(&d.fraction_groups));
        }
        if !d.beams.is_empty() {
            let _ = writeln!(out, "  beam {}", numbers(&d.beams));
        }
        if !d.heterogeneity.is_empty() {
            let _ = writeln!(out, "  calculated on {}", d.heterogeneity.join(", "));
        }
        warnings(out, &d.warnings);
    }
}

fn warnings(out: &mut String, warnings: &[WarningRecord]) {
    for w in warnings {
        let _ = writeln!(out, "  [{}] {}", w.code, w.message);
    }
}
