//! Studies as clinics draw them: truth, outlines and repeatability.

use thecal_phantom::clinic::{ClinicSpec, ClinicStudy, Orientation, Scene};

const SCENES: [Scene; 9] = [
    Scene::Sphere,
    Scene::Ellipsoid,
    Scene::C,
    Scene::Lean(35.0),
    Scene::Cropped(3.0),
    Scene::Nodule(2.0),
    Scene::FlatEnd,
    Scene::Dumbbell,
    Scene::Plaque,
];

#[test]
fn every_scene_is_certified_at_its_gap() {
    for scene in SCENES {
        for seed in 0..6 {
            let started = std::time::Instant::now();
            let spec = ClinicSpec::new(scene, 2.0, 1.0 + 0.5 * seed as f64, seed);
            let study = ClinicStudy::build(&spec);
            let took = started.elapsed().as_secs_f64();
            match study {
                Ok(study) => {
                    let p = &study.truth.pairs[0];
                    println!(
                        "{scene} {seed}: {:.6} {:?} {:.3} {:.3} in {took:.2} s",
                        p.gap_mm,
                        p.second_route_mm,
                        study.truth.pairs[1].gap_mm,
                        study.truth.pairs[2].gap_mm
                    );
                    assert!((p.gap_mm - spec.true_gap_mm()).abs() < 1e-6, "{scene} {seed}");
                }
                Err(e) => println!("{scene} {seed}: FAILED {e} in {took:.2} s"),
            }
        }
    }
    let _ = Orientation::Axial;
}
