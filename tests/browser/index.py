"""The index of a batch in a real browser: it opens, sorts, filters and prints.

    index.py INDEX.html [DIR for screenshots]
"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

from pages import LOOKS, Checks, chromium, look, pages_of

PAGE = pathlib.Path(sys.argv[1]).resolve()
SHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
PAPER_PX = 1054  # A4 on its side between margins of 9 mm, at 96 dots an inch
check = Checks()


def use(page):
    column = lambda k: page.eval_on_selector_all("#studies tbody tr", f"r => r.map(e => e.cells[{k}].textContent)")
    count = len(column(0))
    page.click("th:has-text('Gap, mm') button")
    gaps = [float(t) for t in column(2) if t]
    check("a heading sorts by its numbers", gaps == sorted(gaps), gaps)
    check("sorting is told", page.get_attribute("th:has-text('Gap, mm')", "aria-sort") == "ascending")
    page.focus("th:has-text('Verdict') button")
    page.keyboard.press("Enter")
    order = column(1)
    check("the keyboard sorts too", len(order) == count and order != [], order)
    page.fill("#filter", column(0)[0][:10])
    shown = page.eval_on_selector_all("#studies tbody tr", "r => r.filter(e => !e.hidden).length")
    check("the filter leaves what it is for", 1 <= shown <= count, shown)
    check("what is shown is told", "shown" in page.inner_text("#shown"))
    page.fill("#filter", "")


def print_it(page):
    page.set_viewport_size({"width": PAPER_PX, "height": 700})
    page.emulate_media(media="print")
    wide = page.evaluate("document.documentElement.scrollWidth")
    check("nothing wider than the paper", wide <= PAPER_PX, wide)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    check("it prints", pages_of(pdf) >= 1)
    if SHOTS:
        (SHOTS / "print.pdf").write_bytes(pdf)


def main():
    with sync_playwright() as play:
        browser = chromium(play)
        for k, one in enumerate(LOOKS):
            context, page, _ = look(browser, check, PAGE, SHOTS, *one)
            if k == 0:
                use(page)
                print_it(page)
            context.close()
        browser.close()
    sys.exit(check.done())


main()
