//! The process that watches: it stops a study that takes too long, and finds out which study
//! ended the other process. Results are on disk, so a new process goes on where one ended.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use thecal::batch::Options;

use super::protocol::{Failed, Orders, Told};
use super::steps;
use super::worker::end_with_standard_input;
use crate::args::LabelFrom;
use crate::exit::{self, ExitCode, Failure};
use crate::invocation::Invocation;
use crate::output::Talk;
use crate::progress::log_waits;
use crate::{args, output};

const TICK: Duration = Duration::from_millis(20);

/// How a process that measures came to its end.
enum End {
    Done(Told),
    Failed(String, u8),
    /// It ended by itself; these were being measured.
    Died {
        running: BTreeSet<String>,
        how: String,
    },
    /// It was stopped since these took too long; whether it measured nothing else.
    Stopped {
        slow: BTreeSet<String>,
        alone: bool,
    },
}

pub(super) fn run(args: &args::Batch, out: &Path, options: &Options) -> Result<ExitCode, Failure> {
    if args.steps.until_stdin_closes {
        end_with_standard_input();
    }
    let limit = options.timeout_s.map(Duration::from_secs_f64);
    let bar = bar();
    let mut orders = Orders::default();
    loop {
        let mut child = start(&orders)?;
        let end = follow(&mut child, limit, &bar);
        let suspect = |key: &String| orders.suspects.contains(key);
        match end? {
            End::Done(done) => {
                bar.finish_and_clear();
                return finish(args, out, &done);
            }
            End::Failed(message, code) => {
                bar.finish_and_clear();
                return Err(Failure::told(&message, code));
            }
            End::Died { running, how } => {
                if running.is_empty() {
                    let message = format!(
                        "the measuring process ended ({how}); finished studies are kept, so run it again"
                    );
                    return Err(Failure::input(message));
                }
                let alone = running.len() == 1 && running.iter().all(suspect);
                let reason = format!("the measuring process ended twice on this study ({how})");
                judge(&mut orders, running, alone, false, &reason);
            }
            End::Stopped { slow, alone } => {
                let alone = alone && (options.jobs == 1 || slow.iter().all(suspect));
                let seconds = options.timeout_s.unwrap_or_default();
                let reason =
                    format!("not finished after {seconds} s; allow more time with --timeout");
                judge(&mut orders, slow, alone, true, &reason);
            }
        }
        orders.restarts += 1;
    }
}

/// A study that was alone is judged; of several, each is to be run alone.
fn judge(orders: &mut Orders, keys: BTreeSet<String>, alone: bool, timeout: bool, reason: &str) {
    for key in keys {
        if alone {
            orders.suspects.retain(|s| *s != key);
            orders.failures.push(Failed { key, timeout, reason: reason.to_owned() });
        } else if !orders.suspects.contains(&key) {
            orders.suspects.push(key);
        }
    }
}

/// How long mimalloc keeps free memory, ms.
const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// This program again, with the same arguments, as the one that measures.
fn start(orders: &Orders) -> Result<Child, Failure> {
    let unknown = "it is not known what runs this program, so it cannot be started again";
    let mut worker = Invocation::again().ok_or_else(|| Failure::input(unknown))?;
    // What a study no longer needs is kept for the next one, which takes it up within a second, and
    // goes back to the system where none does.
    if std::env::var_os(PURGE_DELAY).is_none() {
        worker.env(PURGE_DELAY, "1000");
    }
    let mut child = worker
        .arg("--worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Failure::input)?;
    let mut line = serde_json::to_vec(orders).map_err(Failure::input)?;
    line.push(b'\n');
    if let Some(stdin) = &mut child.stdin {
        // One that has ended already is seen to have when it is followed.
        let _ = stdin.write_all(&line).and_then(|()| stdin.flush());
    }
    Ok(child)
}

fn listen(child: &mut Child) -> Receiver<Told> {
    let (send, receive) = channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Ok(told) = serde_json::from_str(&line)
                    && send.send(told).is_err()
                {
                    return;
                }
            }
        });
    }
    receive
}

fn follow(child: &mut Child, limit: Option<Duration>, bar: &ProgressBar) -> Result<End, Failure> {
    let heard = listen(child);
    let mut running: BTreeMap<String, Instant> = BTreeMap::new();
    let (mut logged, mut waits) = (Instant::now(), log_waits().peekable());
    loop {
        if bar.is_hidden() && waits.next_if(|wait| logged.elapsed() > *wait).is_some() {
            logged = Instant::now();
            let all = bar.length().unwrap_or_default();
            output::note(&format!("{} of {all} studies done", bar.position()));
        }
        match heard.recv_timeout(TICK) {
            Ok(Told::Planned { studies }) => {
                bar.set_length(studies as u64);
                bar.set_position(0);
            }
            Ok(Told::Kept) => bar.inc(1),
            Ok(Told::Started { key }) => {
                running.insert(key, Instant::now());
            }
            Ok(Told::Finished { key }) => {
                if let Some(since) = running.remove(&key) {
                    let seconds = since.elapsed().as_secs_f64();
                    output::detail(|| format!("{key}: {seconds:.2} s"));
                }
                bar.inc(1);
            }
            Ok(Told::Tables) => bar.set_message("writing the tables"),
            Ok(done @ Told::Done { .. }) => {
                child.wait().map_err(Failure::input)?;
                return Ok(End::Done(done));
            }
            Ok(Told::Failed { message, code }) => {
                child.wait().map_err(Failure::input)?;
                return Ok(End::Failed(message, code));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let how = child.wait().map_err(Failure::input)?.to_string();
                return Ok(End::Died { running: running.into_keys().collect(), how });
            }
        }
        let Some(limit) = limit else { continue };
        let late = |since: &Instant| since.elapsed() > limit;
        if running.values().any(late) {
            let alone = running.len() == 1;
            let slow = running.into_iter().filter(|(_, t)| late(t)).map(|(key, _)| key).collect();
            child.kill().map_err(Failure::input)?;
            child.wait().map_err(Failure::input)?;
            return Ok(End::Stopped { slow, alone });
        }
    }
}

/// Nothing where standard error is no terminal, where lines are told instead.
fn bar() -> ProgressBar {
    let target = match output::said() {
        Talk::Quiet | Talk::Details => ProgressDrawTarget::hidden(),
        Talk::Json | Talk::Notes => ProgressDrawTarget::stderr(),
    };
    let bar = ProgressBar::with_draw_target(None, target);
    let template = "{bar:30} {pos}/{len} studies, {per_sec}, {eta} left {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// The counts of a run: what was measured with its verdicts, the worst first, and what was not.
fn told(
    studies: usize,
    kept: usize,
    by_status: &BTreeMap<String, usize>,
    by_headline: &BTreeMap<String, usize>,
) -> String {
    let word = if studies == 1 { "study" } else { "studies" };
    let mut text = format!("{studies} {word}, {kept} reused from the last run\n");
    let worst_first =
        ["insufficient", "indeterminate", "marginal", "clear"].map(|h| (h, by_headline.get(h)));
    for (status, count) in by_status {
        text.push_str(&format!("  {count:>6} {status}\n"));
        if status == "ok" {
            for (headline, count) in worst_first.iter().filter_map(|(h, n)| Some((h, (*n)?))) {
                text.push_str(&format!("  {:>6} {count:>5} {headline}\n", ""));
            }
        }
    }
    text
}

fn finish(args: &args::Batch, out: &Path, done: &Told) -> Result<ExitCode, Failure> {
    let Told::Done { studies, kept, failed, not_written, by_status, by_headline } = done else {
        return Ok(ExitCode::SUCCESS);
    };
    if args.steps.step == Some(args::Step::Measure) {
        steps::measured(args, done, told(*studies, *kept, by_status, by_headline))?;
    } else if args.check.json {
        let record = std::fs::read_to_string(out.join("run.json")).map_err(Failure::output)?;
        output::result(&record)?;
    } else {
        output::result(&told(*studies, *kept, by_status, by_headline))?;
        output::written(out);
        output::note(match args.label_from {
            LabelFrom::Number => {
                "key.csv says which folder each study is: the one file here that may name patients. \
                 Keep it apart."
            }
            LabelFrom::Folder | LabelFrom::Manifest => {
                "Tables and index have the labels that were asked for. These may name patients."
            }
        });
    }
    Ok(match (*not_written, *failed) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(exit::BATCH),
        _ => ExitCode::from(exit::OUTPUT),
    })
}
