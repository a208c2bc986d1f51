//! Runs the tests of the Python package on the module that cargo has built beside this program, with the
//! types checked. They need Python and, once, its package index: where one is missing it is said, since a
//! machine without them can build all the rest.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Where cargo lays what it builds, `target/release/deps`.
fn built() -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path");
    program.parent().expect("it lies in a folder").to_owned()
}

/// Runs a command to its end; none where it cannot be run or fails, with what it said.
fn done(command: &mut Command) -> Result<String, String> {
    let ran = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    let said =
        format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    if ran.status.success() {
        Ok(said)
    } else {
        Err(format!("{command:?}: {}\n{said}", ran.status))
    }
}

/// The Python of an environment that has what the tests need, made where it is not there yet.
fn environment() -> Result<PathBuf, String> {
    let version = "import sys; assert sys.version_info >= (3, 10); print(sys.version_info[:2])";
    let version = done(Command::new("python3").args(["-c", version]))?;
    let requirements = root().join("python/tests/requirements.txt");
    let wanted = fs::read_to_string(&requirements).map_err(|e| e.to_string())? + &version;
    let target = built().ancestors().nth(2).expect("target").to_owned();
    let place = target.join("python-venv");
    let python = place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // Written last, so that an environment that was given up is made again.
    let mark = place.join("made-from.txt");
    if fs::read_to_string(&mark).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    if place.exists() {
        fs::remove_dir_all(&place).map_err(|e| e.to_string())?;
    }
    done(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    done(pip.arg(&requirements))?;
    fs::write(&mark, wanted).map_err(|e| e.to_string())?;
    Ok(python)
}

/// The package with the module in it, as a wheel would lay them.
fn lay_out(into: &Path) {
    let package = into.join("thecal");
    fs::create_dir_all(&package).expect("a folder");
    for entry in fs::read_dir(root().join("python/thecal")).expect("the package") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::copy(&path, package.join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    let module = built().join(format!("{DLL_PREFIX}thecal_python{DLL_SUFFIX}"));
    assert!(module.is_file(), "cargo has not built {}", module.display());
    let name = if cfg!(windows) { "_thecal.pyd" } else { "_thecal.abi3.so" };
    fs::copy(module, package.join(name)).expect("copied");
}

/// When the newest file below a folder was written.
fn newest(dir: &Path) -> SystemTime {
    let entries = fs::read_dir(dir).expect("a folder").map(|e| e.expect("an entry").path());
    let of = |path: PathBuf| {
        if path.is_dir() {
            newest(&path)
        } else {
            path.metadata().and_then(|m| m.modified()).expect("a time")
        }
    };
    entries.map(of).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The program, where cargo has built it from the same sources.
fn program() -> Option<PathBuf> {
    let path = built().parent()?.join(format!("thecal{}", std::env::consts::EXE_SUFFIX));
    let made = path.metadata().and_then(|m| m.modified()).ok()?;
    let crates = ["thecal", "thecal-cli", "thecal-mask", "thecal-margin", "thecal-report"];
    let sources = crates.map(|name| newest(&root().join("crates").join(name).join("src")));
    sources.iter().all(|written| *written < made).then_some(path)
}

#[test]
fn the_package_does_what_its_tests_and_its_types_say() {
    let python = match environment() {
        Ok(python) => python,
        Err(why) => {
            println!("the Python package is not tested here: {why}");
            return;
        }
    };
    let place = tempfile::tempdir().expect("a folder");
    lay_out(place.path());
    let cache = built().ancestors().nth(2).expect("target").join("python-cache");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.current_dir(root().join("python/tests")).args(arguments);
        command.env("PYTHONPATH", place.path()).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("MYPYPATH", place.path()).env("MYPY_CACHE_DIR", cache.join("mypy"));
        if let Some(program) = program() {
            command.env("THECAL_PROGRAM", program);
        }
        done(&mut command).unwrap_or_else(|why| panic!("{why}"))
    };
    if std::env::var_os("UPDATE_DOCS").is_some() {
        run(&["../tools/generate.py"]);
        lay_out(place.path());
    }
    let cached = format!("cache_dir={}", cache.join("pytest").display());
    std::thread::scope(|threads| {
        // Tests of runs on several machines wait for most of their time.
        let types = threads.spawn(|| {
            let strict = run(&["-m", "mypy", "--strict", "-p", "thecal"]);
            strict + &run(&["-m", "mypy.stubtest", "--concise", "thecal._thecal"])
        });
        let said = run(&["-m", "pytest", "-q", "-o", &cached, "."]);
        println!("{said}");
        assert!(said.contains(" passed"), "no test ran");
        println!("{}", types.join().expect("the types are those that are told"));
    });
}
