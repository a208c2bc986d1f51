//! The process that measures.

use std::io::{BufRead as _, Write as _};

use thecal::batch::{self, Counts, Event, Hooks, Options, Shard, WorkerFailure};

use super::Place;
use super::protocol::{Orders, Told};
use super::steps::Task;
use crate::exit::{self, ExitCode, Failure};

pub(super) fn run(place: &Place<'_>, task: &Task, options: &Options) -> Result<ExitCode, Failure> {
    let orders = orders()?;
    // What goes wrong within a study stands in its row.
    std::panic::set_hook(Box::new(|_| {}));
    match measure(place, task, options, &orders) {
        Ok(done) => tell(&done),
        Err(e) => {
            let code = exit::of_batch_error(&e);
            tell(&Told::Failed { message: e.to_string(), code });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(
    place: &Place<'_>,
    task: &Task,
    options: &Options,
    orders: &Orders,
) -> Result<Told, batch::BatchError> {
    let Place { root, out } = place;
    let planned = |studies| tell(&Told::Planned { studies });
    let events = |event: Event<'_>| {
        tell(&match event {
            Event::Kept { .. } => Told::Kept,
            Event::Started { key } => Told::Started { key: key.to_owned() },
            Event::Finished { key, .. } => Told::Finished { key: key.to_owned() },
            _ => Told::Tables,
        });
    };
    let failures: Vec<WorkerFailure> = orders
        .failures
        .iter()
        .map(|v| WorkerFailure { key: v.key.clone(), timeout: v.timeout, reason: v.reason.clone() })
        .collect();
    let hooks = Hooks {
        events: &events,
        suspects: &orders.suspects,
        failures: &failures,
        restarts: orders.restarts,
    };
    let counts = match task {
        Task::Whole => {
            let plan = batch::plan(root, options)?;
            planned(plan.studies().len());
            batch::run(&plan, out, options, hooks)?
        }
        Task::Shard(of) => {
            let shard = Shard::open(root, out, of, options)?;
            planned(shard.studies());
            shard.measure(options, hooks)?
        }
        Task::Finish { plan, lost } => {
            batch::finish(root, out, plan.as_deref(), lost, options, hooks)?
        }
    };
    Ok(done(&counts))
}

fn done(counts: &Counts) -> Told {
    Told::Done {
        studies: counts.studies,
        kept: counts.kept,
        failed: counts.failed(),
        not_written: counts.not_written(),
        by_headline: counts.by_headline.iter().map(|(h, n)| ((*h).to_owned(), *n)).collect(),
        by_status: counts.by_status.iter().map(|(s, n)| ((*s).to_owned(), *n)).collect(),
    }
}

/// The orders, and from then on the end of this process with that of the one that gave them.
fn orders() -> Result<Orders, Failure> {
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).map_err(Failure::input)? == 0 {
        // Whoever wanted something has ended.
        std::process::exit(1);
    }
    let orders = serde_json::from_str(&line).map_err(Failure::input)?;
    end_with_standard_input();
    Ok(orders)
}

/// This process ends when whoever holds the other end of its standard input does, however that ends.
pub(super) fn end_with_standard_input() {
    std::thread::spawn(|| {
        let mut line = String::new();
        while matches!(std::io::stdin().lock().read_line(&mut line), Ok(n) if n > 0) {
            line.clear();
        }
        std::process::exit(1);
    });
}

fn tell(told: &Told) {
    if let Ok(mut line) = serde_json::to_vec(told) {
        line.push(b'\n');
        let mut out = std::io::stdout().lock();
        if out.write_all(&line).and_then(|()| out.flush()).is_err() {
            // Nobody is left who wants to know.
            std::process::exit(1);
        }
    }
}
