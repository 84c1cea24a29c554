"""Is a report accessible? axe-core's rules for WCAG 2.2 A and AA, in Chromium, in every theme and width.

    npm pack axe-core && tar xzf axe-core-*.tgz
    .venv/bin/python benchmarks/accessibility.py results/report.html package/axe.min.js

Every fold is opened before the rules are run. axe needs a script, which the report forbids itself: a copy
without its policy is checked. Prints one line a violation; exit code 1 if there is any.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

RUN = """
for (const fold of document.querySelectorAll('details')) fold.open = true;
axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(found => {
  const words = node => node.html.slice(0, 160) + ' | ' + (node.any[0] || {message: ''}).message;
  const short = found.violations.map(one =>
    [one.id, one.impact, one.help, one.nodes.length, one.nodes.slice(0, 3).map(words)]);
  document.body.innerHTML = '';
  const out = document.createElement('pre'); out.id = 'axe'; out.textContent = JSON.stringify(short);
  document.body.appendChild(out);
});
"""


def violations(report: Path, axe: Path, width: int, theme: str) -> list[list]:
    """Run the rules over a page at a width; `theme` is light or dark."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", report.read_text(encoding="utf-8"))
    script = f"<script>{axe.read_text(encoding='utf-8')}</script><script>{RUN}</script>"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.html"
        copy.write_text(page.replace("</body>", f"{script}</body>"), encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},1000"]
        command += ["--virtual-time-budget=600000", "--dump-dom", copy.as_uri()]
        if theme == "dark":
            command.insert(1, "--blink-settings=preferredColorScheme=0")
        dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r'<pre id="axe">(.*?)</pre>', dumped, re.S)
    if not found:
        sys.exit("axe gave no answer; is it the file axe.min.js?")
    return json.loads(unescape(found[1]))


def main() -> None:
    """Check each theme at a desk's and a telephone's width."""
    report, axe = map(Path, sys.argv[1:3])
    failed = False
    for width in (1280, 390):
        for theme in ("light", "dark"):
            found = violations(report, axe, width, theme)
            failed |= bool(found)
            print(f"{width} px, {theme}: {len(found)} rules violated")
            for rule, impact, about, count, examples in found:
                print(f"  {rule} ({impact}): {about}; {count} places, as in")
                for example in examples:
                    print(f"    {example}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
