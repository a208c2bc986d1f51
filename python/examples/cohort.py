# %% [markdown]
# # A cohort as a table and a plot
#
# Four phantoms of known gap stand for patients. Many studies are better measured by `thecal batch`, which goes on
# where it was stopped and writes a table of its own.
#
#     python cohort.py [FOLDER]

# %%
import subprocess
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

import thecal

here = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
truth = {}
for number, gap_mm in enumerate([0.8, 1.9, 2.8, 4.5], 1):
    study = here / "studies" / f"patient-{number}"
    options = ["--gap", str(gap_mm), "--seed", str(number), "--no-ct"]
    subprocess.run([*thecal.program(), "phantom", "--out", str(study), *options], check=True)
    truth[study.name] = gap_mm

# %% [markdown]
# ## Study by study
#
# A record is made of objects with types; `to_dict()` gives what the JSON has.

# %%
rows = []
for study in sorted((here / "studies").iterdir()):
    report = thecal.check(study)
    for pair in report.phases[0].pairs:
        rows.append(
            {
                "study": study.name,
                "pair": pair.pair,
                "gap_mm": pair.gap_mm,
                "lower_mm": pair.gap_lower_mm,
                "upper_mm": pair.gap_upper_mm,
                "headline": report.headline,
            }
        )
table = pd.DataFrame(rows)
cords = table[table.pair == "tumour-cord"].set_index("study")
cords["truth_mm"] = pd.Series(truth)
print(cords)
error_mm = (cords.gap_mm - cords.truth_mm).abs().max()
print(f"{len(cords)} studies, largest error {error_mm:.2f} mm")

# %% [markdown]
# ## A plot

# %%
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
below, above = cords.gap_mm - cords.lower_mm, cords.upper_mm - cords.gap_mm
axes.errorbar(cords.index, cords.gap_mm, yerr=[below, above], fmt="o", capsize=4)
for threshold_mm in (2, 3):
    axes.axhline(threshold_mm, color="grey", linestyle="--")
axes.set_ylabel("tumour to cord, mm")
axes.tick_params(axis="x", rotation=30)
figure.savefig(here / "cohort.png", dpi=120)
