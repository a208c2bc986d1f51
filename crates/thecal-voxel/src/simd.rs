//! Loops compiled for the vector instructions that the machine has.

use pulp::{Arch, Simd, WithSimd};

/// Work whose inner loops vectorise. Everything that `run` calls must be `#[inline(always)]`, or
/// it is compiled for the smallest machine.
pub(crate) trait Vectorised {
    /// Does the work.
    fn run(self);
}

struct Call<W>(W);

impl<W: Vectorised> WithSimd for Call<W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.run();
    }
}

/// Runs the work with the widest instructions of this machine. Rounding does not depend on them:
/// nothing is fused or reordered.
pub(crate) fn vectorised(work: impl Vectorised) {
    Arch::new().dispatch(Call(work));
}
