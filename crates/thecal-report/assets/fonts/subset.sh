#!/usr/bin/env bash
# Makes the fonts of the pictures anew from Debian's fonts-noto-core, with Python's fonttools.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
letters="U+0020-007E,U+00A0-024F,U+0370-03FF,U+0400-045F,U+2010-2027,U+2030,U+2032-2033,U+2039-203A,U+20AC,U+2122"
for weight in Regular Bold; do
  pyftsubset "/usr/share/fonts/truetype/noto/NotoSans-$weight.ttf" --unicodes="$letters" \
    --layout-features='kern,mark,tnum,lnum' --no-hinting --output-file="$here/NotoSans-$weight.ttf"
done
