#!/usr/bin/env bash
# Prepares a dev container: restores the tools, builds everything, and installs the Chromium that fits.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

dotnet tool restore
dotnet build FunctionsCrawler.sln -c Release -v q -nologo -warnnotaserror:NU1603

# Ubuntu's chromium package is a snap, which does not run in a container. Playwright's installer uses sudo for the libraries.
driver=src/FunctionsCrawler.Cli/bin/Release/net10.0/.playwright/package/cli.js
node "$driver" install --with-deps chromium-headless-shell

./crawl doctor
