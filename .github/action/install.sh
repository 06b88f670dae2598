#!/usr/bin/env bash
# Installs a release of imerr-annotate on a runner of GitHub Actions and puts it into PATH for the steps that follow.
#
# Reads IMERR_REPOSITORY and IMERR_VERSION (empty: the release of this commit), and the runner's RUNNER_OS, RUNNER_ARCH, RUNNER_TEMP
# and GITHUB_PATH. The archive is checked against its SHA-256.
set -euo pipefail

# A commit that is pinned thus pins the program too.
manifest=$(dirname "$0")/../../Cargo.toml
version=${IMERR_VERSION:-v$(sed -n 's/^version = "\(.*\)"/\1/p' "$manifest" | head -n 1)}

case $RUNNER_ARCH in
    X64) processor=x86_64 ;;
    ARM64) processor=aarch64 ;;
    *) echo "::error::imerr-annotate has no release for the processor $RUNNER_ARCH" && exit 2 ;;
esac
# Programs for musl need no library of the system, so they run on every Linux.
case $RUNNER_OS in
    Linux) target=$processor-unknown-linux-musl archive=tar.gz ;;
    macOS) target=$processor-apple-darwin archive=tar.gz ;;
    Windows) target=$processor-pc-windows-msvc archive=zip ;;
    *) echo "::error::imerr-annotate has no release for $RUNNER_OS" && exit 2 ;;
esac

directory=$RUNNER_TEMP/imerr-annotate
rm -rf "$directory"
mkdir -p "$directory"
cd "$directory"
gh release download "$version" --repo "$IMERR_REPOSITORY" \
    --pattern "imerr-annotate-*-$target.$archive" --pattern "imerr-annotate-*-$target.$archive.sha256"
if command -v sha256sum >/dev/null; then sha256sum --check -- *.sha256; else shasum -a 256 -c -- *.sha256; fi
case $archive in
    zip) unzip -q -- *.zip ;;
    *) tar xzf ./*.tar.gz ;;
esac
for folder in imerr-annotate-*/; do
    echo "$directory/${folder%/}" >>"$GITHUB_PATH"
done
