#!/bin/bash -eu
# Builds the fuzzer for OSS-Fuzz and ClusterFuzzLite, in the project's directory, with their variables and commands.
# Beside it in $OUT lie its seeds, libFuzzer's options, and what is known of bugs, which it passes over.

pip3 install .
mitey-fuzz corpus --export "$WORK/seeds"
zip -jq "$OUT/judge_fuzzer_seed_corpus.zip" "$WORK"/seeds/*
cp .clusterfuzzlite/judge_fuzzer.options crashes/triage.toml "$OUT"
(cd crashes && find . -name expired.json -exec cp --parents '{}' "$OUT" ';')  # marks that count no more

# `compile_python_fuzzer` hands what follows to PyInstaller, which overlooks libraries that are loaded by name.
library=$(python3 -c 'import wasmtime, pathlib; print(pathlib.Path(wasmtime.__file__).parent / "linux-x86_64")')
compile_python_fuzzer mitey_fuzz/guided/judge_fuzzer.py --collect-all unicorn \
  --add-binary "$library/_libwasmtime.so:wasmtime/linux-x86_64"
