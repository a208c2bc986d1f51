//! Series by patient and study, without a word of who that is.

use thecal_dicom::image::{Stack, stacks};
use thecal_dicom::index::{Index, Object, PatientKey, Series};
use thecal_geom::Vector3;
use thecal_report as report;
use thecal_report::text::plain;

/// All series, with the Series Descriptions where they are asked for.
pub(super) fn listed(found: &Index, descriptions: bool) -> Vec<report::InfoSeries> {
    let mut numbers = Numbers::default();
    let of = |series: &Series| found.objects.iter().find(|o| series.files.first() == Some(&o.path));
    let one = |series: Series| {
        let first = of(&series)?;
        let (patient, study) = numbers.of(first);
        let description = first.series_description.as_deref().filter(|_| descriptions);
        Some(report::InfoSeries {
            kind: series.kind.as_str().to_owned(),
            files: series.files.len(),
            patient,
            study,
            volumes: volumes(&series),
            description: description.map(|d| plain(d).into_owned()),
            series_instance_uid: series.series_instance_uid,
            frame_of_reference_uid: series.frame_of_reference_uid,
        })
    };
    found.series().into_iter().filter_map(one).collect()
}

/// Patients in the order in which they are met, each with its studies.
#[derive(Default)]
struct Numbers(Vec<(PatientKey, Vec<String>)>);

impl Numbers {
    fn of(&mut self, object: &Object) -> (usize, usize) {
        let place = |found: Option<usize>, all: usize| found.unwrap_or(all);
        let key = object.patient();
        let patient = place(self.0.iter().position(|p| p.0 == key), self.0.len());
        if patient == self.0.len() {
            self.0.push((key, Vec::new()));
        }
        let studies = &mut self.0[patient].1;
        let uid = &object.study_instance_uid;
        let study = place(studies.iter().position(|s| s == uid), studies.len());
        if study == studies.len() {
            studies.push(uid.clone());
        }
        (patient + 1, study + 1)
    }
}

/// The volumes of an image series. Why there are none is a warning of the whole.
fn volumes(series: &Series) -> Vec<report::InfoVolume> {
    if !series.kind.is_image() {
        return Vec::new();
    }
    let found = stacks(&series.files).map(|s| s.stacks).unwrap_or_default();
    found.iter().map(volume).collect()
}

fn volume(stack: &Stack) -> report::InfoVolume {
    let grid = &stack.grid;
    let [columns, rows, slices] = grid.size();
    let [along_row, along_column, _] = grid.spacing_mm();
    let axis = |k: usize| -> Vector3 { grid.axes().column(k).into_owned() };
    let normal = axis(0).cross(&axis(1)).normalize();
    let step: Vector3 = grid.patient_from_index_matrix().column(2).into_owned();
    report::InfoVolume {
        size: [rows, columns, slices],
        pixel_spacing_mm: [along_row, along_column],
        slice_spacing_mm: step.dot(&normal).abs(),
        tilt_deg: normal.z.abs().min(1.0).acos().to_degrees(),
        missing: stack.missing.len(),
    }
}

/// Files that hold the same object as another.
pub(super) fn copies(found: &Index) -> Vec<report::InfoCopy> {
    let text = |path: &std::path::Path| plain(&path.display().to_string()).into_owned();
    let copies = found.copies.iter();
    copies.map(|c| report::InfoCopy { path: text(&c.path), of: text(&c.of) }).collect()
}
