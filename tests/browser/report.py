"""The report in a real browser: it opens, asks for nothing, draws, moves and prints.

    report.py REPORT.html [DIR for screenshots]
"""

import pathlib
import re
import sys

from playwright.sync_api import sync_playwright

from pages import LOOKS, Checks, chromium, look, pages_of

PAGE = pathlib.Path(sys.argv[1]).resolve()
SHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
PAPER_PX = 718  # A4 between margins of 10 mm, at 96 dots an inch
check = Checks()


def colours(page):
    """How many colours the 3-D view has, and how much of it is not ground."""
    return page.evaluate("""() => {
      const source = document.getElementById("canvas");
      const copy = document.createElement("canvas");
      copy.width = 160; copy.height = 160;
      const g = copy.getContext("2d");
      g.drawImage(source, 0, 0, 160, 160);
      const d = g.getImageData(0, 0, 160, 160).data;
      const seen = new Set(); let drawn = 0;
      for (let k = 0; k < d.length; k += 4) {
        seen.add((d[k] >> 3) * 1024 + (d[k + 1] >> 3) * 32 + (d[k + 2] >> 3));
        if (d[k] + d[k + 1] + d[k + 2] > 90) drawn++;
      }
      return [seen.size, drawn / 25600];
    }""")


def picture(page):
    return page.evaluate("""() => document.getElementById("canvas").toDataURL()""")


def opened(browser, name, width, height, scheme):
    ready = "#space[data-ready=yes]"
    context, page, asked = look(browser, check, PAGE, SHOTS, name, width, height, scheme, ready)
    check(f"{name}: one file is all it asks for", asked == [PAGE.as_uri()], asked)
    count, drawn = colours(page)
    check(f"{name}: the 3-D view draws", count > 40 and drawn > 0.05, (count, drawn))
    return context, page


def space(page):
    """Letters, scale and bone of the 3-D view."""
    letters = lambda: [page.inner_text(f"#space-{side}") for side in ("north", "east", "south", "west")]
    looks = {"front": "HLFR", "behind": "HRFL", "left": "HPFA", "right": "HAFP", "above": "PLAR"}
    for name, wanted in looks.items():
        page.click(f"[data-look={name}]")
        check(f"letters from {name}", "".join(letters()) == wanted, letters())
    told = page.inner_text("#space-mm")
    check("the 3-D view has its scale", told.endswith("mm at the middle"), told)
    wide = page.evaluate("document.getElementById('space-bar').getBoundingClientRect().width")
    check("the bar is neither a point nor the picture", 30 < wide < 300, wide)
    if page.query_selector("#parts input[value=vertebra]"):
        with_bone = picture(page)
        page.uncheck("#parts input[value=vertebra]")
        check("bone is drawn and can be hidden", picture(page) != with_bone)
        page.check("#parts input[value=vertebra]")
    page.click("[data-look=front]")


def use(page):
    """What a reader does, with the keyboard where that is possible."""
    before = picture(page)
    page.focus("#space")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    check("arrow keys turn the 3-D view", picture(page) != before)
    turned = picture(page)
    page.keyboard.press("+")
    check("plus zooms it", picture(page) != turned)
    page.click("text=behind")
    behind = picture(page)
    page.uncheck("#parts input >> nth=0")
    check("a part can be hidden", picture(page) != behind)

    drawn = lambda: page.inner_html("#slice")
    told = lambda: page.inner_text("#slice-said")
    first, words = drawn(), told()
    page.focus("#slider")
    page.keyboard.press("ArrowRight")
    check("the slider moves the slice", drawn() != first and told() != words, told())
    page.click("#closest")
    check("the closest slice has its segment", " mm" in page.text_content("#slice") and drawn() == first)
    said = page.get_attribute("#slider", "aria-valuetext")
    check("the slice is told by number and position", " of " in said and said.endswith(" mm"), said)
    if page.query_selector("input[name=phase][value=after]"):
        after = drawn()
        page.check("input[name=phase][value=before]")
        # Unless nothing changed at all: a study compared with itself.
        changes = page.eval_on_selector_all("#comparison tbody td:nth-child(4)", "c => c.map(e => e.textContent)")
        same = changes and not any(re.search("[1-9]", text) for text in changes)
        check("before and after differ", same or drawn() != after)
    if page.query_selector("#scenario"):
        shown = lambda: page.evaluate("[...document.querySelectorAll('figure[data-scenario]:not([hidden]) svg')].map((s) => s.firstChild.textContent)")
        old = shown()
        options = page.eval_on_selector_all("#scenario option", "o => o.map(e => e.value)")
        current = page.eval_on_selector("#scenario", "s => s.value")
        other = next((o for o in options if o != current), None)
        if other:
            page.select_option("#scenario", other)
            check("another approach has other pictures", shown() != old and len(shown()) == len(old), shown())
            page.select_option("#scenario", current)
    page.keyboard.press("Tab")
    lit = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    check("focus is seen", lit != "none", lit)
    roles = page.evaluate("['main','nav','header','footer','h1'].map((t) => document.querySelectorAll(t).length)")
    check("landmarks", roles[0] == 1 and roles[1] == 1 and roles[2] == 1 and roles[3] == 1 and roles[4] == 1, roles)
    unnamed = page.evaluate("""[...document.querySelectorAll('svg, canvas, input, select, button')].filter((e) =>
        !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length || e.textContent.trim()
          || e.closest('[aria-label]'))).length""")
    check("everything has a name", unnamed == 0, unnamed)


def print_it(page):
    """Two pages, one for uncertainty and one for the dose, with whatever font a machine has: the widest and the narrowest of the usual ones too."""
    wanted = 2 + sum(page.query_selector(part) is not None for part in ("#uncertainty", "#dose"))
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    check(f"it prints to {wanted} pages", pages_of(pdf) == wanted, pages_of(pdf))
    if SHOTS:
        (SHOTS / "print.pdf").write_bytes(pdf)
    view = page.viewport_size
    page.set_viewport_size({"width": PAPER_PX, "height": 900})
    page.emulate_media(media="print")
    for font in ("DejaVu Sans", "Liberation Sans", "monospace"):
        tag = page.add_style_tag(content=f"* {{ font-family: '{font}', {font} !important; }}")
        pages = pages_of(page.pdf(prefer_css_page_size=True, print_background=True))
        check(f"{wanted} pages in {font}", pages == wanted, pages)
        wide = page.evaluate("document.documentElement.scrollWidth")
        check(f"nothing wider than the paper in {font}", wide <= PAPER_PX, wide)
        tag.evaluate("t => t.remove()")
    page.emulate_media(media="screen")
    page.set_viewport_size(view)


def main():
    with sync_playwright() as play:
        browser = chromium(play)
        for k, one in enumerate(LOOKS):
            context, page = opened(browser, *one)
            if k == 0:
                print_it(page)
                space(page)
                use(page)
            context.close()
        browser.close()
    size = PAGE.stat().st_size
    check("at most 8 MiB", size <= 8 << 20, size)
    sys.exit(check.done())


main()
