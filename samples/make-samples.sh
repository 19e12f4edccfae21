#!/usr/bin/env bash
# Makes the sample pictures and sounds in this folder from two Debian packages.
#
#   samples/make-samples.sh [WORKDIR]
#
# WORKDIR keeps the two downloaded .deb files (187 MB) for the next run; without
# it a temporary folder is used and removed. Runs on Debian 12 (bookworm).
# Nothing is installed. Running it twice gives the same bytes.
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
python=/usr/bin/python3   # Debian's own, the one that sees python3-pil

stamps_deb=tuxpaint-stamps-default_2022.06.04-1_all.deb
stamps_sum=6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34
scratch_deb=scratch_1.4.0.6~dfsg1-6.1_all.deb
scratch_sum=36c582eb93110f64f06c4e685c41e933ccba2fa68db12f79b10bfe840b21fc10

missing=()
command -v apt-get   >/dev/null || missing+=(apt)
command -v dpkg-deb  >/dev/null || missing+=(dpkg)
command -v ffmpeg    >/dev/null || missing+=(ffmpeg)
command -v optipng   >/dev/null || missing+=(optipng)
"$python" -c 'import PIL' 2>/dev/null || missing+=(python3-pil)
if ((${#missing[@]})); then
    echo "make-samples.sh needs: ${missing[*]}" >&2
    echo "on Debian 12:  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

# The new files are made beside this script, so that moving them is a rename.
new=$(mktemp -d "$here/.make-samples.XXXXXX")
tmp=$(mktemp -d)
trap 'rm -rf -- "$new" "$tmp"' EXIT
work=${1:-$tmp/deb}
mkdir -p -- "$work"
work=$(cd -- "$work" && pwd)

# get FILE SHA256 PACKAGE=VERSION
get() {
    if ! [ -f "$work/$1" ]; then
        (cd -- "$work" && apt-get -qq download "$3") || {
            echo "cannot download $3; is it Debian 12, and has 'apt-get update' been run?" >&2
            exit 1
        }
    fi
    echo "$2  $work/$1" | sha256sum --check --quiet || {
        echo "$work/$1 is not the expected file; remove it and run this again" >&2
        exit 1
    }
}
get "$stamps_deb"  "$stamps_sum"  tuxpaint-stamps-default=2022.06.04-1
get "$scratch_deb" "$scratch_sum" scratch=1.4.0.6~dfsg1-6.1
dpkg-deb -x "$work/$stamps_deb"  "$tmp/stamps"
dpkg-deb -x "$work/$scratch_deb" "$tmp/scratch"

"$python" -B "$here/make_samples.py" "$here" "$tmp/stamps" "$tmp/scratch" "$new"

# Smaller PNG files: the same pixels, still RGBA (-nx).
find "$new/tuxpaint/images" -name '*.png' -print0 | sort -z |
    xargs -0 -P "$(nproc)" -n 8 optipng -quiet -o5 -nx -strip all

chmod -R u=rwX,go=rX "$new"
mkdir -p -- "$here/tuxpaint"
for d in tuxpaint/images tuxpaint/sounds backgrounds licenses; do
    rm -rf -- "${here:?}/$d"
    mv -- "$new/$d" "$here/$d"
done
for f in pairs.csv backgrounds.csv LICENSES.md; do
    mv -f -- "$new/$f" "$here/$f"
done
du -sh -- "$here"
