#!/usr/bin/env bash
# Makes the sample pictures and sounds in this folder from five Debian packages.
#
#   samples/make-samples.sh [WORKDIR]
#
# WORKDIR keeps the downloaded .deb files (224 MB) for the next run; without
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
hydrogen_deb=hydrogen-data_1.2.0~beta1+dfsg-1_all.deb
hydrogen_sum=d2cc3f281c02efb71f132bd173e95a958d3fede7c5aefcaba6547baf918cff2a
lmms_deb=lmms-common_1.2.2+dfsg1-6_all.deb
lmms_sum=7d9aa55dd05f11edc57104203ee1c350e3e41f8936ab3741da2bb1158fd46c37
sonic_deb=sonic-pi-samples_3.2.2~repack-8_all.deb
sonic_sum=25f2312d2fae005e6ad0f4726b8ed3084e776006a5a132083506e960224ac79d

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
get "$hydrogen_deb" "$hydrogen_sum" hydrogen-data=1.2.0~beta1+dfsg-1
get "$lmms_deb"    "$lmms_sum"    lmms-common=1.2.2+dfsg1-6
get "$sonic_deb"   "$sonic_sum"   sonic-pi-samples=3.2.2~repack-8
dpkg-deb -x "$work/$stamps_deb"  "$tmp/stamps"
dpkg-deb -x "$work/$scratch_deb" "$tmp/scratch"
mkdir -- "$tmp/drums"
dpkg-deb -x "$work/$hydrogen_deb" "$tmp/drums/hydrogen-data"
dpkg-deb -x "$work/$lmms_deb"     "$tmp/drums/lmms-common"
dpkg-deb -x "$work/$sonic_deb"    "$tmp/drums/sonic-pi-samples"

"$python" -B "$here/make_samples.py" "$here" "$tmp/stamps" "$tmp/scratch" "$tmp/drums" "$new"

# Smaller PNG files: the same pixels, still RGBA (-nx).
find "$new/tuxpaint/images" -name '*.png' -print0 | sort -z |
    xargs -0 -P "$(nproc)" -n 8 optipng -quiet -o5 -nx -strip all

chmod -R u=rwX,go=rX "$new"
mkdir -p -- "$here/tuxpaint"
for d in tuxpaint/images tuxpaint/sounds backgrounds drums licenses; do
    rm -rf -- "${here:?}/$d"
    mv -- "$new/$d" "$here/$d"
done
for f in pairs.csv backgrounds.csv drums.csv LICENSES.md; do
    mv -f -- "$new/$f" "$here/$f"
done
du -sh -- "$here"
