//! Work without the interpreter, which hears when its user wants to stop.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::Duration;

use pyo3::prelude::*;

use crate::errors::Fault;

/// How often signals are looked for.
const TICK: Duration = Duration::from_millis(50);
/// As much as the program's own thread has.
const STACK_BYTES: usize = 8 << 20;

/// Runs work on a thread of its own, without the interpreter, and gives its result or raises.
///
/// Signals are handled meanwhile. An exception that they raise (`KeyboardInterrupt`) is raised at once; the
/// work runs to its end in the background, and its result is dropped. A panic becomes an `InternalError`, since
/// what `pyo3` makes of it is no `Exception` and would pass by every handler.
pub(crate) fn interruptible<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> PyResult<T> {
    let (send, mut receive) = sync_channel(1);
    let worker = Builder::new().name("thecal".to_owned()).stack_size(STACK_BYTES);
    let begun = worker.spawn(move || {
        let done = catch_unwind(AssertUnwindSafe(work));
        // Nobody waits for what was interrupted.
        let _ = send.send(done.unwrap_or_else(|panic| Err(Fault::of_panic(&*panic))));
    });
    begun.map_err(|e| Fault::Internal(format!("no thread can be begun: {e}")).raised(py))?;
    loop {
        let heard = py.detach(move || (receive.recv_timeout(TICK), receive));
        match heard.0 {
            Ok(done) => return done.map_err(|fault| fault.raised(py)),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => {
                let told = "the work ended without a result".to_owned();
                return Err(Fault::Internal(told).raised(py));
            }
        }
        receive = heard.1;
    }
}
