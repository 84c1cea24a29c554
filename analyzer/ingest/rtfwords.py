"""The words of RTF: which groups are no text, which words are signs, and the charsets by their numbers."""

from __future__ import annotations

import codecs

# Groups whose words are no text of the document.
PLACES = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr",
    "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "listtable",
    "listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "colorschememapping", "datastore",
    "latentstyles", "fldinst", "xmlnstbl", "filetbl", "bkmkstart", "bkmkend", "nonshppict", "pntext",
    "listtext", "atnid", "atnauthor", "atrfstart", "atrfend", "shpinst", "do", "pgdsctbl", "private", "tc",
    "xe", "mmathPr",
}  # fmt: skip
KEPT = {"fldrslt", "shptxt", "ud"}
SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "tab": "  ", "line": "\n", "~": " ", "_": "-", "-": "",
}  # fmt: skip
CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip


def is_charset(name: str) -> bool:
    """Say whether Python knows a charset of that name."""
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
