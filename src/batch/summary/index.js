"use strict";
(() => {
  const source = document.getElementById("data");
  if (!source) return;
  const data = JSON.parse(source.textContent), size = 50;
  source.remove();
  const element = (tag, text, cls) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (cls) e.className = cls; return e; };
  const link = (text, to) => { const a = element("a", text); a.href = to; return a; };
  const severities = ["none", "mild", "moderate", "severe"];
  const show = (id, rows, columns, words) => {
    const place = document.getElementById(id);
    if (!place) return;
    const body = place.querySelector("tbody"), heads = [...place.querySelectorAll("th")], find = place.querySelector("input");
    const nav = element("nav", undefined, "pages"), back = element("button", "Back"), on = element("button", "On"), where = element("span", "", "soft");
    nav.setAttribute("aria-label", "Pages"); where.setAttribute("aria-live", "polite");
    nav.append(back, on, where); place.append(nav);
    let shown = rows, first = 0, texts;
    const draw = () => {
      body.replaceChildren(...shown.slice(first, first + size).map(r => {
        const line = element("tr");
        columns.forEach((c, i) => { const cell = element("td", undefined, i ? "num" : "file wide"); cell.dataset.label = i ? heads[i].textContent : ""; if (!i) delete cell.dataset.label; cell.append(...[c.show(r)].flat()); line.append(cell); });
        return line;
      }));
      back.disabled = first === 0; on.disabled = first + size >= shown.length;
      where.textContent = shown.length ? (first + 1) + " to " + Math.min(first + size, shown.length) + " of " + shown.length : "none";
    };
    const filter = () => {
      const sought = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      texts ??= new Map(rows.map(r => [r, words(r).toLowerCase()]));
      shown = sought.length ? rows.filter(r => sought.every(w => texts.get(r).includes(w))) : rows;
      first = 0; draw();
    };
    let wait;
    find.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(filter, 120); });
    back.addEventListener("click", () => { first -= size; draw(); });
    on.addEventListener("click", () => { first += size; draw(); });
    heads.forEach((h, i) => h.querySelector("button").addEventListener("click", () => {
      const down = h.getAttribute("aria-sort") === "ascending", sign = down ? -1 : 1, key = columns[i].key;
      const none = v => v === null || v === "";
      const order = (a, b) => { const x = key(a), y = key(b); return none(x) || none(y) ? none(x) - none(y) : sign * (x < y ? -1 : x > y ? 1 : 0); };
      rows = [...rows].sort(order); shown = [...shown].sort(order);
      heads.forEach(o => o === h ? o.setAttribute("aria-sort", down ? "descending" : "ascending") : o.removeAttribute("aria-sort"));
      first = 0; draw();
    }));
    draw();
  };
  const or = (v, unit) => v === null || v === "" ? "–" : v + (unit || "");
  const weight = r => r[11].reduce((sum, f) => sum + f[1] * f[1], 0);
  show("some-sets", data.rows, [
    { key: r => r[0], show: r => link(r[0], r[13]) },
    { key: r => r[1], show: r => or(r[1]) },
    { key: r => r[2], show: r => or(r[2]) },
    { key: r => r[3], show: r => or(r[3], " kg") },
    { key: r => r[4], show: r => r[4] + (r[5] === "unknown" ? "" : " " + r[5]) },
    { key: r => r[6], show: r => r[9] ? "pain reported" : [element("b", or(r[6])), r[7] === null || r[6] === null ? "" : " ± " + r[7], element("span", r[8] === null ? " no full rep" : " " + r[8] + " % judged", "soft")] },
    { key: r => r[10], show: r => or(r[10], " m/s") },
    { key: weight, show: r => [...r[11].map(f => element("span", data.codes[f[0]].join(" "), "tag " + severities[f[1]])), element("div", r[12] && "Cue: " + r[12], "cue")] },
  ], r => [r[0], r[1], r[2], ...r[11].map(f => data.codes[f[0]].join(" "))].join(" "));
  show("some-lifters", data.lifters, [
    { key: l => l[0], show: l => link(l[0], l[6]) },
    { key: l => l[1], show: l => "" + l[1] },
    { key: l => l[2], show: l => "" + l[2] },
    { key: l => l[3], show: l => or(l[3]) },
    { key: l => severities.indexOf(l[4]) + 4 * l[5], show: l => [l[5] ? element("span", "pain reported", "tag severe") : "", l[4] === "none" ? "" : element("span", l[4], "tag " + l[4])] },
  ], l => l[0]);
})();
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
