"use strict";
(() => {
  const table = document.getElementById("sets");
  if (!table) return;
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const key = (row, i) => { const c = row.cells[i]; return c.dataset.key === undefined ? c.textContent.trim() : c.dataset.key; };
  const number = i => body.rows[0].cells[i].dataset.key !== undefined;
  const sort = (i, down) => {
    const sign = down ? -1 : 1, numeric = number(i);
    const order = (a, b) => {
      const x = key(a, i), y = key(b, i);
      const xNone = x === "" || x === "–", yNone = y === "" || y === "–";
      if (xNone || yNone) return xNone - yNone;
      return sign * (numeric ? x - y : x.localeCompare(y, undefined, { numeric: true }));
    };
    body.append(...[...body.rows].sort(order));
    heads.forEach((h, j) => { if (j === i) h.setAttribute("aria-sort", down ? "descending" : "ascending"); else h.removeAttribute("aria-sort"); });
  };
  heads.forEach((h, i) => {
    const b = h.querySelector("button");
    if (b) b.addEventListener("click", () => sort(i, h.getAttribute("aria-sort") === "ascending" || (!h.hasAttribute("aria-sort") && i > 6)));
  });
  document.getElementById("sort").addEventListener("change", e => sort(+e.target.value, +e.target.value > 2));
  const find = document.getElementById("find"), shown = document.getElementById("shown");
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(w => text.includes(w));
      n += !row.hidden;
    }
    shown.textContent = words.length ? n + " of " + body.rows.length : "";
  });
  for (const b of document.querySelectorAll("[data-lifter]")) b.addEventListener("click", () => {
    find.value = b.dataset.lifter;
    find.dispatchEvent(new Event("input"));
    find.scrollIntoView({ block: "start" });
  });
})();
