# %% [markdown]
# # The gap from masks, as TotalSegmentator writes them
#
# TotalSegmentator gives a NIfTI file for each structure (`spinal_cord.nii.gz`), and a tumour comes from
# somewhere else on the same images. Two drawn tubes stand for both here, 3 mm apart.
#
#     python gap_from_masks.py [FOLDER]

# %%
import sys
from pathlib import Path

import nibabel as nib
import numpy as np

import thecal

here = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# nibabel's arrays are indexed [x, y, z], and its affines lead to RAS.
affine = np.diag([-0.75, -0.75, 1.5, 1.0])
affine[:3, 3] = [30.3, 24.2, -30]
x, y, z = (affine @ np.stack([*np.mgrid[0:80, 0:64, 0:40].reshape(3, -1), np.ones(80 * 64 * 40)]))[:3]
in_cord = (x**2 + y**2 < 6.0**2).reshape(80, 64, 40)
in_tumour = (((x + 17) ** 2 + y**2 < 8.0**2) & (abs(z) < 15)).reshape(80, 64, 40)
nib.save(nib.Nifti1Image(in_cord.astype(np.uint8), affine), here / "spinal_cord.nii.gz")
nib.save(nib.Nifti1Image(in_tumour.astype(np.uint8), affine), here / "tumour.nii.gz")

# %% [markdown]
# ## As files
#
# The program reads the folder itself; the range is as wide as voxels make it.

# %%
report = thecal.check(here, tumour="tumour")
pair = report.phases[0].pairs[0]
print(f"from files: {pair.gap_mm:.2f} mm ({pair.gap_lower_mm:.2f} to {pair.gap_upper_mm:.2f})")

# %% [markdown]
# ## As images in memory
#
# An image says itself where its voxels lie. An array needs its affine with its convention.

# %%
cord = thecal.Solid.from_mask(nib.load(here / "spinal_cord.nii.gz"))
tumour = thecal.Solid.from_mask(
    np.ascontiguousarray(in_tumour.T), affine=affine, convention="RAS"
)
gap = thecal.gap(tumour, cord)
print(f"tumour to cord: {gap.gap_mm:.2f} mm ({gap.gap_lower_mm:.2f} to {gap.gap_upper_mm:.2f})")
for part, lower, upper in gap.interval_parts:
    print(f"  {part}: {lower:.2f} below, {upper:.2f} above")
