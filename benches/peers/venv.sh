#!/bin/sh
# Makes the Python environment of the peer benches in target/peers-venv. Nothing of it is linked.
set -eu
cd "$(dirname "$0")/../.."
python3 -m venv target/peers-venv
target/peers-venv/bin/pip install --quiet numpy scipy SimpleITK connected-components-3d edt scikit-image opencv-python-headless
target/peers-venv/bin/pip freeze > target/peers-venv/versions.txt
cat target/peers-venv/versions.txt
