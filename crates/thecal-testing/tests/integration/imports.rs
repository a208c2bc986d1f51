//! Imports between the files of a crate run one way: a type that two files need has a file of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Item, UseTree, Visibility};

use super::source_files;

/// The path of a module within its crate.
type Module = Vec<String>;

/// Circles that are allowed, each with its reason. There is none.
const KNOWN: [&[&str]; 0] = [];

/// One name that a file takes from its crate, and whether it hands it on.
struct Import {
    path: Module,
    handed_on: bool,
}

fn module_of(file: &Path, src: &Path) -> Module {
    let inside = file.strip_prefix(src).expect("a file of the crate").with_extension("");
    let parts = inside.iter().map(|p| p.to_string_lossy().into_owned());
    parts.filter(|p| p != "lib" && p != "main").collect()
}

fn paths(tree: &UseTree, mut before: Module, out: &mut Vec<Module>) {
    match tree {
        UseTree::Path(p) => {
            before.push(p.ident.to_string());
            paths(&p.tree, before, out);
        }
        UseTree::Name(n) => {
            before.push(n.ident.to_string());
            out.push(before);
        }
        UseTree::Rename(r) => {
            before.push(r.ident.to_string());
            out.push(before);
        }
        UseTree::Glob(_) => out.push(before),
        UseTree::Group(g) => g.items.iter().for_each(|t| paths(t, before.clone(), out)),
    }
}

/// A path as it is written in a module, from the crate's root; none for other crates' names.
fn from_root(path: &[String], module: &Module) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => module[..module.len().checked_sub(1)?].to_vec(),
        _ => return None,
    };
    for part in rest {
        match part.as_str() {
            "super" => drop(base.pop()),
            "self" => {}
            name => base.push(name.to_owned()),
        }
    }
    Some(base)
}

fn imports(file: &Path, module: &Module, modules: &BTreeSet<Module>) -> Vec<Import> {
    let text = std::fs::read_to_string(file).expect("a source");
    let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut out = Vec::new();
    for item in parsed.items {
        let Item::Use(item) = item else { continue };
        let mut found = Vec::new();
        paths(&item.tree, Vec::new(), &mut found);
        let handed_on = !matches!(item.vis, Visibility::Inherited);
        for path in found {
            // A module names its own children without a word before them.
            let own = [module.as_slice(), &path[..1]].concat();
            let path = match modules.contains(&own) {
                true => Some([module.as_slice(), &path].concat()),
                false => from_root(&path, module),
            };
            out.extend(path.map(|path| Import { path, handed_on }));
        }
    }
    out
}

/// The file that a path leads into, through names that modules hand on.
fn target(path: &Module, files: &BTreeMap<Module, Vec<Import>>) -> Option<Module> {
    let depth = (0..=path.len()).rev().find(|&n| files.contains_key(&path[..n]))?;
    let module = path[..depth].to_vec();
    let Some(name) = path.get(depth) else { return Some(module) };
    let handed = files[&module].iter().find(|i| i.handed_on && i.path.last() == Some(name));
    match handed {
        Some(import) if import.path != *path => target(&import.path, files).or(Some(module)),
        _ => Some(module),
    }
}

/// Groups of files that can be reached from each other.
fn circles(edges: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reached = |from: &Module| {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![from]);
        while let Some(at) = todo.pop() {
            todo.extend(edges[at].iter().filter(|&next| seen.insert(next.clone())));
        }
        seen
    };
    let all: BTreeMap<&Module, BTreeSet<Module>> = edges.keys().map(|m| (m, reached(m))).collect();
    let mut out: Vec<Vec<Module>> = Vec::new();
    for (module, seen) in &all {
        if seen.contains(*module) && !out.iter().any(|c| c.contains(module)) {
            let back = |other: &&Module| all[*other].contains(*module);
            out.push(seen.iter().filter(back).cloned().collect());
        }
    }
    out
}

#[test]
fn no_file_is_needed_by_one_that_it_needs() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut edges_seen = 0;
    for entry in std::fs::read_dir(crates).expect("the crates") {
        let folder = entry.expect("an entry").path();
        let src = folder.join("src");
        let paths: Vec<PathBuf> = source_files::below(&src, &["rs"]);
        let modules: BTreeSet<Module> = paths.iter().map(|p| module_of(p, &src)).collect();
        let files: BTreeMap<Module, Vec<Import>> = paths
            .iter()
            .map(|p| (module_of(p, &src), p))
            .map(|(module, p)| (module.clone(), imports(p, &module, &modules)))
            .collect();
        let edges: BTreeMap<Module, BTreeSet<Module>> = files
            .iter()
            .map(|(module, imports)| {
                let taken = imports.iter().filter(|i| !i.handed_on);
                let into = taken.filter_map(|i| target(&i.path, &files)).filter(|t| t != module);
                (module.clone(), into.collect())
            })
            .collect();
        edges_seen += edges.values().map(BTreeSet::len).sum::<usize>();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for circle in circles(&edges) {
            let mut told: Vec<String> = circle.iter().map(|m| m.join("::")).collect();
            told[0] = format!("{name}: {}", told[0]);
            found.insert(told);
        }
    }
    assert!(edges_seen > 300, "only {edges_seen} imports were seen");
    let known: BTreeSet<Vec<String>> =
        KNOWN.iter().map(|c| c.iter().map(|s| (*s).to_owned()).collect()).collect();
    let added: Vec<_> = found.difference(&known).collect();
    assert!(added.is_empty(), "files need each other: {added:#?}");
    let opened: Vec<_> = known.difference(&found).collect();
    assert!(opened.is_empty(), "no circle any more, take it off the list: {opened:#?}");
}
