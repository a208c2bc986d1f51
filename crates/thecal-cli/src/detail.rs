//! What `-v` says of a result: what was read, and which structure was taken as what and why.

use std::path::PathBuf;

use thecal::FileLabels;
use thecal_report::{Input, Report, RoleSource, StructureRecord};

use crate::output;

/// Where is searched.
pub(crate) fn searched(paths: &[PathBuf]) {
    for path in paths {
        output::detail(|| format!("searching {}", path.display()));
    }
}

/// What was read and taken.
pub(crate) fn told(report: &Report, labels: &FileLabels) {
    let after = report.comparison.as_ref();
    let studies = [
        ("", &report.inputs, &report.structures),
        (
            "after: ",
            after.map_or(&NONE.0, |c| &c.inputs_after),
            after.map_or(&NONE.1, |c| &c.structures_after),
        ),
    ];
    for (study, inputs, structures) in studies {
        for read in inputs {
            output::detail(|| format!("{study}read {}", input(read)));
        }
        for taken in structures {
            output::detail(|| format!("{study}{}", structure(taken)));
        }
    }
    let sources = report.structures.iter().map(|s| s.source.as_str());
    let sources: Vec<&str> = sources.collect();
    for (label, path) in labels.named_in(&sources.join(" ")) {
        output::detail(|| format!("{label}: {}", path.display()));
    }
}

/// Of a study that is not there.
static NONE: (Vec<Input>, Vec<StructureRecord>) = (Vec::new(), Vec::new());

fn input(read: &Input) -> String {
    let uid = read.series_instance_uid.as_deref();
    let uid = uid.map(|uid| format!(", series {uid}")).unwrap_or_default();
    format!("{} x {}{uid}", read.kind, read.files)
}

fn structure(taken: &StructureRecord) -> String {
    let why = match taken.role_from {
        RoleSource::Name => "its name says so",
        RoleSource::Alias => "the alias file says so",
        RoleSource::InterpretedType => "its coded type says so",
        RoleSource::User => "it was chosen by name",
    };
    let StructureRecord { name, role, source, .. } = taken;
    let planes = taken.planes.map(|n| format!(", {n} planes")).unwrap_or_default();
    format!("used as {role}: \"{name}\" ({source}{planes}), because {why}")
}
