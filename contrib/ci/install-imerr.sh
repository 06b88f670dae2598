# shellcheck shell=sh
# Downloads a release of imerr-annotate, checks it, and puts the program into PATH for the rest of a
# step in CI. Copy this file to your repository, and read it in the step that runs the program:
#
#     . ./install-imerr.sh
#
# It needs curl, tar and two variables: IMERR_GIT is the address of the repository with the release,
# without `.git`, and IMERR_SHA256 is the checksum of the archive for the system of the job, as
# SHA256SUMS of the release has it. A changed archive ends the step with status 2. Change the version
# and the checksum together.
imerr_version=0.1.0

case $(uname -s)-$(uname -m) in
    Linux-x86_64) imerr_target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) imerr_target=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) imerr_target=x86_64-apple-darwin ;;
    Darwin-arm64) imerr_target=aarch64-apple-darwin ;;
    *) echo "error: imerr-annotate has no archive for this system: $(uname -sm)" >&2 && exit 2 ;;
esac
imerr_name=imerr-annotate-$imerr_version-$imerr_target
imerr_url=${IMERR_GIT:?}/releases/download/v$imerr_version/$imerr_name.tar.gz
# macOS has shasum in place of sha256sum.
imerr_sum=sha256sum
command -v sha256sum >/dev/null || imerr_sum='shasum -a 256'
imerr_folder=$(mktemp -d) || exit 2
curl --fail --location --silent --show-error --output "$imerr_folder/$imerr_name.tar.gz" "$imerr_url" || exit 2
(
    cd "$imerr_folder" &&
        echo "${IMERR_SHA256:?}  $imerr_name.tar.gz" | $imerr_sum -c - &&
        tar xzf "$imerr_name.tar.gz"
) || exit 2
PATH=$imerr_folder/$imerr_name:$PATH
export PATH
