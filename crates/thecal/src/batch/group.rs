//! Objects that belong to one study: one patient, and frames of reference that are one or are
//! joined by a registration, whatever folders they lie in.

use std::collections::{BTreeSet, HashMap};

use thecal_dicom::index::{Kind, Object, PatientKey};
use thecal_dicom::read::read_rtstruct_bytes;
use thecal_store::Store;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    Frame(PatientKey, String),
    Study(PatientKey, String),
}

/// Sets that grow together.
#[derive(Default)]
struct Joined {
    places: HashMap<Node, usize>,
    parents: Vec<usize>,
}

impl Joined {
    fn place(&mut self, node: Node) -> usize {
        let next = self.parents.len();
        let place = *self.places.entry(node).or_insert(next);
        if place == next {
            self.parents.push(next);
        }
        self.root(place)
    }

    fn root(&mut self, mut place: usize) -> usize {
        while self.parents[place] != place {
            self.parents[place] = self.parents[self.parents[place]];
            place = self.parents[place];
        }
        place
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

/// A number for each object, the same for those of one study.
pub(super) fn groups(store: &Store, objects: &[Object]) -> Vec<usize> {
    let mut joined = Joined::default();
    let mut of_frames: HashMap<(PatientKey, &str), BTreeSet<usize>> = HashMap::new();
    let mut with_frames: BTreeSet<usize> = BTreeSet::new();
    let mut places: Vec<Option<usize>> = vec![None; objects.len()];
    for (object, place) in objects.iter().zip(&mut places) {
        let mut frames: Vec<String> = object.frame_of_reference_uid.iter().cloned().collect();
        if object.kind == Kind::Reg
            && let Some(Ok(registration)) = object.registration()
        {
            frames.push(registration.fixed_frame_uid.clone());
            frames.extend(registration.items.iter().filter_map(|i| i.moving_frame_uid.clone()));
        }
        *place = join_frames(&mut joined, object.patient(), frames);
    }
    for (object, place) in objects.iter().zip(&places) {
        if let Some(place) = *place {
            let root = joined.root(place);
            let study = (object.patient(), object.study_instance_uid.as_str());
            of_frames.entry(study).or_default().insert(root);
            with_frames.insert(root);
        }
    }
    let known: HashMap<PatientKey, usize> = objects
        .iter()
        .zip(&places)
        .filter(|(_, p)| p.is_some())
        .fold(HashMap::new(), |mut known, (o, _)| {
            *known.entry(o.patient()).or_default() += 1;
            known
        });
    for (object, place) in objects.iter().zip(&mut places).filter(|(_, p)| p.is_none()) {
        let patient = object.patient();
        let beside = of_frames.get(&(patient, object.study_instance_uid.as_str()));
        // Frames stand deep in a structure set: it is read for them only where they decide.
        let undecided = match beside {
            Some(roots) => roots.len() > 1,
            None => known.contains_key(&patient),
        };
        if undecided && object.kind == Kind::RtStruct {
            *place = by_contents(store, &mut joined, object);
        }
        if place.is_none() {
            *place = Some(match beside.and_then(|roots| roots.first()) {
                Some(&root) => root,
                None => joined.place(Node::Study(patient, object.study_instance_uid.clone())),
            });
        }
    }
    places.into_iter().map(|p| p.map_or(usize::MAX, |p| joined.root(p))).collect()
}

fn join_frames(joined: &mut Joined, patient: PatientKey, frames: Vec<String>) -> Option<usize> {
    let mut first = None;
    for frame in frames {
        let place = joined.place(Node::Frame(patient, frame));
        if let Some(first) = first {
            joined.join(first, place);
        }
        first = first.or(Some(place));
    }
    first
}

/// By the frames of reference that a structure set names, where images of them are there.
fn by_contents(store: &Store, joined: &mut Joined, object: &Object) -> Option<usize> {
    let set = read_rtstruct_bytes(&object.path, store.read(&object.path).ok()?).ok()?;
    let of_rois = set.rois.into_iter().filter_map(|r| r.frame_of_reference_uid);
    let frames: BTreeSet<String> = set.referenced_frames.into_iter().chain(of_rois).collect();
    let patient = object.patient();
    let here = |f: &String| joined.places.contains_key(&Node::Frame(patient, f.clone()));
    let frames: Vec<String> = frames.into_iter().filter(here).collect();
    join_frames(joined, patient, frames)
}
