#!/bin/sh
# Removes from production packages what only installs, compiles or describes them.
#   sh prune.sh NODE_MODULES
set -eu
cd "$1"
client=@confluentinc/kafka-javascript
# librdkafka's sources and what the compiler left, some 270 MB; the add-on and the library beside it stay.
rm -rf $client/deps $client/src $client/types $client/cpplint.py $client/examples $client/ci $client/binding.gyp
if [ -d $client/build ]; then
  find $client/build ! -type d ! -name '*.node' ! -name 'librdkafka*.so.1' -delete
  find $client/build -type d -empty -delete
  strip --strip-unneeded $client/build/Release/*.node $client/build/deps/*.so.1 2>/dev/null || true
fi
# What the client needs to be installed, and what only those need.
rm -rf @mapbox nan tar .bin .package-lock.json
rm -rf abbrev agent-base chownr consola detect-libc https-proxy-agent minizlib minipass @isaacs node-fetch nopt semver tr46 \
  webidl-conversions whatwg-url yallist debug ms
# Licences stay.
find . -type f \( -name '*.md' -o -name '*.ts' -o -name '*.map' -o -name '*.mts' -o -name '*.cts' \) ! -iname 'licen[sc]e*' -delete
find . -type d \( -name test -o -name tests -o -name __tests__ -o -name benchmark -o -name benchmarks -o -name docs -o -name examples \
  -o -name .github \) -prune -exec rm -rf {} +
