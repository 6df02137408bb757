"""From bytes to text: which encoding a text file has, and how sure that is."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

import chardet

from sot.model.counts import counted
from sot.read.formats.double_encoding import encoded_once

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_CUT_CELLS = bytes.maketrans(b',;\t|\r"', b"\n" * 6)
_LINE_MARKS = re.compile(rb"([\r\n])(?:\xef\xbb\xbf)+")
_FEW_BAD_LINES = 0.02
_IN_PART = 0.25
"""Of the lines with accents so many are UTF-8 where a file was put together from two."""
_NAMED = 10
_CANDIDATES = (
    "windows-1252", "windows-1250", "windows-1253", "windows-1251", "windows-1254", "windows-1257",
    "iso8859-2", "koi8-r", "cp850", "mac-roman", "cp852", "cp932", "gb18030", "big5", "euc-kr",
    "windows-1255", "windows-1256", "cp874",
)  # fmt: skip
"""Old code pages that exports are still written in, the usual ones first."""
_SIGNS = frozenset("‘’“”–—…•€£§©®™°«»¿¡´·ªº\u00a0")
_RARE = frozenset("ΐΰ")
"""Letters that hardly occur, and stand where other code pages have their commonest: а and А of Cyrillic ones."""
_MOST_CELLS = 2_000
_PIECE = 1 << 16
"""So many bytes at once are looked at: a text that stays in the processor's cache takes a third of the time."""
_SUGGESTED = 0.05
_CLEAR = 0.02
_WESTERN_ENOUGH = 0.9
_KOREAN = 0.95
_JAPANESE = 0.15
_ENOUGH_LETTERS = 20
_TURKISH, _NOT_TURKISH = "ðýþÐÝÞ", "äßéèêàáíóúñåøæãõÁÍÓÚÆÄÉ"
"""As Windows-1252 shows them: the letters of Turkish (ğ ı ş look like ð ý þ), and letters that Turkish has not."""
_BALTIC, _BESIDE_BALTIC, _ESTONIAN, _NOT_BALTIC = "ðþÐÞ", "ëèûàçìîïòâËÈÛÀÇÌÎÏÒÂ", "õÕ", "éóúýêñãßÉÓÚÝ"
"""The same of Lithuanian, Latvian and Estonian (š ž look like ð þ, ė č ū like ë è û); Icelandic has é, ó and ý."""
_HUNGARIAN, _BESIDE, _NOT_HUNGARIAN = "õûÕÛ", "áíóúÁÍÓÚ", "ãçêàâèñåøæÃÇÊÀÂÈÑÅØÆ"
"""The same of Hungarian (ő ű look like õ û), with letters that are beside them."""
_CZECH, _NOT_CZECH = (
    re.compile(r"(?<=[^\W\d_])[ìù](?=[^\W\d_])|\bÈ(?=[^\W\d_])|\b(?:PSÈ|DIÈ|IÈO?)\b"),
    "àâêçñãõåæÀÂÊÇÑÃÕÅÆ",
)
"""The same of Czech (ě ů Č look like ì ù È): grave letters are at the end of Italian words."""
_POLISH, _NOT_POLISH = re.compile(r"(?<=[^\W\d_])[¿³¹](?=[^\W\d_])"), "ãçàâåèøõáíúÃÇÀÂÅÈØ"
"""The same of Polish (ż ł ą look like ¿ ³ ¹): none of these signs is within a word."""
_ROMANIAN, _NOT_ROMANIAN = re.compile(r"(?<=[^\W\d_])[ºª](?=[^\W\d_])|þ"), "çàêèñåøæõáéíóúÇÀÊÈ"
"""The same of Romanian (ş ţ look like º þ): no ordinal is within a word."""


@dataclass(frozen=True)
class Text:
    """The bytes of a text file as UTF-8 without BOM and NUL, and what had to be assumed for it."""

    utf8: bytes
    encoding: str
    warnings: tuple[str, ...] = ()


def to_text(data: bytes, encoding: str | None = None) -> Text:
    """Turn the bytes of a file into UTF-8 text; `encoding` is what the person said, None to work it out."""
    if encoding is not None:
        return _clean(data.decode(encoding, errors="replace").encode(), encoding)
    for bom, name in _BOMS:
        if data.startswith(bom):
            body = data[len(bom) :]
            return _clean(*encoded_once(body)) if name == "utf-8" else _clean(_recode(body, name), name)
    wide = _without_bom(data)
    if wide:
        return _clean(_recode(data, wide), wide)
    if data.isascii():
        return _clean(data, "utf-8")
    if _is_utf8(data):
        return _clean(*encoded_once(data))
    return _legacy(data)


def _recode(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding, errors="replace").encode()


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _without_bom(data: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark by its zero bytes in every other place."""
    head = data[:4096]
    if len(head) < 4 or head.count(0) < len(head) * 0.3:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return "utf-16-be" if even > odd else "utf-16-le"


def _clean(utf8: bytes, encoding: str, warnings: tuple[str, ...] = ()) -> Text:
    nul = utf8.count(b"\0")
    if nul:
        # No CSV, workbook or database that comes after can hold one, so it is told where they were.
        lines = [str(i) for i, line in enumerate(utf8.split(b"\n"), 1) if b"\0" in line]
        where = ", ".join(lines[:10]) + (" …" if len(lines) > 10 else "")
        utf8 = utf8.replace(b"\0", b"")
        warnings = (*warnings, f"{nul} NUL characters were taken out, in line {where}")
    if utf8.startswith(codecs.BOM_UTF8):
        utf8 = utf8[3:]
    if not utf8.isascii() and codecs.BOM_UTF8 in utf8:
        # Where files were joined, each brought its own mark; only at the start of a line is it no part of a text.
        utf8 = _LINE_MARKS.sub(rb"\1", utf8)
    return Text(utf8, encoding, warnings)


def _legacy(data: bytes) -> Text:
    """Decode text that is not UTF-8: an old code page, or UTF-8 with a few lines of one."""
    lines = data.split(b"\n")
    accented = [i for i, line in enumerate(lines) if not line.isascii()]
    mixed = _mixed(lines, accented)
    if mixed is not None:
        return mixed
    # Nothing else tells code pages apart, and no line feed is part of a letter in any of them.
    spoken = b"\n".join(lines[i] for i in accented)
    cells = sorted({cell for cell in spoken.translate(_CUT_CELLS).split(b"\n") if not cell.isascii()})
    name = _best(cells[:: len(cells) // _MOST_CELLS + 1], spoken)
    text = data.decode(name, errors="replace")
    shown = _examples([cell.decode(name, errors="replace") for cell in cells])
    warning = f"not UTF-8; read as {name}, e.g. {shown}. If that looks wrong, set encoding in sot.yaml"
    return _clean(text.encode(), name, (warning,))


def _examples(cells: list[str]) -> str:
    filled = {cell.strip() for cell in cells if cell.strip()}
    best = nsmallest(3, filled, key=lambda cell: (len(cell) > 40, cell))
    return ", ".join(f"'{cell[:40]}'" for cell in best)


def _mixed(lines: list[bytes], accented: list[int]) -> Text | None:
    """Mend the lines that are not UTF-8 where others are; `accented` are the places of all that tell."""
    most = int(min(max(1, len(lines) * _FEW_BAD_LINES), len(accented) / 4))
    bad = list(islice((i for i in accented if not _is_utf8(lines[i])), most + 1))
    name = "windows-1252"
    if len(bad) > most:
        if not _is_utf8_in_part(lines, accented):
            return None
        bad = [i for i in accented if not _is_utf8(lines[i])]
        name = _best(_accented_cells([lines[i] for i in bad]), b"\n".join(lines[i] for i in bad))
    mended = lines.copy()
    for i in bad:
        mended[i] = _recode(lines[i], name)
    rows = ", ".join(str(i + 1) for i in bad[:_NAMED])
    subject = counted(len(bad), "line is not UTF-8 and was", "lines are not UTF-8 and were")
    more = " …" if len(bad) > _NAMED else ""
    warning = f"{subject} read as {name}: {rows}{more}"
    return _clean(b"\n".join(mended), "utf-8", (warning,))


def _is_utf8_in_part(lines: list[bytes], accented: list[int]) -> bool:
    """Tell a text that two programs wrote: many lines are UTF-8 and read like words, which other bytes never do."""
    sample = [lines[i] for i in accented[:: len(accented) // _MOST_CELLS + 1]]
    good = [line for line in sample if _is_utf8(line)]
    cells = _accented_cells(good)
    return len(good) >= _IN_PART * len(sample) and _plausibility(cells, "utf-8") >= _WESTERN_ENOUGH


def _accented_cells(lines: list[bytes]) -> list[bytes]:
    cells = sorted(
        {cell for cell in b"\n".join(lines).translate(_CUT_CELLS).split(b"\n") if not cell.isascii()}
    )
    return cells[:: len(cells) // _MOST_CELLS + 1]


def _best(cells: list[bytes], data: bytes) -> str:
    """Give the code page in which the accented cells read most like words.

    Windows-1252 is what nearly all such exports are in, so it needs no more than to look Western.
    """
    western, *others = _CANDIDATES
    scores = {western: _plausibility(cells, western)} if _decodes(data, western) else {}
    if scores.get(western, 0.0) >= _WESTERN_ENOUGH:
        return _near_western(cells)
    scores |= {name: _plausibility(cells, name) for name in others if _decodes(data, name)}
    if "cp932" in scores and _is_kana(data):
        return "cp932"
    if "euc-kr" in scores and _is_hangul(data):
        return "euc-kr"
    suggested = chardet.detect(b"\n".join(cells))["encoding"]
    if suggested and _known(suggested) in {_known(name) for name in scores}:
        name = next(name for name in scores if _known(name) == _known(suggested))
        scores[name] += _SUGGESTED
    scores = {name: score - _SUGGESTED * _lacks_capitals(cells, name) for name, score in scores.items()}
    top = max(scores.values(), default=0.0)
    return next((name for name, score in scores.items() if score >= top - _CLEAR), "windows-1252")


def _lacks_capitals(cells: list[bytes], name: str) -> bool:
    """Tell a reading in which Greek or Cyrillic letters are all small ones: KOI8-R shows Greek capitals so."""
    text = "".join(cell.decode(name, errors="replace") for cell in cells)
    letters = [c for c in text if "\u0370" <= c <= "\u052f"]
    return len(letters) >= _ENOUGH_LETTERS and not any(c.isupper() for c in letters)


def _is_kana(data: bytes) -> bool:
    """Tell Japanese by its kana of full width: other code pages have no letters at their bytes."""
    letters = [
        c for c in data[: _PIECE * 2].decode("cp932", errors="ignore") if not c.isascii() and c.isalpha()
    ]
    return len(letters) > 0 and sum("ぁ" <= c <= "ヺ" for c in letters) >= _JAPANESE * len(letters)


def _is_hangul(data: bytes) -> bool:
    """Tell Korean: read as such, texts in Chinese and Japanese show many a Chinese character."""
    letters = [
        c for c in data[: _PIECE * 2].decode("euc-kr", errors="ignore") if not c.isascii() and c.isalpha()
    ]
    return len(letters) > 0 and sum("가" <= c <= "힣" for c in letters) >= _KOREAN * len(letters)


def _near_western(cells: list[bytes]) -> str:
    """Find out Windows-1252's neighbours, which share nearly all letters with it, by the company of the few others.

    The letters of one language must outnumber those that it has not: a list of many countries is no list of one.
    """
    text = "\n".join(cell.decode("windows-1252", errors="replace") for cell in cells)

    def seen(letters: str) -> int:
        return sum(text.count(letter) for letter in letters)

    baltic = seen(_BALTIC) + seen(_BESIDE_BALTIC)
    if seen(_BALTIC) and seen(_BESIDE_BALTIC + _ESTONIAN) and baltic > 2 * seen(_NOT_BALTIC):
        return "windows-1257"
    if seen(_TURKISH) > seen(_NOT_TURKISH):
        return "windows-1254"
    eastern = (
        len(_POLISH.findall(text)) > seen(_NOT_POLISH)
        or (seen(_BESIDE) and seen(_HUNGARIAN) > seen(_NOT_HUNGARIAN))
        or len(_CZECH.findall(text)) > seen(_NOT_CZECH)
        # Croatian and Slovene: č ć look like è æ, and š ž are where they are in Windows-1252.
        or (seen("šžŠŽ") and seen("èæÈÆ") > seen("éàçêâùäåøãñÉÀÇ"))
        or len(_ROMANIAN.findall(text)) > seen(_NOT_ROMANIAN)
    )
    return "windows-1250" if eastern else "windows-1252"


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _plausibility(cells: list[bytes], name: str) -> float:
    """Give the share of accented letters that stand among letters of their own script, in sensible case."""
    good = bad = 0
    for cell in cells:
        text = cell.decode(name, errors="replace")
        for i, letter in enumerate(text):
            if letter.isascii():
                continue
            if _fits(letter, text[i - 1 : i], text[i + 1 : i + 2]):
                good += 1
            else:
                bad += 1
    return good / (good + bad) if good else 0.0


def _fits(letter: str, before: str, after: str) -> bool:
    if letter in _SIGNS:
        return True
    if _script(letter) == "THAI":
        # Vowels and tones above and below stand on a letter of the same script.
        return (
            _script(before) == "THAI" if before and unicodedata.category(letter) == "Mn" else letter.isalpha()
        )
    if not letter.isalpha() or 0xFF61 <= ord(letter) <= 0xFF9F:
        return 0x3000 <= ord(letter) <= 0x30FF
    if letter in _RARE or (letter.isupper() and before.islower()):
        return False
    script = _script(letter)
    if script == "LATIN" and not before.isascii() and not after.isascii() and before and after:
        return False
    return all(_script(other) == script for other in (before, after) if other.isalpha())


def _script(letter: str) -> str:
    """Name the script of a letter; han and kana, which mix in Japanese, count as one."""
    name = unicodedata.name(letter, "").split(" ")[0]
    return "EAST" if name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) else name
