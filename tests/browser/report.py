"""The report in a real browser: it opens, asks for nothing, draws, moves and prints.

    report.py REPORT.html [DIR for screenshots]
"""

import pathlib
import re
import shutil
import sys

from playwright.sync_api import sync_playwright

PAGE = pathlib.Path(sys.argv[1]).resolve()
SHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
# WebGL without a graphics card.
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LOOKS = [("desk-light", 1280, 900, "light"), ("desk-dark", 1280, 900, "dark"),
         ("phone-light", 390, 844, "light"), ("phone-dark", 390, 844, "dark")]
PAPER_PX = 718  # A4 between margins of 10 mm, at 96 dots an inch
passed, failed = 0, 0


def check(name, holds, found=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}: {found}")


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


def contrast(page):
    """Least contrast of text with what is behind it, over headings, cells and chips."""
    return page.evaluate("""() => {
      const part = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
      const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
      const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
      const behind = (e) => { for (; e; e = e.parentElement) {
        const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };
      let least = 99, where = "";
      for (const e of document.querySelectorAll("h1,h2,h3,td,th,p,small,.chip,dt,dd,a,figcaption,legend,label,li")) {
        if (!e.offsetParent || !e.textContent.trim()) continue;
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < least) { least = ratio; where = e.tagName + " " + e.textContent.trim().slice(0, 30); }
      }
      return [least, where];
    }""")


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def look(browser, name, width, height, scheme):
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda m: said.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: said.append(f"error: {e}"))
    page.on("request", lambda r: asked.append(r.url) if not r.url.startswith("data:") else None)
    page.goto(PAGE.as_uri())
    page.wait_for_selector("#space[data-ready=yes]", timeout=60_000)
    page.wait_for_timeout(300)
    check(f"{name}: console", not said, said)
    check(f"{name}: requests", asked == [PAGE.as_uri()], asked)
    wide = page.evaluate("document.documentElement.scrollWidth")
    check(f"{name}: no sideways scrolling", wide <= width, wide)
    least, where = contrast(page)
    check(f"{name}: contrast of text", least >= 4.5, f"{least:.2f} at {where}")
    count, drawn = colours(page)
    check(f"{name}: the 3-D view draws", count > 40 and drawn > 0.05, (count, drawn))
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    return context, page


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
    check("the slice is told", "plane" in page.get_attribute("#slider", "aria-valuetext"))
    if page.query_selector("input[name=phase][value=after]"):
        after = drawn()
        page.check("input[name=phase][value=before]")
        check("before and after differ", drawn() != after)
    if page.query_selector("#scenario"):
        shown = lambda: page.evaluate("[...document.querySelectorAll('figure[data-scenario]:not([hidden]) > svg')].map((s) => s.firstChild.textContent)")
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
    """Two pages with whatever font a machine has: the widest and the narrowest of the usual ones too."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    check("it prints to two pages", pages_of(pdf) == 2, pages_of(pdf))
    if SHOTS:
        (SHOTS / "print.pdf").write_bytes(pdf)
    view = page.viewport_size
    page.set_viewport_size({"width": PAPER_PX, "height": 900})
    page.emulate_media(media="print")
    for font in ("DejaVu Sans", "Liberation Sans", "monospace"):
        tag = page.add_style_tag(content=f"* {{ font-family: '{font}', {font} !important; }}")
        pages = pages_of(page.pdf(prefer_css_page_size=True, print_background=True))
        check(f"two pages in {font}", pages == 2, pages)
        wide = page.evaluate("document.documentElement.scrollWidth")
        check(f"nothing wider than the paper in {font}", wide <= PAPER_PX, wide)
        tag.evaluate("t => t.remove()")
    page.emulate_media(media="screen")
    page.set_viewport_size(view)


def main():
    chromium = shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        for k, one in enumerate(LOOKS):
            context, page = look(browser, *one)
            if k == 0:
                print_it(page)
                use(page)
            context.close()
        browser.close()
    size = PAGE.stat().st_size
    check("at most 8 MiB", size <= 8 << 20, size)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
