// SPDX-License-Identifier: Apache-2.0
// Looks at a page of the lab from within: is everything on it, readable, and the same as in the report?
// What it finds is left as text in an element of its own; "good" means nothing to find.
(() => {
  const wrong = [];
  const check = (holds, what) => holds || wrong.push(what);
  const text = (id) => document.getElementById(id).textContent;
  const page = JSON.parse(text("figures"));
  const report = JSON.parse(text("report-json"));
  check(JSON.stringify(page.changes) === JSON.stringify(report.changes), "other changes than in report.json");

  const sections = [...document.querySelectorAll("section.change")];
  check(sections.length === report.changes.length, `${sections.length} changes shown`);
  sections.forEach((section, i) => {
    const figures = [...section.querySelectorAll("[data-figure]")];
    check(figures.length >= 10, `${figures.length} figures of change ${i + 1}`);
    for (const shown of figures) {
      const value = report.changes[i][shown.dataset.figure];
      const said = value === null ? "–" : String(value);
      check(shown.textContent === said, `${shown.dataset.figure}: ${shown.textContent} is not ${said}`);
    }
    for (const name of ["svg.timeline", "svg.ladder"]) {
      const drawing = section.querySelector(name);
      check(drawing && drawing.getBoundingClientRect().height > 100, `no ${name} of change ${i + 1}`);
    }
    const drawn = section.querySelector("svg.ladder");
    const { refreshes, redials, registers } = report.changes[i];
    const told = refreshes + redials + registers > 0;
    check(!told || drawn.querySelectorAll("g.sip").length >= 2, "no messages");
    check(drawn.querySelectorAll("path.line").length >= 3, "no lifelines");
    check(section.querySelectorAll("svg.timeline path.old, svg.timeline path.new").length > 20, "no frames");
  });

  // Nothing sticks out, nothing hides: the drawings alone may be scrolled.
  const root = document.documentElement;
  check(root.scrollWidth <= window.innerWidth, `the page is ${root.scrollWidth} wide in ${window.innerWidth}`);
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    for (const label of svg.querySelectorAll("text")) {
      const box = label.getBoundingClientRect();
      check(box.left >= frame.left - 1 && box.right <= frame.right + 1, `"${label.textContent}" is cut off`);
    }
  }
  const labels = [...document.querySelectorAll("svg.timeline")].map((svg) => [...svg.querySelectorAll(".note")]);
  for (const notes of labels) {
    notes.forEach((note, i) => {
      const next = notes[i + 1];
      if (!next) return;
      check(note.getBoundingClientRect().bottom <= next.getBoundingClientRect().top + 4, `"${note.textContent}" is overlapped`);
    });
  }

  // Ink on paper: WCAG 2 asks for 4.5 to 1.
  const light = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (ink, paper) => {
    const [dark, bright] = [light(ink), light(paper)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const paper = getComputedStyle(document.querySelector("section")).backgroundColor;
  for (const selector of ["h1", "h2", "td", "p.about", "svg .lane", "svg .head.left", "svg .head.reached", "svg .gap"]) {
    const element = document.querySelector(selector);
    if (!element) continue;
    const style = getComputedStyle(element);
    const ink = element.closest("svg") ? style.fill : style.color;
    check(contrast(ink, paper) >= 4.5, `${selector}: ${ink} on ${paper}`);
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  check(light(paper) < 0.2 === dark, `paper ${paper} with dark ${dark}`);

  const found = document.createElement("pre");
  found.id = "probe";
  found.textContent = wrong.length ? wrong.slice(0, 20).join("; ") : `good ${window.innerWidth} ${dark ? "dark" : "light"}`;
  document.body.append(found);
})();
