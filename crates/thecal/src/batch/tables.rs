//! The tables, the page and the record of a run, from the results on disk.
//!
//! Results are read one after the other in the order of their keys, so memory does not grow with
//! their number and the bytes do not depend on who measured what when.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use thecal_report::batch::{PageRow, RowGroups, Status, StudyResult, page};
use thecal_report::csv::RowWriter;
use thecal_report::text::cell;

use super::Options;
use super::counts::Counts;
use super::error::BatchError;
use super::names;
use super::plan::{Plan, PlannedStudy};
use super::results::Results;
use super::store::Store;
use crate::folder::write_file;

/// Columns of the wide table that hold words of files or of people; the others hold numbers and words of
/// this program.
const WORDS: [&str; 6] =
    ["study", "label", "approach", "reason", "limits_worst_row", "gap_needed_row"];

/// What is known of a run only while it runs.
pub(super) struct RunFacts {
    pub(super) began: Instant,
    pub(super) kept: usize,
    pub(super) restarts: usize,
}

pub(super) fn write(
    plan: &Plan,
    store: &Store,
    options: &Options,
    facts: &RunFacts,
    labels: &BTreeMap<String, String>,
) -> Result<Counts, BatchError> {
    let written = rows(plan, store, options, facts, labels);
    written.map_err(|e| e.placed(|path| store.place_of(path)))
}

fn rows(
    plan: &Plan,
    store: &Store,
    options: &Options,
    facts: &RunFacts,
    labels: &BTreeMap<String, String>,
) -> Result<Counts, BatchError> {
    let out = store.path();
    let [parquet, long, wide] =
        ["results.parquet", "results.csv", "summary.csv"].map(|name| out.join(name));
    let begin = |path: &Path| File::create(path).map(BufWriter::new).map_err(BatchError::io(path));
    let mut groups =
        RowGroups::new(begin(&parquet)?).map_err(|e| BatchError::table(&parquet)(e.to_string()))?;
    let mut rows =
        RowWriter::new(begin(&long)?).map_err(|e| BatchError::table(&long)(e.to_string()))?;
    let mut cells = csv::WriterBuilder::new().flexible(true).from_writer(begin(&wide)?);
    let wrong = |e: csv::Error| BatchError::table(&wide)(e.to_string());
    cells.write_record(&plan.columns).map_err(wrong)?;
    let mut counts = Counts { kept: facts.kept, ..Counts::default() };
    let mut listed = Vec::with_capacity(plan.studies.len());
    for study in &plan.studies {
        let result = result_of(store.results(), study);
        counts.add(&result);
        let label = labels.get(study.key()).map_or("", String::as_str);
        listed.push((study, listed_row(store, label, &result)));
        for row in result.rows {
            rows.write(label, &row).map_err(|e| BatchError::table(&long)(e.to_string()))?;
            groups.write(label, row).map_err(|e| BatchError::table(&parquet)(e.to_string()))?;
        }
    }
    // What people read has the most urgent first.
    listed.sort_by(|(_, a), (_, b)| PageRow::by_urgency(a, b));
    for (study, listed) in &listed {
        for mut row in result_of(store.results(), study).summary {
            row.insert(1, listed.label.clone());
            row.resize(plan.columns.len().max(row.len()), String::new());
            let safe = row.iter().enumerate().map(|(n, text)| {
                let column = plan.columns.get(n).map_or("", String::as_str);
                if WORDS.contains(&column) { cell(text) } else { Cow::Borrowed(text.as_str()) }
            });
            cells.write_record(safe.map(Cow::into_owned)).map_err(wrong)?;
        }
    }
    let listed: Vec<PageRow> = listed.into_iter().map(|(_, row)| row).collect();
    let done = groups.finish().map_err(|e| BatchError::table(&parquet)(e.to_string()))?;
    done_with(done, &parquet)?;
    let done = rows.finish().map_err(|e| BatchError::table(&long)(e.to_string()))?;
    done_with(done, &long)?;
    let done = cells.into_inner().map_err(|e| wrong(e.into_error().into()))?;
    done_with(done, &wide)?;
    let index = out.join("index.html");
    let made = page(&listed, env!("CARGO_PKG_VERSION"));
    text(&index, &made.map_err(|e| BatchError::table(&index)(e.to_string()))?)?;
    let numbers = names::labels(plan, names::LabelFrom::Number, store.target());
    text(&out.join("key.csv"), &key(plan, &numbers)?)?;
    text(&out.join("run.json"), &record(plan, options, facts, &counts)?)?;
    Ok(counts)
}

fn done_with(file: BufWriter<File>, path: &Path) -> Result<(), BatchError> {
    let file = file.into_inner().map_err(|e| BatchError::io(path)(e.into_error()))?;
    file.sync_all().map_err(BatchError::io(path))
}

fn text(path: &Path, text: &str) -> Result<(), BatchError> {
    write_file(path, text.as_bytes()).map_err(BatchError::io(path))
}

/// The result of a study, or that it could not be kept.
pub(super) fn result_of(results: &Results, study: &PlannedStudy) -> StudyResult {
    let key = study.key();
    results.result(key).unwrap_or_else(|| {
        let reason = results.why_lost(key);
        StudyResult::failed(key, &study.fingerprint, Status::NotWritten, &reason)
    })
}

fn listed_row(store: &Store, label: &str, result: &StudyResult) -> PageRow {
    let folder = store.results().folder(&result.study);
    let here = |name: &&str| folder.join(name).is_file();
    let link = |name: &str| format!("studies/{}/{name}", result.study);
    let report = ["report.html", "report.json"].iter().find(|n| here(n)).map(|n| link(n));
    let mut pictures: Vec<String> = std::fs::read_dir(folder.join("pictures"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".png") || name.ends_with(".svg"))
        .collect();
    pictures.sort();
    let slice = pictures.iter().find(|p| p.starts_with("slice")).or(pictures.first());
    let picture = slice.map(|name| link(&format!("pictures/{name}")));
    PageRow::new(label, result, report, picture)
}

/// Which study is where: the one file that holds paths. A manifest as `--manifest` takes it.
fn key(plan: &Plan, numbers: &BTreeMap<String, String>) -> Result<String, BatchError> {
    let path = Path::new("key.csv");
    let mut out = csv::Writer::from_writer(Vec::new());
    let wrong = |e: csv::Error| BatchError::table(path)(e.to_string());
    out.write_record(["study", "path", "holds", "files", "bytes", "need_bytes", "number"])
        .map_err(wrong)?;
    for s in &plan.studies {
        let place = s.location().to_string_lossy().replace('\\', "/");
        let sizes = [s.files() as u64, s.bytes(), s.need_bytes()].map(|n| n.to_string());
        let place = cell(&place);
        let number = numbers.get(s.key()).map_or("", String::as_str);
        let row = [s.key(), &place, &s.holds(), &sizes[0], &sizes[1], &sizes[2], number];
        out.write_record(row).map_err(wrong)?;
    }
    let bytes = out.into_inner().map_err(|e| wrong(e.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn record(
    plan: &Plan,
    options: &Options,
    facts: &RunFacts,
    counts: &Counts,
) -> Result<String, BatchError> {
    let seconds = facts.began.elapsed().as_secs_f64();
    let measured = counts.studies - counts.kept;
    let bytes: u64 = plan.studies.iter().map(|s| s.bytes).sum();
    let separation = options.settings.separation.as_ref();
    let warnings = plan.warnings.iter();
    let record = json!({
        "schema_version": thecal_report::SCHEMA_VERSION,
        "tool": { "name": "thecal", "version": env!("CARGO_PKG_VERSION") },
        "parameters": {
            "measurement": crate::record::parameters(
                &options.settings,
                options.settings.assume_same_frame,
            ),
            "approaches": separation
                .map(|s| s.approaches.iter().map(|a| a.name.as_str()).collect::<Vec<_>>()),
            "amount_mm": separation.map(|s| s.amount_mm),
            "manifest": options.manifest.is_some(),
            "jobs": options.jobs,
            "memory_bytes": options.memory_bytes,
            "timeout_s": options.timeout_s,
        },
        "counts": {
            "studies": counts.studies,
            "kept": counts.kept,
            "not_in_manifest": plan.left_out,
            "by_status": counts.by_status,
        },
        "bytes": bytes,
        "seconds": seconds,
        "studies_per_s": measured as f64 / seconds.max(1e-9),
        "restarts": facts.restarts,
        "peak_memory_bytes": peak_memory_bytes(),
        "warnings": warnings
            .map(crate::record::warning)
            .collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&record);
    let text = text.map_err(|e| BatchError::table(Path::new("run.json"))(e.to_string()))?;
    Ok(text + "\n")
}

/// Most memory that the process held at once, where the system tells (Linux).
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}
