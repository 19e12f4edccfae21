"""Makes the sample files; called by make-samples.sh.

usage: make_samples.py SAMPLES STAMPS SCRATCH DRUMS OUT
SAMPLES: this folder (lists); STAMPS, SCRATCH: the unpacked packages; DRUMS: a folder with the three
packages of drum hits, each unpacked in a folder of its name; OUT: new files.
Needs Pillow and ffmpeg.
"""
import array
import csv
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import wave

from PIL import Image

LONGER_SIDE = 160       # pixels; smaller pictures are left as they are
RATE = 16000
HIT_SECONDS = 2         # a drum hit is cut there, with
FADE_SECONDS = 0.02     # a fade before the cut: a step would be a click of its own
FOLDS = 5               # of pictures.csv
DC_LIMIT = 0.001        # of full scale (-60 dB); a smaller mean is left alone
STAMPS_PKG = "tuxpaint-stamps-default 2022.06.04-1"
SCRATCH_PKG = "scratch 1.4.0.6~dfsg1-6.1"
STAMPS_DIR = "usr/share/tuxpaint/stamps"
SCRATCH_DIR = "usr/share/scratch/Media/Backgrounds"
DRUM_PKGS = {"hydrogen-data": "1.2.0~beta1+dfsg-1", "lmms-common": "1.2.2+dfsg1-6", "sonic-pi-samples": "3.2.2~repack-8"}


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def flat(path, ext):
    name = os.path.splitext(os.path.basename(path))[0].lower() + ext
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name):
        sys.exit("bad file name: " + name)
    return name


def picture(src, dst):
    im = Image.open(src).convert("RGBA")
    k = LONGER_SIDE / max(im.size)
    if k < 1:
        # Pillow multiplies by alpha before it filters, and divides after.
        im = im.resize([max(1, round(s * k)) for s in im.size], Image.Resampling.LANCZOS)
    # The colour of fully transparent pixels is never seen: make it black.
    clear = im.getchannel("A").point(lambda a: 255 if a == 0 else 0)
    im.paste((0, 0, 0, 0), (0, 0), clear)
    im.info.clear()
    im.save(dst, "PNG", optimize=True)


def run(args, data=None):
    return subprocess.run(args, input=data, stdout=subprocess.PIPE, check=True).stdout


def sound(src, dst, seconds=None):
    probe = run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries",
                 "stream=sample_rate,channels,duration_ts", "-of", "csv=p=0", src]).decode().strip().split(",")
    rate, channels, length = map(int, probe)
    raw = array.array("d", run(["ffmpeg", "-nostdin", "-v", "error", "-i", src,
                                "-map", "0:a:0", "-f", "f64le", "-"]))
    x = [sum(raw[i:i + channels]) / channels for i in range(0, len(raw), channels)]
    del x[length:]      # what the file itself marks as padding after its end
    mean = sum(x) / len(x)
    if abs(mean) >= DC_LIMIT:
        x = [v - mean for v in x]
    if rate != RATE:
        y = array.array("d", run(["ffmpeg", "-v", "error", "-f", "f64le", "-ar", str(rate), "-ac", "1",
                                  "-i", "-", "-af", "aresample=resampler=soxr:precision=28:osr=%d" % RATE,
                                  "-f", "f64le", "-"], array.array("d", x).tobytes()))
    else:
        y = x
    if seconds and len(y) > seconds * RATE:
        y = y[:seconds * RATE]
        fade = int(FADE_SECONDS * RATE)
        for i in range(fade):
            y[-1 - i] *= i / fade
    clipped = 0
    pcm = array.array("h")
    for v in y:
        s = round(v * 32768)
        if not -32768 <= s <= 32767:
            clipped += 1
            s = max(-32768, min(32767, s))
        pcm.append(s)
    if sys.byteorder == "big":
        pcm.byteswap()
    with wave.open(dst, "wb") as w:     # RIFF, fmt, data: 44 bytes before the samples
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(RATE)
        w.writeframes(pcm.tobytes())
    if clipped:
        print("clipped %d of %d samples: %s" % (clipped, len(pcm), os.path.basename(dst)))


def background(src, dst):
    """Copies a JPEG file without its metadata; the compressed picture is unchanged."""
    with open(src, "rb") as f:
        data = f.read()
    out = bytearray(data[:2])
    i = 2
    while data[i + 1] != 0xDA:                       # start of scan
        marker, size = data[i + 1], int.from_bytes(data[i + 2:i + 4], "big")
        if data[i] != 0xFF:
            sys.exit("bad JPEG file: " + src)
        # Keep JFIF (E0) and Adobe's colour transform (EE); drop Exif, XMP, comments ...
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            out += data[i:i + 2 + size]
        i += 2 + size
    out += data[i:]
    with open(dst, "wb") as f:
        f.write(out)
    with Image.open(src) as a, Image.open(dst) as b:
        if a.convert("RGB").tobytes() != b.convert("RGB").tobytes():
            sys.exit("picture changed: " + src)


def hit(src, dst):
    with open(src, "rb") as f:
        data = f.read()
    if data[:4] != b"RIFF" or b"OggS" not in data:
        return sound(src, dst, HIT_SECONDS)
    inner = dst + ".ogg"                             # one file is an Ogg stream in a WAV wrapper, which ffmpeg does not open
    with open(inner, "wb") as f:
        f.write(data[data.index(b"OggS"):])
    sound(inner, dst, HIT_SECONDS)
    os.remove(inner)


def sonic_pi_credits(readme):
    """name -> (author, page) from lines like: * `:bd_808` - http://freesound.org/people/AUTHOR/sounds/208447/"""
    with open(readme, encoding="utf-8") as f:
        found = re.findall(r"^\* `:(\w+)` +- (\S*/people/([^/]+)/\S*)", f.read(), re.MULTILINE)
    return {name: (urllib.parse.unquote(author), page) for name, page, author in found}


def licence_text(copyright_file, name):
    """The text of one stand-alone License paragraph of a Debian copyright file."""
    with open(copyright_file, encoding="utf-8") as f:
        for part in f.read().split("\n\n"):
            lines = part.split("\n")
            if lines[0] == "License: " + name and len(lines) > 20:
                return "\n".join("" if s == " ." else s[1:] for s in lines[1:]).rstrip() + "\n"
    sys.exit("no licence text: " + name)


def in_folds(pairs):
    """Rows image, class, fold, thing. Classes of at least FOLDS things; both views of a thing are in one fold."""
    things = {}                                      # class -> its things, in order
    for _, _, label, coarse, _ in pairs:
        if label not in things.setdefault(coarse, []):
            things[coarse].append(label)
    return [[image, coarse, things[coarse].index(label) % FOLDS + 1, label]
            for image, _, label, coarse, _ in pairs if len(things[coarse]) >= FOLDS]


def main(here, stamps, scratch, drums, out):
    stamps_dir = os.path.join(stamps, STAMPS_DIR)
    scratch_dir = os.path.join(scratch, SCRATCH_DIR)
    pairs = read_csv(os.path.join(here, "tuxpaint-pairs.csv"))
    grounds = [r["path"] for r in read_csv(os.path.join(here, "scratch-backgrounds.csv"))]
    credits = {r["path"]: r for r in read_csv(os.path.join(here, "tuxpaint-credits.csv"))}
    for d in ("tuxpaint/images", "tuxpaint/sounds", "backgrounds", "drums", "licenses"):
        os.makedirs(os.path.join(out, d))

    made = {}                                        # new path -> original path

    def add(src, new, make):
        if made.get(new, src) != src:
            sys.exit("two files would be called " + new)
        if new not in made:
            make(os.path.join(stamps_dir if new.startswith("tux") else scratch_dir, src),
                 os.path.join(out, new))
            made[new] = src
        return new

    rows = []
    for r in pairs:
        rows.append([add(r["image"], "tuxpaint/images/" + flat(r["image"], ".png"), picture),
                     add(r["audio"], "tuxpaint/sounds/" + flat(r["audio"], ".wav"), sound),
                     r["label"], r["coarse"], r["view"]])
    write_csv(os.path.join(out, "pairs.csv"), ["image", "sound", "label", "coarse", "view"], rows)
    write_csv(os.path.join(out, "pictures.csv"), ["image", "labels", "group", "source"], in_folds(rows))
    write_csv(os.path.join(out, "backgrounds.csv"), ["path"],
              [[add(p, "backgrounds/" + flat(p, ".jpg"), background)] for p in grounds])

    hits, seen = [], set()                           # rows of drum-hits.csv with their new path
    for r in read_csv(os.path.join(here, "drum-hits.csv")):
        new = "drums/" + r["group"] + "_" + flat(r["path"], ".wav")
        if new in seen:
            sys.exit("two files would be called " + new)
        seen.add(new)
        hit(os.path.join(drums, r["package"], r["path"]), os.path.join(out, new))
        hits.append((new, r))
    write_csv(os.path.join(out, "drums.csv"), ["sound", "label", "group", "source"],
              [[new, r["label"], r["group"], r["source"]] for new, r in hits])

    licences = os.path.join(out, "licenses")
    for name in ("GPL-2", "GFDL-1.2"):
        shutil.copyfile("/usr/share/common-licenses/" + name, os.path.join(licences, name + ".txt"))
    with open(os.path.join(licences, "CC-BY-SA-3.0.txt"), "w", encoding="utf-8", newline="") as f:
        f.write("Creative Commons Attribution-ShareAlike 3.0 Unported\n"
                "https://creativecommons.org/licenses/by-sa/3.0/\n\n")
        f.write(licence_text(os.path.join(scratch, "usr/share/doc/scratch/copyright"), "CC-BY-SA-3.0"))

    lines = [HEAD.strip("\n"), ""]
    lines += ["## Tux Paint stamps", "", TUX.strip("\n"), "",
              "| file | original | author | licence stated upstream for this file | source, note |",
              "|---|---|---|---|---|"]
    for new in sorted(p for p in made if p.startswith("tux")):
        c = credits[made[new]]
        lines.append("| %s | %s | %s | %s | %s |" % (new, made[new], c["author"],
                                                    c["stated_licence"] or "-", c["note"] or "-"))
    lines += ["", "## Scratch backgrounds", "", SCRATCH.strip("\n"), "",
              "| file | original | author | licence |", "|---|---|---|---|"]
    for new in sorted(p for p in made if p.startswith("back")):
        lines.append("| %s | %s | Massachusetts Institute of Technology | CC BY-SA 3.0 |" % (new, made[new]))
    pages = sonic_pi_credits(os.path.join(drums, "sonic-pi-samples/usr/share/sonic-pi/samples/README.md"))
    lines += ["", "## Drum hits", "", DRUMS.strip("\n"), "",
              "| file | package | original | author | licence | source |", "|---|---|---|---|---|---|"]
    for new, r in sorted(hits, key=lambda each: each[0]):
        if r["group"] == "sonic-pi":
            author, page = pages[os.path.splitext(os.path.basename(r["path"]))[0]]
            licence = "CC0 1.0"
        else:
            author, licence, page = DRUM_AUTHORS[r["group"]], "GPL-2+", "-"
        lines.append("| %s | %s | %s | %s | %s | %s |" % (new, r["package"], r["path"], author, licence, page))
    with open(os.path.join(out, "LICENSES.md"), "w", encoding="utf-8", newline="") as f:
        f.write("\n".join(lines) + "\n")
    print("%d pairs, %d pictures and sounds, %d backgrounds, %d drum hits"
          % (len(rows), sum(p.startswith("tux") for p in made), len(grounds), len(hits)))


HEAD = """
# Licences of the sample files

The code of this project, with the scripts and lists in this folder, is under the MIT licence.
**The pictures and sounds below are not.** They come from five Debian packages and keep their own
licences. They have been changed: pictures were scaled down (if large) and compressed again, sounds
were converted to mono 16 kHz WAV (drum hits cut to two seconds), backgrounds lost their metadata.
`README.md` says how.

This file is written by `make-samples.sh`.

Full texts: [GPL-2](licenses/GPL-2.txt), [GFDL 1.2](licenses/GFDL-1.2.txt),
[CC BY-SA 3.0](licenses/CC-BY-SA-3.0.txt); CC BY-SA 2.5:
<https://creativecommons.org/licenses/by-sa/2.5/legalcode>.
"""

TUX = """
Package: Debian `%s`, source package `tuxpaint-stamps`; upstream <https://www.tuxpaint.org/stamps/>.
Originals are below `%s`.

The package's copyright file places all its files under the GNU General Public License, version 2
or (at your option) any later version: "Copyright: 2002-2022 by Bill Kendrick". That is the licence
of every file in this table. For some files upstream's `docs/CONTRIBUTORS.txt` and
`docs/CHANGES.txt` (in the source package; the second is the package's changelog too) name another licence as well or instead; where they do, the table says so, and that statement must be
respected too. "-" means that upstream states nothing besides the GPL. "Not stated" in the author
column means that upstream names nobody for that file. Authors are taken from those two files;
what was concluded rather than read is marked "inferred".
""" % (STAMPS_PKG, STAMPS_DIR)

SCRATCH = """
Package: Debian `%s`; upstream <https://scratch.mit.edu/>. Originals are below `%s`.

The package's copyright file says of `Media/*`: Copyright (c) 2011 Massachusetts Institute of
Technology, licence CC-BY-SA-3.0. It names no photographers. "Scratch", its logo, the Scratch Cat and
Gobo are trademarks of MIT; none of them is used here. MIT does not endorse this project.
""" % (SCRATCH_PKG, SCRATCH_DIR)

DRUM_AUTHORS = {"gmrockkit": "Glen MacArthur, Sebastian Moors", "tr808": "ArtemioLabs", "lmms": "the LMMS authors"}

DRUMS = """
Packages: Debian %s. `hydrogen-data` (upstream <https://github.com/hydrogen-music/hydrogen>) has the kits GMRockKit and TR808EmulationKit: its
copyright file places all files under the GNU General Public License, version 2 or any later version; the authors of a kit are those that its
`drumkit.xml` names. `lmms-common` (<https://github.com/LMMS/lmms>) places its files, the drum samples among them, under the same licence and
names the programme's authors together. `sonic-pi-samples` (<https://sonic-pi.net>) says in its README that all samples are from
<https://freesound.org>, placed in the public domain by Creative Commons 0 1.0 (<https://creativecommons.org/publicdomain/zero/1.0/>), and
links each original; the author is the name in that link.
""" % ", ".join("`%s %s`" % pair for pair in DRUM_PKGS.items())

if __name__ == "__main__":
    main(*sys.argv[1:])
