//! Dependencies between the crates run one way, and what is linked may be linked.

use std::process::Command;

use serde_json::Value;

/// From the lowest to the highest; a crate may use only those before it. `thecal-dicom` and
/// `thecal-margin` stand side by side: neither sees the other.
const ORDER: [&str; 16] = [
    "thecal-store",
    "thecal-geom",
    "thecal-voxel",
    "thecal-mask",
    "thecal-margin",
    "thecal-dose",
    "thecal-uncertainty",
    "thecal-conventions",
    "thecal-separation",
    "thecal-dicom",
    "thecal-phantom",
    "thecal-report",
    "thecal",
    "thecal-cli",
    "thecal-python",
    // For tests: nothing that is built uses it.
    "thecal-testing",
];
const APART: [(&str, &str); 21] = [
    // Probabilities are of solids; files, removal and pictures are not their subject.
    ("thecal-separation", "thecal-uncertainty"),
    ("thecal-dicom", "thecal-uncertainty"),
    ("thecal-report", "thecal-uncertainty"),
    // Dose is of solids as they are drawn or simulated; files and removal are not its subject.
    ("thecal-separation", "thecal-dose"),
    ("thecal-dicom", "thecal-dose"),
    ("thecal-report", "thecal-dose"),
    // Conventions are of structures as they are drawn: neither files nor what is written are their subject.
    ("thecal-separation", "thecal-conventions"),
    ("thecal-dicom", "thecal-conventions"),
    ("thecal-phantom", "thecal-conventions"),
    ("thecal-report", "thecal-conventions"),
    ("thecal-dicom", "thecal-margin"),
    ("thecal-dicom", "thecal-separation"),
    ("thecal-dicom", "thecal-mask"),
    // A record is written, not computed.
    ("thecal-report", "thecal-margin"),
    ("thecal-report", "thecal-dicom"),
    ("thecal-report", "thecal-mask"),
    ("thecal-report", "thecal-voxel"),
    ("thecal-report", "thecal-separation"),
    ("thecal-phantom", "thecal-separation"),
    ("thecal-phantom", "thecal-margin"),
    ("thecal", "thecal-phantom"),
];

/// Licences that may be linked.
const LICENCES: [&str; 14] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Zlib",
    "MPL-2.0",
    "ISC",
    "Unicode-3.0",
    "CC0-1.0",
    "BSL-1.0",
    "0BSD",
    "Unlicense",
];

/// `cargo metadata` without the network, for the platform that the tests run on.
fn metadata(more: &[&str]) -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path", manifest])
        .args(more)
        .output()
        .expect("cargo metadata runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("JSON")
}

#[test]
fn no_arrow_runs_the_other_way() {
    let all = metadata(&["--no-deps"]);
    let packages = all["packages"].as_array().expect("packages");
    let place = |name: &str| ORDER.iter().position(|n| *n == name);
    let mut seen = 0;
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let at = place(name).unwrap_or_else(|| panic!("{name} has no place in the order"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            // Tests may reach upwards; what is built may not.
            let (used, kind) = (dependency["name"].as_str().expect("a name"), &dependency["kind"]);
            if let Some(below) = place(used).filter(|_| kind.is_null()) {
                assert!(below < at, "{name} uses {used}");
                assert!(!APART.contains(&(name, used)), "{name} uses {used}");
                seen += 1;
            }
        }
    }
    assert!(seen >= ORDER.len(), "only {seen} arrows were seen");
}

/// What a crate links, build scripts' crates among it, as `cargo tree` names it.
fn linked(package: &str, more: &[&str]) -> Vec<String> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let out = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--manifest-path", manifest, "--package", package])
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .args(more)
        .output()
        .expect("cargo tree runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    text.lines().filter_map(|l| l.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn features_keep_out_what_they_name() {
    const BARE: &[&str] = &["--no-default-features"];
    let codecs = ["openjpeg-sys", "jpeg2k", "dicom-pixeldata", "hayro-jpeg2000", "jxl-oxide"];
    let pictures = ["resvg", "fontdb", "image", "png", "minijinja", "base64"];
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("thecal-report", BARE, &pictures),
        ("thecal-report", BARE, &["parquet"]),
        ("thecal-report", &["--no-default-features", "--features", "pictures"], &["parquet"]),
        ("thecal-dicom", BARE, &codecs),
        ("thecal-dicom", &["--no-default-features", "--features", "codecs"], &["openjpeg-sys"]),
        ("thecal-phantom", &[], &codecs),
        ("thecal", BARE, &codecs),
        ("thecal", BARE, &["resvg", "fontdb", "parquet"]),
    ];
    for (package, features, unwanted) in cases {
        let with = linked(package, features);
        assert!(with.len() > 10, "{package} {features:?}: {with:?}");
        for name in unwanted {
            assert!(!with.iter().any(|n| n == name), "{package} {features:?} links {name}");
        }
    }
    // The names are those of the crates that are linked where they are wanted.
    for (package, wanted) in
        [("thecal-report", &pictures[..]), ("thecal-dicom", &codecs), ("thecal", &["parquet"])]
    {
        let with = linked(package, &[]);
        for name in wanted {
            assert!(with.iter().any(|n| n == name), "{package} does not link {name}");
        }
    }
}

#[test]
fn every_licence_may_be_linked() {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let version = String::from_utf8_lossy(&version).into_owned();
    let host = version.lines().find_map(|l| l.strip_prefix("host: ")).expect("a host");
    let all = metadata(&["--filter-platform", host]);
    let packages = all["packages"].as_array().expect("packages");
    assert!(packages.len() > ORDER.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        // One of the alternatives of an OR, all parts of each AND.
        let text = licence.replace('/', " OR ").replace(['(', ')'], " ");
        let fits = text
            .split(" OR ")
            .any(|choice| choice.split(" AND ").all(|part| LICENCES.contains(&part.trim())));
        assert!(fits, "{} {}: {licence}", package["name"], package["version"]);
    }
}
