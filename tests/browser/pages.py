"""What every page must hold in a real browser, whatever it is of."""

import re
import shutil

# WebGL without a graphics card.
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LOOKS = [("desk-light", 1280, 900, "light"), ("desk-dark", 1280, 900, "dark"),
         ("phone-light", 390, 844, "light"), ("phone-dark", 390, 844, "dark")]
# Impacts of axe that fail a page; lesser ones are printed.
GRAVE = ("serious", "critical")

try:
    from axe_playwright_python.sync_playwright import Axe
    axe = Axe()
except ImportError:
    axe = None


class Checks:
    """Counts what holds and prints what does not."""

    def __init__(self):
        self.passed, self.failed = 0, 0

    def __call__(self, name, holds, found=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {name}: {found}")

    def done(self):
        if axe is None:
            print("axe not run: axe-playwright-python cannot be installed here")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def contrast(page):
    """Least contrast of text with what is behind it, over headings, cells and chips."""
    return page.evaluate("""() => {
      const part = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
      const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
      const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
      const behind = (e) => { for (; e; e = e.parentElement) {
        const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };
      let least = 99, where = "";
      for (const e of document.querySelectorAll("h1,h2,h3,td,th,p,small,.chip,.v,dt,dd,a,figcaption,legend,label,li")) {
        if (!e.offsetParent || !e.textContent.trim()) continue;
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < least) { least = ratio; where = e.tagName + " " + e.textContent.trim().slice(0, 30); }
      }
      return [least, where];
    }""")


def cut_off(page):
    """What lies past the right edge of the window in no box of its own that scrolls."""
    return page.evaluate("""() => {
      const wide = document.documentElement.clientWidth + 1;
      const scrolls = (e) => { for (; e; e = e.parentElement) {
        if (["auto", "scroll"].includes(getComputedStyle(e).overflowX)) return true; } return false; };
      return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && !e.closest("svg svg")
        && e.getBoundingClientRect().right > wide && !e.closest(".skip") && !scrolls(e.parentElement) && !scrolls(e))
        .map((e) => e.tagName + " " + (e.id || e.className?.baseVal || e.className || "")).slice(0, 5);
    }""")


def boxes(page):
    """Boxes that scroll and cannot be reached with the keyboard."""
    return page.evaluate("""() => [...document.querySelectorAll("body *")].filter((e) =>
      ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1
      && e.tabIndex < 0).map((e) => e.tagName + " " + e.className)""")


def accessible(page, check, name):
    """axe finds nothing serious."""
    if axe is None:
        return
    found = axe.run(page).response["violations"]
    told = [f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]
    grave = [t for v, t in zip(found, told) if v["impact"] in GRAVE]
    check(f"{name}: axe finds no serious fault", not grave, grave)
    for v, text in zip(found, told):
        if v["impact"] not in GRAVE:
            print(f"{name}: axe says {text}")


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def look(browser, check, path, shots, name, width, height, scheme, ready=None):
    """Opens a page in one look and checks what holds for all of them."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda m: said.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: said.append(f"error: {e}"))
    page.on("request", lambda r: asked.append(r.url) if not r.url.startswith("data:") else None)
    page.goto(path.as_uri())
    if ready:
        page.wait_for_selector(ready, timeout=60_000)
    page.wait_for_timeout(300)
    check(f"{name}: console", not said, said)
    outside = [u for u in asked if not u.startswith("file:")]
    check(f"{name}: no request leaves the machine", not outside and asked[0] == path.as_uri(), asked)
    wide = page.evaluate("document.documentElement.scrollWidth")
    check(f"{name}: no sideways scrolling", wide <= width, wide)
    off = cut_off(page)
    check(f"{name}: nothing is cut off", not off, off)
    unreached = boxes(page)
    check(f"{name}: what scrolls can be reached", not unreached, unreached)
    least, where = contrast(page)
    check(f"{name}: contrast of text", least >= 4.5, f"{least:.2f} at {where}")
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shots / f"{name}.png", full_page=True)
    accessible(page, check, name)
    return context, page, asked


def chromium(play):
    return play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
