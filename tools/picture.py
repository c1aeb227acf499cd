"""Takes the README's picture: the example's report with one certificate open. Needs Chromium and the test extra.

``python tools/picture.py examples/vietnam docs/images/report.png``
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(folder: str, target: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1560, "height": 1020}, device_scale_factor=1)
        page.goto((Path(folder) / "out" / "report.html").resolve().as_uri())
        page.locator("a.mark.m-revised").first.click()
        page.wait_for_timeout(400)
        page.screenshot(path=target)
        browser.close()


main(*sys.argv[1:3])
