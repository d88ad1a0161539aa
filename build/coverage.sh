# shellcheck shell=bash
# Coverage for ./test --coverage: an instrumented build of its own, and a table from what all test programs recorded.
# Sourced by ./test.
: "${root:?}" "${artifacts:?}" "${scratch?}"

coverage_tool=dotnet-reportgenerator-globaltool coverage_tool_version=5.6.0

# build_for_coverage SOLUTION: to be called exclusively. The test programs contain the coverage recorder, and therefore speak
# Microsoft.Testing.Platform's options instead of xunit's.
build_for_coverage() {
  say "building for coverage…"
  rm -rf "$artifacts/coverage/results"
  quietly sdk build "$root/$1" -c Release -v q -nologo "-clp:ErrorsOnly;NoSummary" -nodeReuse:false \
    -p:UseSharedCompilation=false -p:Coverage=true -p:ArtifactsPath="$artifacts/coverage" || return
  [[ -d "$artifacts/tools/$coverage_tool" ]] || install_coverage_tool
}

install_coverage_tool() {
  quietly sdk tool install "$coverage_tool" --version "$coverage_tool_version" --tool-path "$artifacts/tools/$coverage_tool"
}

# coverage_summary LOG: the sums of Microsoft.Testing.Platform in the words of xunit's runner; nothing when there are none.
coverage_summary() {
  awk '/^ +total: / { total = $2 } /^ +failed: / { failed = $2 } /^ +skipped: / { skipped = $2 }
    END { if (total != "") print "Total: " total ", Failed: " failed ", Skipped: " skipped }' "$1"
}

# coverage_arguments RUN ARGUMENT...: xunit's filters in the words of Microsoft.Testing.Platform, and what is recorded; one a
# line.
coverage_arguments() {
  local run="$1" argument trait=""
  shift
  printf '%s\n' --no-banner --progress off --no-ansi --coverlet --coverlet-output-format cobertura \
    --coverlet-include "[FunctionsCrawler.*]*" --coverlet-exclude "[FunctionsCrawler.*.Tests]*" \
    --coverlet-exclude "[FunctionsCrawler.Benchmarks]*" --coverlet-file-prefix "$run" \
    --results-directory "$artifacts/coverage/results"
  # 8: no test was selected, which is no fault of a project without tests of a kind.
  printf '%s\n' --ignore-exit-code 8
  for argument in "$@"; do
    case "$argument" in
      -trait) trait=--filter-trait ;;
      -trait-) trait=--filter-not-trait ;;
      *) printf '%s\n' ${trait:+"$trait"} "$argument" && trait="" ;;
    esac
  done
}

# Prints the line and branch coverage of each project of src/, by all test programs together.
print_coverage() {
  local report="$artifacts/coverage/report"
  quietly "$artifacts/tools/$coverage_tool/reportgenerator" -reports:"$artifacts/coverage/results/*.xml" \
    -targetdir:"$report" -reporttypes:"Cobertura;Html" -assemblyfilters:"+FunctionsCrawler.*" || return
  say "coverage; line by line in $report/index.html"
  printf '%-32s %7s %9s\n' project lines branches
  sed -nE 's/.*<package name="([^"]+)" line-rate="([^"]+)" branch-rate="([^"]+)".*/\1 \2 \3/p' "$report/Cobertura.xml" \
    | awk '{ printf "%-32s %6.1f%% %8.1f%%\n", $1, 100 * $2, 100 * $3 }'
}
