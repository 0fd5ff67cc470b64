#!/bin/sh
# Gets the simulator and runs a project's tests beside it, by `sim exec`. The GitHub
# action runs this file; the GitLab template and the Jenkins step have it in them.
# Settings are environment variables:
#   KZSIM_COMMAND       the command that runs the tests; required
#   KZSIM_BIN           a binary that is there already: nothing is downloaded
#   KZSIM_RELEASES      a folder or an address with a release's archives and SHA256SUMS
#   KZSIM_SCENARIO      a file, or a name in the library
#   KZSIM_FAIL_ON       verdict, idle, findings, unmatched, with commas between them
#   KZSIM_MIN_COVERAGE  percent of the outcomes
#   KZSIM_OUT           a folder for the reports
set -eu
: "${KZSIM_COMMAND:?is the command that runs the tests}"

fetch() { # FILE of the release
	case $releases in
	*://*) curl -fsSL --retry 3 -o "$folder/$1" "$releases/$1" ;;
	*) cp "$releases/$1" "$folder/$1" ;;
	esac || {
		echo "kzsim: no $1 at $releases; name a folder or an address that has it by KZSIM_RELEASES, or a binary by KZSIM_BIN" >&2
		exit 2
	}
}

download() {
	releases=${KZSIM_RELEASES:-https://github.com/kzsim/kzsim/releases/latest/download}
	case $(uname -m) in
	x86_64 | amd64) machine=amd64 ;;
	*) machine=arm64 ;;
	esac
	platform=$(uname -s | tr '[:upper:]' '[:lower:]')-$machine
	fetch SHA256SUMS
	archive=$(sed -n "s/^[0-9a-f]* [ *]\(sim-.*-$platform\.tar\.gz\)\$/\1/p" "$folder/SHA256SUMS")
	[ -n "$archive" ] || {
		echo "kzsim: $releases has no archive for $platform; name a binary by KZSIM_BIN" >&2
		exit 2
	}
	fetch "$archive"
	(cd "$folder" && grep -F "$archive" SHA256SUMS | { sha256sum -c - 2>/dev/null || shasum -a 256 -c -; }) || {
		echo "kzsim: $archive is not what SHA256SUMS says" >&2
		exit 2
	}
	tar -xzf "$folder/$archive" -C "$folder"
	sim=$folder/${archive%.tar.gz}/sim
}

sim=${KZSIM_BIN:-}
if [ -z "$sim" ]; then
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	download
fi
set --
[ -z "${KZSIM_SCENARIO:-}" ] || set -- "$@" --scenario "$KZSIM_SCENARIO"
[ -z "${KZSIM_FAIL_ON:-}" ] || set -- "$@" --fail-on "$KZSIM_FAIL_ON"
[ -z "${KZSIM_MIN_COVERAGE:-}" ] || set -- "$@" --min-coverage "$KZSIM_MIN_COVERAGE"
[ -z "${KZSIM_OUT:-}" ] || set -- "$@" --out "$KZSIM_OUT"
"$sim" exec "$@" -- sh -ec "$KZSIM_COMMAND"
