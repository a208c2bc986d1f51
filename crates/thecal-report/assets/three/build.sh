#!/usr/bin/env bash
# Makes three.min.js anew from the npm registry: three.js 0.187.0, bundled by esbuild.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-save three@0.187.0 esbuild@0.28.2
cp "$here/entry.js" .
npx esbuild entry.js --bundle --minify --format=iife --global-name=THREE --legal-comments=none \
  --banner:js="/*! three.js 0.187.0, MIT, Copyright 2010-2026 three.js authors */" \
  --outfile="$here/three.min.js"
cp node_modules/three/LICENSE "$here/LICENSE"
