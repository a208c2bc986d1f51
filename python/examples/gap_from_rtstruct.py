# %% [markdown]
# # The gap from an RTSTRUCT
#
# A phantom stands for a patient here: `thecal phantom` writes one whose gap is known.
#
#     python gap_from_rtstruct.py [FOLDER]

# %%
import subprocess
import sys
from pathlib import Path

import thecal

here = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
study = here / "study"
subprocess.run(
    [*thecal.program(), "phantom", "--out", str(study), "--gap", "2.5", "--slice", "1", "--no-ct"],
    check=True,
)

# %% [markdown]
# ## All gaps of a study
#
# Structures are recognised by their names. Each gap comes with the range that the data leave open, and each
# threshold with a verdict.

# %%
report = thecal.check(study)
for pair in report.phases[0].pairs:
    verdicts = {verdict.threshold_mm: verdict.verdict for verdict in pair.verdicts}
    print(f"{pair.pair}: {pair.gap_mm:.2f} mm ({pair.gap_lower_mm:.2f} to {pair.gap_upper_mm:.2f}) {verdicts}")
print("headline:", report.headline)
for warning in report.warnings:
    print(f"[{warning.code}] {warning.message}")

# %% [markdown]
# ## The same between two solids
#
# Solids can be asked for more: distances of points, masks, meshes.

# %%
tumour = thecal.Solid.from_rtstruct(study, "GTV")
cord = thecal.Solid.from_rtstruct(study, "SpinalCord")
gap = thecal.gap(tumour, cord)
print(f"tumour-cord: {gap.gap_mm:.2f} mm between {gap.a_mm} and {gap.b_mm}")

middle = [(a + b) / 2 for a, b in zip(gap.a_mm, gap.b_mm, strict=True)]
print("half way, mm from either:", tumour.signed_distance([middle]), cord.signed_distance([middle]))
